"""What must not be added up many at once; expected values by hand from SPECIFICATION section 9."""

import msgspec

from tests.unit.twins.samples import ASSET, at, bind, boundary, close, policy, read
from twins.inputs import Input, event_key
from twins.judging.excursions import Shown
from twins.readings import Quality
from twins.sensors.limits import SensorLimits
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
