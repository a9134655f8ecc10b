"""Who gets in, what they may do and how fast, with and without TLS."""

import asyncio
import logging
import socket
import ssl
import time
from pathlib import Path

import msgspec
import pytest

from gateway.mqtt.connecting import Connect, encode_connect
from gateway.mqtt.listener import Listener
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.ports import Attempt, Grant
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.settings import ListenerSettings
from gateway.mqtt.subscribing import Subscribe, Subscription, encode_subscribe
from gateway.mqtt.tls import UnusableTlsFile, server_context
from tests.fakes.sessions import ALL, Gate
from tests.integration.certificates import Authority
from tests.integration.listening import HOST, SETTINGS, RawDevice, new_listener, serving
from tests.unit.gateway.mqtt.memory_sink import DEADLINE_S, MemorySink, until

pytestmark = pytest.mark.integration

V3 = ProtocolVersion.V3_1_1
V5 = ProtocolVersion.V5
PINGREQ, PINGRESP = b"\xc0\x00", b"\xd0\x00"


def changed(**changes: object) -> ListenerSettings:
    return msgspec.structs.replace(SETTINGS, **changes)


async def refusal_of(listener: Listener, connect: Connect) -> int:
    device, connack = await RawDevice.asking(listener, connect)
    assert await device.rest() == b""
    return connack.reason_code


async def test_gatekeeper_is_shown_what_the_client_shows() -> None:
    gate = Gate()
    async with serving(MemorySink(), gate) as listener:
        connect = Connect(V5, "dev", user_name="anna", password=b"secret")
        device, connack = await RawDevice.asking(listener, connect)
        await device.close()
    assert connack.reason_code == 0
    assert gate.attempts == [Attempt("dev", "anna", b"secret", None, HOST)]


