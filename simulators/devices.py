"""Publishes messages over real MQTT, QoS 1, until every one of them is acknowledged.

Devices share a bounded number of connections, as they do behind a field gateway. A connection
that falls is opened anew, and whatever was not acknowledged on it is published again first, in
order: at least once, never less. Readings carry time and seq, statements their full text, so that
whoever receives one twice can tell.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterable, Sequence

import aiomqtt
import msgspec

from .broker import Broker, BrokerUnreachable, Pace
from .shipment import Message

CONNECTIONS = 4
IN_FLIGHT = 64
"""Messages that may wait for their PUBACK on one connection."""
ACKNOWLEDGE_SECONDS = 15.0
"""How long a PUBACK may take before the connection is taken for dead."""
FIRST_RETRY_SECONDS = 0.1
LONGEST_RETRY_SECONDS = 2.0
PATIENCE_SECONDS = 60.0


class Progress(msgspec.Struct, frozen=True):
    """How far a delivery has come.

    Attributes:
        messages: Number of all messages.
        acknowledged: Of these, how many have their PUBACK.
        readings: Readings in the acknowledged ones.
        reconnects: How often a connection had to be opened anew.
        send_at: Shipment time of the latest acknowledged message, microseconds UTC.
    """

    messages: int
    acknowledged: int = 0
    readings: int = 0
    reconnects: int = 0
    send_at: int = 0


ProgressCallback = Callable[[Progress], None]


async def deliver(
    broker: Broker,
    messages: Iterable[Message],
    *,
    speed: float | None = None,
    connections: int = CONNECTIONS,
    patience_seconds: float = PATIENCE_SECONDS,
    on_progress: ProgressCallback | None = None,
) -> Progress:
    """Publish the messages and return when each has its PUBACK.

    Cancelling it closes the connections; what was acknowledged until then was reported.

    Args:
        broker: Where to.
        messages: In any order; each device's own are sent in order of `send_at`.
        speed: Shipment seconds per second; None or 0 sends as fast as it is acknowledged.
        connections: At most so many MQTT clients.
        patience_seconds: How long we may be without a connection, since the last PUBACK and all
            attempts together, before we give up.
        on_progress: Called after each PUBACK and each lost connection.

    Raises:
        BrokerUnreachable: The broker stayed away for longer than that.
        InvalidSpeed: The speed is below 0.
    """
    ordered = sorted(messages, key=lambda message: message.send_at)
    tally = _Tally(len(ordered), on_progress)
    if not ordered:
        return tally.progress
    pace = Pace(speed, ordered[0].send_at, asyncio.get_running_loop().time())
    uplinks = [
        _Uplink(broker, lane, pace, tally, patience_seconds)
        for lane in _lanes(ordered, connections)
    ]
    try:
        async with asyncio.TaskGroup() as group:
            for uplink in uplinks:
                group.create_task(uplink.run(), name=f"uplink {uplink.client_id}")
    except ExceptionGroup as several:
        # One lost broker fails every uplink alike: the first of them says it all.
        unreachable = several.subgroup(BrokerUnreachable)
        if unreachable is None:
            raise
        raise unreachable.exceptions[0] from several
    return tally.progress


def _lanes(ordered: Sequence[Message], connections: int) -> list[list[Message]]:
    """Return the messages dealt out to connections, all of one device to the same."""
    lane_of: dict[str, int] = {}
    lanes: list[list[Message]] = [[] for _ in range(connections)]
    for message in ordered:
        lane = lane_of.setdefault(message.device, len(lane_of) % connections)
        lanes[lane].append(message)
    return [lane for lane in lanes if lane]


class _Tally:
    """Counts what all uplinks have done."""

    def __init__(self, messages: int, on_progress: ProgressCallback | None) -> None:
        self.progress = Progress(messages)
        self._on_progress = on_progress

    def acknowledge(self, message: Message) -> None:
        before = self.progress
        self._become(
            Progress(
                before.messages,
                before.acknowledged + 1,
                before.readings + message.readings,
                before.reconnects,
                max(before.send_at, message.send_at),
            )
        )

    def reconnect(self) -> None:
        reconnects = self.progress.reconnects + 1
        self._become(msgspec.structs.replace(self.progress, reconnects=reconnects))

    def _become(self, progress: Progress) -> None:
        self.progress = progress
        if self._on_progress is not None:
            self._on_progress(progress)


class _Uplink:
    """One connection's share of the messages, kept until each is acknowledged."""

    def __init__(
        self,
        broker: Broker,
        messages: list[Message],
        pace: Pace,
        tally: _Tally,
        patience_seconds: float,
    ) -> None:
        self.client_id = f"sim-{messages[0].device}"
        self._broker = broker
        self._messages = messages
        self._pace = pace
        self._tally = tally
        self._patience_seconds = patience_seconds
        self._next = 0
        self._unacknowledged: dict[int, Message] = {}

    async def run(self) -> None:
        """Send everything, over as many connections one after another as it takes."""
        away_seconds, retry_seconds = 0.0, FIRST_RETRY_SECONDS
        while self._is_unfinished():
            before = self._acknowledged()
            away_seconds += await self._connect_and_use()
            if self._acknowledged() > before:
                away_seconds, retry_seconds = 0.0, FIRST_RETRY_SECONDS
            if self._is_unfinished():
                if away_seconds > self._patience_seconds:
                    left = len(self._messages) - self._acknowledged()
                    raise BrokerUnreachable(self._broker, self._patience_seconds, left)
                await asyncio.sleep(retry_seconds)
                away_seconds += retry_seconds
                retry_seconds = min(2 * retry_seconds, LONGEST_RETRY_SECONDS)

    async def _connect_and_use(self) -> float:
        """Send until all is done or the connection falls; return the seconds it took to open."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        opened: float | None = None
        try:
            async with self._client() as client:
                opened = loop.time()
                await self._use(client)
        except* aiomqtt.MqttError:
            self._tally.reconnect()
        return (loop.time() if opened is None else opened) - began

    def _is_unfinished(self) -> bool:
        return self._next < len(self._messages) or bool(self._unacknowledged)

    def _acknowledged(self) -> int:
        return self._next - len(self._unacknowledged)

    def _client(self) -> aiomqtt.Client:
        client = aiomqtt.Client(
            self._broker.host,
            self._broker.port,
            username=self._broker.username,
            password=self._broker.password,
            identifier=self.client_id,
            clean_session=True,
            max_inflight_messages=IN_FLIGHT,
            tls_context=ssl.create_default_context() if self._broker.is_encrypted else None,
        )
        client.pending_calls_threshold = IN_FLIGHT
        return client

    async def _use(self, client: aiomqtt.Client) -> None:
        """Send over one connection; a lost connection or a PUBACK that stays away raises."""
        slots = asyncio.Semaphore(IN_FLIGHT)
        async with asyncio.TaskGroup() as link:
            watch = link.create_task(_until_lost(client), name=f"watch {self.client_id}")
            async with asyncio.TaskGroup() as senders:
                for number in list(self._unacknowledged):
                    await self._start(client, number, slots, senders)
                while self._next < len(self._messages):
                    await self._pace.wait_for(self._messages[self._next].send_at)
                    await self._start(client, self._next, slots, senders)
            watch.cancel()

    async def _start(
        self,
        client: aiomqtt.Client,
        number: int,
        slots: asyncio.Semaphore,
        senders: asyncio.TaskGroup,
    ) -> None:
        await slots.acquire()
        message = self._messages[number]
        self._unacknowledged[number] = message
        self._next = max(self._next, number + 1)
        senders.create_task(
            self._publish(client, number, message, slots), name=f"publish {self.client_id} {number}"
        )

    async def _publish(
        self, client: aiomqtt.Client, number: int, message: Message, slots: asyncio.Semaphore
    ) -> None:
        await client.publish(message.topic, message.payload, qos=1, timeout=ACKNOWLEDGE_SECONDS)
        del self._unacknowledged[number]
        slots.release()
        self._tally.acknowledge(message)


async def _until_lost(client: aiomqtt.Client) -> None:
    """Raise `aiomqtt.MqttError` when the connection falls; devices subscribe to nothing."""
    async for _ in client.messages:
        pass
