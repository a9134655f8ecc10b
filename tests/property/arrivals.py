"""Hypothesis strategies for the inputs of one asset; all times are whole seconds."""

from __future__ import annotations

import os
from decimal import Decimal

import msgspec
from hypothesis import settings
from hypothesis import strategies as st

from tests.unit.twins.samples import (
    at,
    bind,
    boundary,
    close,
    commission,
    decide,
    detach,
    hand_over,
    milestone,
    policy,
    read,
)
from twins.inputs import HandoverPhase, Input, MilestoneName
from twins.policy.condition_policy import (
    CoreModel,
    CustodyLimits,
    Disposition,
    MeanKineticLimit,
    Phase,
    QuantityLimits,
    SensorLimits,
    Severity,
    ShockLimits,
    WearBudget,
)
from twins.policy.limits import ShelfLifeLimit
from twins.readings import ClockSource, Quality, Reading
from twins.temperature.shelf_life import Arrhenius, ShelfLife

EXAMPLES = int(os.environ.get("CARGOTWIN_EXAMPLES", "200"))
"""Examples per law; raise it for a thorough run."""

law = settings(max_examples=EXAMPLES, deadline=None, derandomize="CI" in os.environ)

HORIZON = 200
HOLD = 20
POLICY = policy(
    boundary("warm", 8_000, delay=30, hysteresis=500),
    boundary("warm-in-sum", 8_000, delay=45, hysteresis=500, is_cumulative=True),
    boundary("hot", 15_000),
    boundary("cold", 2_000, is_upper=False, delay=10, hysteresis=500, severity=Severity.CRITICAL),
    boundary(
        "opened",
        50_000,
        quantity="illuminance",
        disposition=Disposition.CONTAINER_OPEN,
        is_latched=False,
    ),
    boundary("shock", 60_000, quantity="acceleration"),
    required=("temperature", "illuminance"),
    minimum_coverage_ppm=500_000,
    hold=HOLD,
    mean_kinetic=MeanKineticLimit(8_000, Severity.MINOR, Disposition.NON_CONFORMANT),
    wear=WearBudget(30_000, 5, 10, 100_000_000),
)

DEMANDING = msgspec.structs.replace(
    POLICY,
    boundaries=(
        *POLICY.boundaries,
        boundary("warm-on-the-way", 7_500, delay=5, phases=(Phase.TRANSIT,)),
        boundary(
            "cold-at-rest",
            2_500,
            is_upper=False,
            delay=20,
            is_cumulative=True,
            phases=(Phase.ORIGIN, Phase.DESTINATION),
        ),
        msgspec.structs.replace(boundary("core-warm", 7_000, delay=5), is_of_core=True),
    ),
    observation=msgspec.structs.replace(POLICY.observation, ignore_first=at(15)),
    mean_kinetic=MeanKineticLimit(
        7_000, Severity.MINOR, Disposition.NON_CONFORMANT, window=at(50), above=8_000
    ),
    wear=WearBudget(
        30_000,
        5,
        10,
        100_000_000,
        "temperature",
        fatigue_cycles=Decimal(100),
        fatigue_exponent=Decimal(2),
    ),
    shelf_life=ShelfLifeLimit(
        ShelfLife(at(3_600), 5_000, Arrhenius(83_144)), Severity.MAJOR, Disposition.NON_CONFORMANT
    ),
    core=CoreModel(at(30)),
    sensors=SensorLimits(
        quantities={
            "temperature": QuantityLimits(
                accuracy=500,
                stuck_after=at(25),
                largest_step=10_000,
                disagreement=3_000,
                drift=1_000,
            )
        },
        quorum=2,
    ),
    shock=ShockLimits(500_000, 2_000, 40_000, Severity.MAJOR, Disposition.DAMAGED),
    custody=CustodyLimits(at(20), Severity.MINOR),
)
"""Everything that a policy can ask, on the scale of minutes."""

seconds = st.integers(0, HORIZON)
policies = st.sampled_from([POLICY, DEMANDING])
devices = st.sampled_from(["d1", "d2"])
qualities = st.sampled_from([0, 0, 0, 0, Quality.HISTORICAL, Quality.SENTINEL])
celsius = st.sampled_from(
    [-1_000, 1_999, 2_000, 2_499, 2_500, 5_000, 7_500, 7_501, 8_000, 8_001, 12_000, 16_000]
)
VALUES = {
    "temperature": celsius,
    "illuminance": st.sampled_from([0, 50_000, 50_001, 900_000]),
    "acceleration": st.sampled_from([1_000, 30_000, 60_001, 75_000]),
}


@st.composite
def readings(draw: st.DrawFn, quantities: tuple[str, ...] = tuple(VALUES)) -> Reading:
    quantity = draw(st.sampled_from(quantities))
    reading = read(
        draw(seconds),
        draw(VALUES[quantity]),
        device=draw(devices),
        sensor=draw(st.sampled_from(["air", "core"])),
        quantity=quantity,
        seq=draw(st.sampled_from([None, None, 0, 1])),
        quality=draw(qualities),
    )
    clock = draw(st.sampled_from([ClockSource.DEVICE, ClockSource.DEVICE, ClockSource.NETWORK]))
    return msgspec.structs.replace(reading, clock_source=clock)


parties = st.sampled_from(["maker", "carrier", "shop"])
events = st.one_of(
    st.builds(bind, seconds, devices, st.sampled_from([5, 10])),
    st.builds(detach, seconds, devices),
    st.builds(milestone, seconds, st.sampled_from(list(MilestoneName)[:-1])),
    st.builds(decide, seconds),
    st.builds(commission, seconds, parties),
    st.builds(
        hand_over,
        st.sampled_from(HandoverPhase),
        seconds,
        parties,
        parties,
        st.sampled_from(["n1", "n2"]),
    ),
)


@st.composite
def shipments(draw: st.DrawFn) -> list[Input]:
    """Return the inputs of one asset, in no order, none twice."""
    inputs: list[Input] = [commission(), bind(draw(st.integers(0, 20)))]
    inputs += draw(st.lists(readings(), max_size=40))
    inputs += draw(st.lists(events, max_size=10))
    if draw(st.booleans()):
        inputs.append(close(draw(st.integers(100, HORIZON))))
    return list(dict.fromkeys(inputs))
