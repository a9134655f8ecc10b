import asyncio
import contextlib

import aiomqtt
import pytest

from simulators.broker import BrokerUnreachable, InvalidBrokerUrl, InvalidSpeed, broker_at
from simulators.devices import IN_FLIGHT, Progress, deliver
from simulators.fleet import fleet, single
from simulators.misbehaving import misbehaving_device
from simulators.replay import read_series, series_messages
from simulators.shipment import Message
from simulators.simulate import replay, simulate, simulate_fleet
from tests.servers import Server
from tests.unit.simulators.counting_broker import CountingBroker
from tests.unit.simulators.test_replay import NAB

NOW = 1_795_168_800_000_000
SECOND = 1_000_000


def numbered(count: int, device: str = "d1", every_seconds: float = 0.0) -> list[Message]:
    return [
        Message(round(n * every_seconds * SECOND), device, f"t/{device}", b"%d" % n, readings=2)
        for n in range(count)
    ]


async def test_every_message_is_acknowledged_and_counted() -> None:
    async with CountingBroker() as broker:
        progress = await deliver(broker_at(broker.url), numbered(300))
    assert progress == Progress(300, 300, 600, 0, 0)
    assert [payload for _, _, payload in broker.acknowledged] == [b"%d" % n for n in range(300)]


async def test_devices_share_a_bounded_number_of_connections_and_keep_their_order() -> None:
    messages = [one for d in range(10) for one in numbered(20, f"d{d}", 1.0)]
    async with CountingBroker() as broker:
        await deliver(broker_at(broker.url), messages, connections=3)
    assert len(broker.clients) == 3
    for device in range(10):
        mine = [payload for _, topic, payload in broker.acknowledged if topic == f"t/d{device}"]
        assert mine == [b"%d" % n for n in range(20)]


async def test_what_a_lost_connection_left_unacknowledged_is_sent_again() -> None:
    reports: list[Progress] = []
    async with CountingBroker(5, 0) as broker:
        progress = await deliver(broker_at(broker.url), numbered(200), on_progress=reports.append)
    assert (progress.acknowledged, progress.reconnects) == (200, 2)
    assert [payload for _, _, payload in broker.acknowledged] == [b"%d" % n for n in range(200)]
    assert len(broker.seen) > 200
    assert reports[-1] == progress


async def test_no_more_than_the_window_waits_for_acknowledgement() -> None:
    async with CountingBroker(10**6) as broker:
        task = asyncio.create_task(deliver(broker_at(broker.url), numbered(IN_FLIGHT + 50)))
        await broker.until(lambda: len(broker.seen) >= IN_FLIGHT)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await broker.until(lambda: broker.gone == 1)
    assert len(broker.seen) == IN_FLIGHT


async def test_a_broker_that_stays_away_is_given_up_with_what_is_left(free_port: int) -> None:
    with pytest.raises(BrokerUnreachable, match="3 messages are not acknowledged"):
        await deliver(broker_at(f"mqtt://127.0.0.1:{free_port}"), numbered(3), patience_seconds=0.2)


async def test_a_broker_that_drops_every_connection_is_given_up() -> None:
    async with CountingBroker(*[0] * 100) as broker:
        with pytest.raises(BrokerUnreachable):
            await deliver(broker_at(broker.url), numbered(3), patience_seconds=0.5)
    assert len(broker.clients) > 1


async def test_a_connection_that_was_idle_for_longer_than_our_patience_is_opened_anew() -> None:
    loop = asyncio.get_running_loop()
    async with CountingBroker() as broker:

        def cut_later(progress: Progress) -> None:
            if progress.acknowledged == 1 and not progress.reconnects:
                loop.call_later(0.5, broker.cut)

        progress = await deliver(
            broker_at(broker.url),
            numbered(2, every_seconds=1.0),
            speed=1,
            patience_seconds=0.3,
            on_progress=cut_later,
        )
    assert (progress.acknowledged, progress.reconnects) == (2, 1)


async def test_shipment_time_passes_at_the_stated_speed() -> None:
    loop = asyncio.get_running_loop()
    async with CountingBroker() as broker:
        started = loop.time()
        await deliver(broker_at(broker.url), numbered(4, every_seconds=100.0), speed=1000)
        assert loop.time() - started >= 0.3


