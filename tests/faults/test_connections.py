"""Connections that are half open, fight over one name, or are a thousand."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Iterable, Iterator

import pytest

from tests.faults.fleet import Fleet, counted, payload
from tests.faults.steadfast_device import (
    CONNACK,
    CONNECT,
    HOST,
    PUBACK,
    PUBLISH,
    SteadfastDevice,
    next_packet,
    packet,
    text,
)
from tests.integration.intake_process import IntakeProcess, running_intake

pytestmark = pytest.mark.integration

THOUSAND = 1_000
DEADLINE_S = 30.0
ENOUGH_FILES = 4_096
PINGREQ, PINGRESP = 12, 13


@pytest.fixture
def intake() -> Iterator[IntakeProcess]:
    with running_intake() as running:
        yield running


def slow_intake(commit_s: str) -> contextlib.AbstractContextManager[IntakeProcess]:
    """Run an intake whose commits take so many seconds longer."""
    return running_intake(
        module="tests.faults.altered_intake", environment={"SLOW_COMMIT_S": commit_s}
    )


class ScriptedDevice:
    """One of those that call themselves `both`; its messages have their numbers as packet ids."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, device: str
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._topic = f"cargotwin/v1/{device}/readings"

    @classmethod
    @contextlib.asynccontextmanager
    async def connected(cls, port: int, device: str) -> "AsyncIterator[ScriptedDevice]":
        reader, writer = await asyncio.open_connection(HOST, port)
        try:
            body = text("MQTT") + bytes([4, 0, 0, 0]) + text("both")
            writer.write(packet(CONNECT, 0, body))
            assert (await next_packet(reader))[0] == CONNACK
            yield cls(reader, writer, device)
        finally:
            writer.transport.abort()

    async def send(self, numbers: Iterable[int], *, dup: bool = False) -> None:
        """Send bare readings and return when they were read."""
        for number in numbers:
            body = text(self._topic) + number.to_bytes(2) + payload("bare", number)
            self._writer.write(packet(PUBLISH, dup << 3 | 1 << 1, body))
        self._writer.write(packet(PINGREQ, 0, b""))
        assert (await next_packet(self._reader))[0] == PINGRESP

    async def hear(self, numbers: Iterable[int]) -> None:
        """Wait until all are acknowledged, in their order (MQTT-4.6.0-2)."""
        for number in numbers:
            assert await next_packet(self._reader) == (PUBACK, number.to_bytes(2))

    async def answers(self) -> set[int]:
        """Return what is acknowledged before the connection ends."""
        heard = set()
        with contextlib.suppress(asyncio.IncompleteReadError):
            while True:
                _, body = await next_packet(self._reader)
                heard.add(int.from_bytes(body))
        return heard


class DeadRelay:
    """Passes bytes to a port, until it passes nothing more and closes nothing either."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._is_dead = False
        self._writers: list[asyncio.StreamWriter] = []
        self.port = 0

    def die(self) -> None:
        self._is_dead = True

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._relay, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for writer in self._writers:
                writer.transport.abort()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection(HOST, self._target)
        self._writers += [writer, to_writer]
        await asyncio.gather(self._pass(reader, to_writer), self._pass(to_reader, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                if not self._is_dead:
                    writer.write(data)


async def test_device_whose_connection_is_half_open_comes_back_and_counts_once(
    intake: IntakeProcess,
) -> None:
    relay = DeadRelay(intake.port)
    async with relay.serving():
        fleet = Fleet.of(relay.port, readings=3_000, qos=1)
        through = [asyncio.create_task(one.run()) for one in fleet.devices]
        async with asyncio.timeout(DEADLINE_S):
            while fleet.acknowledged < fleet.size / 3:  # noqa: ASYNC110 - of three devices
                await asyncio.sleep(0.001)
        relay.die()
        # What a keep alive does in time: the device takes its connection for dead.
        for one in through:
            one.cancel()
        await asyncio.gather(*through, return_exceptions=True)
        for device in fleet.devices:
            device.port = intake.port
        await fleet.send_under([])
    assert all(one.connections == 2 for one in fleet.devices)
    fleet.check(intake)


@pytest.mark.parametrize("commit_s", ["0", "0.005"])
async def test_two_devices_of_one_name_disturb_each_other_and_lose_nothing(commit_s: str) -> None:
    # Slow commits leave each connection with answers that it never hears.
    with slow_intake(commit_s) as intake:
        twins = [
            SteadfastDevice(
                client_id="both",
                port=intake.port,
                topic=f"cargotwin/v1/{device}/readings",
                payloads=[payload("bare", number) for number in range(1, 501)],
                # So that neither is at its end before the other has come.
                pause_s=0.001,
            )
            for device in ("one", "other")
        ]
        async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
            for device in twins:
                group.create_task(device.run())
        assert sum(one.connections for one in twins) > 2, "they did not meet"
        for device in ("one", "other"):
            assert counted(intake.readings(device)) == dict.fromkeys(range(1, 501), 1)


async def test_messages_whose_answers_another_of_the_same_name_cut_off_count_once() -> None:
    numbers = range(1, 21)
    with slow_intake("0.5") as intake:
        async with asyncio.timeout(DEADLINE_S), contextlib.AsyncExitStack() as open_until_end:

            async def scripted(device: str) -> ScriptedDevice:
                return await open_until_end.enter_async_context(
                    ScriptedDevice.connected(intake.port, device)
                )

            first = await scripted("one")
            await first.send(numbers)
            second = await scripted("other")
            await second.send(numbers)
            assert await first.answers() == set(), "the commit was faster than the other device"
            # Once before all that is on disk, and once after it.
            third = await scripted("one")
            await third.send(numbers, dup=True)
            fourth = await scripted("other")
            assert await third.answers() == set(), "the commit was faster than the other device"
            await fourth.send(numbers, dup=True)
            await fourth.hear(numbers)
            fifth = await scripted("one")
            await fifth.send(numbers, dup=True)
            await fifth.hear(numbers)
        for device in ("one", "other"):
            assert counted(intake.readings(device)) == dict.fromkeys(numbers, 1)


async def test_thousand_devices_are_heard_at_once() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, ENOUGH_FILES), hard), hard))
    with running_intake() as intake:
        devices = [
            SteadfastDevice(
                client_id=f"device-{number}",
                port=intake.port,
                topic=f"cargotwin/v1/device-{number}/readings",
                payloads=[payload("timed", one) for one in (1, 2, 3)],
            )
            for number in range(THOUSAND)
        ]
        async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as group:
            for device in devices:
                group.create_task(device.run())
        assert [one.connections for one in devices] == [1] * THOUSAND
        assert len(intake.readings()) == 3 * THOUSAND
