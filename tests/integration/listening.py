"""A listener in the test's own process, and devices that write any bytes to it."""

import asyncio
import contextlib
import itertools
import ssl
import time
from collections.abc import AsyncIterator

from gateway.mqtt.connecting import Connack, Connect, decode_connack, encode_connect
from gateway.mqtt.listener import Listener
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.settings import ListenerSettings
from tests.fakes.sessions import Gate, MemorySessions
from tests.unit.gateway.mqtt.memory_sink import DEADLINE_S, MemorySink

HOST = "127.0.0.1"
SETTINGS = ListenerSettings(
    port=0,
    maximum_packet_size=100_000,
    maximum_connections=3,
    maximum_keep_alive_s=60,
    connect_timeout_s=0.3,
    close_timeout_s=1.0,
)


def clock_us() -> int:
    return time.time_ns() // 1000


def new_listener(
    settings: ListenerSettings,
    sink: MemorySink,
    gate: Gate | None = None,
    store: MemorySessions | None = None,
) -> Listener:
    numbers = itertools.count(1)
    return Listener(
        settings,
        sink,
        sessions=store or MemorySessions(),
        gatekeeper=gate or Gate(),
        clock_us=clock_us,
        new_client_id=lambda: f"assigned-{next(numbers)}",
        reserved_clients=["gateway"],
    )


@contextlib.asynccontextmanager
async def serving(
    sink: MemorySink,
    gate: Gate | None = None,
    store: MemorySessions | None = None,
    settings: ListenerSettings = SETTINGS,
) -> AsyncIterator[Listener]:
    """A listener that is started and closed."""
    server = new_listener(settings, sink, gate, store)
    await server.start()
    try:
        yield server
    finally:
        await server.close()


class RawDevice:
    """A device that writes any bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(
        cls, listener: Listener, first: bytes = b"", tls: ssl.SSLContext | None = None
    ) -> "RawDevice":
        device = cls(*await asyncio.open_connection(HOST, listener.port, ssl=tls))
        device.write(first)
        return device

    @classmethod
    async def connected(cls, listener: Listener, version: ProtocolVersion) -> "RawDevice":
        device, connack = await cls.asking(listener, Connect(version, "raw"))
        assert connack.reason_code == 0
        return device

    @classmethod
    async def asking(
        cls, listener: Listener, connect: Connect, tls: ssl.SSLContext | None = None
    ) -> tuple["RawDevice", Connack]:
        """A device and what its CONNECT was answered with."""
        device = await cls.open(listener, encode_connect(connect), tls)
        try:
            header, length = await device.read(2)
            assert header == 0x20
            return device, decode_connack(await device.read(length), connect.version)
        except BaseException:
            await device.close()
            raise

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    async def trickle(self) -> None:
        """Write byte after byte, for ever."""
        while True:
            self.write(b"\0")
            await asyncio.sleep(0.02)

    async def read(self, size: int) -> bytes:
        async with asyncio.timeout(DEADLINE_S):
            return await self._reader.readexactly(size)

    async def rest(self) -> bytes:
        async with asyncio.timeout(DEADLINE_S):
            data = await self._reader.read()
        await self.close()
        return data

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError):  # the other side was faster
            await self._writer.wait_closed()
