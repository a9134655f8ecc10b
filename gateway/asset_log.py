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
from twins.inputs import Binding, BindingAction, Handover, Input, statement_of
from twins.readings import Reading


@dataclass(slots=True)
class AssetLog:
    """The log of one asset.

    Attributes:
        records: Record bytes in the order of the log; evidence covers exactly these.
        policies: RFC 8785 bytes of every filed policy by digest.
        batches: Number of journal batches read.
    """

    records: list[bytes] = field(default_factory=list)
    policies: dict[bytes, bytes] = field(default_factory=dict)
    batches: int = 0


@dataclass(slots=True)
class _Reader:
    """State while the journal is read."""

    asset: str
    log: AssetLog = field(default_factory=AssetLog)
    bindings: BindingBook = field(default_factory=BindingBook)
    readings: dict[str, list[tuple[int, int, bytes]]] = field(default_factory=dict)
    seen: set[bytes] = field(default_factory=set)

    def read(self, record: JournalRecord, data: bytes, position: int) -> None:
        if isinstance(record, (Quarantined, QuarantineSettled)):
            return
        if isinstance(record, PolicyFiled):
            self.log.policies[digest_of(record.document)] = record.document
        elif data not in self.seen:
            self.seen.add(data)
            if isinstance(record, Reading):
                self._read_reading(record, data, position)
            elif asset_of(record) == self.asset:
                self._read_input(record, data, position)

    def _read_reading(self, reading: Reading, data: bytes, position: int) -> None:
        moment = reading.observed_at
        self.readings.setdefault(reading.device, []).append((position, moment, data))
        if self.asset in self.bindings.assets_of(reading.device, moment):
            self.log.records.append(data)

    def _read_input(self, record: Input, data: bytes, position: int) -> None:
        self.log.records.append(data)
        if not isinstance(record, Binding):
            return
        self.bindings.add(position, record)
        if record.action is BindingAction.DELETE:
            return
        intervals = self.bindings.late_intervals(record)
        was_taken = self.bindings.taken_before(record)
        self.log.records.extend(
            older
            for place, moment, older in self.readings.get(record.device, [])
            if covers(intervals, moment) and not was_taken(place, moment)
        )


def asset_log(journal: Callable[[], Iterable[Batch]], asset: str) -> AssetLog:
    """Return the input log of an asset.

    Args:
        journal: Returns every batch of the journal in order; called twice.
        asset: Id of the asset.

    Raises:
        JournalDamaged: A batch cannot be read.
    """
    devices = _devices_of(journal(), asset)
    reader = _Reader(asset)
    for batch in journal():
        reader.log.batches += 1
        for index, entry in enumerate(decode_entries(batch)):
            data = bytes(entry.record)
            record = _record_in(data, batch.id)
            if not isinstance(record, Reading) or record.device in devices:
                reader.read(record, data, position_of(batch.id, index))
    return reader.log


def asset_of(record: Input) -> str:
    """Return the asset that an input other than a reading is about."""
    if isinstance(record, Handover):
        return statement_of(record).asset
    if isinstance(record, Reading):
        message = "a reading belongs to a device, not to an asset"
        raise TypeError(message)
    return record.asset


def _devices_of(journal: Iterable[Batch], asset: str) -> set[str]:
    found = set()
    for batch in journal:
        for entry in decode_entries(batch):
            record = _record_in(entry.record, batch.id)
            if isinstance(record, Binding) and record.asset == asset:
                found.add(record.device)
    return found


def _record_in(data: bytes | msgspec.Raw, batch: int) -> JournalRecord:
    try:
        return decode_record(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise JournalDamaged(batch, f"it holds what is no record: {error}") from error