async def test_days_without_readings_are_not_waited_for_without_a_speed() -> None:
    async with CountingBroker() as broker:
        async with asyncio.timeout(5):
            await deliver(broker_at(broker.url), numbered(3, every_seconds=604_800.0), speed=0)
    assert len(broker.acknowledged) == 3


async def test_a_delivery_can_be_cancelled() -> None:
    async with CountingBroker() as broker:
        task = asyncio.create_task(
            deliver(broker_at(broker.url), numbered(3, every_seconds=1000.0), speed=1)
        )
        await broker.until(lambda: bool(broker.acknowledged))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_a_negative_speed_is_refused() -> None:
    with pytest.raises(InvalidSpeed):
        await deliver(broker_at("mqtt://127.0.0.1"), numbered(1), speed=-1)


async def test_nothing_to_send_needs_no_broker(free_port: int) -> None:
    assert (await deliver(broker_at(f"mqtt://127.0.0.1:{free_port}"), [])).messages == 0


@pytest.mark.parametrize("url", ["127.0.0.1:1883", "http://host", "mqtt://", "mqtt://host:port"])
def test_an_address_that_is_none_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(InvalidBrokerUrl, match="mqtt://host:1883"):
        broker_at(url)


def test_an_address_carries_port_encryption_and_credentials() -> None:
    assert broker_at("mqtt://host").port == 1883
    secured = broker_at("mqtts://anna:a%40b@host")
    assert (secured.port, secured.is_encrypted) == (8883, True)
    assert (secured.username, secured.password) == ("anna", "a@b")


async def test_a_scenario_is_simulated_whole() -> None:
    async with CountingBroker() as broker:
        shipment, progress = await simulate(broker.url, "drop", seed=1, now=NOW)
    assert shipment == single("drop", 1, NOW)
    assert progress.readings == shipment.readings


@pytest.mark.integration
async def test_mosquitto_hands_a_whole_fleet_on(mosquitto: Server) -> None:
    shipments, misbehaving = fleet(1, 3, NOW), misbehaving_device(1, NOW)
    expected = sum(len(one.messages) for one in shipments) + misbehaving.expected_quarantined
    heard: list[bytes] = []
    async with aiomqtt.Client("127.0.0.1", mosquitto.port) as listener:
        await listener.subscribe("cargotwin/v1/#", qos=1)
        progress = await simulate_fleet(
            f"mqtt://127.0.0.1:{mosquitto.port}", shipments, misbehaving=misbehaving
        )
        async with asyncio.timeout(20):
            async for message in listener.messages:
                assert isinstance(message.payload, bytes)
                heard.append(message.payload)
                if len(heard) == expected:
                    break
    assert progress.acknowledged == expected
    sent = [m.payload for one in (*shipments, misbehaving) for m in one.messages]
    assert sorted(heard) == sorted(sent)


@pytest.mark.integration
async def test_everything_is_acknowledged_although_mosquitto_is_killed_on_the_way(
    mosquitto: Server,
) -> None:
    shipment = single("nominal", 1, NOW)
    is_halfway = asyncio.Event()

    def watch(progress: Progress) -> None:
        if progress.acknowledged > progress.messages // 2:
            is_halfway.set()

    delivery = asyncio.create_task(
        deliver(
            broker_at(f"mqtt://127.0.0.1:{mosquitto.port}"),
            shipment.messages,
            speed=100_000,
            on_progress=watch,
        )
    )
    async with asyncio.timeout(60):
        await is_halfway.wait()
        mosquitto.kill()
        await asyncio.to_thread(mosquitto.start)
        progress = await delivery
    assert progress.acknowledged == len(shipment.messages)
    assert progress.readings == shipment.readings
    assert progress.reconnects > 0


@pytest.mark.integration
async def test_a_recorded_series_is_replayed_to_mosquitto(mosquitto: Server) -> None:
    progress = await replay(
        f"mqtt://127.0.0.1:{mosquitto.port}",
        NAB,
        device="office",
        quantity="temperature",
        unit="F",
        zone="UTC",
    )
    rows = read_series(NAB, "temperature", "F", "UTC")
    assert progress.readings == len(rows) == 60
    assert progress.messages == len(list(series_messages(rows, "office")))
