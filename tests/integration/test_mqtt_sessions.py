"""Sessions, take-over, wills and QoS 2 over real connections."""

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
import pytest

from gateway.mqtt.connecting import Connect, Will
from gateway.mqtt.listener import Listener
from gateway.mqtt.packets import ProtocolVersion
from gateway.mqtt.ports import Grant, StoredSession
from gateway.mqtt.properties import Properties
from gateway.mqtt.publishing import encode_publish
from gateway.mqtt.subscribing import Subscribe, Subscription, encode_subscribe
from tests.fakes.sessions import ALL, Gate, MemorySessions
from tests.integration.listening import SETTINGS, RawDevice, clock_us, serving
from tests.unit.gateway.mqtt.memory_sink import MemorySink, until

pytestmark = pytest.mark.integration

V3 = ProtocolVersion.V3_1_1
V5 = ProtocolVersion.V5
DISCONNECT = b"\xe0\x00"
PERSISTENT = Connect(V3, "dev", clean_start=False)
WILL = Will("s/dev/state", b"offline", qos=2, retain=True)
SUBSCRIBE = encode_subscribe(Subscribe(1, (Subscription("to/dev", 1),)), V3)


@pytest.fixture
def sink() -> MemorySink:
    return MemorySink()


@pytest.fixture
def store() -> MemorySessions:
    return MemorySessions()


@pytest.fixture
async def listener(sink: MemorySink, store: MemorySessions) -> AsyncIterator[Listener]:
    async with serving(sink, Gate(ALL), store) as server:
        yield server


async def gone(device: RawDevice, listener: Listener) -> None:
    await device.close()
    await until(lambda: not listener.clients)


def with_will(delay_s: int | None = None, expiry_s: int | None = None) -> Connect:
    will = msgspec.structs.replace(WILL, properties=Properties(will_delay_interval=delay_s))
    properties = Properties(session_expiry_interval=expiry_s)
    return Connect(V5, "dev", clean_start=False, will=will, properties=properties)


async def test_session_is_there_again_with_its_subscriptions_and_its_messages(
    listener: Listener,
) -> None:
    device, connack = await RawDevice.asking(listener, PERSISTENT)
    assert not connack.session_present
    device.write(SUBSCRIBE)
    assert await device.read(5) == bytes.fromhex("90 03 00 01 01")
    assert listener.publish("to/dev", b"1", qos=1) == 1
    assert await device.read(13) == bytes.fromhex("32 0b 00 06 74 6f 2f 64 65 76 00 01 31")
    await gone(device, listener)
    assert listener.publish("to/dev", b"2", qos=1) == 1
    assert listener.publish("to/dev", b"lost", qos=0) == 0
    device, connack = await RawDevice.asking(listener, PERSISTENT)
    assert connack.session_present
    assert await device.read(26) == bytes.fromhex(
        "3a 0b 00 06 74 6f 2f 64 65 76 00 01 31 32 0b 00 06 74 6f 2f 64 65 76 00 02 32"
    )
    await gone(device, listener)


async def test_clean_start_ends_the_session_that_was_there(
    listener: Listener, store: MemorySessions
) -> None:
    device, _ = await RawDevice.asking(listener, PERSISTENT)
    device.write(SUBSCRIBE + DISCONNECT)
    await device.rest()
    assert store.kept["dev"].subscriptions == (("to/dev", 1),)
    device, connack = await RawDevice.asking(listener, Connect(V3, "dev"))
    assert not connack.session_present
    assert store.dropped[-1] == "dev"
    assert store.kept == {}
    assert listener.publish("to/dev", b"1", qos=1) == 0
    await gone(device, listener)


async def test_session_without_expiry_leaves_nothing_behind(
    listener: Listener, store: MemorySessions
) -> None:
    for _ in range(2):
        device, connack = await RawDevice.asking(listener, Connect(V5, "dev", clean_start=False))
        assert not connack.session_present
        await gone(device, listener)
    assert store.kept == {}


async def test_session_expires_and_is_dropped(listener: Listener, store: MemorySessions) -> None:
    properties = Properties(session_expiry_interval=1)
    connect = Connect(V5, "dev", clean_start=False, properties=properties)
    device, _ = await RawDevice.asking(listener, connect)
    left_at = clock_us()
    await gone(device, listener)
    assert abs((store.kept["dev"].left_at or 0) - left_at) < 5_000_000
    await until(lambda: not store.kept)
    device, connack = await RawDevice.asking(listener, connect)
    assert not connack.session_present
    await gone(device, listener)


