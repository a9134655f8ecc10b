"""The subscriber against a real mosquitto, and against brokers that behave badly."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.mqtt.connecting import decode_connect
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.settings import SubscriberSettings
from gateway.mqtt.subscriber import Subscriber
from tests.servers import Server, find, free_port
from tests.unit.gateway.mqtt.memory_sink import MemorySink, until

pytestmark = pytest.mark.integration

HOST = "127.0.0.1"


def settings(port: int) -> SubscriberSettings:
    return SubscriberSettings(
        url=f"mqtt://user:password@{HOST}:{port}",
        client_id="gateway",
        topic_filters=("s/#", "t/+"),
        keep_alive_s=5,
        connect_timeout_s=2.0,
        close_timeout_s=1.0,
        reconnect_minimum_s=0.02,
        reconnect_maximum_s=0.2,
    )


@asynccontextmanager
async def subscribing(
    sink: MemorySink,
    chosen: SubscriberSettings,
    *,
    forget: Callable[[], None] = lambda: None,
    is_closed_well: bool = True,
) -> AsyncIterator[Subscriber]:
    subscriber = Subscriber(
        chosen, sink, forget=forget, clock_us=lambda: time.time_ns() // 1000, jitter=lambda: 0.5
    )
    running = asyncio.create_task(subscriber.run(), name="subscriber")
    try:
        yield subscriber
    finally:
        if is_closed_well:
            await subscriber.close()
        else:
            running.cancel()
        await asyncio.wait([running])
    if not running.cancelled():
        running.result()


async def mosquitto_pub(port: int, *arguments: str, lines: list[bytes] | None = None) -> None:
    command = [find("mosquitto_pub"), "-p", str(port), "-q", "1", *arguments]
    text = b"".join(line + b"\n" for line in lines or [])
    await asyncio.to_thread(subprocess.run, command, input=text, check=True, timeout=20)


async def test_subscriber_delivers_from_mosquitto(mosquitto: Server) -> None:
    sink = MemorySink()
    async with subscribing(sink, settings(mosquitto.port)) as subscriber:
        await until(lambda: subscriber.is_connected)
        await mosquitto_pub(mosquitto.port, "-t", "s/1/temp", "-m", "4.5")
        await mosquitto_pub(mosquitto.port, "-t", "other", "-m", "no")
        await mosquitto_pub(mosquitto.port, "-t", "t/1", "-m", "5", "-V", "mqttv5")
        await until(lambda: len(sink.publishes) == 2)
    assert [(publish.topic, publish.payload) for publish in sink.publishes] == [
        ("s/1/temp", b"4.5"),
        ("t/1", b"5"),
    ]
    assert {publish.client for publish in sink.publishes} == {"gateway"}
    assert {publish.qos for publish in sink.publishes} == {1}


async def test_subscriber_marks_stored_state_once(mosquitto: Server) -> None:
    await mosquitto_pub(mosquitto.port, "-t", "s/1", "-m", "old", "-r")
    sink = MemorySink()
    async with subscribing(sink, settings(mosquitto.port)):
        await until(lambda: sink.publishes)
        await mosquitto_pub(mosquitto.port, "-t", "s/1", "-m", "new", "-r")
        await until(lambda: len(sink.publishes) == 2)
    async with subscribing(sink, settings(mosquitto.port)) as subscriber:
        await until(lambda: subscriber.is_connected)
        await mosquitto_pub(mosquitto.port, "-t", "s/2", "-m", "newer")
        await until(lambda: len(sink.publishes) == 3)
    assert [(publish.payload, publish.retain) for publish in sink.publishes] == [
        (b"old", True),
        (b"new", False),
        (b"newer", False),
    ]


async def test_broker_redelivers_what_was_not_answered(mosquitto: Server) -> None:
    forgetful = MemorySink(is_prompt=False)
    lines = [b"%d" % number for number in range(100)]
    async with subscribing(forgetful, settings(mosquitto.port), is_closed_well=False) as subscriber:
        await until(lambda: subscriber.is_connected)
        await mosquitto_pub(mosquitto.port, "-t", "s/1", "-l", lines=lines)
        # Far more than mosquitto's own window of 20: the receive maximum is in force.
        await until(lambda: len(forgetful.publishes) == 100)
    sink = MemorySink()
    async with subscribing(sink, settings(mosquitto.port)):
        await until(lambda: len(sink.publishes) == 100)
    assert sink.payloads == lines
    assert all(publish.dup for publish in sink.publishes)


async def test_broker_does_not_redeliver_what_was_answered(mosquitto: Server) -> None:
    first, second = MemorySink(), MemorySink()
    async with subscribing(first, settings(mosquitto.port)) as subscriber:
        await until(lambda: subscriber.is_connected)
        await mosquitto_pub(mosquitto.port, "-t", "s/1", "-m", "answered")
        await until(lambda: first.publishes)
    await mosquitto_pub(mosquitto.port, "-t", "s/1", "-m", "missed")
    async with subscribing(second, settings(mosquitto.port)):
        await until(lambda: second.publishes)
    assert second.payloads == [b"missed"]


async def test_close_waits_for_pending_answers(mosquitto: Server) -> None:
    sink = MemorySink(is_prompt=False)
    async with subscribing(sink, settings(mosquitto.port)) as subscriber:
        await until(lambda: subscriber.is_connected)
        await mosquitto_pub(mosquitto.port, "-t", "s/1", "-m", "late answer")
        await until(lambda: sink.publishes)
        closing = asyncio.create_task(subscriber.close())
        await asyncio.sleep(0)
        sink.answer_all()
        await closing
    again = MemorySink()
    async with subscribing(again, settings(mosquitto.port)) as subscriber:
        await until(lambda: subscriber.is_connected)
        await mosquitto_pub(mosquitto.port, "-t", "s/1", "-m", "next")
        await until(lambda: again.publishes)
    assert again.payloads == [b"next"]


async def test_subscriber_comes_back_when_the_broker_was_killed(mosquitto: Server) -> None:
    sink = MemorySink()
    async with subscribing(sink, settings(mosquitto.port)) as subscriber:
        await until(lambda: subscriber.is_connected)
        await asyncio.to_thread(mosquitto.kill)
        await until(lambda: not subscriber.is_connected)
        assert f"{HOST}:{mosquitto.port}" in (subscriber.problem or "")
        await asyncio.to_thread(mosquitto.start)
        await until(lambda: subscriber.is_connected)
        await mosquitto_pub(mosquitto.port, "-t", "s/1", "-m", "after")
        await until(lambda: sink.publishes)
    assert sink.payloads == [b"after"]


async def test_subscriber_gets_what_it_missed_while_the_broker_was_restarted(
    mosquitto: Server,
) -> None:
    sink = MemorySink()
    async with subscribing(sink, settings(mosquitto.port)) as subscriber:
        await until(lambda: subscriber.is_connected)
    await mosquitto_pub(mosquitto.port, "-t", "s/1", "-l", lines=[b"1", b"2", b"3"])
    await asyncio.to_thread(mosquitto.stop)
    await asyncio.to_thread(mosquitto.start)
    async with subscribing(sink, settings(mosquitto.port)):
        await until(lambda: len(sink.publishes) == 3)
    assert sink.payloads == [b"1", b"2", b"3"]


Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]


@asynccontextmanager
async def broker(
    conversation: Conversation, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """A broker that holds the given conversation; the last argument counts connections from 1."""
    count = 0
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        count += 1
        writers.append(writer)
        await conversation(reader, writer, count)

    server = await asyncio.start_server(serve, HOST, 0, ssl=tls)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in writers:
        writer.close()
    await server.wait_closed()


async def read_packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    header, length = await reader.readexactly(2)
    return header, await reader.readexactly(length)


async def test_subscriber_falls_back_to_3_1_1() -> None:
    versions: list[ProtocolVersion] = []

    async def old_broker(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int
    ) -> None:
        connect = decode_connect((await read_packet(reader))[1])
        versions.append(connect.version)
        if connect.version is ProtocolVersion.V5:
            writer.write(bytes.fromhex("20 02 00 01"))
            writer.close()
            return
        assert (connect.user_name, connect.password) == ("user", b"password")
        assert not connect.clean_start
        writer.write(bytes.fromhex("20 02 00 00"))
        header, body = await read_packet(reader)
        assert (header, body) == (0x82, b"\x00\x01\x00\x03s/#\x01\x00\x03t/+\x01")
        writer.write(
            bytes.fromhex("90 04 00 01 01 80")
            + encode_publish("s/1", b"x", version=connect.version, qos=1, packet_id=5)
        )

    sink = MemorySink()
    async with (
        broker(old_broker) as port,
        subscribing(sink, settings(port)) as subscriber,
    ):
        await until(lambda: sink.publishes)
        assert versions == [ProtocolVersion.V5, ProtocolVersion.V3_1_1]
        assert subscriber.refused_filters == ("t/+",)


async def test_subscriber_tries_the_other_version_when_a_broker_closes_without_a_word() -> None:
    versions: list[ProtocolVersion] = []

    async def mute_broker(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int
    ) -> None:
        versions.append(decode_connect((await read_packet(reader))[1]).version)
        writer.close()

    v3, v5 = ProtocolVersion.V3_1_1, ProtocolVersion.V5
    async with broker(mute_broker) as port, subscribing(MemorySink(), settings(port)):
        await until(lambda: len(versions) >= 3)
    assert versions[:3] == [v5, v3, v5]


async def test_subscriber_keeps_bytes_that_are_no_mqtt_and_comes_back() -> None:
    connections: list[int] = []

    async def broken_broker(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: int
    ) -> None:
        connections.append(count)
        await read_packet(reader)
        writer.write(b"\x00garbage" if count == 1 else bytes.fromhex("20 03 00 00 00"))

    sink = MemorySink()
    async with broker(broken_broker) as port:
        chosen = msgspec.structs.replace(settings(port), close_timeout_s=0.1)
        async with subscribing(sink, chosen) as subscriber:
            await until(lambda: subscriber.is_connected)
    assert connections == [1, 2]
    assert sink.refusals[0].head == b"\x00garbage"


async def test_subscriber_says_why_the_broker_sent_it_away() -> None:
    async def strict_broker(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: int
    ) -> None:
        await read_packet(reader)
        if count == 1:
            writer.write(bytes.fromhex("20 03 00 00 00 e0 01 8e"))
        await reader.read()

    async with (
        broker(strict_broker) as port,
        subscribing(MemorySink(), settings(port)) as subscriber,
    ):
        await until(lambda: "0x8E session taken over" in (subscriber.problem or ""))


async def test_subscriber_gives_up_a_broker_that_falls_silent() -> None:
    pings: list[int] = []

    async def silent_broker(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: int
    ) -> None:
        await read_packet(reader)
        writer.write(bytes.fromhex("20 06 00 00 03 13 00 01"))  # server keep alive 1 s
        while await reader.readexactly(1):
            pings.append(count)

    async with (
        broker(silent_broker) as port,
        subscribing(MemorySink(), settings(port)) as subscriber,
    ):
        await until(lambda: subscriber.is_connected)
        await until(lambda: not subscriber.is_connected)
        assert "silent for 1.5 s" in (subscriber.problem or "")


async def test_subscriber_waits_for_a_broker_that_is_not_there() -> None:
    port = free_port()
    async with subscribing(MemorySink(), settings(port)) as subscriber:
        await until(lambda: "not yet" not in (subscriber.problem or ""))
        assert not subscriber.is_connected


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's TLS context for 127.0.0.1; `folder`/broker.pem is what a client must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "broker.pem").write_bytes(certificate.public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "broker.key").write_bytes(secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "broker.pem", folder / "broker.key")
    return context


async def test_subscriber_speaks_tls_and_trusts_only_the_given_authority(tmp_path: Path) -> None:
    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int) -> None:
        await read_packet(reader)
        writer.write(bytes.fromhex("20 03 00 00 00"))
        writer.write(encode_publish("s/1", b"x", version=ProtocolVersion.V5, qos=1, packet_id=5))
        await reader.read()

    sink = MemorySink()
    async with broker(accept, self_signed(tmp_path)) as port:
        chosen = msgspec.structs.replace(settings(port), url=f"mqtts://{HOST}:{port}")
        async with subscribing(sink, chosen) as distrustful:
            await until(lambda: "certificate verify failed" in (distrustful.problem or ""))
        trusting = msgspec.structs.replace(chosen, ca_file=str(tmp_path / "broker.pem"))
        async with subscribing(sink, trusting):
            await until(lambda: sink.publishes)


def at_qos_2(port: int) -> SubscriberSettings:
    return msgspec.structs.replace(settings(port), qos=2)


async def test_qos_2_from_mosquitto_is_taken_once_and_completed(mosquitto: Server) -> None:
    sink = MemorySink()
    lines = [b"%d" % number for number in range(200)]
    async with subscribing(sink, at_qos_2(mosquitto.port)) as subscriber:
        await until(lambda: subscriber.is_connected)
        await mosquitto_pub(mosquitto.port, "-t", "s/1", "-q", "2", "-l", lines=lines)
        await until(lambda: len(sink.released) == 200)
        assert subscriber.lowered_filters == ()
    assert sink.payloads == lines
    assert {publish.qos for publish in sink.publishes} == {2}
    assert sink.open_ids == set()


async def test_qos_2_is_taken_once_when_the_connection_breaks_before_the_answer(
    mosquitto: Server,
) -> None:
    sink = MemorySink(is_prompt=False)
    lines = [b"%d" % number for number in range(20)]
    chosen = at_qos_2(mosquitto.port)
    async with subscribing(sink, chosen, is_closed_well=False) as subscriber:
        await until(lambda: subscriber.is_connected)
        await mosquitto_pub(mosquitto.port, "-t", "s/1", "-q", "2", "-l", lines=lines)
        await until(lambda: len(sink.publishes) == 20)
    sink.is_prompt = True
    forgotten: list[str] = []
    async with subscribing(sink, chosen, forget=lambda: forgotten.append("gateway")):
        await until(lambda: len(sink.released) == 20)
    assert sink.payloads == lines
    assert forgotten == []  # the broker's session was there


async def test_open_packet_ids_are_forgotten_when_the_broker_has_no_session(
    mosquitto: Server,
) -> None:
    forgotten: list[str] = []
    sink = MemorySink()

    def forget() -> None:
        assert sink.publishes == []
        forgotten.append("gateway")

    await mosquitto_pub(mosquitto.port, "-t", "s/1", "-q", "2", "-m", "kept", "-r")
    async with subscribing(sink, at_qos_2(mosquitto.port), forget=forget):
        await until(lambda: sink.publishes)
    assert forgotten == ["gateway"]


async def test_lower_qos_than_asked_for_is_named() -> None:
    async def modest_broker(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int
    ) -> None:
        await read_packet(reader)
        writer.write(bytes.fromhex("20 03 00 00 00"))
        _, subscribe = await read_packet(reader)
        assert subscribe.endswith(b"t/+\x16")  # QoS 2, no local, retain handling 1
        writer.write(bytes.fromhex("90 05 00 01 00 02 01"))
        await reader.read()

    async with (
        broker(modest_broker) as port,
        subscribing(MemorySink(), at_qos_2(port)) as subscriber,
    ):
        await until(lambda: subscriber.lowered_filters)
        assert subscriber.lowered_filters == ("t/+",)
        assert subscriber.refused_filters == ()


async def test_subscriber_publishes_to_the_broker(mosquitto: Server) -> None:
    own, other = MemorySink(), MemorySink()
    elsewhere = msgspec.structs.replace(settings(mosquitto.port), client_id="other")
    async with (
        subscribing(own, settings(mosquitto.port)) as subscriber,
        subscribing(other, elsewhere),
    ):
        assert not subscriber.publish("t/1", b"too early")
        await until(lambda: subscriber.is_connected)
        await until(lambda: subscriber.publish("t/1", b"hello") and other.publishes)
        with pytest.raises(MqttFault):
            subscriber.publish("t/#", b"no")
    assert other.payloads[0] == b"hello"
    assert own.publishes == []
    assert not subscriber.publish("t/1", b"too late")


async def test_subscriber_publishes_nothing_larger_than_the_broker_takes() -> None:
    async def small_broker(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int
    ) -> None:
        await read_packet(reader)
        writer.write(bytes.fromhex("20 08 00 00 05 27 00 00 00 10"))  # maximum packet size 16
        await reader.read()

    async with (
        broker(small_broker) as port,
        subscribing(MemorySink(), settings(port)) as subscriber,
    ):
        await until(lambda: subscriber.is_connected)
        assert subscriber.publish("t/1", bytes(8))  # 2 + 5 + 1 + 8 bytes
        assert not subscriber.publish("t/1", bytes(9))
