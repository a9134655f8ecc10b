from pathlib import Path

import pytest

from gateway.intake.retained import WithoutRetained
from gateway.intake.taking import PAYLOAD_FORMAT_INVALID, SUCCESS
from tests.unit.gateway.intake.running_intake import (
    ADD,
    BIND,
    NOW,
    TIMED,
    Running,
    publish,
    running,
)
from tests.unit.gateway.looping import running as looping
from tests.unit.gateway.mqtt.memory_sink import until

RETAINED_WAS_IGNORED = "retained_ignored"


async def answers(one: Running, *payloads: tuple[bytes, bool]) -> list[int]:
    """Return the codes of (payload, retained) that come in one batch from a broker."""
    count = len(one.answers)
    batch = [
        publish(payload, packet_id=place, retain=is_retained)
        for place, (payload, is_retained) in enumerate(payloads, start=1)
    ]
    WithoutRetained(one.intake).submit(batch, one.answered)
    await until(lambda: len(one.answers) > count)
    return one.answers[-1]


def at_minute(minute: int) -> bytes:
    return TIMED.replace(b"11:00:00", b"11:%02d:00" % minute)


async def test_retained_message_is_answered_and_counted_and_not_journalled(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        assert await answers(one, (TIMED, True), (at_minute(1), True)) == [SUCCESS, SUCCESS]
        assert one.readings() == []
        assert one.journal.counters() == {RETAINED_WAS_IGNORED: 2}


async def test_each_message_of_a_mixed_batch_gets_its_own_answer(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await one.door.handle(dict(ADD))
        await one.door.handle(dict(BIND))
        codes = await answers(
            one,
            (b"no JSON", False),
            (b"no JSON", True),
            (at_minute(1), False),
            (at_minute(2), True),
            (b"no JSON", False),
        )
        assert codes == [
            PAYLOAD_FORMAT_INVALID,
            SUCCESS,
            SUCCESS,
            SUCCESS,
            PAYLOAD_FORMAT_INVALID,
        ]
        assert len(one.readings()) == 1
        assert one.journal.counters()[RETAINED_WAS_IGNORED] == 2


async def test_batch_without_retained_messages_is_taken_as_it_is(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        await answers(one, (at_minute(1), False), (at_minute(2), False))
        assert len(one.readings()) == 2
        assert RETAINED_WAS_IGNORED not in one.journal.counters()


async def test_bytes_that_are_no_mqtt_are_kept_by_intake(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        sink = WithoutRetained(one.intake)
        sink.refuse("broker", "127.0.0.1", "malformed_packet", b"\x00", NOW)
        await until(lambda: one.committed)
        assert one.counted()["quarantined"] == 1


@pytest.mark.parametrize("is_retained", [False, True])
async def test_full_intake_is_full_for_a_broker_too_and_tells_when_there_is_room(
    tmp_path: Path, *, is_retained: bool
) -> None:
    rooms: list[bool] = []
    one = Running(tmp_path, pending_maximum_bytes=1)
    sink = WithoutRetained(one.intake)
    assert not sink.is_full
    sink.submit([publish(retain=is_retained)], one.answered)
    assert sink.is_full is not is_retained
    sink.on_room(lambda: rooms.append(sink.is_full))
    async with looping(one.intake.commit_forever()):
        await until(lambda: rooms)
    assert rooms == [False]


async def test_our_own_answers_that_a_broker_gives_back_are_passed_over(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        batch = [publish(b"{}", topic="cargotwin/v1/answers/a-1"), publish(packet_id=2)]
        WithoutRetained(one.intake).submit(batch, one.answered)
        await until(lambda: one.answers)
        assert one.answers == [[SUCCESS, 0x10]]
        assert one.journal.counters() == {"readings": 1, "readings_of_unknown_devices": 1}


async def test_device_that_is_called_answers_is_heard(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        WithoutRetained(one.intake).submit(
            [publish(topic="cargotwin/v1/answers/readings")], one.answered
        )
        await until(lambda: one.answers)
        assert [reading.device for reading in one.readings()] == ["answers"]