async def test_connack_and_suback_leave_once_the_session_is_durable(
    listener: Listener, store: MemorySessions
) -> None:
    store.is_prompt = False
    asking = asyncio.create_task(RawDevice.asking(listener, PERSISTENT))
    await until(lambda: "dev" in store.kept)
    await asyncio.sleep(0.05)
    assert not asking.done()
    store.make_durable()
    device, _ = await asking
    device.write(SUBSCRIBE + b"\xc0\x00")
    await until(lambda: store.kept["dev"].subscriptions)
    answer = asyncio.create_task(device.read(7))
    await asyncio.sleep(0.05)
    assert not answer.done()
    store.make_durable()
    assert await answer == bytes.fromhex("90 03 00 01 01 d0 00")
    store.is_prompt = True
    await gone(device, listener)


async def test_session_that_was_kept_is_there_after_a_restart(sink: MemorySink) -> None:
    now = clock_us()
    subscriptions = (("to/dev", 1),)
    store = MemorySessions(
        StoredSession("dev", "", 3600, subscriptions),  # a crash came while it was connected
        StoredSession("late", "", 1, (), now - 2_000_000),
    )
    async with serving(sink, Gate(ALL), store) as listener:
        assert (store.kept["dev"].left_at or 0) >= now
        await until(lambda: "late" not in store.kept)
        device, connack = await RawDevice.asking(listener, PERSISTENT)
        assert connack.session_present
        assert listener.publish("to/dev", b"1", qos=1) == 1
        assert (await device.read(13))[-1:] == b"1"
        await gone(device, listener)


async def test_longest_away_session_gives_way_when_there_are_too_many(
    sink: MemorySink, store: MemorySessions
) -> None:
    settings = msgspec.structs.replace(SETTINGS, maximum_sessions=2)
    async with serving(sink, Gate(ALL), store, settings) as listener:
        for client in ("a", "b", "c"):
            device, _ = await RawDevice.asking(listener, Connect(V3, client, clean_start=False))
            await gone(device, listener)
    assert list(store.kept) == ["b", "c"]


async def test_each_principal_has_client_ids_of_its_own(
    sink: MemorySink, store: MemorySessions
) -> None:
    gate = Gate(Grant("anna", None, ()))
    async with serving(sink, gate, store) as listener:
        mine, _ = await RawDevice.asking(listener, PERSISTENT)
        gate.grant = Grant("bert", None, ())
        other, connack = await RawDevice.asking(listener, PERSISTENT)
        assert (connack.reason_code, connack.session_present) == (0, False)
        other.write(encode_publish("a", b"of bert", version=V3))
        await until(lambda: sink.payloads == [b"of bert"])
        gate.grant = Grant("anna", None, ())
        again, connack = await RawDevice.asking(listener, PERSISTENT)
        assert connack.session_present
        assert await mine.rest() == b""
        again.write(encode_publish("a", b"of anna", version=V3))
        await until(lambda: len(sink.payloads) == 2)
        await other.close()
        await gone(again, listener)
    assert [one.client for one in sink.publishes] == ["bert/dev", "anna/dev"]
    assert list(store.kept) == ["anna/dev", "bert/dev"]


async def test_client_that_has_the_name_of_its_account_is_known_by_it_alone(
    sink: MemorySink, store: MemorySessions
) -> None:
    async with serving(sink, Gate(Grant("dev", None, ())), store) as listener:
        device, _ = await RawDevice.asking(listener, PERSISTENT)
        await until(lambda: listener.clients == ["dev"])
        await gone(device, listener)
    assert list(store.kept) == ["dev"]


async def test_id_that_is_assigned_is_told_as_the_client_shall_say_it(sink: MemorySink) -> None:
    async with serving(sink, Gate(Grant("anna", None, ()))) as listener:
        device, connack = await RawDevice.asking(listener, Connect(V5, ""))
        assert connack.properties.assigned_client_identifier == "assigned-1"
        assert listener.clients == ["anna/assigned-1"]
        await gone(device, listener)


async def test_principal_that_begins_many_sessions_ends_its_own(
    sink: MemorySink, store: MemorySessions
) -> None:
    gate = Gate(Grant("eve", None, ()), {"dev": Grant("dev", None, ())})
    settings = msgspec.structs.replace(SETTINGS, maximum_sessions=2)
    async with serving(sink, gate, store, settings) as listener:
        for client in ("dev", "a", "b", "c"):
            device, _ = await RawDevice.asking(listener, Connect(V3, client, clean_start=False))
            await gone(device, listener)
    assert list(store.kept) == ["dev", "eve/c"]


