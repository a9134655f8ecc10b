"""Whether redundant sensors agree; expected values by hand."""

from tests.unit.twins.samples import at
from twins.sensors.agreement import (
    Agreement,
    Held,
    disagreement_found,
    farthest_of,
    is_disagreeing_at,
    weigh,
)
from twins.sensors.findings import FindingKind, FindingLog, SensorFinding

LIMIT = 1_000


def held(*values: int, read_at: float = 0) -> list[Held]:
    return [Held("d1", f"t{place}", value, at(read_at)) for place, value in enumerate(values)]


def fresh() -> tuple[Agreement, FindingLog]:
    return Agreement("temperature", hold=at(900)), FindingLog()


def test_sensors_apart_for_longer_than_the_hold_disagree_until_they_are_close() -> None:
    agreement, log = fresh()
    weigh(agreement, log, at(60), held(5_000, 5_200, 6_001, read_at=60), LIMIT)
    assert not is_disagreeing_at(agreement, at(960))
    assert is_disagreeing_at(agreement, at(961))
    weigh(agreement, log, at(360), held(5_000, 5_200, 9_000, read_at=360), LIMIT)
    weigh(agreement, log, at(1_200), held(5_000, 5_200, 6_000, read_at=1_200), LIMIT)
    (found,) = log.newest
    assert (found.kind, found.since, found.until) == (
        FindingKind.DISAGREEMENT,
        at(60),
        at(1_200),
    )
    assert (found.device, found.sensor, found.quantity) == ("d1", "t2", "temperature")
    assert found.readings == ((at(360), 5_000), (at(360), 5_200), (at(360), 9_000))
    assert found.text == (
        "t0 of d1, t1 of d1, t2 of d1 held 5 °C, 5.2 °C, 9 °C: t2 of d1 is farthest from the median"
    )
    assert not is_disagreeing_at(agreement, at(9_999))


def test_sensors_apart_for_no_longer_than_the_hold_only_read_one_after_the_other() -> None:
    agreement, log = fresh()
    weigh(agreement, log, at(60), held(5_000, 9_000), LIMIT)
    weigh(agreement, log, at(960), held(9_000, 9_000), LIMIT)
    assert (log.counts, agreement.apart_since) == ({}, None)


def test_sensors_that_fall_silent_have_not_disagreed_for_longer_than_they_were_heard() -> None:
    agreement, log = fresh()
    weigh(agreement, log, at(60), held(5_000, 9_000), LIMIT)
    # Nothing is held any more, so that nothing holds.
    agreement.hold = 0
    weigh(agreement, log, at(120), [], LIMIT)
    assert log.counts == {}


def test_of_two_sensors_nobody_can_tell_which_one_is_wrong() -> None:
    agreement, log = fresh()
    weigh(agreement, log, 0, held(5_000, 9_000), LIMIT)
    found = disagreement_found(agreement, None, at(1_000))
    assert (found.device, found.sensor, found.until) == ("", "", None)
    assert found.text == (
        "t0 of d1, t1 of d1 held 5 °C, 9 °C: nobody can tell who is farthest from the median"
    )


def test_no_sensor_is_farthest_where_two_are_equally_far() -> None:
    assert farthest_of(held(1, 5, 9)) is None
    assert farthest_of(held(1, 5, 10)) == held(1, 5, 10)[2]


def test_sensors_never_disagree_without_a_limit() -> None:
    agreement, log = fresh()
    weigh(agreement, log, 0, held(5_000, 90_000), 0)
    assert not is_disagreeing_at(agreement, at(10**6))


def test_farthest_of_several_devices_is_a_sensor_of_the_one_that_is_farthest() -> None:
    liar = [Held("d3", f"t{place}", 20_000, 0) for place in range(3)]
    honest = [Held("d1", "t", 5_000, 0), Held("d2", "t", 5_100, 0)]
    assert farthest_of([*honest, *liar]) == liar[0]
    assert farthest_of([*liar[::-1], *honest]) == liar[0]


def test_nobody_is_farthest_of_two_devices_however_many_sensors_they_have() -> None:
    assert farthest_of([Held("d1", "t", 5_000, 0), *held(9_000, 9_000)[:1]]) is None
    both = [Held("d1", "t0", 5_000, 0), Held("d1", "t1", 5_000, 0), Held("d2", "t", 9_000, 0)]
    assert farthest_of(both) is None


