"""What a device says last over TLS: data and its goodbye in one segment, while reading pauses."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from gateway.mqtt.connecting import Connect, Will, encode_connect
from gateway.mqtt.listener import Listener
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.ports import Grant
from gateway.mqtt.properties import Properties
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.mqtt.settings import ListenerSettings
from gateway.mqtt.subscribing import Subscribe, Subscription, encode_subscribe
from tests.fakes.sessions import ALL, Gate, MemorySessions
from tests.integration.certificates import Authority
from tests.integration.listening import HOST, SETTINGS, serving
from tests.unit.gateway.mqtt.memory_sink import DEADLINE_S, MemorySink, until

pytestmark = pytest.mark.integration

V5 = ProtocolVersion.V5
DISCONNECT = b"\xe0\x00"
MESSAGES = [b"%d" % number for number in range(6)]
PUBLISHES = b"".join(encode_publish("t", one, version=V5) for one in MESSAGES)
SUBSCRIBE = encode_subscribe(Subscribe(1, (Subscription("to/dev", 1),)), V5)
CONNECT = encode_connect(
    Connect(
        V5,
        "dev",
        will=Will("w", b"lost"),
        properties=Properties(session_expiry_interval=100),
    )
)


def tls_settings(authority: Authority, **changes: object) -> ListenerSettings:
    certified = authority.server(HOST)
    changes |= {"certificate_file": certified.certificate, "key_file": certified.key}
    return msgspec.structs.replace(SETTINGS, **changes)


def say_and_close(
    authority: Authority, listener: Listener, *, first: bytes, last: bytes, is_patient: bool
) -> None:
    """Send `last` and TLS's close_notify in one segment, before or after CONNACK."""
    context = ssl.create_default_context(cafile=authority.file)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=HOST)
    with socket.create_connection((HOST, listener.port), DEADLINE_S) as wire:

        def talk(step: Callable[[], object]) -> None:
            while True:
                try:
                    step()
                except ssl.SSLWantReadError:
                    wire.sendall(outgoing.read())
                    incoming.write(wire.recv(65_536))
                else:
                    return

        talk(tls.do_handshake)
        tls.write(first)
        if is_patient:
            talk(lambda: tls.read(1000))
        tls.write(last)
        with pytest.raises(ssl.SSLWantReadError):
            tls.unwrap()
        wire.sendall(outgoing.read())
        while wire.recv(1000):
            pass


@pytest.mark.parametrize("last", [PUBLISHES + DISCONNECT, PUBLISHES])
@pytest.mark.parametrize("pause", ["rate", "admission", "begin", "subscribe", "full"])
async def test_all_that_came_with_the_end_of_tls_is_read_before_the_client_is_lost(
    tmp_path: Path, pause: str, last: bytes
) -> None:
    sink, gate, store = MemorySink(), Gate(ALL), MemorySessions()
    if pause == "rate":
        gate.grant = Grant("dev", None, ("#",), messages_per_s=2)
    gate.is_prompt = pause != "admission"
    store.is_prompt = pause not in {"begin", "subscribe"}
    sink.is_full = pause == "full"
    authority = Authority(tmp_path)
    async with serving(sink, gate, store, tls_settings(authority)) as listener:
        await asyncio.to_thread(
            say_and_close,
            authority,
            listener,
            first=CONNECT,
            last=SUBSCRIBE + last if pause == "subscribe" else last,
            is_patient=pause == "rate",
        )
        gate.decide()
        async with asyncio.timeout(DEADLINE_S):
            while not sink.payloads:
                store.make_durable()
                await asyncio.sleep(0.005)
        expected = MESSAGES if last.endswith(DISCONNECT) else [*MESSAGES, b"lost"]
        await until(lambda: len(sink.payloads) >= len(expected))
        await until(lambda: not listener.clients)
    assert sink.payloads == expected


async def test_place_of_a_client_that_ended_before_it_was_refused_is_free_again(
    tmp_path: Path,
) -> None:
    sink, gate = MemorySink(), Gate(decisions={"dev": ReasonCode.NOT_AUTHORIZED})
    gate.is_prompt = False
    authority = Authority(tmp_path)
    settings = tls_settings(authority, maximum_connections_per_address=1)
    async with serving(sink, gate, settings=settings) as listener:
        for _ in range(2):
            await asyncio.to_thread(
                say_and_close, authority, listener, first=CONNECT, last=PUBLISHES, is_patient=False
            )
            gate.decide()
        assert len(gate.attempts) == 2
    assert sink.payloads == []
