"""From one message to records: decoded, judged for what intake knows, and put into the batch.

Most messages are sound readings of known series with the device's own time. They take a short way,
one lane per topic; everything else takes the long way, which knows identity, quarantine, and
devices that were never seen.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from gateway.codecs.base import (
    Codec,
    Decoded,
    Reason,
    Record,
    Request,
    SwiftCodec,
    SwiftReader,
)
from gateway.codecs.refusals import FormatFailed, TooManyRecords
from gateway.codecs.route import RoutingTable
from gateway.intake.known_devices import KnownDevices, Refusal
from gateway.intake.known_formats import memos_of
from gateway.intake.minute_budget import MinuteBudget
from gateway.intake.observations import Observations
from gateway.intake.pending import MOST_ENTRIES, Batches, Pending
from gateway.intake.repetitions import Repetitions
from gateway.intake.sightings import Sightings
from gateway.mqtt.ports import Publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.store.entries import Message, Quarantined
from gateway.store.journal import JournalWriter
from twins.inputs import Binding, BindingAction, Commissioned, Handover, statement_of
from twins.readings import ClockSource, Reading

_log = logging.getLogger(__name__)

SUCCESS = int(ReasonCode.SUCCESS)
NO_MATCHING_SUBSCRIBERS = int(ReasonCode.NO_MATCHING_SUBSCRIBERS)
"""Kept, but no asset takes it yet: MQTT 5 §3.4.2.1's word for a message that nobody wants."""
NOT_AUTHORIZED = int(ReasonCode.NOT_AUTHORIZED)
PAYLOAD_FORMAT_INVALID = int(ReasonCode.PAYLOAD_FORMAT_INVALID)

_QOS_2 = 2
_UNAUTHORIZED_BYTES_PER_MINUTE = 1 << 20
"""What senders without right may put into the journal; the rest is answered and counted alone."""
_DETAILS = 8
_MOST_LANES = 65_536
_LONGEST_TOPIC = 256
"""Longer topics are found anew each time: senders choose them."""
_CLOCK_STEP_US = 1_000_000
"""An arrival that lies further back than this was stamped after the clock was set back."""
_SERIES = "series"
_OBSERVED = "observed"


class Taken(NamedTuple):
    """How a message was taken.

    Attributes:
        code: MQTT 5 reason code.
        records: How many records it gave, now or when it came first.
        faults: Why parts of it could not be used.
    """

    code: int
    records: int = 0
    faults: tuple[str, ...] = ()


class _Lane(NamedTuple):
    """The short way of one topic."""

    read: SwiftReader
    device: str
    codec: str
    code: int
    qos: int


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


