import asyncio
import contextlib
import socket
from collections.abc import Iterator

from gateway.mqtt.connecting import Connect, encode_connect
from gateway.mqtt.connection import Connection
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.session import CONNECT_MAXIMUM_SIZE, ServerSession
from gateway.mqtt.settings import ListenerSettings
from gateway.mqtt.shell import receive_buffer
from gateway.mqtt.topics import TopicNames
from tests.integration.listening import new_listener
from tests.unit.gateway.mqtt.memory_sink import MemorySink

V5 = ProtocolVersion.V5


class Wire(asyncio.Transport):
    """A transport that writes nothing, and that may be closing for as long as it likes."""

    def __init__(self, own: socket.socket) -> None:
        super().__init__({"peername": ("192.0.2.1", 40_000), "socket": own})
        self.is_ending = False

    def is_closing(self) -> bool:
        return self.is_ending

    def write(self, data: bytes | bytearray | memoryview) -> None:
        del data

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


@contextlib.contextmanager
def connection_on(sink: MemorySink) -> Iterator[tuple[Connection, Wire]]:
    settings = ListenerSettings()
    session = ServerSession(settings, new_client_id=lambda: "x", topic_names=TopicNames())
    connection = Connection(
        session,
        settings,
        sink,
        new_listener(settings, sink),
        buffer=receive_buffer(),
        clock_us=lambda: 0,
    )
    with socket.socket() as own:
        wire = Wire(own)
        connection.connection_made(wire)
        yield connection, wire
        connection.connection_lost(None)


def receive(connection: Connection, data: bytes) -> None:
    connection.get_buffer(-1)[: len(data)] = data
    connection.buffer_updated(len(data))


async def test_connection_takes_no_more_at_once_than_it_may_keep_before_it_is_admitted() -> None:
    with connection_on(MemorySink()) as (connection, _):
        assert len(connection.get_buffer(-1)) == CONNECT_MAXIMUM_SIZE
        receive(connection, encode_connect(Connect(V5, "dev"))[:10])
        assert len(connection.get_buffer(-1)) == CONNECT_MAXIMUM_SIZE - 10


async def test_connection_taken_over_while_its_last_bytes_linger_tells_what_is_unheard() -> None:
    sink = MemorySink(is_prompt=False)
    with connection_on(sink) as (connection, wire):
        receive(connection, encode_connect(Connect(V5, "dev")))
        receive(connection, encode_publish("t", b"x", version=V5, qos=1, packet_id=5))
        wire.is_ending = True
        connection.end(ReasonCode.SESSION_TAKEN_OVER)
        assert sink.unheard_ids == [5]
