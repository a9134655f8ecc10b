"""The short way of messages: one lane per topic, for sound readings of known series.

Most messages are such readings with the device's own time. A lane reads them without a second look;
whatever it does not read takes the long way (`reception`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from gateway.codecs.base import AddressedCodec, SwiftCodec, SwiftReader
from gateway.codecs.route import RoutingTable
from gateway.intake.known_devices import KnownDevices
from gateway.intake.observations import Observations
from gateway.intake.pending import Batches, Pending
from gateway.intake.sightings import Sightings
from gateway.intake.speaking import Mandates
from gateway.intake.taking import NO_MATCHING_SUBSCRIBERS, SUCCESS
from gateway.mqtt.ports import DeviceRights, Publish
from gateway.store.entries import Message
from twins.readings import ClockSource, Reading

_QOS_2: Final = 2
_MOST_LANES: Final = 65_536
_MOST_CLIENTS: Final = 65_536
_LONGEST_TOPIC: Final = 256
"""Longer topics are found anew each time: senders choose them."""


class _Lane(NamedTuple):
    """The short way of one topic."""

    read: SwiftReader
    device: str
    codec: str
    code: int
    qos: int


_Lanes = dict[str, "_Lane | None"]


class _Senders(NamedTuple):
    """Clients whose messages go the same ways: what they may do is decided before, in the lanes."""

    via_broker: bool
    rights: DeviceRights | None
    lanes: _Lanes


class _Run:
    """Messages in a row that go the short way; encoded and counted once, at its end."""

    __slots__ = ("_pending", "messages", "readings", "unknown")

    def __init__(self, pending: Pending) -> None:
        self._pending = pending
        self.messages: list[Message] = []
        self.readings = 0
        self.unknown = 0

    def end(self) -> None:
        """Put what the run has taken into its batch."""
        if self.messages:
            self._pending.add(self.messages, self.readings)
            self._pending.count("readings", self.readings)
        if self.unknown:
            self._pending.count("readings_of_unknown_devices", self.unknown)


class ShortWays:
    """Takes messages into the pending batch, each the shortest way that is open to it.

    Args:
        batches: Where records go.
        table: Which format reads which topic.
        devices: Which devices and series are known.
        observations: How the readings of each device were seen to come.
        sightings: Told of devices that nobody bound.
        mandates: For which devices each client may speak.
        long_way: Takes a message for which there is no lane; returns its reason code.
        keep_raw: Whether payloads of good readings are kept too.
    """

    def __init__(
        self,
        batches: Batches,
        table: RoutingTable,
        devices: KnownDevices,
        observations: Observations,
        sightings: Sightings,
        *,
        mandates: Mandates,
        long_way: Callable[[Publish], int],
        keep_raw: bool,
    ) -> None:
        self._batches = batches
        self._table = table
        self._devices = devices
        self._observations = observations
        self._sightings = sightings
        self._mandates = mandates
        self._long_way = long_way
        self._keep_raw = keep_raw
        self._senders: dict[tuple[bool, DeviceRights | None], _Senders] = {}
        self._sender_of: dict[str, _Senders] = {}
        self._remembered = 0

    def take_all(self, publishes: Sequence[Publish]) -> list[int]:
        """Take messages of one client in order; return a reason code for each."""
        self._batches.seal_if_long()
        if not publishes:
            return []
        client = publishes[0].client
        senders = self._sender_of.get(client) or self._senders_of(client)
        lanes, keep_raw = senders.lanes, self._keep_raw
        largest = self._table.maximum_payload_bytes
        newest: Message | None = None
        run = _Run(self._batches.pending)
        codes: list[int] = []
        unknown: dict[str, tuple[Publish, _Lane]] = {}
        for publish in publishes:
            topic = publish.topic
            lane = lanes[topic] if topic in lanes else self._lane(topic, senders)
            payload = publish.payload
            if (
                lane is not None
                and lane.qos <= publish.qos < _QOS_2
                and publish.is_permitted
                and len(payload) <= largest
            ):
                code, received_at = lane.code, publish.received_at
                readings = lane.read(payload, received_at)
                if readings is not None:
                    newest = Message(
                        received_at,
                        publish.client,
                        publish.packet_id,
                        publish.dup,
                        payload if keep_raw else None,
                        readings,
                    )
                    run.messages.append(newest)
                    count = len(readings)
                    run.readings += count
                    if code:
                        run.unknown += count
                        unknown[topic] = (publish, lane)
                    codes.append(code)
                    continue
            run.end()
            codes.append(self._long_way(publish))
            run = _Run(self._batches.pending)
        run.end()
        if newest is not None and isinstance(reading := newest.records[-1], Reading):
            self._observations.note_clock(reading, newest.received_at)
        for publish, lane in unknown.values():
            self._sightings.note(publish, lane.device, lane.codec)
        return codes

    def forget(self) -> None:
        """Find the ways anew: what is known of devices, formats or rights has changed."""
        for senders in self._senders.values():
            senders.lanes.clear()
        self._senders.clear()
        self._sender_of.clear()
        self._remembered = 0

    def _senders_of(self, client: str) -> _Senders:
        """Return with whom a client shares its lanes: with those of the same rights.

        The device of a lane is that of its topic; whether the topic is permitted stands in the
        message.
        """
        if len(self._sender_of) >= _MOST_CLIENTS:
            self._sender_of.clear()
        via_broker, rights = self._observations.is_broker(client), self._mandates.rights_of(client)
        senders = self._senders.get((via_broker, rights))
        if senders is None:
            senders = _Senders(via_broker, rights, {})
            self._senders[via_broker, rights] = senders
        self._sender_of[client] = senders
        return senders

    def _lane(self, topic: str, senders: _Senders) -> _Lane | None:
        """Return the short way of a topic, None where there is none."""
        if self._remembered >= _MOST_LANES:
            self._remembered = 0
            for one in self._senders.values():
                one.lanes.clear()
        lane = self._found(topic, senders)
        # A topic's name alone must not fill the memory.
        if len(topic) <= _LONGEST_TOPIC:
            senders.lanes[topic] = lane
            self._remembered += 1
        return lane

    def _found(self, topic: str, senders: _Senders) -> _Lane | None:
        """Find the short way of a topic.

        What goes it is not observed: it must be no worse than what was seen already. Nor is it
        asked for whom it speaks: that must be the topic's device, and one of the senders' own.
        """
        codec = self._table.route(topic)
        if not isinstance(codec, SwiftCodec) or not isinstance(codec, AddressedCodec):
            return None
        found = codec.swift(topic, self._devices.is_known)
        if found is None or codec.subject_of(topic) != found.device:
            return None
        if not self._mandates.may_open_lane(senders.rights, found.device):
            return None
        observed = self._observations.of(found.device)
        if (
            observed is None
            or observed.is_signed
            or observed.from_file
            or ClockSource.DEVICE not in observed.clock_sources
            or (senders.via_broker and not observed.via_broker)
        ):
            return None
        is_bound = self._devices.is_bound(found.device)
        code = SUCCESS if is_bound else NO_MATCHING_SUBSCRIBERS
        read = found.read_counted if observed.has_seq else found.read
        return _Lane(read, found.device, codec.name, code, observed.qos_lowest)
