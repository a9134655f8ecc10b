"""What is found against a sensor; expected values by hand from the docstrings of the modules."""

from __future__ import annotations

import msgspec

from tests.unit.twins.samples import HOUR, at, read
from twins.readings import ClockSource, Quality, Reading
from twins.sensors.findings import FindingKind, FindingLog, SensorFinding, Subject
from twins.sensors.health import Health, is_trusted, running_findings, watch, watch_median
from twins.sensors.limits import QuantityLimits, SensorLimits

MINUTE = 60
LIMITS = SensorLimits(
    quantities={
        "temperature": QuantityLimits(stuck_after=at(24 * HOUR), largest_step=1_000, drift=500)
    },
    battery_low=10_000,
    calibration_interval=at(365 * 24 * HOUR),
)


class Watched:
    """What is known of one sensor: its health now, and what was found and is over."""

    def __init__(
        self, quantity: str = "temperature", hold: float = 0, calibrated: float | None = None
    ) -> None:
        subject = Subject("d1", "air", quantity)
        calibrated_at = None if calibrated is None else at(calibrated)
        self.health = Health(subject, hold=at(hold), calibrated_at=calibrated_at)
        self.log = FindingLog()

    def take(self, *readings: Reading) -> Watched:
        for one in readings:
            watch(self.health, self.log, one, LIMITS)
        return self

    def compare(self, seconds: float, value: int, judged: int) -> None:
        watch_median(self.health, self.log, at(seconds), value, judged, LIMITS)

    @property
    def is_trusted(self) -> bool:
        return is_trusted(self.health, LIMITS)

    @property
    def running(self) -> list[FindingKind]:
        return [one.kind for one in running_findings(self.health, LIMITS)]

    @property
    def found(self) -> tuple[SensorFinding, ...]:
        return self.log.newest

    @property
    def counts(self) -> dict[str, int]:
        return self.log.counts


def watched(*readings: Reading) -> Watched:
    return Watched().take(*readings)


def every(minutes: float, *values: int, start: float = 0) -> list[Reading]:
    return [
        read(start + place * minutes * MINUTE, value, quality=0)
        for place, value in enumerate(values)
    ]


def test_nothing_is_watched_without_limits() -> None:
    sensor, nothing = Watched(), SensorLimits()
    for one in every(60, *[5_000] * 100, 90_000, 5_000):
        watch(sensor.health, sensor.log, one, nothing)
        assert is_trusted(sensor.health, nothing)
    assert (sensor.counts, running_findings(sensor.health, nothing)) == ({}, ())


def test_value_that_repeats_for_longer_than_allowed_is_stuck_from_then_until_it_changes() -> None:
    sensor = watched(*every(60, *[5_000] * 25))
    assert (sensor.is_trusted, sensor.running) == (True, [])
    sensor.take(read(25 * HOUR, 5_000))
    assert (sensor.is_trusted, sensor.running) == (False, [FindingKind.STUCK])
    sensor.take(read(26 * HOUR, 5_100))
    assert sensor.is_trusted
    (found,) = sensor.found
    assert (found.kind, found.since, found.until) == (FindingKind.STUCK, 0, at(26 * HOUR))
    assert found.readings == ((0, 5_000), (at(25 * HOUR), 5_000), (at(26 * HOUR), 5_100))
    assert found.text == "reported 5 °C and nothing else for 25 h"


def test_few_readings_of_one_value_are_not_stuck_however_long_they_took() -> None:
    sensor = watched(*every(24 * 60, *[5_000] * 9))
    assert sensor.is_trusted
    sensor.take(read(9 * 24 * HOUR, 5_000))
    assert not sensor.is_trusted


def test_spike_is_in_doubt_until_the_next_reading_and_then_found() -> None:
    sensor = watched(*every(1, 5_000, 5_100, 85_000))
    assert (sensor.is_trusted, [one.kind for one in sensor.found]) == (False, [])
    sensor.take(read(3 * MINUTE, 5_200))
    assert sensor.is_trusted
    (found,) = sensor.found
    assert (found.kind, found.since, found.until) == (FindingKind.SPIKE, at(120), at(180))
    assert found.readings == ((at(60), 5_100), (at(120), 85_000), (at(180), 5_200))
    assert found.text == "a lone reading, first 85 °C, between 5.1 °C and 5.2 °C"


def test_lasting_step_is_in_doubt_for_one_reading_and_no_spike() -> None:
    sensor = watched(*every(1, 5_000, 25_000))
    assert not sensor.is_trusted
    sensor.take(*every(1, 25_500, 25_600, 25_700, start=120))
    assert (sensor.is_trusted, sensor.counts) == (True, {})


