"""Rights that change while their clients are connected, or away."""

import asyncio

import msgspec
import pytest

from gateway.mqtt.connecting import Connect, Will
from gateway.mqtt.packets import PINGREQ, PINGRESP, ProtocolVersion
from gateway.mqtt.ports import Grant
from gateway.mqtt.properties import Properties
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.subscribing import Subscribe, Subscription, encode_subscribe
from tests.fakes.sessions import Gate, MemorySessions
from tests.integration.listening import RawDevice, serving
from tests.unit.gateway.mqtt.memory_sink import MemorySink, until

pytestmark = pytest.mark.integration

V5 = ProtocolVersion.V5
GRANT = Grant("dev", None, ("#",))
KEPT = Properties(session_expiry_interval=1000)
CONNECT = Connect(V5, "dev", will=Will("w", b"lost"), properties=KEPT)


async def test_connection_of_an_account_that_is_gone_ends_and_its_session_too() -> None:
    sink, store = MemorySink(), MemorySessions()
    async with serving(sink, Gate(GRANT), store) as listener:
        device, _ = await RawDevice.asking(listener, CONNECT)
        listener.review(lambda _: None)
        assert await device.rest() == bytes.fromhex("e0 01 87")
        await until(lambda: not listener.clients and sink.publishes)
    assert store.kept == {}
    assert [(one.payload, one.is_permitted) for one in sink.publishes] == [(b"lost", False)]


async def test_session_and_will_of_an_account_that_went_while_it_was_away_end() -> None:
    sink, store = MemorySink(), MemorySessions()
    will = Will("w", b"lost", properties=Properties(will_delay_interval=1000))
    async with serving(sink, Gate(GRANT), store) as listener:
        device, _ = await RawDevice.asking(listener, msgspec.structs.replace(CONNECT, will=will))
        await device.close()
        await until(lambda: not listener.clients)
        listener.review(lambda _: None)
        assert store.kept == {}
    assert [(one.payload, one.is_permitted) for one in sink.publishes] == [(b"lost", False)]


async def test_changed_grant_is_in_force_at_once_for_messages_subscriptions_and_will() -> None:
    sink, store = MemorySink(), MemorySessions()
    async with serving(sink, Gate(GRANT), store) as listener:
        device, _ = await RawDevice.asking(listener, CONNECT)
        wanted = tuple(Subscription(one, 1) for one in ("to/dev", "secret"))
        device.write(encode_subscribe(Subscribe(1, wanted), V5))
        device.write(encode_publish("a", b"1", version=V5) + PINGREQ)
        await device.read(7)
        assert await device.read(2) == PINGRESP
        listener.review({"dev": Grant("dev", ("b/#",), ("to/#",))}.get)
        assert listener.publish("secret", b"x", qos=1) == 0
        assert listener.publish("to/dev", b"x") == 1
        device.write(encode_publish("a", b"2", version=V5) + encode_publish("b", b"3", version=V5))
        await until(lambda: len(sink.publishes) == 3)
        await device.close()
        await until(lambda: len(sink.publishes) == 4)
    assert store.kept["dev"].subscriptions == (("to/dev", 1),)
    assert [one.is_permitted for one in sink.publishes] == [True, False, True, False]


async def test_rate_that_is_raised_lets_what_waits_pass() -> None:
    sink = MemorySink()
    async with serving(sink, Gate(msgspec.structs.replace(GRANT, messages_per_s=1))) as listener:
        device, _ = await RawDevice.asking(listener, CONNECT)
        device.write(b"".join(encode_publish("a", b"x", version=V5) for _ in range(50)))
        await until(lambda: sink.publishes)
        listener.review(lambda _: GRANT)
        async with asyncio.timeout(1):
            await until(lambda: len(sink.publishes) == 50)
        await device.close()


async def test_decision_that_was_made_before_the_account_went_lets_nobody_in() -> None:
    gate = Gate(GRANT)
    gate.is_prompt = False
    async with serving(MemorySink(), gate) as listener:
        asking = asyncio.create_task(RawDevice.asking(listener, CONNECT))
        await until(lambda: gate.attempts)
        listener.review(lambda _: None)
        gate.decide()
        device, connack = await asking
        assert connack.reason_code == 0x87
        await device.close()


async def test_client_of_nobody_in_particular_is_left_alone() -> None:
    async with serving(MemorySink(), Gate(Grant("", None, ("#",)))) as listener:
        device, _ = await RawDevice.asking(listener, CONNECT)
        listener.review(lambda _: None)
        device.write(PINGREQ)
        assert await device.read(2) == PINGRESP
        await device.close()
