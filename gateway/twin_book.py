"""Every twin, kept up to date as the journal grows.

A slice of the journal becomes readings, inputs and evidence in one transaction; then each asset
that got something is folded on (`gateway.folding`), and so is what it holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import cast

from contracts.evidence import GrowingEvidence
from gateway.asset_log import asset_of
from gateway.folding import Folding
from gateway.input_parts import readings_in_parts
from gateway.late_bindings import parted
from gateway.packed_book import NewReadings, PackedBook
from gateway.policies import digest_of
from gateway.ports import QuarantinedInput
from gateway.refolds import CHECKPOINT_INPUTS
from gateway.slices import Cut, Slice, cuts
from gateway.store.derived import DerivedStore
from gateway.store.entries import Batch, PolicyFiled, Quarantined
from gateway.store.journal_records import StoredMessage
from gateway.store.quarantine import QuarantineBook
from gateway.store.quarantine_records import QuarantineSettled
from gateway.store.reading_chunks import EARLIEST
from gateway.store.reading_rows import PlacedReading, SeriesKey
from gateway.unpublished import Unpublished, Untold
from twins.bindings import FOREVER, BindingBook
from twins.inheritance import Statement, statements_in
from twins.inputs import (
    Binding,
    BindingAction,
    Handover,
    Input,
    Milestone,
    Packing,
    Plan,
    PolicyAssigned,
    encode,
    in_event_order,
    observed_at,
)
from twins.readings import Reading
from twins.twin import AssetTwin


def _without_parents(_asset: str) -> Mapping[str, int]:
    return {}


class TwinBook:
    """The derived state of every asset.

    Args:
        store: Where derived state is kept.
        asset_key: Returns the secret salt key of an asset, making it where it is new.
        mirror: Takes the new readings of each slice, inside its transaction.
        published_size: Returns how many inputs of an asset its newest version covers.
        published_parents: Returns how many of each parent's log it covers; by default none.
        checkpoint_inputs: After how many inputs a folded twin is stored, if it is not large.
    """

    def __init__(
        self,
        store: DerivedStore,
        asset_key: Callable[[str], bytes],
        mirror: Callable[[list[Sequence[Reading]]], None],
        *,
        published_size: Callable[[str], int],
        published_parents: Callable[[str], Mapping[str, int]] = _without_parents,
        checkpoint_inputs: int = CHECKPOINT_INPUTS,
    ) -> None:
        self._store = store
        self._mirror = mirror
        self._asset_key = asset_key
        self._checkpoint_inputs = checkpoint_inputs

        def covered(asset: str, log: str) -> int:
            return published_size(asset) if log == asset else published_parents(asset).get(log, 0)

        self._bindings = BindingBook()
        self._packed = PackedBook(self._bindings_of, self._statements_of)
        self._quarantine = QuarantineBook(store.connection)
        self._asset_keys: dict[str, bytes] = {}
        self._frontiers: dict[str, GrowingEvidence] = {}
        self._folding = Folding(store, self._packed, self._frontiers, checkpoint_inputs)
        self.assets = self._folding.assets
        self._unpublished = Unpublished(store, covered)
        self._load()

    def absorb(self, batches: Iterable[Batch]) -> Slice:
        """Take the next batches of the journal and bring every twin up to date.

        Raises:
            JournalDamaged: A batch cannot be read.
        """
        slices = list(self.absorbed(batches, FOREVER))
        return slices[0] if slices else Slice()

    def absorbed(self, batches: Iterable[Batch], most: int) -> Iterator[Slice]:
        """Take the next batches of the journal, so many records at once, and yield what was new.

        Every twin is up to date, and all is committed, whenever a slice is yielded.

        Raises:
            JournalDamaged: A batch cannot be read.
        """
        return (one for one in self.absorbed_in_parts(batches, most) if one is not None)

    def absorbed_in_parts(
        self, batches: Iterable[Batch], most: int, *, defers: bool = False
    ) -> Generator[Slice | None, None, None]:
        """Do what `absorbed` does, and yield None wherever long work may be interrupted.

        No transaction is open meanwhile. A twin that is left in the middle is the first thing that
        the next call sees to; whoever leaves must close what this returns.

        Args:
            batches: The next batches.
            most: Most records of a slice.
            defers: Leave what is packed into other assets for a later call: more batches wait, and
                a reading of a pallet is folded as often as there are cases on it.

        Raises:
            JournalDamaged: A batch cannot be read.
        """
        yield from self._folding.fold_due()
        for cut in cuts(batches, self._store.entries_begun(), most):
            for part, is_late in parted(cut, self._is_late):
                found = (yield from self._absorb_late(part)) if is_late else self._absorb(part)
                yield from self._folding.fold_due()
                yield found
        if not defers and (brought := self._folding.brought):
            found = Slice(packed=dict.fromkeys(brought))
            yield from self._folding.fold_brought()
            yield found

    def is_refolding(self, asset: str) -> bool:
        """Tell whether the twin does not yet tell of inputs that its log or a parent's holds."""
        return self._folding.is_due(asset)

    def _absorb(self, cut: Cut) -> Slice:
        found = Slice()
        with self._store.transaction():
            self._take_all(cut, found)
            self._store.count(found.counts)
            self._mirror(found.readings)
            for asset, inputs in found.inputs.items():
                self._append_evidence(asset, found.records[asset])
                ordered = in_event_order(inputs)
                self._note_unpublished(asset, inputs, ordered)
                self._folding.fold(asset, ordered, is_rebound=asset in found.rebound)
            self._pass_on(found)
            if found.has_policy:
                self._folding.fold_those_without_policy()
            self._store.set_frontiers(
                (asset, self._frontiers[asset].to_bytes()) for asset in found.inputs
            )
            self._store.set_progress(cut.batch, cut.begun)
        return found

    def _is_late(self, binding: Binding, data: bytes) -> bool:
        """Tell whether a new binding may bring in more than is taken in one transaction."""
        spans = [(binding.device, binding.observed_at, FOREVER)]
        end = self._store.readings.end_of_part(spans, EARLIEST, self._checkpoint_inputs)
        return end < FOREVER and not self._store.has_input(binding.asset, data)

    def _absorb_late(self, cut: Cut) -> Generator[None, None, Slice]:
        """Absorb a late binding; all that takes long comes before the transaction."""
        binding, data = cast("Binding", cut.records[0]), bytes(cut.data[0])
        asset, is_absorbed = binding.asset, False
        self._bindings.add(cut.positions[0], binding)
        try:
            older: list[PlacedReading] = []
            for some in self._older_readings(binding):
                older += some
                yield
            older.sort(key=itemgetter(2))
            growing = self._evidence_with(asset, [data])
            for start in range(0, len(older), self._checkpoint_inputs):
                some = older[start : start + self._checkpoint_inputs]
                growing = growing.extend(self._key_of(asset), [one[1] for one in some])
                yield
            found = Slice(inputs={asset: [binding, *(one[0] for one in older)]}, rebound={asset})
            earliest = [min(found.inputs[asset], key=observed_at)]
            with self._store.transaction():
                self._store.add_input(asset, binding, cut.positions[0], data)
                self._frontiers[asset] = growing
                self._note_unpublished(asset, found.inputs[asset], earliest)
                self._folding.fold(asset, earliest, is_rebound=True)
                self._pass_on(found)
                self._store.set_frontiers([(asset, growing.to_bytes())])
                self._store.set_progress(cut.batch, cut.begun)
            is_absorbed = True
        finally:
            if not is_absorbed:
                # Left in the middle: it will come again.
                self._bindings = self._stored_bindings()
        return found

    def bindings_of(self, asset: str) -> dict[str, list[tuple[int, int]]]:
        """Return the devices that ever travelled with an asset, or what holds it, and when."""
        found: dict[str, list[tuple[int, int]]] = {}
        for device, first, until in self._packed.attachments_of(asset).spans:
            found.setdefault(device, []).append((first, until))
        return found

    def parents_of(self, asset: str) -> dict[str, list[tuple[int, int]]]:
        """Return the assets that ever held one, with their intervals."""
        return self._packed.parents_of(asset)

    def children_of(self, asset: str) -> dict[str, list[tuple[int, int]]]:
        """Return the assets that one ever held, with their intervals."""
        return self._packed.children_of(asset)

    def assets_with(self, device: str) -> dict[str, list[tuple[int, int]]]:
        """Return the assets that ever carried a device, with its intervals."""
        return self._bindings.assets_with(device)

    def is_bound(self, device: str) -> bool:
        """Tell whether any asset ever carried the device."""
        return self._bindings.is_bound(device)

    def take_unpublished(self, asset: str) -> Untold | None:
        """Return what no version tells of, and begin anew; `settle_unpublished` must follow."""
        return self._unpublished.take(asset)

    def settle_unpublished(self, asset: str, untold: Untold | None) -> None:
        """Note what became of what was taken: it is given again, or None: a version tells of it."""
        self._unpublished.settle(asset, untold)

    def twin_at(self, asset: str, moment: int) -> AssetTwin:
        """Return an asset's twin as its inputs up to a moment give it."""
        return self._folding.twin_at(asset, moment)

    def _bindings_of(self, asset: str) -> list[Binding]:
        return self._bindings.bindings_of(asset)

    def _statements_of(self, asset: str) -> list[Statement]:
        return statements_in(self._store.inputs_of(asset, EARLIEST))

    def _load(self) -> None:
        self._bindings = self._stored_bindings()
        assets: dict[str, None] = {}
        for _, asset, record in self._store.every_input():
            assets[asset] = None
            if isinstance(record, Packing):
                self._packed.add(record)
        for asset in assets:
            stored = self._store.frontier(asset)
            growing = GrowingEvidence.from_bytes(stored) if stored else GrowingEvidence()
            self._frontiers[asset] = growing
        for asset in assets:
            if self._packed.is_packed(asset):
                self._packed.changed_since(asset)
            self._folding.load(asset)

    def _stored_bindings(self) -> BindingBook:
        bindings = BindingBook()
        for position, _, record in self._store.every_input():
            if isinstance(record, Binding):
                bindings.add(position, record)
        return bindings

    def _take_all(self, cut: Cut, found: Slice) -> None:
        """Take what is new: readings many at once, everything else at its place between them."""
        others = [
            index for index, record in enumerate(cut.records) if not isinstance(record, Reading)
        ]
        start = 0
        for index in others:
            self._take_readings(cut, start, index, found)
            self._take_other(cut, index, found)
            start = index + 1
        self._take_readings(cut, start, len(cut.records), found)

    def _take_readings(self, cut: Cut, start: int, end: int, found: Slice) -> None:
        if start == end:
            return
        by_series: dict[SeriesKey, list[PlacedReading]] = defaultdict(list)
        # Whoever calls has seen that all of these are readings; looking at each again costs.
        readings = cast("list[Reading]", cut.records[start:end])
        for placed in zip(readings, cut.data[start:end], cut.positions[start:end], strict=True):
            reading = placed[0]
            by_series[reading.device, reading.sensor, reading.quantity].append(placed)
        new = self._store.readings.add(by_series)
        logs: dict[str, list[Sequence[PlacedReading]]] = defaultdict(list)
        taken = 0
        for (device, _, _), some in new.items():
            if some:
                taken += len(some)
                found.readings.append([one[0] for one in some])
                self._share_out(device, some, logs, found)
        found.count("readings", taken)
        found.count("duplicates", end - start - taken)
        for asset, parts in logs.items():
            found.take_readings(asset, _in_journal_order(parts))

    def _share_out(
        self,
        device: str,
        placed: Sequence[PlacedReading],
        logs: dict[str, list[Sequence[PlacedReading]]],
        found: Slice,
    ) -> None:
        """Hand one series' readings to the logs of the assets that its device travels with."""
        moments = [one[0].observed_at for one in placed]
        assets = self._bindings.assets_throughout(device, min(moments), max(moments))
        if assets is None:
            for one in placed:
                self._share_out(device, [one], logs, found)
            return
        if not assets:
            found.count("readings_unbound", len(placed))
        for asset in assets:
            logs[asset].append(placed)

    def _take_other(self, cut: Cut, index: int, found: Slice) -> None:
        record, position = cut.records[index], cut.positions[index]
        if isinstance(record, Quarantined):
            found.count("quarantined")
            message = cut.messages[index]
            self._store.add_quarantined(_quarantined(message, record, position))
        elif isinstance(record, QuarantineSettled):
            self._quarantine.settle(record)
        elif isinstance(record, PolicyFiled):
            self._store.add_policy(digest_of(record.document), record.document)
            found.has_policy = True
        else:
            self._take_input(record, bytes(cut.data[index]), position, found)

    def _take_input(self, record: Input, data: bytes, position: int, found: Slice) -> None:
        asset = asset_of(record)
        if not self._store.add_input(asset, record, position, data):
            found.count("duplicates")
            return
        found.take(asset, record, data)
        if isinstance(record, PolicyAssigned):
            found.rebound.add(asset)
        if isinstance(record, Packing):
            found.rebound.add(asset)
            self._packed.add(record)
        if isinstance(record, (Milestone, Handover, Plan)):
            self._packed.told(asset)
        if isinstance(record, Binding):
            found.rebound.add(asset)
            self._bindings.add(position, record)
            if record.action is BindingAction.ADD:
                self._take_older_readings(record, found)

    def _take_older_readings(self, binding: Binding, found: Slice) -> None:
        older = [one for some in self._older_readings(binding) for one in some]
        found.take_readings(binding.asset, sorted(older, key=itemgetter(2)))

    def _older_readings(self, binding: Binding) -> Iterator[list[PlacedReading]]:
        """Yield the earlier readings that the newest binding of its pair brings in, in parts."""
        was_taken = self._bindings.taken_before(binding)
        spans = [(binding.device, *one) for one in self._bindings.late_intervals(binding)]
        parts = readings_in_parts(self._store.readings, spans, EARLIEST, self._checkpoint_inputs)
        for _, _, readings in parts:
            yield [
                (reading, encode(reading), position)
                for position, reading in readings
                if not was_taken(position, reading.observed_at)
            ]

    def _append_evidence(self, asset: str, records: Sequence[bytes]) -> None:
        self._frontiers[asset] = self._evidence_with(asset, records)

    def _evidence_with(self, asset: str, records: Sequence[bytes]) -> GrowingEvidence:
        growing = self._frontiers.get(asset, GrowingEvidence())
        return growing.extend(self._key_of(asset), records)

    def _key_of(self, asset: str) -> bytes:
        key = self._asset_keys.get(asset)
        if key is None:
            key = self._asset_keys[asset] = self._asset_key(asset)
        return key

    def _note_unpublished(
        self, asset: str, inputs: Sequence[Input], ordered: Sequence[Input]
    ) -> None:
        """Remember the earliest of the inputs, the last of the log, that no version covers."""

        def beyond(told: int) -> int | None:
            return min(map(observed_at, inputs[told:]), default=None)

        size = self._frontiers[asset].size - len(inputs)
        self._unpublished.note(asset, asset, size, observed_at(ordered[0]), beyond)

    def _pass_on(self, found: Slice) -> None:
        """Note what new inputs of assets mean for what they hold."""
        contents = {
            asset: held for asset in found.inputs if (held := self._packed.contents_of(asset))
        }
        changes = {
            asset: [one for one in found.inputs[asset] if not isinstance(one, Reading)]
            for asset in contents
        }
        affected = sorted(asset for asset in found.rebound if asset in found.inputs)
        for asset, changed in changes.items():
            if changed:
                affected += contents[asset]
        for asset in dict.fromkeys(affected):
            since = self._packed.changed_since(asset) if self._packed.is_packed(asset) else None
            if since is not None:
                self._folding.begin_anew(asset, since)
                found.packed[asset] = None
        for parent, held in contents.items():
            inputs, changed = found.inputs[parent], changes[parent]
            new = NewReadings(inputs)
            for asset in held:
                readings = new.within(self._packed.attachments_of(asset))
                effects = [some[0].observed_at for some in readings]
                if changed:
                    effect = self._packed.effect_of(asset, parent, changed)
                    effects += [] if effect is None else [effect]
                if effects:
                    found.packed[asset] = None
                    self._note_brought(asset, parent, inputs, min(effects))
                    self._folding.bring(asset, readings)

    def _note_brought(
        self, asset: str, parent: str, inputs: Sequence[Input], earliest: int
    ) -> None:
        """Remember the earliest effect of inputs of a parent's log that no version covers."""

        def beyond(told: int) -> int | None:
            return self._packed.effect_of(asset, parent, inputs[told:])

        size = self._frontiers[parent].size - len(inputs)
        self._unpublished.note(asset, parent, size, earliest, beyond)


def _in_journal_order(parts: list[Sequence[PlacedReading]]) -> Sequence[PlacedReading]:
    if len(parts) == 1:
        return parts[0]
    return sorted((one for part in parts for one in part), key=itemgetter(2))


def _quarantined(message: StoredMessage, record: Quarantined, position: int) -> QuarantinedInput:
    return QuarantinedInput(
        position,
        message.received_at,
        message.client,
        record.topic,
        record.reason,
        record.detail,
        message.raw or b"",
    )
