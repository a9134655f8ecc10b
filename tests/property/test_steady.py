"""Readings folded many at once against the same readings folded one by one."""

import itertools
import random

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import DEMANDING, POLICY, law
from tests.unit.twins.samples import (
    ASSET,
    bind,
    close,
    commission,
    detach,
    milestone,
    policy,
    read,
)
from twins.checkpoint import present_to_bytes
from twins.inputs import Input, MilestoneName, event_key
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import ClockSource, Quality
from twins.twin import AssetTwin, advance

QUIET = {
    "temperature": st.integers(2_000, 8_000),
    "illuminance": st.integers(0, 50_000),
    "acceleration": st.integers(0, 60_000),
    "humidity": st.integers(0, 100_000),
}
LOUD = {
    "temperature": st.sampled_from([-1_000, 1_999, 8_001, 16_000]),
    "illuminance": st.just(50_001),
    "acceleration": st.just(60_001),
    "humidity": st.just(100_000),
}
WITHOUT_HOLD = msgspec.structs.replace(
    POLICY, observation=msgspec.structs.replace(POLICY.observation, maximum_hold=None)
)
"""Here a reading's hold follows from its device's expected interval."""


STEPS = st.sampled_from([0, 1, 1, 1, 1, 5, 20, 21, 40, 1_000])
MARKS: list[dict[str, object]] = [
    {"seq": 1},
    {"quality": int(Quality.SENTINEL)},
    {"quality": int(Quality.CLOCK_SUSPECT)},
    {"clock_source": int(ClockSource.GATEWAY)},
]


@st.composite
def quiet_series(draw: st.DrawFn) -> list[Input]:
    """Return the readings of one series: mostly sound, inside the limits and some time apart."""
    quantity = draw(st.sampled_from(["temperature", "temperature", *QUIET]))
    device, sensor = draw(st.sampled_from(["d1", "d2", "d3"])), draw(st.sampled_from(["a", "b"]))
    steps = draw(st.lists(STEPS, min_size=1, max_size=30))
    values = draw(st.lists(QUIET[quantity], min_size=len(steps), max_size=len(steps)))
    if draw(st.booleans()):
        values[draw(st.integers(0, len(values) - 1))] = draw(LOUD[quantity])
    moments = itertools.accumulate(steps, initial=draw(st.integers(-3, 40)))
    found = [
        read(moment, value, device=device, sensor=sensor, quantity=quantity)
        for moment, value in zip(moments, values, strict=False)
    ]
    for mark in draw(st.lists(st.sampled_from(MARKS), max_size=2)):
        place = draw(st.integers(0, len(found) - 1))
        found[place] = msgspec.structs.replace(found[place], **mark)
    return list(found)


@st.composite
def shipments(draw: st.DrawFn) -> list[Input]:
    """Return the inputs of an asset in event order, none twice."""
    intervals = st.sampled_from([5, 5, 400])
    inputs: list[Input] = [commission(), bind(0, every=draw(intervals))]
    if draw(st.booleans()):
        inputs.append(bind(draw(st.integers(-2, 30)), "d2", every=draw(intervals)))
    for readings in draw(st.lists(quiet_series(), min_size=1, max_size=4)):
        inputs += readings
    if draw(st.integers(0, 3)) == 0:
        inputs.append(detach(draw(st.integers(5, 100)), "d2"))
    if draw(st.integers(0, 5)) == 0:
        inputs.append(close(draw(st.integers(50, 300))))
    return sorted(dict.fromkeys(inputs), key=event_key)


def quiet(seed: int, lowest: int, highest: int, count: int) -> list[int]:
    """Return values between two, different ones for each seed."""
    drawn = random.Random(seed)  # noqa: S311 - reproducible values, no secret
    return [drawn.randint(lowest, highest) for _ in range(count)]


@st.composite
def several_sensors(draw: st.DrawFn) -> list[Input]:
    """Return long quiet series of two to four sensors of one quantity, some of them poisoned."""
    quantity, lowest, highest = draw(
        st.sampled_from([("temperature", 2_000, 8_000), ("humidity", 0, 100_000)])
    )
    inputs: list[Input] = [commission()]
    for number in range(draw(st.integers(2, 4))):
        device = f"d{number}"
        inputs.append(
            bind(draw(st.sampled_from([0, 0, 7])), device, draw(st.sampled_from([5, 400])))
        )
        step, count = draw(st.sampled_from([1, 2, 3, 19, 25])), draw(st.integers(4, 60))
        first = draw(st.sampled_from([0, 1, 8]))
        values = quiet(draw(st.integers(0, 99)), lowest, highest, count)
        found = [
            read(first + step * place, value, device=device, quantity=quantity)
            for place, value in enumerate(values)
        ]
        for _ in range(draw(st.integers(0, 2))):
            place = draw(st.integers(0, count - 1))
            poison = draw(st.sampled_from([*MARKS, {"value": highest + 1}, {"value": lowest - 1}]))
            found[place] = msgspec.structs.replace(found[place], **poison)
        if draw(st.integers(0, 3)) == 0:
            # Two readings of one moment, in conflict or with counters of their own.
            seq = draw(st.sampled_from([None, 9]))
            found.append(msgspec.structs.replace(found[0], value=lowest + 1, seq=seq))
        inputs += found
        if draw(st.integers(0, 5)) == 0:
            inputs.append(detach(draw(st.integers(5, 100)), device))
    if draw(st.integers(0, 5)) == 0:
        inputs.append(milestone(draw(st.integers(5, 60)), draw(st.sampled_from(MilestoneName))))
    return sorted(dict.fromkeys(inputs), key=event_key)


def one_by_one(inputs: list[Input], by: ConditionPolicy) -> AssetTwin:
    twin = AssetTwin(ASSET)
    for record in inputs:
        twin = advance(twin, [record], by)
    return twin


@law
@given(
    st.one_of(shipments(), several_sensors()),
    st.lists(st.integers(1, 60), max_size=4),
    st.sampled_from([POLICY, WITHOUT_HOLD, DEMANDING, policy(), policy(quorum=2, ignore_first=9)]),
)
def test_readings_give_the_same_twin_many_at_once_as_one_by_one(
    inputs: list[Input], sizes: list[int], by: ConditionPolicy
) -> None:
    twin, start = AssetTwin(ASSET), 0
    for size in [*sizes, len(inputs)]:
        twin = advance(twin, inputs[start : start + size], by)
        start += size
    alone = one_by_one(inputs, by)
    assert twin == alone
    assert present_to_bytes(twin) == present_to_bytes(alone)