def test_sensor_that_was_the_farthest_for_longest_is_named_and_not_the_one_that_read_last() -> None:
    # t2 lies at 5 °C beside 9 °C; when it gets cold, t0 has read it and t1 not yet, for 4 s.
    agreement, log = fresh()
    weigh(agreement, log, at(0), held(9_000, 9_100, 5_000), LIMIT)
    weigh(agreement, log, at(3_000), held(4_700, 9_100, 4_600), LIMIT)
    weigh(agreement, log, at(3_004), held(4_700, 4_800, 4_600), LIMIT)
    (found,) = log.newest
    assert (found.device, found.sensor) == ("d1", "t2")
    assert [value for _, value in found.readings] == [5_000, 9_000, 9_100]


def blamed(*moments: tuple[float, list[Held]], until: float) -> SensorFinding:
    """Return what was found of sensors that held values from each moment on."""
    agreement, log = fresh()
    for moment, values in moments:
        weigh(agreement, log, at(moment), values, LIMIT)
    return disagreement_found(agreement, None, at(until))


ONLY_FIRST, ONLY_LAST = held(9_000, 5_000, 5_000), held(5_000, 5_000, 9_000)
EQUALLY_FAR = held(1_000, 5_000, 9_000)


def test_time_for_which_a_sensor_was_the_farthest_adds_up() -> None:
    # t2 for 600 s and 500 s, t0 for 1,000 s between them.
    found = blamed((0, ONLY_LAST), (600, ONLY_FIRST), (1_600, ONLY_LAST), until=2_100)
    assert found.sensor == "t2"
    found = blamed((0, ONLY_LAST), (600, ONLY_FIRST), (1_600, ONLY_LAST), until=1_900)
    assert found.sensor == "t0"


def test_sensor_that_was_the_farthest_is_named_though_for_longer_nobody_could_tell() -> None:
    assert blamed((0, EQUALLY_FAR), (1_000, ONLY_LAST), until=1_001).sensor == "t2"


def test_of_sensors_that_were_the_farthest_for_as_long_the_first_by_name_is_named() -> None:
    assert blamed((0, ONLY_LAST), (500, ONLY_FIRST), until=1_000).sensor == "t0"


def test_disagreement_shows_the_values_of_when_they_first_lay_farthest_apart() -> None:
    later = held(4_999, 5_000, 8_999, read_at=300)
    found = blamed((0, ONLY_LAST), (300, later), until=1_000)
    assert found.readings == ((0, 5_000), (0, 5_000), (0, 9_000))


def test_disagreement_tells_values_in_the_order_of_devices_and_sensors() -> None:
    found = blamed((0, ONLY_LAST[::-1]), until=1_000)
    assert found.text.startswith("t0 of d1, t1 of d1, t2 of d1 held 5 °C, 5 °C, 9 °C: ")


def test_nobody_is_farthest_of_two_devices_though_one_of_their_sensors_is() -> None:
    # The devices' medians are 5.2 °C and 9 °C, their middle is 7.1 °C.
    two = [Held("d1", "t0", 5_000, 0), Held("d1", "t1", 5_400, 0), Held("d2", "t", 9_000, 0)]
    assert farthest_of(two) is None


def test_disagreement_that_is_over_counts_its_last_stretch_and_is_forgotten() -> None:
    agreement, log = fresh()
    moments = [(0, ONLY_LAST), (900, ONLY_FIRST), (2_000, held(5_000, 5_000, 5_000))]
    moments += [(2_100, ONLY_LAST), (4_000, held(5_000, 5_000, 5_000))]
    for moment, values in moments:
        weigh(agreement, log, at(moment), values, LIMIT)
    assert [one.sensor for one in log.newest] == ["t0", "t2"]


def test_disagreement_names_nobody_for_what_was_before_the_last_agreement() -> None:
    moments = [(0, ONLY_LAST), (2_000, held(5_000, 5_000, 5_000)), (2_100, ONLY_FIRST)]
    assert blamed(*moments, until=3_200).sensor == "t0"