def test_step_that_is_nearer_to_the_reading_after_it_than_to_the_one_before_is_no_spike() -> None:
    # After ten hours of silence 30 °C may come from 5 °C; it was at 30 °C before them as well.
    sensor = watched(*every(1, 5_000, 30_000), read(60 + 10 * HOUR, 30_500))
    assert (sensor.is_trusted, sensor.counts) == (True, {})
    # A door stands open and is shut again: 11 °C, 9 °C.
    sensor.take(*every(5, 31_000, 37_000, 35_000, 33_000, start=11 * HOUR))
    assert sensor.counts == {}


def test_wild_readings_in_a_row_are_one_spike() -> None:
    sensor = watched(*every(1, 5_000, 85_000, -40_000, 60_000, 5_000))
    (found,) = sensor.found
    assert (found.since, found.until) == (at(60), at(240))
    assert found.text == "3 readings, first 85 °C, between 5 °C and 5 °C"


def test_change_as_large_as_the_time_allows_is_no_step() -> None:
    # 1 °C a minute: 5 °C in five minutes, and 1 °C within a second.
    sensor = watched(*every(5, 5_000, 10_000, 5_000), read(601, 6_000), read(602, 5_000))
    assert sensor.counts == {}
    sensor.take(*every(5, 10_001, 5_000, start=902))
    assert sensor.counts == {"spike": 1}


def test_two_levels_in_turn_are_two_sources_under_one_id() -> None:
    sensor = watched(*every(1, *[5_000, 30_000] * 4, 5_000))
    assert sensor.counts == {"spike": 4}
    assert (sensor.running, sensor.is_trusted) == ([FindingKind.CLONED_ID], False)
    # Forgotten after eight readings without another spike.
    sensor.take(*every(1, *[5_000] * 9, start=540))
    assert sensor.is_trusted
    assert sensor.found[-1].kind == FindingKind.CLONED_ID
    assert (sensor.found[-1].since, sensor.found[-1].until) == (at(60), at(540 + 480))


def test_spikes_of_different_values_are_not_two_sources() -> None:
    sensor = watched(*every(1, 5_000, 30_000, 5_000, 40_000, 5_000, 30_000, 5_000, 50_000, 5_000))
    assert (sensor.counts, sensor.running) == ({"spike": 4}, [])


def test_silence_longer_than_the_hold_is_counted_as_a_gap() -> None:
    sensor = Watched(hold=900).take(*[read(second, 5_000) for second in (0, 900, 1_801, 5_000)])
    assert (sensor.counts, sensor.found) == ({"gap": 2}, ())


def test_low_battery_is_found_while_it_is_low_and_lowers_no_trust() -> None:
    charges = [read(0, 10_000, quantity="battery"), read(60, 9_999, quantity="battery")]
    sensor = Watched("battery").take(*charges)
    (found,) = running_findings(sensor.health, LIMITS)
    assert (found.kind, found.since, found.until) == (FindingKind.BATTERY_LOW, at(60), None)
    assert (found.text, found.readings) == ("battery at 9.999 %", ((at(60), 9_999),))
    assert sensor.is_trusted
    sensor.take(read(120, 80_000, quantity="battery"))
    assert ([one.kind for one in sensor.found], sensor.running) == ([FindingKind.BATTERY_LOW], [])


def test_reading_after_the_calibration_has_ended_is_not_trusted() -> None:
    sensor = Watched(calibrated=0)
    sensor.take(read(365 * 24 * HOUR, 5_000))
    assert sensor.is_trusted
    sensor.take(read(366 * 24 * HOUR, 5_000))
    assert not sensor.is_trusted
    (found,) = running_findings(sensor.health, LIMITS)
    assert (found.kind, found.since) == (FindingKind.CALIBRATION_DUE, at(365 * 24 * HOUR))
    assert found.text == "the calibration ended 24 h before"


def test_sensor_of_unknown_calibration_is_not_called_overdue() -> None:
    sensor = watched(read(10**9, 5_000))
    assert sensor.is_trusted


def test_unusable_reading_says_nothing_of_the_sensor() -> None:
    sensor = watched(*every(1, 5_000, 5_100))
    before = msgspec.msgpack.encode(sensor.health)
    sensor.take(read(120, 850_000, quality=int(Quality.IMPLAUSIBLE)))
    assert msgspec.msgpack.encode(sensor.health) == before


