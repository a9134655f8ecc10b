"""Two devices of one name, which use the same packet ids and cut each other's answers off."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.intake.taking import NO_MATCHING_SUBSCRIBERS, SUCCESS
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.publishing import encode_publish
from tests.unit.gateway.intake.running_intake import (
    DAY_US,
    TIMELESS,
    TOPIC,
    Running,
    publish,
    running,
)
from tests.unit.gateway.intake.test_listener_and_intake import CONNACK, connect, listening
from tests.unit.gateway.mqtt.memory_sink import DEADLINE_S

PINGREQ, PINGRESP = b"\xc0\0", b"\xd0\0"
DUP = 0b1000
OTHER = TIMELESS.replace(b"5.0", b"6.0")
THIRD = TIMELESS.replace(b"5.0", b"7.0")


def message(packet_id: int, payload: bytes, *, dup: bool = False) -> bytes:
    version = ProtocolVersion.V3_1_1
    packet = encode_publish(TOPIC, payload, version=version, qos=1, packet_id=packet_id)
    return bytes([packet[0] | dup * DUP]) + packet[1:]


def puback(packet_id: int) -> bytes:
    return b"\x40\2" + packet_id.to_bytes(2, "big")


class Device:
    """One of those that connect as `c-1`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def connect(self) -> None:
        self._writer.write(connect())
        await self.hear(CONNACK)

    async def hear(self, expected: bytes) -> None:
        async with asyncio.timeout(DEADLINE_S):
            assert await self._reader.readexactly(len(expected)) == expected

    async def say(self, *packets: bytes) -> None:
        """Send packets and return when they were read."""
        self._writer.write(b"".join(packets) + PINGREQ)
        await self.hear(PINGRESP)

    async def is_cut_off(self) -> bool:
        async with asyncio.timeout(DEADLINE_S):
            return await self._reader.read() == b""

    def vanish(self) -> None:
        self._writer.transport.abort()


Connected = Callable[[], Awaitable[Device]]


@asynccontextmanager
async def meeting(one: Running) -> AsyncIterator[Connected]:
    """Yield what connects one more device; each takes the name over from the one before."""
    devices: list[Device] = []
    async with listening(one) as port:

        async def connected() -> Device:
            devices.append(Device(*await asyncio.open_connection("127.0.0.1", port)))
            await devices[-1].connect()
            return devices[-1]

        try:
            yield connected
        finally:
            for device in devices:
                device.vanish()


async def committed(one: Running, while_committing: Callable[[], Awaitable[None]]) -> None:
    """Let everything be committed that waits, and what comes meanwhile."""
    commits = asyncio.create_task(one.intake.commit_forever())
    try:
        await while_committing()
        await one.intake.durable()
    finally:
        commits.cancel()
        await asyncio.gather(commits, return_exceptions=True)


async def nothing() -> None:
    """Do nothing meanwhile."""


def values(one: Running) -> list[int]:
    return [reading.value for reading in one.readings()]


@pytest.mark.parametrize("is_committed_first", [False, True])
async def test_messages_whose_answers_the_other_device_cut_off_count_once(
    tmp_path: Path, *, is_committed_first: bool
) -> None:
    one = Running(tmp_path)
    async with meeting(one) as connected:
        first = await connected()
        await first.say(message(1, TIMELESS), message(2, THIRD))
        second = await connected()
        assert await first.is_cut_off()
        await second.say(message(1, OTHER), message(2, OTHER))
        if is_committed_first:
            await committed(one, nothing)
            await second.hear(puback(1) + puback(2))
        again = await connected()
        await again.say(message(1, TIMELESS, dup=True), message(2, THIRD, dup=True))

        async def hear_both() -> None:
            await again.hear(puback(1) + puback(2))

        await committed(one, hear_both)
    assert sorted(values(one)) == [5_000, 6_000, 6_000, 7_000]


