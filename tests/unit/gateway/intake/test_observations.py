from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.devices.guarantees import Loss, Observed, Repetition, guarantee
from gateway.intake.observations import Observations
from gateway.senders import IMPORT
from tests.unit.gateway.intake.running_intake import NOW, TIMED, TIMELESS, TOPIC, publish, running
from tests.unit.twins.samples import read
from twins.readings import ClockSource, Quality, Reading

HOUR_US = 3_600_000_000
COUNTED = TIMED.replace(b"}", b',"seq":1}')


def reading(observed_at: int, **more: object) -> Reading:
    return replace(read(1, 5_000), device="d-1", observed_at=observed_at, **more)


def test_the_worst_that_was_seen_of_a_device_counts_and_is_stored() -> None:
    observations = Observations({}, frozenset({"gateway"}))
    first = observations.note("d-1", "d-1", 1, [reading(1, seq=1)])
    assert observations.note("d-1", "d-1", 2, [reading(2, seq=2)]) is None
    second = observations.note("d-1", "gateway", 0, [reading(3)])
    assert first is not None
    assert second is not None
    expected = Observed(0, True, {ClockSource.DEVICE}, False, False)  # noqa: FBT003 - fields
    assert observations.of("d-1") == expected
    assert Observations({"d-1": second}, frozenset()).of("d-1") == expected
    assert observations.of("d-2") is None


HISTORICAL = int(Quality.HISTORICAL)


def test_a_logger_of_which_files_alone_came_is_promised_what_files_can_keep() -> None:
    observations = Observations({}, frozenset())
    stored = observations.note("d-1", IMPORT, 1, [reading(1, quality=HISTORICAL)])
    assert stored is not None
    observed = Observations({"d-1": stored}, frozenset()).of("d-1")
    assert observed is not None
    sentences = " ".join(guarantee(observed).sentences())
    assert "sends again" not in sentences
    assert "The same file again" in sentences
    observations.note("d-1", "d-1", 1, [reading(2)])
    observed = observations.of("d-1")
    assert observed is not None
    assert guarantee(observed).loss is Loss.KEPT_ONCE_ACKNOWLEDGED
    observations.note("d-1", IMPORT, 1, [reading(3, quality=HISTORICAL)])
    assert observations.of("d-1") == observed


def test_what_was_kept_before_files_were_told_apart_is_read() -> None:
    # msgpack of [1, false, [1], true, false], by hand (https://github.com/msgpack/msgpack).
    stored = bytes.fromhex("9501c29101c3c2")
    observed = Observations({"d-1": stored}, frozenset()).of("d-1")
    assert observed == Observed(
        qos_lowest=1,
        via_broker=False,
        clock_sources={ClockSource.DEVICE},
        has_seq=True,
        is_signed=False,
    )


async def test_a_live_reading_after_a_file_is_seen_at_once(tmp_path: Path) -> None:
    historical = TIMED.replace(b"}", b',"quality":["historical"]}')
    async with running(tmp_path) as one:
        await one.take(replace(publish(historical, packet_id=None), client=IMPORT))
        observed = one.reception.observations.of("d-1")
        assert observed is not None
        assert observed.from_file
        await one.take(publish(TIMED))
        observed = one.reception.observations.of("d-1")
        assert observed is not None
        assert not observed.from_file


@pytest.mark.parametrize(
    ("differences_s", "offset_s"),
    [
        ([5, 2, 9], -2),  # at best two seconds on the way, or a clock that lags by two
        ([-70, -66], 70),  # what arrives before it was observed has a clock ahead
    ],
)
def test_clock_offset_is_what_is_left_when_the_way_was_shortest(
    differences_s: list[int], offset_s: int
) -> None:
    observations = Observations({}, frozenset())
    for difference in differences_s:
        observations.note_clock(reading(NOW - difference * 1_000_000), NOW)
    assert observations.clock_offset_us("d-1") == offset_s * 1_000_000
    assert observations.clock_offset_us("d-2") is None


def test_clock_offset_forgets_what_lies_more_than_two_hours_back() -> None:
    observations = Observations({}, frozenset())
    observations.note_clock(reading(NOW + 60), NOW)
    for hour in (1, 2):
        observations.note_clock(reading(NOW), NOW + hour * HOUR_US)
    assert observations.clock_offset_us("d-1") == -HOUR_US


def test_stored_readings_and_times_of_arrival_say_nothing_of_a_clock() -> None:
    observations = Observations({}, frozenset())
    observations.note_clock(reading(5, quality=int(Quality.HISTORICAL)), NOW)
    observations.note_clock(reading(NOW, clock_source=int(ClockSource.GATEWAY)), NOW)
    assert observations.clock_offset_us("d-1") is None


async def test_guarantee_falls_with_the_first_message_that_is_worse(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        observations = one.reception.observations
        for packet_id in (1, 2, 3):
            await one.take(publish(COUNTED, packet_id=packet_id))
        observed = observations.of("d-1")
        assert observed is not None
        assert guarantee(observed).loss is Loss.KEPT_ONCE_ACKNOWLEDGED
        assert observed.has_seq
        await one.take(publish(TIMED))
        await one.take(replace(publish(COUNTED, packet_id=None), qos=0))
        await one.take(replace(publish(COUNTED), client="broker"))
        await one.take(publish(TIMELESS))
    async with running(tmp_path) as one:
        observed = one.reception.observations.of("d-1")
        assert observed == Observed(
            qos_lowest=0,
            via_broker=True,
            clock_sources={ClockSource.DEVICE, ClockSource.GATEWAY},
            has_seq=False,
            is_signed=False,
        )
        found = guarantee(observed)
        assert (found.loss, found.repetition) == (Loss.MAY_BE_LOST, Repetition.MAY_COUNT_TWICE)


async def test_each_worse_way_is_seen_on_the_short_way_too(tmp_path: Path) -> None:
    worse = {
        "qos": replace(publish(COUNTED, packet_id=None), qos=0),
        "seq": publish(TIMED),
        "broker": replace(publish(COUNTED), client="broker"),
    }
    async with running(tmp_path) as one:
        for name, message in worse.items():
            topic = TOPIC.replace("d-1", name)
            for packet_id in (1, 2, 3):
                await one.take(publish(COUNTED, topic=topic, packet_id=packet_id))
            await one.take(replace(message, topic=topic))
        seen = {name: one.reception.observations.of(name) for name in worse}
        assert [
            (one_.qos_lowest, one_.has_seq, one_.via_broker) for one_ in seen.values() if one_
        ] == [
            (0, True, False),
            (1, False, False),
            (1, True, True),
        ]
