"""From one message to records: decoded, judged for what intake knows, and put into the batch.

Most messages take a short way (`short_ways`); everything else takes the long way here, which knows
identity, quarantine, devices that were never seen, and for whom a sender may speak.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from gateway.access.handover_signatures import PartyKeys
from gateway.codecs.base import Codec, Decoded, Reason, Record, Request
from gateway.codecs.route import RoutingTable
from gateway.intake.decoding import Decoding, is_clockless
from gateway.intake.handover_signatures import refusal_of_handover
from gateway.intake.known_devices import KnownDevices, Refusal
from gateway.intake.known_formats import memos_of
from gateway.intake.minute_budget import MinuteBudget
from gateway.intake.naming import refusal_of_asset, with_kept_id
from gateway.intake.observations import Observations
from gateway.intake.packings import PACKING, Packings
from gateway.intake.pending import Batches
from gateway.intake.repetitions import Repetitions
from gateway.intake.short_ways import ShortWays
from gateway.intake.sightings import Sightings
from gateway.intake.speaking import (
    WITHOUT_RIGHT,
    Mandate,
    Mandates,
    Speakers,
    refusal_of_topic,
    refusal_to,
)
from gateway.intake.taking import (
    NO_MATCHING_SUBSCRIBERS,
    NOT_AUTHORIZED,
    PAYLOAD_FORMAT_INVALID,
    SUCCESS,
    Taken,
)
from gateway.mqtt.ports import DeviceRights, Publish
from gateway.mqtt.session_state import principal_of
from gateway.senders import token_of
from gateway.store.entries import Message, Quarantined
from gateway.store.journal import JournalWriter
from twins.identity.asset_names import AssetNames
from twins.inputs import Binding, BindingAction, Commissioned, Handover, Packing
from twins.readings import Reading

_log = logging.getLogger(__name__)

_UNAUTHORIZED_BYTES_PER_MINUTE = 1 << 20
"""What senders without right may put into the journal; the rest is answered and counted alone."""
_NOT_KEPT = "it is not kept: more than 1 MiB without right came within a minute"
_MOST_WARNED = 1_000
"""Accounts that the log names; the others stand in quarantine alone."""
_DETAILS = 8
_SERIES = "series"
_OBSERVED = "observed"
_LIMITED = "limited"


class Reception:
    """Takes messages into the pending batch.

    Args:
        journal: Tells what is known from before.
        batches: Where records go.
        table: Which format reads which topic.
        repetitions: Knows what was taken before.
        brokers: Client ids under which messages are taken from brokers.
        speakers: For which devices each other client may speak.
        request: Publishes what a format asks for.
        keep_raw: Whether payloads of good readings are kept too.
        maximum_series_per_device: Most pairs of sensor and quantity of one device.
        maximum_unknown_devices: Most devices that nobody bound and whose readings are kept.
    """

    def __init__(
        self,
        journal: JournalWriter,
        batches: Batches,
        table: RoutingTable,
        repetitions: Repetitions,
        *,
        brokers: frozenset[str],
        speakers: Speakers,
        request: Callable[[Request], None],
        keep_raw: bool,
        maximum_series_per_device: int,
        maximum_unknown_devices: int,
    ) -> None:
        self.sightings = Sightings()
        self.observations = Observations(journal.kept(_OBSERVED), brokers)
        self.mandates = Mandates(speakers, brokers, journal.kept(_LIMITED))
        self.party_keys: PartyKeys = speakers
        self.assets = AssetNames(sorted(journal.kept("asset")))
        self.packings = Packings(journal.kept(PACKING))
        self.devices = KnownDevices(
            journal.kept("device"),
            journal.kept(_SERIES),
            maximum_series=maximum_series_per_device,
            maximum_unknown=maximum_unknown_devices,
        )
        self._batches = batches
        self._table = table
        self._repetitions = repetitions
        self._request = request
        self._keep_raw = keep_raw
        self._decoding = Decoding(table)
        self._unauthorized = MinuteBudget(_UNAUTHORIZED_BYTES_PER_MINUTE)
        self._warned: set[str] = set()
        self._short_ways = ShortWays(
            batches,
            table,
            self.devices,
            self.observations,
            self.sightings,
            mandates=self.mandates,
            long_way=lambda publish: self.take(publish).code,
            keep_raw=keep_raw,
        )

    def take_all(self, publishes: Sequence[Publish]) -> list[int]:
        """Take messages of one client in order; return a reason code for each."""
        return self._short_ways.take_all(publishes)

    def take(self, publish: Publish) -> Taken:
        """Take a message of a client the long way."""
        codec = self._table.route(publish.topic)
        return self._take(publish, codec, self.mandates.of(publish, codec))

    def take_brought(self, publish: Publish, codec: Codec, rights: DeviceRights | None) -> Taken:
        """Take a message that came in by the door.

        Args:
            publish: The message.
            codec: What decodes it, which need not be the topic's own format.
            rights: For which devices who brings it may speak, None for all.
        """
        # Kept first: what is journalled of it must never be without this.
        if rights is not None and self.mandates.note_limited(publish.client):
            self._batches.pending.keep(_LIMITED, token_of(publish.client), b"")
        return self._take(publish, codec, self.mandates.with_rights(rights, codec, publish.topic))

    def _take(self, publish: Publish, codec: Codec | None, mandate: Mandate | None) -> Taken:
        self._batches.seal_if_long()
        # The shells hold the payload until the answer, also where nothing of it is journalled.
        self._batches.pending.size += len(publish.payload)
        # A will has no packet id: it is the server that publishes it (MQTT 5 §3.1.2.5).
        has_id = publish.packet_id is not None
        if publish.qos > 1 and has_id and self._repetitions.is_open(publish):
            self._batches.pending.count("duplicate_publishes")
            return Taken(SUCCESS)
        if not publish.is_permitted:
            return self._refused(publish, refusal_of_topic(publish.client, publish.topic))
        # Asked before it is decoded, too: what is refused must teach a format nothing.
        if mandate is not None and (device := mandate.withheld()) is not None:
            return self._refused_for(publish, device)
        decoded = self._decoding.decoded(publish, codec)
        if mandate is not None and (device := mandate.withheld(decoded.records)) is not None:
            return self._refused_for(publish, device)
        publish = self._decoding.stamped(publish, decoded)
        self._remember(codec, decoded)
        return self._take_decoded(publish, decoded, codec)

    def _refused_for(self, publish: Publish, device: str) -> Taken:
        """Refuse a message that speaks for a device which is not its sender's."""
        detail = refusal_to(publish.client, device)
        account = principal_of(publish.client)
        if account not in self._warned and len(self._warned) < _MOST_WARNED:
            self._warned.add(account)
            _log.warning("%s; its messages for it are in quarantine as %s", detail, WITHOUT_RIGHT)
        return self._refused(publish, detail)

    def _refused(self, publish: Publish, detail: str) -> Taken:
        """Refuse a message that its sender has no right to send."""
        if self._repetitions.is_repeated_refusal(publish):
            self._batches.pending.count("duplicate_publishes")
            self._repetitions.note_refused(publish, is_kept=True)
            return Taken(NOT_AUTHORIZED, 0, (detail,))
        is_kept = self._unauthorized.has_room_for(len(publish.payload), publish.received_at)
        self._repetitions.note_refused(publish, is_kept=is_kept)
        if is_kept:
            # With another right it may be taken after all.
            self.quarantine(self._decoding.apart(publish), WITHOUT_RIGHT, detail)
            return Taken(NOT_AUTHORIZED, 0, (detail,))
        self._batches.pending.count("not_authorized_dropped")
        return Taken(NOT_AUTHORIZED, 0, (detail, _NOT_KEPT), is_kept=False)

    def learn(self, publish: Publish, codec: Codec) -> None:
        """Have a format learn from a kept message; nothing of it is taken or asked for."""
        self._keep_memos(codec, self._decoding.decoded(publish, codec))

    def decoded_again(self, publish: Publish, codec: Codec) -> tuple[list[Record], tuple[str, ...]]:
        """Return what a quarantined message says today, and what is still wrong with it."""
        decoded = self._decoding.decoded(publish, codec, again=True)
        client, topic = publish.client, publish.topic
        withheld = self.mandates.refusal_of_kept(client, codec, topic, decoded.records)
        if withheld is not None:
            return [], (withheld,)
        faults = [fault.detail for fault in decoded.faults]
        records = [with_kept_id(record, self.assets) for record in decoded.records]
        for record in records:
            refusal = self._refusal_of(record)
            if refusal is None:
                self._note(record)
            else:
                faults.append(refusal.detail)
        if not faults:
            self._keep_memos(codec, decoded)
        return records, tuple(faults)

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
        elif isinstance(record, Packing):
            pending.keep(PACKING, *self.packings.add(record))
        elif isinstance(record, Binding) and record.action is BindingAction.ADD:
            self.devices.bind(record.device)
            self.sightings.forget_device(record.device)
            self.forget_lanes()
            pending.keep("device", record.device, b"")

    def _take_decoded(self, publish: Publish, decoded: Decoded, codec: Codec | None) -> Taken:
        refusals = [Refusal(fault.reason, fault.detail) for fault in decoded.faults]
        taken: list[Record] = []
        for stated in decoded.records:
            record = with_kept_id(stated, self.assets)
            refusal = self._refusal_of(record)
            if refusal is None:
                taken.append(record)
                self._note(record)
            else:
                refusals.append(refusal)
        code = PAYLOAD_FORMAT_INVALID if refusals else SUCCESS
        faults = tuple(refusal.detail for refusal in refusals)
        is_known_by_publish = bool(refusals) or any(map(is_clockless, taken))
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
            and is_clockless(record)
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
        refusal = refusal_of_asset(record, self.assets)
        if refusal is None and isinstance(record, Handover):
            return refusal_of_handover(record, self.party_keys)
        return refusal

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

    def forget_lanes(self) -> None:
        """Find the short ways anew: what is known of devices, formats or rights has changed."""
        self._short_ways.forget()


def _message(
    publish: Publish, records: Sequence[Record | Quarantined], raw: bytes | None
) -> Message:
    return Message(
        publish.received_at, publish.client, publish.packet_id, publish.dup, raw, records
    )