async def test_message_whose_answer_is_cut_off_twice_counts_once(tmp_path: Path) -> None:
    one = Running(tmp_path)
    async with meeting(one) as connected:
        for connection in range(3):
            mine = await connected()
            await mine.say(message(1, TIMELESS, dup=connection > 0))
            other = await connected()
            await other.say(message(1, OTHER, dup=connection > 0))
        await committed(one, nothing)
    assert values(one) == [5_000, 6_000]


async def test_message_that_was_cut_off_and_came_again_is_new_when_its_value_recurs(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        first = publish(TIMELESS, packet_id=7)
        await one.take(first)
        one.intake.unheard([first])
        await one.take(publish(OTHER, packet_id=7))
        assert await one.take(replace(first, dup=True)) == [SUCCESS]
        # Its sender has heard that and may use the packet id for the same value.
        assert await one.take(replace(first, dup=True)) == [NO_MATCHING_SUBSCRIBERS]
        assert values(one) == [5_000, 6_000, 5_000]


async def test_message_known_as_the_newest_of_its_packet_id_is_no_longer_unheard(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        first = publish(TIMELESS, packet_id=7)
        await one.take(first)
        one.intake.unheard([first])
        assert await one.take(replace(first, dup=True)) == [SUCCESS]
        await one.take(publish(OTHER, packet_id=7))
        assert await one.take(replace(first, dup=True)) == [NO_MATCHING_SUBSCRIBERS]


async def test_unheard_message_is_known_only_as_the_same_of_its_sender_marked_with_dup(
    tmp_path: Path,
) -> None:
    async with running(tmp_path) as one:
        first = publish(TIMELESS, packet_id=7)
        await one.take(first)
        one.intake.unheard([first])
        again = replace(first, dup=True)
        for new in (
            publish(OTHER, packet_id=7),
            replace(again, packet_id=8),
            replace(again, client="another"),
            replace(again, topic="cargotwin/v1/d-2/readings"),
            first,
        ):
            assert await one.take(new) == [NO_MATCHING_SUBSCRIBERS]
        assert len(values(one)) == 6


async def test_unheard_message_is_known_again_for_seven_days(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        for packet_id in (1, 2):
            first = publish(TIMELESS, packet_id=packet_id)
            await one.take(first, publish(OTHER, packet_id=packet_id))
            one.intake.unheard([first])
        one.now += 7 * DAY_US
        assert await one.take(publish(TIMELESS, packet_id=1, dup=True)) == [SUCCESS]
        one.now += 1
        assert await one.take(publish(TIMELESS, packet_id=2, dup=True)) == [NO_MATCHING_SUBSCRIBERS]


async def test_unheard_messages_beyond_the_bound_are_forgotten_oldest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.intake.unheard.MOST_MESSAGES", 2)
    async with running(tmp_path) as one:
        sent = [publish(TIMELESS, packet_id=packet_id) for packet_id in (1, 2, 3)]
        await one.take(*sent)
        await one.take(*(publish(OTHER, packet_id=packet_id) for packet_id in (1, 2, 3)))
        one.intake.unheard([sent[0]])
        one.intake.unheard(sent[1:])
        codes = await one.take(*(replace(each, dup=True) for each in sent))
        assert codes == [NO_MATCHING_SUBSCRIBERS, SUCCESS, SUCCESS]


async def test_message_of_qos_2_is_never_unheard(tmp_path: Path) -> None:
    async with running(tmp_path) as one:
        first = replace(publish(TIMELESS, packet_id=7), qos=2, client="broker")
        await one.take(first)
        one.intake.unheard([first, replace(first, packet_id=None, qos=0)])
        one.intake.release("broker", [7], lambda _: None)
        await one.take(publish(OTHER, packet_id=7), replace(first, payload=OTHER))
        one.intake.release("broker", [7], lambda _: None)
        await one.take(replace(first, dup=True))
        assert values(one) == [5_000, 6_000, 6_000, 5_000]
