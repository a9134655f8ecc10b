"""What must not be added up many at once; expected values by hand from SPECIFICATION section 9."""

import random

import msgspec
import pytest

from tests.unit.twins.samples import ASSET, at, bind, boundary, close, policy, read
from twins.inputs import Input, event_key
from twins.judging.excursions import Shown
from twins.policy.condition_policy import ConditionPolicy, CoreModel
from twins.readings import Quality
from twins.sensors.limits import QuantityLimits, SensorLimits
from twins.twin import AssetTwin, advance, settled_at

QUIET = policy(required=("temperature",), hold=None)


def fold(*parts: list[Input]) -> AssetTwin:
    twin = AssetTwin(ASSET)
    for inputs in parts:
        twin = advance(twin, inputs, QUIET)
    return twin


def test_sums_of_many_readings_are_those_of_their_spans() -> None:
    # Every 300 s, so that each speaks 900 s: 5, 6 and 7 °C for 10 s each, 8 °C until the next.
    readings: list[Input] = [read(10 * step, 5 + step) for step in range(5)]
    twin = fold([bind(0)], readings)
    (one,) = twin.past.series
    assert (one.readings, twin.series[0].is_pending) == (4, True)
    assert (one.observed, one.weighted) == (at(40), at(10) * (5 + 6 + 7 + 8))
    assert (one.minimum, one.minimum_at, one.maximum, one.maximum_at) == (5, 0, 8, at(30))


def test_reading_speaks_no_longer_than_its_hold_among_many() -> None:
    twin = fold([bind(0)], [read(second, 5) for second in (1, 2, 3, 3_000, 3_001)])
    # 1 to 2 to 3, then 900 s, then 3000 to 3001.
    assert twin.past.series[0].observed == at(2 + 900 + 1)
    (channel,) = twin.past.channels
    assert (channel.observed, channel.spoken) == (at(2 + 900 + 1), at(2 + 900 + 1))
    assert channel.longest_gap == at(3_000 - 903)


def test_value_of_a_device_with_a_longer_hold_outlasts_those_of_another() -> None:
    # d1 speaks for 3 * 1000 s, d2 for 900 s.
    twin = fold(
        [bind(0, "d1", 1_000), bind(0, "d2")],
        [read(0, 5, device="d1")],
        [read(second, 5, device="d2") for second in range(1, 9)],
    )
    assert twin.channels[0].judged_until > at(8)
    ended = settled_at(twin, at(4_000), QUIET)
    assert ended.past.channels[0].observed == at(3_000)
    assert ended.channels[0].gap_since == at(3_000)


def test_highest_peak_is_the_first_one_also_of_two_sensors() -> None:
    inputs: list[Input] = [
        read(second, 900 if second in {3, 8} else 5, sensor=sensor, quantity="acceleration")
        for second, sensor in (
            (2, "a"),
            (3, "b"),
            (5, "a"),
            (6, "b"),
            (8, "a"),
            (9, "b"),
            (10, "a"),
        )
    ]
    shocks = fold([bind(0)], inputs).past.shocks
    assert (shocks.peak, shocks.peak_at) == (900, at(3))


def test_contradicted_reading_among_many_says_nothing() -> None:
    inputs: list[Input] = [read(1, 5), read(2, 5), read(3, 5), read(3, 6), read(4, 5), read(5, 5)]
    (one,) = fold([bind(0)], inputs).past.series
    assert (one.readings, one.conflicts) == (4, 1)
    assert one.observed == at(1 + 1 + 0 + 1)


def test_unusable_reading_among_many_ends_the_one_before() -> None:
    inputs: list[Input] = [read(second, 5) for second in range(1, 7)]
    inputs[2] = read(3, 5, quality=int(Quality.SENTINEL))
    (one,) = fold([bind(0)], inputs).past.series
    assert (one.unusable, one.observed) == (1, at(1 + 1 + 0 + 1 + 1))


def test_many_readings_behind_the_close_are_counted_alone() -> None:
    twin = fold([bind(0), close(10)], [read(second, 5) for second in range(11, 30)])
    assert (twin.past.unjudged, twin.series) == (19, ())


def test_counter_that_starts_again_is_seen_also_where_a_batch_ends_with_one_reading() -> None:
    by = msgspec.structs.replace(policy(required=("temperature",)), sensors=SensorLimits())
    devices = ("d1", "d2", "d3", "d4")
    moments: list[list[Input]] = [
        [
            # Values that differ: sensors that read the same are compared one by one.
            read(n, 5_000 + place, device=device, seq=n - 10 if place == 1 and n >= 15 else n)
            for place, device in enumerate(devices)
        ]
        for n in range(1, 30)
    ]
    start = advance(AssetTwin(ASSET), [bind(0, device) for device in devices], by)
    whole = advance(start, [one for some in moments for one in some], by)
    for some in moments:
        start = advance(start, some, by)
    counts = [one.log.counts for one in whole.past.series]
    assert counts == [{}, {"sequence_backward": 1}, {}, {}]
    assert start == whole


def test_reading_outside_among_many_of_two_sensors_is_judged_at_its_moment() -> None:
    by = policy(boundary())
    inputs: list[Input] = [read(second, 5_000) for second in range(1, 20)]
    inputs += [read(second, 5_000, device="d2") for second in range(1, 20)]
    inputs[9] = read(10, 9_000)
    inputs.sort(key=event_key)
    twin = advance(advance(AssetTwin(ASSET), [bind(0), bind(0, "d2")], by), inputs, by)
    (one,) = twin.excursions
    assert (one.began_at, one.ended_at, one.outside) == (at(10), at(11), at(1))
    assert one.shown_by == (Shown("d1", "air", at(10), 9_000),)


