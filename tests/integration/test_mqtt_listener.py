"""Real clients against the listener."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiomqtt
import msgspec
import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties as PahoProperties
from paho.mqtt.reasoncodes import ReasonCode as PahoReasonCode

from gateway.mqtt.connecting import Connect, encode_connect
from gateway.mqtt.listener import AddressNotBound, Listener
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.ports import Grant
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.subscribing import Subscribe, Subscription, encode_subscribe
from tests.fakes.sessions import Gate, MemorySessions
from tests.integration.listening import (
    HOST,
    SETTINGS,
    RawDevice,
    clock_us,
    new_listener,
    serving,
)
from tests.servers import Server, find, free_port
from tests.unit.gateway.mqtt.memory_sink import DEADLINE_S, MemorySink, until

pytestmark = pytest.mark.integration

PAHO_VERSIONS = [MQTTProtocolVersion.MQTTv311, MQTTProtocolVersion.MQTTv5]


@pytest.fixture
def sink() -> MemorySink:
    return MemorySink()


@pytest.fixture
def gate() -> Gate:
    return Gate(Grant("", None, ("to/#",)))


@pytest.fixture
def store() -> MemorySessions:
    return MemorySessions()


@pytest.fixture
async def listener(sink: MemorySink, gate: Gate, store: MemorySessions) -> AsyncIterator[Listener]:
    async with serving(sink, gate, store) as server:
        yield server


async def run(program: str, *arguments: str) -> tuple[int, bytes]:
    process = await asyncio.create_subprocess_exec(
        find(program),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(DEADLINE_S):
        output, _ = await process.communicate()
    return process.returncode or 0, output


class PahoClient:
    """A paho client in its own thread, with what it was told."""

    def __init__(self, port: int, client_id: str, version: MQTTProtocolVersion) -> None:
        self.connected: list[str] = []
        self.acknowledged: list[str] = []
        self.messages: list[bytes] = []
        self.subscribed: list[list[str]] = []
        self.disconnected: list[str] = []
        self.client = paho.Client(CallbackAPIVersion.VERSION2, client_id, protocol=version)
        self.client.on_connect = lambda *args: self.connected.append(str(args[3]))
        self.client.on_publish = lambda *args: self.acknowledged.append(str(args[3]))
        self.client.on_message = lambda *args: self.messages.append(args[2].payload)
        self.client.on_subscribe = lambda *args: self.subscribed.append([str(c) for c in args[3]])
        self.client.on_disconnect = lambda *args: self.disconnected.append(str(args[3]))
        self.client.connect(HOST, port, keepalive=30)
        self.client.loop_start()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture
async def paho_client(listener: Listener) -> AsyncIterator[Callable[..., PahoClient]]:
    made: list[PahoClient] = []

    def make(
        client_id: str, version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv5
    ) -> PahoClient:
        made.append(PahoClient(listener.port, client_id, version))
        return made[-1]

    yield make
    for client in made:
        await asyncio.to_thread(client.close)


@pytest.mark.parametrize("version", ["mqttv311", "mqttv5"])
@pytest.mark.parametrize("qos", ["0", "1", "2"])
async def test_mosquitto_pub_delivers(
    listener: Listener, sink: MemorySink, version: str, qos: str
) -> None:
    options = ["-p", str(listener.port), "-V", version, "-q", qos, "-i", "dev", "-d"]
    code, output = await run("mosquitto_pub", *options, "-t", "s/1/temp", "-m", "4.5")
    assert code == 0, output
    await until(lambda: sink.publishes)
    (publish,) = sink.publishes
    assert (publish.client, publish.topic, publish.payload) == ("dev", "s/1/temp", b"4.5")
    assert publish.qos == int(qos)
    assert abs(publish.received_at - clock_us()) < 60_000_000


async def test_mosquitto_sub_receives_what_the_gateway_publishes(listener: Listener) -> None:
    options = ["-p", str(listener.port), "-V", "mqttv5", "-q", "1", "-C", "1", "-t", "to/dev/+"]
    receiving = asyncio.create_task(run("mosquitto_sub", *options))
    await until(lambda: listener.publish("to/dev/rebirth", b"please", qos=1))
    assert await receiving == (0, b"please\n")


@pytest.mark.parametrize("version", PAHO_VERSIONS)
async def test_paho_publishes_and_subscribes(
    listener: Listener,
    sink: MemorySink,
    paho_client: Callable[..., PahoClient],
    version: MQTTProtocolVersion,
) -> None:
    device = paho_client("dev", version)
    await until(lambda: device.connected)
    assert device.connected == ["Success"]
    for number in range(50):
        device.client.publish("s/1", b"%d" % number, qos=number % 3)
    await until(lambda: len(device.acknowledged) == 50)
    await until(lambda: len(sink.payloads) == 50)
    # paho keeps the order within one QoS only: its QoS 1 messages wait for a window of 20.
    for qos in (0, 1, 2):
        received = [int(publish.payload) for publish in sink.publishes if publish.qos == qos]
        assert received == list(range(qos, 50, 3))
    await until(lambda: not sink.open_ids)
    device.client.subscribe([("to/#", 2), ("s/#", 0)])
    await until(lambda: device.subscribed)
    refusal = "Not authorized" if version is MQTTProtocolVersion.MQTTv5 else "Unspecified error"
    assert device.subscribed == [["Granted QoS 1", refusal]]
    assert listener.publish("to/a", b"hello", qos=1) == 1
    await until(lambda: device.messages)
    assert device.messages == [b"hello"]


async def test_paho_is_told_the_reason_of_a_refused_message(
    sink: MemorySink, paho_client: Callable[..., PahoClient]
) -> None:
    sink.code = 0x99
    device = paho_client("dev")
    device.client.publish("s/1", b"no json", qos=1)
    await until(lambda: device.acknowledged)
    assert device.acknowledged == ["Payload format invalid"]


async def test_paho_uses_topic_aliases_and_user_properties(
    sink: MemorySink, paho_client: Callable[..., PahoClient]
) -> None:
    device = paho_client("dev")
    await until(lambda: device.connected)
    properties = PahoProperties(PacketTypes.PUBLISH)
    properties.TopicAlias = 1
    properties.UserProperty = ("unit", "CEL")
    device.client.publish("s/1", b"1", qos=1, properties=properties)
    device.client.publish("", b"2", qos=1, properties=properties)
    await until(lambda: len(sink.publishes) == 2)
    assert [publish.topic for publish in sink.publishes] == ["s/1", "s/1"]


async def test_bridge_of_mosquitto_delivers(
    listener: Listener, sink: MemorySink, tmp_path: Path
) -> None:
    port = free_port()
    configuration = tmp_path / "mosquitto.conf"
    configuration.write_text(
        f"listener {port} {HOST}\nallow_anonymous true\nuser root\n"
        f"connection gateway\naddress {HOST}:{listener.port}\ntopic s/# out 1\n"
        "restart_timeout 1\nnotifications false\n",
        encoding="utf-8",
    )
    command = [str(find("mosquitto")), "-c", str(configuration)]
    broker = Server("mosquitto", command, port, tmp_path)
    await asyncio.to_thread(broker.start)
    try:
        await until(lambda: listener.clients)
        await run("mosquitto_pub", "-p", str(port), "-q", "1", "-t", "s/1", "-m", "4.5")
        await until(lambda: sink.publishes)
    finally:
        await asyncio.to_thread(broker.stop)
    assert (sink.publishes[0].topic, sink.publishes[0].payload) == ("s/1", b"4.5")


async def test_second_client_of_the_same_id_takes_over(
    listener: Listener, paho_client: Callable[..., PahoClient]
) -> None:
    earlier = paho_client("dev")
    await until(lambda: earlier.connected)
    later = await RawDevice.open(listener, encode_connect(Connect(ProtocolVersion.V5, "dev")))
    await until(lambda: earlier.disconnected)
    assert earlier.disconnected[0] == str(PahoReasonCode(PacketTypes.DISCONNECT, identifier=0x8E))
    await later.close()


async def test_aiomqtt_publishes_and_receives(listener: Listener, sink: MemorySink) -> None:
    async with aiomqtt.Client(HOST, listener.port, identifier="dev") as client:
        await client.subscribe("to/dev", qos=1)
        await client.publish("s/1", b"4.5", qos=1)
        assert sink.payloads == [b"4.5"]
        listener.publish("to/dev", b"thanks")
        async with asyncio.timeout(DEADLINE_S):
            message = await anext(aiter(client.messages))
    assert message.payload == b"thanks"


async def test_puback_waits_for_the_sink(listener: Listener, sink: MemorySink) -> None:
    sink.is_prompt = False
    device = await RawDevice.connected(listener, ProtocolVersion.V3_1_1)
    packets = [
        encode_publish("a", b"x", version=ProtocolVersion.V3_1_1, qos=1, packet_id=packet_id)
        for packet_id in (1, 2, 3)
    ]
    device.write(b"".join(packets) + b"\xc0\x00")
    assert await device.read(2) == b"\xd0\x00"
    assert len(sink.batches) == 1
    sink.answer_all()
    assert await device.read(12) == bytes.fromhex("40 02 00 01 40 02 00 02 40 02 00 03")
    await device.close()


async def test_listener_stops_reading_while_the_sink_is_full(
    listener: Listener, sink: MemorySink
) -> None:
    device = await RawDevice.connected(listener, ProtocolVersion.V3_1_1)
    sink.is_full = True
    device.write(encode_publish("a", b"1", version=ProtocolVersion.V3_1_1))
    await until(lambda: sink.publishes)
    device.write(encode_publish("a", b"2", version=ProtocolVersion.V3_1_1))
    async with aiomqtt_refused(listener):
        assert sink.payloads == [b"1"]
    sink.make_room()
    await until(lambda: len(sink.publishes) == 2)
    await device.close()


def aiomqtt_refused(listener: Listener) -> aiomqtt.Client:
    """A whole conversation of another client, as a measure of time that passed."""
    return aiomqtt.Client(HOST, listener.port, identifier="other")


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", b""),
        (b"\x10\x0e\x00\x04MQTT\x05\x03\x00\x0a\x00\x00\x01a", bytes.fromhex("2003008100")),
        (b"\x10\x0e\x00\x04MQTT\x06\x02\x00\x0a\x00\x00\x01a", bytes.fromhex("2003008400")),
        (b"\x10\x8f\xff\xff\x7f", b""),
    ],
)
async def test_bytes_that_are_no_mqtt_are_answered_and_kept_and_others_go_on(
    listener: Listener, sink: MemorySink, data: bytes, answer: bytes
) -> None:
    good = await RawDevice.connected(listener, ProtocolVersion.V3_1_1)
    bad = await RawDevice.open(listener, data)
    assert await bad.rest() == answer
    assert [refusal.head for refusal in sink.refusals] == [data]
    assert sink.refusals[0].address.startswith(f"{HOST}:")
    good.write(encode_publish("a", b"1", version=ProtocolVersion.V3_1_1, qos=1, packet_id=1))
    assert await good.read(4) == bytes.fromhex("40 02 00 01")
    await good.close()


async def test_packet_that_is_too_large_is_told_so_while_it_is_sent(
    listener: Listener, sink: MemorySink
) -> None:
    device = await RawDevice.connected(listener, ProtocolVersion.V5)
    device.write(encode_publish("a", bytes(3_000_000), version=ProtocolVersion.V5))
    answer = await device.read(3)
    assert (answer[0], answer[2]) == (0xE0, 0x95)
    assert len(sink.refusals[0].head) == 4096
    assert sink.refusals[0].client == "raw"
    await device.close()


async def test_packet_cut_off_is_kept(listener: Listener, sink: MemorySink) -> None:
    device = await RawDevice.connected(listener, ProtocolVersion.V3_1_1)
    device.write(b"\x30\x09\x00")
    await device.close()
    await until(lambda: sink.refusals)
    assert sink.refusals[0].head == b"\x30\x09\x00"


async def test_silent_connection_is_closed_without_a_connect(
    listener: Listener, sink: MemorySink
) -> None:
    device = await RawDevice.open(listener)
    assert await device.rest() == b""
    assert "no CONNECT within 0.3 s" in sink.refusals[0].reason


async def test_device_that_misses_its_keep_alive_is_told_so(listener: Listener) -> None:
    connect = Connect(ProtocolVersion.V5, "raw", keep_alive=1)
    device = await RawDevice.open(listener, encode_connect(connect))
    began_s = time.monotonic()
    answer = await device.rest()
    assert answer[-2:] == bytes.fromhex("01 8d")
    assert 1.4 < time.monotonic() - began_s < 5
    await until(lambda: not listener.clients)


async def test_connection_above_the_maximum_is_refused(listener: Listener) -> None:
    devices = [
        await RawDevice.open(listener, encode_connect(Connect(ProtocolVersion.V5, f"d{number}")))
        for number in range(3)
    ]
    await until(lambda: len(listener.clients) == 3)
    late = await RawDevice.open(listener, encode_connect(Connect(ProtocolVersion.V5, "late")))
    assert await late.rest() == bytes.fromhex("20 03 00 97 00")
    for device in devices:
        await device.close()


async def subscribed(listener: Listener, qos: int) -> RawDevice:
    device = await RawDevice.connected(listener, ProtocolVersion.V5)
    packet = Subscribe(1, (Subscription("to/#", qos),))
    device.write(encode_subscribe(packet, ProtocolVersion.V5))
    assert await device.read(6) == bytes((0x90, 0x04, 0x00, 0x01, 0x00, qos))
    return device


async def test_client_that_does_not_read_is_dropped(listener: Listener) -> None:
    device = await subscribed(listener, qos=0)
    await until(lambda: listener.publish("to/raw", bytes(90_000)) == 0)
    await until(lambda: not listener.clients)
    await device.close()


async def test_client_that_does_not_acknowledge_is_told_so(listener: Listener) -> None:
    device = await subscribed(listener, qos=1)
    count = sum(listener.publish("to/raw", b"x", qos=1) for _ in range(1_001))
    assert count == SETTINGS.outbox_capacity
    assert (await device.rest())[-3:] == bytes.fromhex("e0 01 97")


async def test_flood_of_connections_without_connect_is_cut_off(listener: Listener) -> None:
    allowed = [await RawDevice.open(listener) for _ in range(2 * SETTINGS.maximum_connections)]
    late = await RawDevice.open(listener)
    with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
        await late.read(1)
    for device in [*allowed, late]:
        await device.close()


async def test_listener_names_an_address_that_is_taken(
    listener: Listener, sink: MemorySink
) -> None:
    second = new_listener(msgspec.structs.replace(SETTINGS, port=listener.port), sink)
    with pytest.raises(AddressNotBound, match=str(listener.port)):
        await second.start()


async def test_close_lets_pending_answers_out_and_says_goodbye(sink: MemorySink) -> None:
    sink.is_prompt = False
    server = new_listener(SETTINGS, sink)
    await server.start()
    device = await RawDevice.connected(server, ProtocolVersion.V5)
    device.write(encode_publish("a", b"x", version=ProtocolVersion.V5, qos=1, packet_id=9))
    await until(lambda: sink.publishes)
    closing = asyncio.create_task(server.close())
    sink.answer_all()
    assert await device.rest() == bytes.fromhex("40 02 00 09 e0 01 8b")
    await closing
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((HOST, server.port or 1), timeout=1)


async def test_all_connections_stop_reading_when_one_has_filled_the_sink(
    listener: Listener, sink: MemorySink
) -> None:
    first = await RawDevice.connected(listener, ProtocolVersion.V3_1_1)
    second, _ = await RawDevice.asking(listener, Connect(ProtocolVersion.V3_1_1, "second"))
    sink.is_full = True
    first.write(encode_publish("a", b"1", version=ProtocolVersion.V3_1_1))
    await until(lambda: sink.publishes)
    second.write(encode_publish("a", b"2", version=ProtocolVersion.V3_1_1))
    async with aiomqtt_refused(listener):
        assert sink.payloads == [b"1"]
    sink.make_room()
    await until(lambda: sink.payloads == [b"1", b"2"])
    await first.close()
    await second.close()