class Reception:
    """Takes messages into the pending batch.

    Args:
        journal: Tells what is known from before.
        batches: Where records go.
        table: Which format reads which topic.
        repetitions: Knows what was taken before.
        brokers: Client ids under which messages are taken from brokers.
        request: Publishes what a format asks for.
        keep_raw: Whether payloads of good readings are kept too.
        maximum_series_per_device: Most pairs of sensor and quantity of one device.
    """

    def __init__(
        self,
        journal: JournalWriter,
        batches: Batches,
        table: RoutingTable,
        repetitions: Repetitions,
        *,
        brokers: frozenset[str],
        request: Callable[[Request], None],
        keep_raw: bool,
        maximum_series_per_device: int,
    ) -> None:
        self.sightings = Sightings()
        self.observations = Observations(journal.kept(_OBSERVED), brokers)
        self.assets = set(journal.kept("asset"))
        self.devices = KnownDevices(
            journal.kept("device"), journal.kept(_SERIES), maximum_series_per_device
        )
        self._batches = batches
        self._table = table
        self._repetitions = repetitions
        self._request = request
        self._keep_raw = keep_raw
        self._lanes: tuple[dict[str, _Lane | None], dict[str, _Lane | None]] = ({}, {})
        self._arrived_at = 0
        self._unauthorized = MinuteBudget(_UNAUTHORIZED_BYTES_PER_MINUTE)

    def take_all(self, publishes: Sequence[Publish]) -> list[int]:
        """Take messages in order; return a reason code for each."""
        self._batches.seal_if_long()
        # All come over one connection.
        via_broker = bool(publishes) and self.observations.is_broker(publishes[0].client)
        lanes, keep_raw = self._lanes[via_broker], self._keep_raw
        largest = self._table.maximum_payload_bytes
        newest: Message | None = None
        run = _Run(self._batches.pending)
        codes: list[int] = []
        unknown: dict[str, tuple[Publish, _Lane]] = {}
        for publish in publishes:
            topic = publish.topic
            lane = lanes[topic] if topic in lanes else self._lane(topic, lanes)
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
            codes.append(self.take(publish).code)
            run = _Run(self._batches.pending)
        run.end()
        if newest is not None and isinstance(reading := newest.records[-1], Reading):
            self.observations.note_clock(reading, newest.received_at)
        for publish, lane in unknown.values():
            self.sightings.note(publish, lane.device, lane.codec)
        return codes

    def take(self, publish: Publish, codec: Codec | None = None) -> Taken:
        """Take a message the long way.

        Args:
            publish: The message.
            codec: What decodes it, where it is not the topic's own format.
        """
        self._batches.seal_if_long()
        # The shells hold the payload until the answer, also where nothing of it is journalled.
        self._batches.pending.size += len(publish.payload)
        # A will has no packet id: it is the server that publishes it (MQTT 5 §3.1.2.5).
        has_id = publish.packet_id is not None
        if publish.qos > 1 and has_id and self._repetitions.is_open(publish):
            self._batches.pending.count("duplicate_publishes")
            return Taken(SUCCESS)
        if not publish.is_permitted:
            if self._repetitions.is_repeated_publish(publish):
                self._batches.pending.count("duplicate_publishes")
                return Taken(NOT_AUTHORIZED)
            detail = f"{publish.client} has no right to publish to {publish.topic}; grant it one"
            if self._unauthorized.has_room_for(len(publish.payload), publish.received_at):
                self.quarantine(publish, "not_authorized", detail)
            else:
                self._batches.pending.count("not_authorized_dropped")
            return Taken(NOT_AUTHORIZED, 0, (detail,))
        decoded = self._decoded(publish, codec)
        publish = self._stamped(publish, decoded)
        codec = codec or self._table.route(publish.topic)
        self._remember(codec, decoded)
        return self._take_decoded(publish, decoded, codec)

    def decoded_again(self, publish: Publish, codec: Codec) -> tuple[list[Record], tuple[str, ...]]:
        """Return what a quarantined message says today, and what is still wrong with it."""
        decoded = self._decoded(publish, codec, again=True)
        faults = [fault.detail for fault in decoded.faults]
        for record in decoded.records:
            refusal = self._refusal_of(record)
            if refusal is None:
                self._note(record)
            else:
                faults.append(refusal.detail)
        if not faults:
            self._keep_memos(codec, decoded)
        return decoded.records, tuple(faults)

    def add_late(self, publish: Publish, records: list[Record]) -> int:
        """Put the records of a message that came earlier into the batch; return as `add`."""
        self._repetitions.keep_counters()
        self._observe(publish, records)
        return self.add(publish, records)

    def quarantine(self, publish: Publish, reason: str, detail: str) -> None:
        """Keep a message that cannot be used, once however often it is sent again."""
        record = Quarantined(1, publish.topic, reason, detail)
        pending = self._batches.pending
        pending.add((_message(publish, (record,), publish.payload),), 1)
        pending.count("quarantined")
        pending.count(f"quarantined_{reason}")

    def know(self, record: object) -> None:
        """Know what a command says from now on."""
        pending = self._batches.pending
        if isinstance(record, Commissioned):
            self.assets.add(record.asset)
            pending.keep("asset", record.asset, b"")
        elif isinstance(record, Binding) and record.action is BindingAction.ADD:
            self.devices.bind(record.device)
            self.sightings.forget_device(record.device)
            self.forget_lanes()
            pending.keep("device", record.device, b"")

    def _decoded(self, publish: Publish, codec: Codec | None, *, again: bool = False) -> Decoded:
        """Return what a message says; `again` where it came earlier and is decoded once more."""
        topic, payload, received_at = publish.topic, publish.payload, publish.received_at
        try:
            if codec is None:
                decoded = self._table.decode(topic, payload, received_at)
            elif again:
                decoded = self._table.decode_again(codec, topic, payload, received_at)
            else:
                decoded = self._table.decode_by(codec, topic, payload, received_at)
        # A supervised boundary: formats are written by many hands, and one that stumbles over a
        # message must hold up neither its sender nor anybody else.
        except Exception as error:  # noqa: BLE001 - see above
            _log.exception("a format stumbled over a message of topic=%s", topic)
            return Decoded(faults=[FormatFailed(error).fault()])
        if len(decoded.records) > MOST_ENTRIES:
            fault = TooManyRecords(len(decoded.records), MOST_ENTRIES).fault()
            return Decoded(faults=[fault])
        return decoded

    def _take_decoded(self, publish: Publish, decoded: Decoded, codec: Codec | None) -> Taken:
        refusals = [Refusal(fault.reason, fault.detail) for fault in decoded.faults]
        taken: list[Record] = []
        for record in decoded.records:
            refusal = self._refusal_of(record)
            if refusal is None:
                taken.append(record)
                self._note(record)
            else:
                refusals.append(refusal)
        code = PAYLOAD_FORMAT_INVALID if refusals else SUCCESS
        faults = tuple(refusal.detail for refusal in refusals)
        is_known_by_publish = bool(refusals) or any(map(_is_clockless, taken))
        new = self._new_of(publish, taken, is_known_by_publish=is_known_by_publish)
        if new is None:
            self._batches.pending.count("duplicate_publishes")
            is_sound = all(refusal.reason == Reason.REPLAYED for refusal in refusals)
            # Taken in part, it is answered as the first time: its sender may have missed that.
            return Taken(SUCCESS) if is_sound else Taken(code, len(taken), faults)
        added = self.add(publish, new)
        if refusals:
            # One entry for the message: its payload is kept once, whatever many parts are bad.
            self.quarantine(publish, str(refusals[0].reason), "; ".join(faults[:_DETAILS]))
        self._observe(publish, taken)
        self._note_sighting(publish, codec, taken, is_unknown=added == NO_MATCHING_SUBSCRIBERS)
        return Taken(code or added, len(new), faults)

    def _new_of(
        self, publish: Publish, records: list[Record], *, is_known_by_publish: bool
    ) -> list[Record] | None:
        """Return the records that are new; None where the message itself was taken before."""
        if is_known_by_publish and self._repetitions.is_repeated_publish(publish):
            return None
        new = [one for one in records if not self._is_repeated(one, publish.received_at)]
        if len(new) < len(records):
            self._batches.pending.count("duplicate_readings", len(records) - len(new))
        return new

    def _is_repeated(self, record: Record, received_at: int) -> bool:
        return (
            isinstance(record, Reading)
            and _is_clockless(record)
            and self._repetitions.is_repeated_reading(record, received_at)
        )

    def add(self, publish: Publish, records: list[Record]) -> int:
        """Put a message's records into the batch; return 0x10 where nobody bound a device."""
        if not records:
            return SUCCESS
        pending = self._batches.pending
        is_signed = any(isinstance(one, Reading) and one.signature for one in records)
        raw = publish.payload if self._keep_raw or is_signed else None
        pending.add((_message(publish, records, raw),), len(records))
        unknown = readings = 0
        for record in records:
            if isinstance(record, Reading):
                readings += 1
                unknown += not self.devices.is_bound(record.device)
        if readings:
            pending.count("readings", readings)
        if unknown:
            pending.count("readings_of_unknown_devices", unknown)
        if readings < len(records):
            pending.count("statements", len(records) - readings)
        return NO_MATCHING_SUBSCRIBERS if unknown else SUCCESS

    def _refusal_of(self, record: Record) -> Refusal | None:
        if isinstance(record, Reading):
            return self.devices.refusal_of(record)
        asset = statement_of(record).asset if isinstance(record, Handover) else record.asset
        if asset in self.assets:
            return None
        return Refusal("unknown_asset", f"there is no asset {asset}; add it first")

    def _note(self, record: Record) -> None:
        """Know the series of a reading from now on: it bounds how many more its device may have."""
        if isinstance(record, Reading):
            series = self.devices.note(record)
            if series is not None:
                self._batches.pending.keep(_SERIES, series, b"")

    def _note_sighting(
        self,
        publish: Publish,
        codec: Codec | None,
        records: Iterable[Record],
        *,
        is_unknown: bool,
    ) -> None:
        if codec is None:
            self.sightings.note(publish, "", "")
        elif is_unknown:
            device = next(one.device for one in records if isinstance(one, Reading))
            self.sightings.note(publish, device, codec.name)

    def _remember(self, codec: Codec | None, decoded: Decoded) -> None:
        if codec is not None:
            self._keep_memos(codec, decoded)
        for request in decoded.requests:
            self._request(request)

    def _keep_memos(self, codec: Codec, decoded: Decoded) -> None:
        for memo in decoded.memos:
            self._batches.pending.keep(memos_of(codec), memo.key, memo.value or None)

    def _stamped(self, publish: Publish, decoded: Decoded) -> Publish:
        """Give a message without time an arrival that no other such one has, and its readings too.

        Two readings of a device without a clock, come in one network packet, would else be taken
        for one reading that contradicts itself. A faulty message may turn out to be one.
        """
        if not decoded.faults and not any(map(_is_clockless, decoded.records)):
            return publish
        later = self._arrived_at + 1 - publish.received_at
        if 0 < later <= _CLOCK_STEP_US:
            decoded.records = [_moved(one, later) for one in decoded.records]
            publish = msgspec.structs.replace(publish, received_at=publish.received_at + later)
        self._arrived_at = publish.received_at
        return publish

    def _observe(self, publish: Publish, records: Sequence[Record]) -> None:
        """Note how the readings of a message came, and what that means for their devices."""
        readings: dict[str, list[Reading]] = {}
        for record in records:
            if isinstance(record, Reading):
                readings.setdefault(record.device, []).append(record)
        for device, own in readings.items():
            self.observations.note_clock(own[-1], publish.received_at)
            worse = self.observations.note(device, publish.client, publish.qos, own)
            if worse is not None:
                self._batches.pending.keep(_OBSERVED, device, worse)
                self.forget_lanes()

    def _lane(self, topic: str, lanes: dict[str, _Lane | None]) -> _Lane | None:
        """Return the short way of a topic, None where there is none.

        What goes the short way is not observed: it must be no worse than what was seen already.
        """
        if len(lanes) >= _MOST_LANES:
            lanes.clear()
        codec = self._table.route(topic)
        found = codec.swift(topic, self.devices.is_known) if isinstance(codec, SwiftCodec) else None
        if found is None or codec is None:
            return _remembered(lanes, topic, None)
        observed = self.observations.of(found.device)
        if (
            observed is None
            or observed.is_signed
            or ClockSource.DEVICE not in observed.clock_sources
            or (lanes is self._lanes[True] and not observed.via_broker)
        ):
            return _remembered(lanes, topic, None)
        code = SUCCESS if self.devices.is_bound(found.device) else NO_MATCHING_SUBSCRIBERS
        read = found.read_counted if observed.has_seq else found.read
        lane = _Lane(read, found.device, codec.name, code, observed.qos_lowest)
        return _remembered(lanes, topic, lane)

    def forget_lanes(self) -> None:
        """Find the short ways anew: what is known of devices or formats has changed."""
        for lanes in self._lanes:
            lanes.clear()


def _remembered(lanes: dict[str, _Lane | None], topic: str, lane: _Lane | None) -> _Lane | None:
    """Remember the lane of a topic, unless its name alone would fill the memory."""
    if len(topic) <= _LONGEST_TOPIC:
        lanes[topic] = lane
    return lane


def _message(
    publish: Publish, records: Sequence[Record | Quarantined], raw: bytes | None
) -> Message:
    return Message(
        publish.received_at, publish.client, publish.packet_id, publish.dup, raw, records
    )


def _is_clockless(record: Record) -> bool:
    return isinstance(record, Reading) and record.clock_source == ClockSource.GATEWAY


def _moved(record: Record, later: int) -> Record:
    if isinstance(record, Reading) and record.clock_source == ClockSource.GATEWAY:
        return msgspec.structs.replace(record, observed_at=record.observed_at + later)
    return record