PLACES = (("d1", "a"), ("d1", "b"), ("d1", "c"), ("d2", "a"), ("d3", "a"))
WATCHED = msgspec.structs.replace(
    policy(boundary(limit=9_000_000, quantity="illuminance"), boundary(limit=9_000)),
    sensors=SensorLimits(
        quantities=dict.fromkeys(("temperature", "illuminance"), QuantityLimits(drift=50_000))
    ),
)


@pytest.mark.parametrize("quantity", ["temperature", "illuminance"])
@pytest.mark.parametrize("count", [2, 4, 5])
def test_what_is_judged_of_several_sensors_is_the_same_many_at_once_as_one_by_one(
    quantity: str, count: int
) -> None:
    # By the devices' medians 5.1 °C, by the sensors' 7 °C; each value once, as no copy does.
    inputs: list[Input] = [
        read(10 * turn + place, base + 11 * turn, device=device, sensor=sensor, quantity=quantity)
        for turn in range(50)
        for place, ((device, sensor), base) in enumerate(
            zip(PLACES[-count:], (7_100, 7_000, 7_200, 5_000, 5_100)[-count:], strict=True)
        )
    ]
    twin = advance(AssetTwin(ASSET), [bind(0, device) for device in ("d1", "d2", "d3")], WATCHED)
    together = advance(twin, inputs, WATCHED)
    for one in inputs:
        twin = advance(twin, [one], WATCHED)
    assert together == twin


def few(seed: int) -> list[Input]:
    """Return what three or four devices read, of which some fall silent or lie for some time."""
    dice = random.Random(seed)  # noqa: S311 - reproducible values, no secret
    count, spread = dice.choice([3, 4]), dice.choice([20, 400])
    inputs: list[Input] = []
    for place in range(count):
        device, step = f"d{place}", dice.choice([5, 7, 60])
        silent = range(*sorted(dice.sample(range(900), 2))) if dice.random() < 0.7 else range(0)
        first = dice.choice([0, 3, 100])
        for second in range(first, 900, step):
            if second not in silent:
                value = 5_000 + 40 * place + dice.randint(0, spread)
                inputs.append(read(second, value, device=device))
        lie = dice.choice([None, None, None, 9_000, 7_900])
        if lie is not None and len(inputs) > 20:
            at_place = dice.randrange(len(inputs))
            inputs[at_place] = msgspec.structs.replace(inputs[at_place], value=lie)
    return sorted(inputs, key=event_key)


@pytest.mark.parametrize("disagreement", [0, 300])
@pytest.mark.parametrize("hold", [20, 90])
def test_sensors_that_wait_for_others_are_judged_many_at_once_as_one_by_one(
    hold: int, disagreement: int
) -> None:
    quantities = {"temperature": QuantityLimits(disagreement=disagreement)}
    by = policy(boundary(delay=5), hold=hold, ignore_first=30, quorum=2)
    by = msgspec.structs.replace(by, sensors=SensorLimits(quorum=2, quantities=quantities))
    for seed in range(12):
        inputs = few(seed)
        twin = advance(AssetTwin(ASSET), [bind(0, f"d{place}", 60) for place in range(4)], by)
        together = advance(twin, inputs, by)
        for one in inputs:
            twin = advance(twin, [one], by)
        assert together == twin


def is_the_same(by: ConditionPolicy, *parts: list[Input]) -> None:
    """Check that parts folded at once give what they give one by one."""
    bound: list[Input] = [bind(0, f"d{place}", 60) for place in (1, 2, 3)]
    together = alone = advance(AssetTwin(ASSET), bound, by)
    for some in parts:
        together = advance(together, some, by)
        for one in some:
            alone = advance(alone, [one], by)
        assert together == alone


def test_what_waits_for_others_is_put_off_many_at_once_as_one_by_one() -> None:
    is_the_same(policy(boundary()), [read(second, 5_000) for second in range(10, 160)])


def test_sensor_that_returns_among_many_is_apart_no_more() -> None:
    by = policy(boundary(delay=400, hysteresis=500))
    # d3 is outside for 200 s, then just inside; among many it returns, and is outside once more.
    values = {0: 9_000, 200: 7_800, **dict.fromkeys(range(210, 310, 10), 5_000), 310: 9_000}
    parts: list[list[Input]] = [[], [], []]
    for second, value in values.items():
        part = parts[0 if second < 210 else 1 if second < 310 else 2]
        part += [read(second, 5_000 + place, device=f"d{place}") for place in (1, 2)]
        part.append(read(second, value, device="d3"))
    parts[2] += [read(610, 5_000 + place, device=f"d{place}") for place in (1, 2, 3)]
    is_the_same(by, *parts)
    twin = AssetTwin(ASSET)
    for some in ([bind(0, f"d{place}", 60) for place in (1, 2, 3)], *parts):
        twin = advance(twin, some, by)
    assert twin.past.channels[0].outvoted == ()


def test_limit_of_the_core_between_two_of_three_is_seen_among_many() -> None:
    core = msgspec.structs.replace(boundary("core", 8_000), is_of_core=True)
    by = msgspec.structs.replace(policy(core), core=CoreModel(at(600)))
    inputs: list[Input] = [
        read(
            10 * turn,
            (9_000 if place == 2 and turn > 20 else 5_000) + turn + place,
            device=f"d{place}",
        )
        for turn in range(1, 60)
        for place in (1, 2)
    ]
    is_the_same(by, inputs[:4], inputs[4:])