async def test_principal_without_sessions_gets_room_from_whoever_has_the_most(
    sink: MemorySink, store: MemorySessions
) -> None:
    gate = Gate(Grant("eve", None, ()), {one: Grant(one, None, ()) for one in ("dev", "new")})
    settings = msgspec.structs.replace(SETTINGS, maximum_sessions=3)
    async with serving(sink, gate, store, settings) as listener:
        for client in ("dev", "a", "b", "new"):
            device, _ = await RawDevice.asking(listener, Connect(V3, client, clean_start=False))
            await gone(device, listener)
    assert list(store.kept) == ["dev", "eve/b", "new"]


async def test_subscription_that_is_not_granted_any_more_is_not_taken_up_again(
    sink: MemorySink, store: MemorySessions
) -> None:
    gate = Gate(Grant("dev", None, ("to/#", "all/#")))
    async with serving(sink, gate, store) as listener:
        device, _ = await RawDevice.asking(listener, PERSISTENT)
        wanted = (Subscription("to/dev", 1), Subscription("all/+", 1))
        device.write(encode_subscribe(Subscribe(1, wanted), V3))
        assert await device.read(6) == bytes.fromhex("90 04 00 01 01 01")
        await gone(device, listener)
        assert listener.publish("to/dev", b"secret", qos=1) == 1
        assert listener.publish("all/x", b"1", qos=1) == 1
        gate.grant = Grant("dev", None, ("all/#",))
        device, connack = await RawDevice.asking(listener, PERSISTENT)
        assert connack.session_present
        assert await device.read(12) == bytes.fromhex("32 0a 00 05 61 6c 6c 2f 78 00 01 31")
        assert listener.publish("to/dev", b"secret", qos=1) == 0
        assert store.kept["dev"].subscriptions == (("all/+", 1),)
        await gone(device, listener)


async def test_session_of_nobody_is_ended_by_the_first_account(sink: MemorySink) -> None:
    store = MemorySessions(StoredSession("dev", "", 3600, (), clock_us()))
    async with serving(sink, Gate(Grant("dev", None, ())), store) as listener:
        device, connack = await RawDevice.asking(listener, PERSISTENT)
        assert (connack.reason_code, connack.session_present) == (0, False)
        await gone(device, listener)


async def test_will_is_delivered_when_the_connection_is_lost(
    listener: Listener, sink: MemorySink
) -> None:
    device, _ = await RawDevice.asking(listener, with_will())
    await device.close()
    await until(lambda: sink.publishes)
    (publish,) = sink.publishes
    assert (publish.client, publish.topic, publish.payload) == ("dev", "s/dev/state", b"offline")
    assert (publish.qos, publish.packet_id, publish.retain) == (2, None, True)
    assert publish.is_permitted


@pytest.mark.parametrize(
    ("last_bytes", "is_delivered"),
    [
        (b"\xe0\x00", False),
        (b"\xe0\x01\x00", False),
        (b"\xe0\x01\x04", True),
        (b"\xe0\x01\x81", True),
        (b"\x00", True),
    ],
)
async def test_will_is_deleted_by_a_normal_disconnect_alone(
    listener: Listener, sink: MemorySink, last_bytes: bytes, *, is_delivered: bool
) -> None:
    device, _ = await RawDevice.asking(listener, with_will())
    device.write(last_bytes)
    await device.rest()
    await until(lambda: not listener.clients)
    assert bool(sink.publishes) is is_delivered


async def test_will_is_delivered_when_the_keep_alive_passes(
    listener: Listener, sink: MemorySink
) -> None:
    connect = msgspec.structs.replace(with_will(), keep_alive=1)
    device, _ = await RawDevice.asking(listener, connect)
    assert await device.rest() == bytes.fromhex("e0 01 8d")
    await until(lambda: sink.publishes)


async def test_will_of_a_connection_that_is_taken_over_comes_before_what_follows(
    listener: Listener, sink: MemorySink
) -> None:
    earlier, _ = await RawDevice.asking(listener, with_will())
    later, _ = await RawDevice.asking(listener, Connect(V5, "dev"))
    later.write(encode_publish("s/dev/state", b"online", version=V5))
    assert await earlier.rest() == bytes.fromhex("e0 01 8e")
    await until(lambda: len(sink.payloads) == 2)
    assert sink.payloads == [b"offline", b"online"]
    await gone(later, listener)