@pytest.mark.parametrize(
    ("version", "code", "answer"),
    [(V5, 0x86, 0x86), (V5, 0x87, 0x87), (V3, 0x86, 0x86), (V3, 0x87, 0x87)],
)
async def test_client_that_is_not_admitted_is_told_why(
    version: ProtocolVersion, code: int, answer: int, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate(decisions={"dev": ReasonCode(code)})
    connect = Connect(version, "dev", user_name="anna", password=b"secret")
    with caplog.at_level(logging.INFO):
        async with serving(MemorySink(), gate) as listener:
            # A 3.1.1 return code 4 or 5 is read as the reason code of the same meaning.
            assert await refusal_of(listener, connect) == answer
    assert "anna" in caplog.text
    assert "secret" not in caplog.text


async def test_nothing_is_read_before_the_gatekeeper_has_decided() -> None:
    gate, sink = Gate(), MemorySink()
    gate.is_prompt = False
    async with serving(sink, gate) as listener:
        packets = [encode_publish("a", b"%d" % number, version=V3) for number in range(3)]
        first = encode_connect(Connect(V3, "dev"))
        device = await RawDevice.open(listener, first + b"".join(packets))
        await until(lambda: gate.attempts)
        assert sink.publishes == []
        gate.decide()
        await until(lambda: len(sink.publishes) == 3)
        await device.close()


async def test_client_that_left_before_the_decision_is_forgotten() -> None:
    gate = Gate()
    gate.is_prompt = False
    async with serving(MemorySink(), gate) as listener:
        device = await RawDevice.open(listener, encode_connect(Connect(V3, "dev")))
        await until(lambda: gate.attempts)
        await device.close()
        gate.decide()
        await until(lambda: not listener.clients)


async def test_second_failure_from_an_address_is_answered_later() -> None:
    gate = Gate(decisions={"bad": ReasonCode.NOT_AUTHORIZED})
    async with serving(MemorySink(), gate) as listener:
        durations = []
        for _ in range(3):
            began_s = time.monotonic()
            assert await refusal_of(listener, Connect(V5, "bad")) == 0x87
            durations.append(time.monotonic() - began_s)
        good, connack = await RawDevice.asking(listener, Connect(V5, "good"))
        assert connack.reason_code == 0
        await good.close()
    assert durations[0] < 0.2
    assert 0.2 <= durations[1] < durations[2]


async def test_guesser_with_many_connections_has_one_password_checked_at_a_time() -> None:
    gate = Gate(decisions={"dev": ReasonCode.BAD_USER_NAME_OR_PASSWORD})
    gate.is_prompt = False
    connect = Connect(V5, "dev", user_name="anna", password=b"guess")
    settings = changed(maximum_connections=20)
    async with serving(MemorySink(), gate, settings=settings) as listener:
        devices = [await RawDevice.open(listener, encode_connect(connect)) for _ in range(20)]
        await until(lambda: gate.attempts)
        ended_s = time.monotonic() + 1.0
        while time.monotonic() < ended_s:
            gate.decide()
            await asyncio.sleep(0.01)
        # The first at once, the next after 0.25 s and after another 0.5 s.
        assert len(gate.attempts) == 3
        for device in devices:
            await device.close()


async def test_client_id_of_a_subscriber_is_taken_by_no_device() -> None:
    async with serving(MemorySink()) as listener:
        assert await refusal_of(listener, Connect(V5, "gateway")) == 0x85


async def test_principal_holds_no_more_connections_than_granted() -> None:
    gate = Gate(Grant("anna", None, (), maximum_connections=1))
    async with serving(MemorySink(), gate) as listener:
        first, _ = await RawDevice.asking(listener, Connect(V5, "a"))
        assert await refusal_of(listener, Connect(V5, "b")) == 0x97
        again, connack = await RawDevice.asking(listener, Connect(V5, "a"))  # a take-over
        assert connack.reason_code == 0
        await first.close()
        await again.close()
        await until(lambda: not listener.clients)
        other, connack = await RawDevice.asking(listener, Connect(V5, "b"))
        assert connack.reason_code == 0
        await other.close()


async def test_address_holds_no_more_connections_than_set() -> None:
    async with serving(
        MemorySink(), settings=changed(maximum_connections_per_address=1)
    ) as listener:
        first, _ = await RawDevice.asking(listener, Connect(V5, "a"))
        assert await refusal_of(listener, Connect(V5, "b")) == 0x97
        assert await refusal_of(listener, Connect(V3, "b")) == 0x88  # return code 3
        await first.close()


async def test_message_without_a_right_reaches_the_sink_marked_and_is_answered() -> None:
    sink = MemorySink(code=0x87)
    async with serving(sink, Gate(Grant("", ("own/#",), ()))) as listener:
        device = await RawDevice.connected(listener, V5)
        device.write(encode_publish("foreign", b"x", version=V5, qos=1, packet_id=1))
        assert await device.read(5) == bytes.fromhex("40 03 00 01 87")
        await device.close()
    assert [publish.is_permitted for publish in sink.publishes] == [False]


async def test_subscription_outside_the_grant_is_refused() -> None:
    async with serving(MemorySink(), Gate(Grant("", None, ("to/+",)))) as listener:
        device = await RawDevice.connected(listener, V5)
        wanted = tuple(Subscription(one) for one in ("to/a", "to/+", "to/#", "#"))
        device.write(encode_subscribe(Subscribe(1, wanted), V5))
        assert await device.read(9) == bytes.fromhex("90 07 00 01 00 00 00 87 87")
        await device.close()


async def test_rate_limit_slows_a_device_down_and_loses_nothing() -> None:
    sink = MemorySink()
    async with serving(sink, Gate(Grant("", None, (), messages_per_s=100))) as listener:
        device = await RawDevice.connected(listener, V3)
        packets = [
            encode_publish("a", b"%d" % number, version=V3, qos=1, packet_id=number)
            for number in range(1, 181)
        ]
        began_s = time.monotonic()
        device.write(b"".join(packets) + PINGREQ)
        answers = await device.read(180 * 4 + 2)
        await device.close()
    assert 0.7 < time.monotonic() - began_s < 5
    assert answers.replace(PINGRESP, b"")[-2:] == bytes.fromhex("00 b4")
    assert sink.payloads == [b"%d" % number for number in range(1, 181)]


async def test_packet_that_trickles_in_is_cut_off() -> None:
    sink = MemorySink()
    async with serving(sink, settings=changed(packet_timeout_s=0.4)) as listener:
        slow = await RawDevice.connected(listener, V5)
        began_s = time.monotonic()
        slow.write(b"\x30\x7f")
        trickling = asyncio.create_task(slow.trickle())
        answer = await slow.rest()
        trickling.cancel()
        assert answer[:1] + answer[2:3] == bytes.fromhex("e0 8d")
        assert 0.4 <= time.monotonic() - began_s < 3
    assert "incomplete for more than 0.4 s" in sink.refusals[0].reason


def client_context(authority: Authority, name: str | None = None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authority.file)
    if name is not None:
        certified = authority.client(name)
        context.load_cert_chain(certified.certificate, certified.key)
    return context


def tls_settings(authority: Authority, *, is_mutual: bool = False) -> ListenerSettings:
    certified = authority.server(HOST)
    return changed(
        certificate_file=certified.certificate,
        key_file=certified.key,
        client_ca_file=authority.file if is_mutual else None,
    )


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_listener_speaks_tls_and_says_goodbye_through_it(
    tmp_path: Path, version: ssl.TLSVersion
) -> None:
    authority, sink = Authority(tmp_path), MemorySink()
    context = client_context(authority)
    context.maximum_version = version
    async with serving(sink, settings=tls_settings(authority)) as listener:
        device, _ = await RawDevice.asking(listener, Connect(V5, "dev"), context)
        payload = bytes(50_000)
        device.write(encode_publish("a", payload, version=V5, qos=1, packet_id=1))
        assert await device.read(4) == bytes.fromhex("40 02 00 01")
        # It goes on sending while it is told that this was wrong.
        device.write(b"\x30\x04\x00\x01#\x00" + bytes(200_000))
        header, _, code = await device.read(3)
        assert (header, code) == (0xE0, 0x90)
        await device.close()
    assert sink.payloads == [payload]


def test_listener_takes_no_older_tls(tmp_path: Path) -> None:
    context = server_context(tls_settings(Authority(tmp_path)))
    assert context is not None
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


async def test_client_certificate_is_demanded_and_its_name_shown(tmp_path: Path) -> None:
    authority, gate = Authority(tmp_path), Gate()
    settings = tls_settings(authority, is_mutual=True)
    async with serving(MemorySink(), gate, settings=settings) as listener:
        context = client_context(authority, "truck-7")
        device, _ = await RawDevice.asking(listener, Connect(V5, "dev"), context)
        await device.close()
        with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
            await RawDevice.asking(listener, Connect(V5, "dev"), client_context(authority))
        foreign = tmp_path / "foreign"
        foreign.mkdir()
        stranger = Authority(foreign).client("truck-7")
        context = client_context(authority)
        context.load_cert_chain(stranger.certificate, stranger.key)
        with pytest.raises((ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)):
            await RawDevice.asking(listener, Connect(V5, "dev"), context)
    assert [attempt.certificate_name for attempt in gate.attempts] == ["truck-7"]


async def test_tls_handshake_that_never_ends_is_cut_off(tmp_path: Path) -> None:
    async with serving(MemorySink(), settings=tls_settings(Authority(tmp_path))) as listener:
        device = await RawDevice.open(listener)
        began_s = time.monotonic()
        assert await device.rest() == b""
        assert time.monotonic() - began_s < DEADLINE_S / 2


@pytest.mark.parametrize(
    "bounds", [{"maximum_connections": 2}, {"maximum_connections_per_address": 2}]
)
async def test_tls_handshakes_under_way_are_bounded_and_ended_ones_make_room(
    tmp_path: Path, bounds: dict[str, int]
) -> None:
    authority = Authority(tmp_path)
    settings = msgspec.structs.replace(
        tls_settings(authority), connect_timeout_s=DEADLINE_S, **bounds
    )
    async with serving(MemorySink(), settings=settings) as listener:
        under_way = [await RawDevice.open(listener) for _ in range(4)]
        fifth = await RawDevice.open(listener)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await fifth.read(1)
        await fifth.close()
        for device in under_way[:2]:
            await device.close()
        under_way[2].write(b"no TLS at all")
        assert (await under_way[2].rest())[:1] in {b"", b"\x15"}  # an alert
        device, connack = await RawDevice.asking(
            listener, Connect(V5, "dev"), client_context(authority)
        )
        assert connack.reason_code == 0
        await device.close()
        await under_way[3].close()


@pytest.mark.parametrize("key", ["certificate_file", "key_file", "client_ca_file"])
@pytest.mark.parametrize("content", [None, "no PEM"])
async def test_tls_file_that_cannot_be_used_is_named(
    tmp_path: Path, key: str, content: str | None
) -> None:
    path = tmp_path / "wrong.pem"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    settings = tls_settings(Authority(tmp_path), is_mutual=True)
    settings = msgspec.structs.replace(settings, **{key: str(path)})
    with pytest.raises(UnusableTlsFile, match=r"wrong\.pem") as caught:
        await new_listener(settings, MemorySink()).start()
    assert key in str(caught.value)


async def test_thousand_idle_connections_are_kept_and_served() -> None:
    sink = MemorySink()
    settings = changed(maximum_connections=1_000, connect_timeout_s=30.0)
    async with serving(sink, Gate(ALL), settings=settings) as listener:
        wires = []
        for number in range(1_000):
            wire = socket.socket()
            wire.settimeout(0)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(wire, (HOST, listener.port))
            await loop.sock_sendall(wire, encode_connect(Connect(V3, f"d{number}")))
            wires.append(wire)
        await until(lambda: len(listener.clients) == 1_000)
        await loop.sock_sendall(wires[500], encode_publish("a", b"x", version=V3))
        await until(lambda: sink.publishes)
        for wire in wires:
            wire.close()
        await until(lambda: not listener.clients)
