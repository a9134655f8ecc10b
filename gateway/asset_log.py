"""An asset's input log, rebuilt from the journal alone.

This is the same rule by which the service appends to the log (`twins.bindings`), applied to the
whole journal at once: what a verifier needs, with nothing derived in between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import msgspec

from gateway.errors import JournalDamaged
from gateway.policies import digest_of
from gateway.store.entries import (
    Batch,
    JournalRecord,
    PolicyFiled,
    Quarantined,
    decode_entries,
    decode_record,
)
from gateway.store.journal import position_of
from gateway.store.quarantine_records import QuarantineSettled
from twins.bindings import BindingBook, covers
from twins.inputs import Binding, BindingAction, Handover, Input, Packing, statement_of
from twins.packing import PackingBook
from twins.readings import Reading


@dataclass(slots=True)
class AssetLog:
    """The log of one asset.

    Attributes:
        records: Record bytes in the order of the log; evidence covers exactly these.
        parents: The same of each asset that ever held it, directly or not.
        policies: RFC 8785 bytes of every filed policy by digest.
        batches: Number of journal batches read.
    """

    records: list[bytes] = field(default_factory=list)
    parents: dict[str, list[bytes]] = field(default_factory=dict)
    policies: dict[bytes, bytes] = field(default_factory=dict)
    batches: int = 0


@dataclass(slots=True)
class _Reader:
    """State while the journal is read.

    Attributes:
        logs: What each wanted asset's log holds so far.
    """

    logs: dict[str, list[bytes]]
    policies: dict[bytes, bytes] = field(default_factory=dict)
    bindings: BindingBook = field(default_factory=BindingBook)
    readings: dict[str, list[tuple[int, int, bytes]]] = field(default_factory=dict)
    seen: set[bytes] = field(default_factory=set)

    def read(self, record: JournalRecord, data: bytes, position: int) -> None:
        if isinstance(record, (Quarantined, QuarantineSettled)):
            return
        if isinstance(record, PolicyFiled):
            self.policies[digest_of(record.document)] = record.document
        elif data not in self.seen:
            self.seen.add(data)
            if isinstance(record, Reading):
                self._read_reading(record, data, position)
            elif (log := self.logs.get(asset_of(record))) is not None:
                log.append(data)
                if isinstance(record, Binding):
                    self._read_binding(log, record, position)

    def _read_reading(self, reading: Reading, data: bytes, position: int) -> None:
        moment = reading.observed_at
        self.readings.setdefault(reading.device, []).append((position, moment, data))
        for asset in self.bindings.assets_of(reading.device, moment):
            self.logs[asset].append(data)

    def _read_binding(self, log: list[bytes], binding: Binding, position: int) -> None:
        self.bindings.add(position, binding)
        if binding.action is BindingAction.DELETE:
            return
        intervals = self.bindings.late_intervals(binding)
        was_taken = self.bindings.taken_before(binding)
        log.extend(
            older
            for place, moment, older in self.readings.get(binding.device, [])
            if covers(intervals, moment) and not was_taken(place, moment)
        )


def asset_log(journal: Callable[[], Iterable[Batch]], asset: str) -> AssetLog:
    """Return the input log of an asset, and those of what ever held it.

    Args:
        journal: Returns every batch of the journal in order; called twice.
        asset: Id of the asset.

    Raises:
        JournalDamaged: A batch cannot be read.
    """
    parents, devices = _needed(journal(), asset)
    reader = _Reader({one: [] for one in (asset, *parents)})
    batches = 0
    for batch in journal():
        batches += 1
        for index, entry in enumerate(decode_entries(batch)):
            data = bytes(entry.record)
            record = _record_in(data, batch.id)
            if not isinstance(record, Reading) or record.device in devices:
                reader.read(record, data, position_of(batch.id, index))
    records = reader.logs.pop(asset)
    return AssetLog(records, reader.logs, reader.policies, batches)


def asset_of(record: Input) -> str:
    """Return the asset that an input other than a reading is about."""
    if isinstance(record, Handover):
        return statement_of(record).asset
    if isinstance(record, Reading):
        message = "a reading belongs to a device, not to an asset"
        raise TypeError(message)
    return record.child if isinstance(record, Packing) else record.asset


def _needed(journal: Iterable[Batch], asset: str) -> tuple[list[str], set[str]]:
    """Return what ever held an asset, and the devices that ever travelled with any of them."""
    packings = PackingBook()
    devices: dict[str, set[str]] = {}
    for batch in journal:
        for entry in decode_entries(batch):
            record = _record_in(entry.record, batch.id)
            if isinstance(record, Binding):
                devices.setdefault(record.asset, set()).add(record.device)
            elif isinstance(record, Packing):
                packings.add(record)
    parents = list(packings.windows_of(asset))
    return parents, {one for needed in (asset, *parents) for one in devices.get(needed, ())}


def _record_in(data: bytes | msgspec.Raw, batch: int) -> JournalRecord:
    try:
        return decode_record(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise JournalDamaged(batch, f"it holds what is no record: {error}") from error