def test_two_values_of_one_identity_are_found_as_a_conflict() -> None:
    sensor = watched(read(60, 5_000, quality=int(Quality.CONFLICT)))
    (found,) = sensor.found
    assert (found.kind, found.readings) == (FindingKind.CONFLICT, ((at(60), 5_000),))
    assert sensor.health.last_at is None


def test_counter_that_falls_once_is_a_hint_and_lowers_no_trust() -> None:
    sensor = watched(read(0, 5_000, seq=511), read(60, 5_000, seq=0), read(120, 5_000, seq=1))
    (found,) = sensor.found
    assert found.kind == FindingKind.SEQUENCE_BACKWARD
    assert found.readings == ((0, 5_000), (at(60), 5_000))
    assert "from 511 to 0" in found.text
    assert sensor.is_trusted


def test_counter_of_a_message_that_was_stored_or_timed_on_arrival_need_not_grow() -> None:
    sensor = watched(
        read(0, 5_000, seq=500),
        read(60, 5_000, seq=20, quality=int(Quality.HISTORICAL)),
        read(120, 5_000, seq=30, clock_source=ClockSource.GATEWAY),
        read(180, 5_000, seq=40, quality=int(Quality.CLOCK_SUSPECT)),
        read(240, 5_000, seq=501),
    )
    assert sensor.counts == {}


def test_two_counters_in_turn_are_two_devices_under_one_id() -> None:
    seqs = [100, 900, 101, 901, 902, 102, 903, 103]
    sensor = watched(*[read(place * 60, 5_000, seq=seq) for place, seq in enumerate(seqs)])
    # 101 falls; 102 and 103 fall back to where that counter had stopped.
    assert (sensor.counts, sensor.running) == ({"sequence_backward": 1}, [])
    sensor.take(read(480, 5_000, seq=904), read(540, 5_000, seq=104))
    assert (sensor.running, sensor.is_trusted) == ([FindingKind.CLONED_ID], False)
    later = [read(600 + place * 60, 5_000, seq=105 + place) for place in range(33)]
    sensor.take(*later)
    assert sensor.is_trusted
    assert (sensor.found[-1].since, sensor.found[-1].until) == (at(300), at(600 + 1_920))


def test_device_that_restarts_again_and_again_is_not_cloned() -> None:
    seqs = [seq for length in (3, 5, 2, 9, 9, 4, 7, 12, 3) for seq in range(length)]
    sensor = watched(*[read(place * 60, 5_000, seq=seq) for place, seq in enumerate(seqs)])
    assert (sensor.counts, sensor.running) == ({"sequence_backward": 8}, [])


def test_counter_that_runs_over_has_not_fallen() -> None:
    for bits in (8, 16, 24, 32):
        full = 2**bits
        sensor = watched(read(0, 5_000, seq=full - 2), read(60, 5_000, seq=3))
        assert sensor.counts == {}
        sensor.take(read(120, 5_000, seq=1))
        assert sensor.counts == {"sequence_backward": 1}


def drifting(hours: int, beside: int) -> Watched:
    sensor = Watched()
    for place in range(hours * 12):
        sensor.compare(place * 300, 5_000 + beside, 5_000)
    return sensor


def test_sensor_beside_the_median_for_three_hours_drifts_until_an_hour_is_within() -> None:
    sensor = drifting(3, 501)
    assert sensor.is_trusted
    sensor.compare(3 * HOUR, 5_501, 5_000)
    assert not sensor.is_trusted
    (found,) = running_findings(sensor.health, LIMITS)
    assert (found.kind, found.since) == (FindingKind.DRIFT, 0)
    assert found.text == "on average 0.501 °C above the median of all sensors"
    sensor.compare(3 * HOUR + 60, 4_499, 5_000)
    sensor.compare(4 * HOUR, 5_000, 5_000)
    assert sensor.is_trusted
    assert [(one.since, one.until) for one in sensor.found] == [(0, at(3 * HOUR))]


def test_mean_difference_equal_to_the_limit_is_no_drift() -> None:
    assert drifting(9, 500).is_trusted
    assert drifting(9, -500).is_trusted
    assert not drifting(9, -501).is_trusted


def test_log_keeps_the_newest_twenty_and_counts_all() -> None:
    values = [5_000, 60_000] * 30
    sensor = watched(*every(1, *values, 5_000))
    assert sensor.counts["spike"] == 30
    assert len(sensor.found) == 20
    assert sensor.found[-1].until == at(60 * 60)