async def test_delayed_will_is_dropped_when_the_client_comes_back_in_time(
    listener: Listener, sink: MemorySink
) -> None:
    connect = with_will(delay_s=1, expiry_s=60)
    device, _ = await RawDevice.asking(listener, connect)
    await gone(device, listener)
    again, connack = await RawDevice.asking(listener, msgspec.structs.replace(connect, will=None))
    assert connack.session_present
    await asyncio.sleep(1.2)
    assert sink.publishes == []
    await gone(again, listener)


async def test_delayed_will_is_delivered_after_its_delay(
    listener: Listener, sink: MemorySink
) -> None:
    device, _ = await RawDevice.asking(listener, with_will(delay_s=1, expiry_s=60))
    began_s = time.monotonic()
    await gone(device, listener)
    await until(lambda: sink.publishes)
    assert time.monotonic() - began_s > 0.9


@pytest.mark.parametrize("expiry_s", [0, 60])
async def test_delayed_will_is_delivered_when_the_session_ends_first(
    listener: Listener, sink: MemorySink, expiry_s: int
) -> None:
    device, _ = await RawDevice.asking(listener, with_will(delay_s=3600, expiry_s=expiry_s))
    await gone(device, listener)
    if expiry_s:
        assert sink.publishes == []
        again, _ = await RawDevice.asking(listener, Connect(V5, "dev", clean_start=True))
        await again.close()
    await until(lambda: sink.publishes)
    assert sink.payloads == [b"offline"]


async def test_will_without_a_right_is_marked(sink: MemorySink) -> None:
    async with serving(sink, Gate(Grant("", ("own/#",), ()))) as listener:
        device, _ = await RawDevice.asking(listener, with_will())
        await device.close()
        await until(lambda: sink.publishes)
    assert not sink.publishes[0].is_permitted


async def test_no_will_tells_of_a_loss_when_it_is_the_gateway_that_goes(sink: MemorySink) -> None:
    async with serving(sink, Gate(ALL)) as listener:
        device, _ = await RawDevice.asking(listener, with_will())
        delayed = msgspec.structs.replace(with_will(3600, 3600), client_id="lost before")
        lost, _ = await RawDevice.asking(listener, delayed)
        await lost.close()
        await until(lambda: len(listener.clients) == 1)
        assert sink.publishes == []
    assert await device.rest() == bytes.fromhex("e0 01 8b")
    assert [publish.client for publish in sink.publishes] == ["lost before"]


async def test_qos_2_is_exactly_once_across_connections(
    listener: Listener, sink: MemorySink
) -> None:
    sink.is_prompt = False
    device, _ = await RawDevice.asking(listener, PERSISTENT)
    device.write(encode_publish("s/1", b"x", version=V3, qos=2, packet_id=7))
    await until(lambda: sink.open_answers)
    await gone(device, listener)
    sink.is_prompt = True
    device, _ = await RawDevice.asking(listener, PERSISTENT)
    device.write(encode_publish("s/1", b"x", version=V3, qos=2, packet_id=7, dup=True))
    assert await device.read(4) == bytes.fromhex("50 02 00 07")
    device.write(bytes.fromhex("62 02 00 07"))
    assert await device.read(4) == bytes.fromhex("70 02 00 07")
    assert sink.payloads == [b"x"]
    assert sink.open_ids == set()
    await gone(device, listener)


async def test_pubrec_and_pubcomp_wait_for_the_sink(listener: Listener, sink: MemorySink) -> None:
    sink.is_prompt = False
    device = await RawDevice.connected(listener, V5)
    device.write(encode_publish("s/1", b"x", version=V5, qos=2, packet_id=7) + b"\xc0\x00")
    assert await device.read(2) == b"\xd0\x00"
    sink.answer_all()
    assert await device.read(4) == bytes.fromhex("50 02 00 07")
    device.write(bytes.fromhex("62 02 00 07 c0 00"))
    assert await device.read(2) == b"\xd0\x00"
    sink.answer_all()
    assert await device.read(4) == bytes.fromhex("70 02 00 07")
    sink.is_prompt = True
    await device.close()


async def test_refused_message_of_qos_2_may_use_its_id_anew(
    listener: Listener, sink: MemorySink
) -> None:
    sink.code = 0x99
    device = await RawDevice.connected(listener, V5)
    for payload in (b"bad", b"good"):
        device.write(encode_publish("s/1", payload, version=V5, qos=2, packet_id=7))
        await until(lambda payload=payload: payload in sink.payloads)
        answer = bytes.fromhex("50 03 00 07 99") if sink.code else bytes.fromhex("50 02 00 07")
        assert await device.read(len(answer)) == answer
        sink.code = 0
    await device.close()
