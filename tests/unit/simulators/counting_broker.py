"""A broker of one page: it takes QoS 1 publishes over MQTT 3.1.1 and can drop or refuse clients."""

import asyncio
import contextlib
import struct
from collections.abc import Callable
from types import TracebackType
from typing import Self

CONNECT, PUBLISH, PINGREQ, DISCONNECT = 1, 3, 12, 14
CONNACK_ACCEPTED = b"\x20\x02\x00\x00"
PINGRESP = b"\xd0\x00"


class CountingBroker:
    """Remembers each publish that it saw and acknowledged, and how many clients have gone.

    Args:
        drops: After so many publishes the connection is cut without their PUBACK, once per entry.
    """

    def __init__(self, *drops: int) -> None:
        self.port = 0
        self.acknowledged: list[tuple[str, str, bytes]] = []
        self.seen: list[tuple[str, bytes]] = []
        self.clients: list[str] = []
        self.gone = 0
        self._drops = list(drops)
        self._writers: list[asyncio.StreamWriter] = []
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(holds)

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _note(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await self._talk(reader, writer)
        writer.close()
        self.gone += 1
        await self._note()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = self._drops.pop(0) if self._drops else None
        client = ""
        while True:
            await self._note()
            kind, flags, body = await _packet(reader)
            if kind == CONNECT:
                client = _text(body, 10)
                self.clients.append(client)
                writer.write(CONNACK_ACCEPTED)
            elif kind == PUBLISH:
                topic = _text(body, 0)
                place = 2 + len(topic.encode())
                self.seen.append((topic, body[place + 2 :]))
                if left is not None:
                    left -= 1
                    if left < 0:
                        return
                    continue
                assert flags & 0b0110 == 0b0010, "devices publish with QoS 1"
                self.acknowledged.append((client, topic, body[place + 2 :]))
                writer.write(b"\x40\x02" + body[place : place + 2])
            elif kind == PINGREQ:
                writer.write(PINGRESP)
            elif kind == DISCONNECT:
                return


async def _packet(reader: asyncio.StreamReader) -> tuple[int, int, bytes]:
    first = (await reader.readexactly(1))[0]
    length, shift = 0, 0
    while True:
        byte = (await reader.readexactly(1))[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # MQTT 3.1.1 section 2.2.3
            return first >> 4, first & 0x0F, await reader.readexactly(length)


def _text(body: bytes, place: int) -> str:
    (length,) = struct.unpack_from(">H", body, place)
    return body[place + 2 : place + 2 + length].decode()
