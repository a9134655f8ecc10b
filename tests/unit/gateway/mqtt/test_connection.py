from gateway.mqtt.connecting import Connect, encode_connect
from gateway.mqtt.connection import Connection
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.session import CONNECT_MAXIMUM_SIZE, ServerSession
from gateway.mqtt.settings import ListenerSettings
from gateway.mqtt.shell import receive_buffer
from gateway.mqtt.topics import TopicNames
from tests.integration.listening import new_listener
from tests.unit.gateway.mqtt.memory_sink import MemorySink


async def test_connection_takes_no_more_at_once_than_it_may_keep_before_it_is_admitted() -> None:
    settings, sink = ListenerSettings(), MemorySink()
    session = ServerSession(settings, new_client_id=lambda: "x", topic_names=TopicNames())
    buffer = receive_buffer()
    connection = Connection(
        session, settings, sink, new_listener(settings, sink), buffer=buffer, clock_us=lambda: 0
    )
    assert len(connection.get_buffer(-1)) == CONNECT_MAXIMUM_SIZE
    session.receive_data(encode_connect(Connect(ProtocolVersion.V5, "dev"))[:10], 0)
    assert len(connection.get_buffer(-1)) == CONNECT_MAXIMUM_SIZE - 10
