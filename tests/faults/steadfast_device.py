"""A device that follows MQTT 3.1.1 to the letter and sends until everything is acknowledged.

It keeps its session over every lost connection: what was not answered is sent again with the same
packet id and DUP=1, a PUBREL without its PUBCOMP is sent again as it was (§4.3.3, §4.4). Written
for the tests alone, so that it shares no line with what it tests.
"""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

HOST = "127.0.0.1"
CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP = 1, 2, 3, 4, 5, 6, 7
DISCONNECT = 14
LARGEST_PACKET_ID = 65_535
RETRY_S = 0.05
HANDSHAKE_S = 5.0


class SessionLost(AssertionError):
    """The server forgot a session that it had promised to keep."""


def packet(kind: int, flags: int, body: bytes) -> bytes:
    left, length = len(body), bytearray()
    while True:
        left, digit = divmod(left, 128)
        length.append(digit | (0x80 if left else 0))
        if not left:
            return bytes([kind << 4 | flags, *length]) + body


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack(">H", len(data)) + data


async def next_packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    (first,) = await reader.readexactly(1)
    length = shift = 0
    while True:
        (digit,) = await reader.readexactly(1)
        length |= (digit & 0x7F) << shift
        shift += 7
        if digit < 0x80:
            return first >> 4, await reader.readexactly(length)


@dataclass
class SteadfastDevice:
    """One device with its messages, in order.

    Attributes:
        topic: Where all of them go.
        payloads: One message each.
        qos: 1 or 2.
        window: How many may be unanswered at once; mosquitto 2.0 cuts off who has more than 20
            of QoS 2.
        pause_s: What it waits between two messages.
        acknowledged: How many are answered for good.
        connections: How often it connected.
        repeated: How many messages it sent again.
    """

    client_id: str
    port: int
    topic: str
    payloads: Sequence[bytes]
    qos: int = 1
    window: int = 20
    pause_s: float = 0.0
    acknowledged: int = 0
    connections: int = 0
    repeated: int = 0
    _next: int = 0
    _unanswered: dict[int, int] = field(default_factory=dict)
    """Place of the message by packet id, in order of sending."""
    _released: dict[int, None] = field(default_factory=dict)
    """Packet ids whose PUBREC has come and whose PUBCOMP has not."""
    _packet_id: int = 0
    _room: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_done(self) -> bool:
        return self.acknowledged == len(self.payloads)

    async def run(self) -> None:
        """Send everything, over as many connections as it takes."""
        while not self.is_done:
            with contextlib.suppress(OSError, EOFError, TimeoutError):
                async with self._connection() as (reader, writer):
                    await self._use(reader, writer)
            if not self.is_done:
                await asyncio.sleep(RETRY_S)

    @contextlib.asynccontextmanager
    async def _connection(
        self,
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        reader, writer = await asyncio.open_connection(HOST, self.port)
        try:
            # Clean Session 0 (§3.1.2.4), no keep alive.
            body = text("MQTT") + bytes([4, 0, 0, 0]) + text(self.client_id)
            writer.write(packet(CONNECT, 0, body))
            async with asyncio.timeout(HANDSHAKE_S):
                kind, answer = await next_packet(reader)
            if kind != CONNACK or answer[1] != 0:
                raise ConnectionRefusedError(answer.hex())
            if self.connections and self.qos == 2 and not answer[0] & 1:
                raise SessionLost(self.client_id)
            self.connections += 1
            yield reader, writer
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _use(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for packet_id, place in self._unanswered.items():
            self._publish(writer, packet_id, place, dup=True)
            self.repeated += 1
        for packet_id in self._released:
            writer.write(packet(PUBREL, 2, struct.pack(">H", packet_id)))
        hearing = asyncio.create_task(self._hear(reader, writer))
        sending = asyncio.create_task(self._send(writer))
        try:
            await hearing
            writer.write(packet(DISCONNECT, 0, b""))
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        while self._next < len(self.payloads) and not writer.is_closing():
            while len(self._unanswered) + len(self._released) >= self.window:
                self._room.clear()
                await self._room.wait()
            packet_id = self._free_packet_id()
            self._unanswered[packet_id] = self._next
            self._next += 1
            self._publish(writer, packet_id, self._next - 1, dup=False)
            await (asyncio.sleep(self.pause_s) if self.pause_s else writer.drain())

    async def _hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while not self.is_done:
            kind, body = await next_packet(reader)
            packet_id = int.from_bytes(body[:2])
            if kind == PUBREC:
                self._unanswered.pop(packet_id, None)
                self._released[packet_id] = None
                writer.write(packet(PUBREL, 2, body[:2]))
                continue
            if kind == PUBACK:
                del self._unanswered[packet_id]
            elif kind == PUBCOMP:
                del self._released[packet_id]
            else:
                raise AssertionError(kind, body)
            self.acknowledged += 1
            self._room.set()

    def _publish(
        self, writer: asyncio.StreamWriter, packet_id: int, place: int, *, dup: bool
    ) -> None:
        body = text(self.topic) + struct.pack(">H", packet_id) + self.payloads[place]
        writer.write(packet(PUBLISH, dup << 3 | self.qos << 1, body))

    def _free_packet_id(self) -> int:
        while True:
            self._packet_id = self._packet_id % LARGEST_PACKET_ID + 1
            if self._packet_id not in self._unanswered and self._packet_id not in self._released:
                return self._packet_id
