"""Sensors that are watched for hours: many readings at once against the same one by one."""

import random

from hypothesis import event, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.property.arrivals import law
from tests.unit.twins.samples import ASSET, bind, boundary, commission, policy, read
from twins.checkpoint import present_to_bytes
from twins.inputs import Input, event_key
from twins.sensors.limits import QuantityLimits, SensorLimits
from twins.twin import AssetTwin, advance

LIMITS = QuantityLimits(
    disagreement=1_500, drift=300, largest_step=2_000, stuck_after=7_200_000_000
)
BY = replace(
    policy(boundary("warm", 8_000, delay=600), boundary("cold", 2_000, is_upper=False)),
    sensors=SensorLimits(quorum=2, quantities={"temperature": LIMITS}),
)
HOURS = 5


@st.composite
def journeys(draw: st.DrawFn) -> list[Input]:
    """Return some hours of two to five sensors, one of which may lie, drift or copy another."""
    dice = random.Random(draw(st.integers(0, 10**6)))  # noqa: S311 - reproducible noise
    interval, resolution = draw(st.sampled_from([300, 600])), draw(st.sampled_from([10, 100, 500]))
    lag, noise = draw(st.sampled_from([0, 7, 40])), draw(st.sampled_from([0, 50, 200]))
    places = draw(
        st.sampled_from(
            [
                ["d1 a", "d2 a", "d3 a"],
                ["d1 a", "d1 b", "d1 c", "d2 a", "d3 a"],
                ["d1 a", "d2 a", "d2 b", "d3 a", "d3 b", "d4 a"],
                ["d1 a", "d2 a"],
                ["d1 a", "d1 b", "d1 c"],
            ]
        )
    )
    lie = draw(st.sampled_from(["none", "none", "offset", "drift", "copy", "silence"]))
    event(f"{lie}, {len(places)} sensors")
    inputs: list[Input] = [commission()]
    inputs += [bind(0, device, interval) for device in sorted({one.split()[0] for one in places})]
    said: dict[int, int] = {}
    for number, place in enumerate(places):
        device, sensor = place.split()
        for turn in range(HOURS * 3600 // interval):
            value = 5_000 + 400 * (turn % 7) // 7 + round(dice.gauss(0, noise))
            if number == len(places) - 1 and turn > 6:
                if lie == "silence" and turn % 9 < 4:
                    continue
                value += {"offset": 900, "drift": 20 * turn}.get(lie, 0)
                value = said[turn] if lie == "copy" else value
            value = round(value / resolution) * resolution
            if number == 0:
                said[turn] = value
            inputs.append(read(turn * interval + number * lag, value, device=device, sensor=sensor))
    return sorted(inputs, key=event_key)


@law
@given(journeys(), st.lists(st.integers(1, 200), max_size=4))
def test_watched_sensors_give_the_same_twin_many_at_once_as_one_by_one(
    inputs: list[Input], sizes: list[int]
) -> None:
    together, alone, start = AssetTwin(ASSET), AssetTwin(ASSET), 0
    for size in [*sizes, len(inputs)]:
        together = advance(together, inputs[start : start + size], BY)
        start += size
    for one in inputs:
        alone = advance(alone, [one], BY)
    assert together == alone
    assert present_to_bytes(together) == present_to_bytes(alone)
