"""Every twin, kept up to date as the journal grows.

A slice of the journal becomes readings, inputs and evidence in one transaction; then each asset
that got something is folded on. What comes late rewinds its twin to a checkpoint before it and
folds again from there: the same inputs give the same twin, whenever they came.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import itemgetter

import msgspec

from contracts.evidence import Evidence, leaf_of
from contracts.merkle import Frontier
from gateway.asset_log import asset_of
from gateway.policies import digest_of, policy_of
from gateway.ports import QuarantinedInput
from gateway.store.derived import EARLIEST, Checkpoint, DerivedStore
from gateway.store.journal import (
    Batch,
    Entry,
    PolicyFiled,
    Quarantined,
    decode_entries,
    position_of,
)
from twins.bindings import BindingBook
from twins.checkpoint import UnreadableCheckpoint, from_bytes, to_bytes
from twins.inputs import (
    Binding,
    BindingAction,
    Input,
    PolicyAssigned,
    encode,
    event_key,
    observed_at,
)
from twins.policy import ConditionPolicy
from twins.readings import Reading
from twins.twin import AssetTwin, advance

_log = logging.getLogger(__name__)

CHECKPOINT_INPUTS = 2_000
_LATEST = 1 << 62

_decoder: msgspec.msgpack.Decoder[Input | Quarantined | PolicyFiled] = msgspec.msgpack.Decoder(
    Input | Quarantined | PolicyFiled
)


@dataclass(slots=True)
class AssetState:
    """One asset while the service runs.

    Attributes:
        twin: Its folded twin.
        policy: What judges it.
        frontier: Evidence over its input log so far.
        since_checkpoint: Inputs folded since the last stored checkpoint.
    """

    twin: AssetTwin
    policy: ConditionPolicy
    frontier: Frontier
    since_checkpoint: int = 0

    @property
    def evidence(self) -> Evidence:
        """Evidence over the input log so far."""
        return Evidence(self.frontier.size, self.frontier.root())


@dataclass(slots=True)
class Slice:
    """What a slice of the journal holds for twins and mirrors.

    Attributes:
        inputs: New inputs per asset, in the order of its log.
        readings: New readings, for mirrors.
        counts: Amounts to add to named counters.
        has_policy: Whether a policy was filed.
    """

    inputs: dict[str, list[Input]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    has_policy: bool = False

    def take(self, asset: str, record: Input) -> None:
        """Note a new input of an asset's log."""
        self.inputs.setdefault(asset, []).append(record)

    def count(self, name: str) -> None:
        """Count one more of a kind."""
        self.counts[name] = self.counts.get(name, 0) + 1


class TwinBook:
    """The derived state of every asset.

    Args:
        store: Where derived state is kept.
        asset_key: Returns the secret salt key of an asset, making it where it is new.
        mirror: Takes the new readings of each slice, inside its transaction.
        published_size: Returns how many inputs of an asset its newest version covers.
        checkpoint_inputs: After how many inputs a folded twin is stored.
    """

    def __init__(
        self,
        store: DerivedStore,
        asset_key: Callable[[str], bytes],
        mirror: Callable[[list[Reading]], None],
        *,
        published_size: Callable[[str], int],
        checkpoint_inputs: int = CHECKPOINT_INPUTS,
    ) -> None:
        self._store = store
        self._mirror = mirror
        self._asset_key = asset_key
        self._published_size = published_size
        self._checkpoint_inputs = checkpoint_inputs
        self._bindings = BindingBook()
        self.assets: dict[str, AssetState] = {}
        self._frontiers: dict[str, Frontier] = {}
        self._unpublished: dict[str, int] = store.unpublished()
        self._load()

    def absorb(self, batches: Iterable[Batch]) -> Slice:
        """Take the next batches of the journal and bring every twin up to date.

        Raises:
            JournalDamaged: A batch cannot be read.
        """
        found = Slice()
        with self._store.transaction():
            last = 0
            for batch in batches:
                for index, entry in enumerate(decode_entries(batch)):
                    self._absorb_entry(entry, position_of(batch.id, index), found)
                last = batch.id
            self._store.count(found.counts)
            self._mirror(found.readings)
            self._append_evidence(found.inputs)
            for asset, inputs in found.inputs.items():
                self._note_unpublished(asset, inputs)
                self._fold(asset, inputs)
            if found.has_policy:
                self._fold_those_without_policy()
            if last:
                self._store.set_progress(last)
        return found

    def bindings_of(self, asset: str) -> dict[str, list[tuple[int, int]]]:
        """Return the devices that ever travelled with an asset, with their intervals."""
        return self._bindings.devices_of(asset)

    def is_bound(self, device: str) -> bool:
        """Tell whether any asset ever carried the device."""
        return self._bindings.is_bound(device)

    def take_unpublished(self, asset: str) -> int | None:
        """Return the moment of the earliest input that no version tells of, and begin anew."""
        return self._unpublished.pop(asset, None)

    def settle_unpublished(self, asset: str, untold: int | None) -> None:
        """Note what became of what `take_unpublished` returned.

        Args:
            asset: Id of the asset.
            untold: The same moment where no version was written; None where one tells of it.
        """
        came_since = self._unpublished.get(asset)
        if untold is not None:
            self._unpublished[asset] = untold if came_since is None else min(untold, came_since)
            return
        self._store.drop_unpublished(asset)
        if came_since is not None:
            self._store.add_unpublished(asset, came_since)

    def _load(self) -> None:
        assets: dict[str, None] = {}
        for position, asset, record in self._store.every_input():
            assets[asset] = None
            if isinstance(record, Binding):
                self._bindings.add(position, record)
        for asset in assets:
            stored = self._store.frontier(asset)
            self._frontiers[asset] = Frontier.from_bytes(stored) if stored else Frontier()
            self._refold(asset, since=_LATEST)

    def _absorb_entry(self, entry: Entry, position: int, found: Slice) -> None:
        record = _decoder.decode(entry.record)
        if isinstance(record, Reading):
            self._absorb_reading(record, position, found)
        elif isinstance(record, Quarantined):
            found.count("quarantined")
            self._store.add_quarantined(_quarantined(entry, record, position))
        elif isinstance(record, PolicyFiled):
            self._store.add_policy(digest_of(record.document), record.document)
            found.has_policy = True
        else:
            self._absorb_input(record, position, found)

    def _absorb_reading(self, reading: Reading, position: int, found: Slice) -> None:
        if not self._store.add_reading(reading, position):
            found.count("duplicates")
            return
        found.count("readings")
        found.readings.append(reading)
        assets = self._bindings.assets_of(reading.device, reading.observed_at)
        if not assets:
            found.count("readings_unbound")
        for asset in assets:
            found.take(asset, reading)

    def _absorb_input(self, record: Input, position: int, found: Slice) -> None:
        asset = asset_of(record)
        if not self._store.add_input(asset, record, position):
            found.count("duplicates")
            return
        found.take(asset, record)
        if isinstance(record, Binding):
            self._bindings.add(position, record)
            if record.action is BindingAction.ADD:
                self._take_older_readings(record, found)

    def _take_older_readings(self, binding: Binding, found: Slice) -> None:
        older: list[tuple[int, Reading]] = []
        was_taken = self._bindings.taken_before(binding)
        for start, end in self._bindings.late_intervals(binding):
            for position, reading in self._store.readings_of(binding.device, start, end):
                if not was_taken(position, reading.observed_at):
                    older.append((position, reading))
        for _, reading in sorted(older, key=itemgetter(0)):
            found.take(binding.asset, reading)

    def _append_evidence(self, inputs: dict[str, list[Input]]) -> None:
        for asset, records in inputs.items():
            key = self._asset_key(asset)
            frontier = self._frontiers.get(asset, Frontier())
            for record in records:
                frontier = frontier.append(leaf_of(key, encode(record)))
            self._frontiers[asset] = frontier
        self._store.set_frontiers((asset, self._frontiers[asset].to_bytes()) for asset in inputs)

    def _note_unpublished(self, asset: str, inputs: list[Input]) -> None:
        """Remember the earliest of the inputs, the last of the log, that no version covers."""
        before = self._frontiers[asset].size - len(inputs)
        untold = inputs[max(0, self._published_size(asset) - before) :]
        if not untold:
            return
        earliest = min(observed_at(record) for record in untold)
        known = self._unpublished.get(asset)
        if known is None or earliest < known:
            self._unpublished[asset] = earliest
            self._store.add_unpublished(asset, earliest)

    def _fold(self, asset: str, inputs: list[Input]) -> None:
        ordered = sorted(inputs, key=event_key)
        state = self.assets.get(asset)
        if state is None or _asks_for_refolding(state.twin, ordered):
            is_reassigned = any(isinstance(record, PolicyAssigned) for record in ordered)
            self._refold(asset, since=EARLIEST if is_reassigned else observed_at(ordered[0]))
            return
        state.twin = advance(state.twin, ordered, state.policy)
        state.frontier = self._frontiers[asset]
        state.since_checkpoint += len(ordered)
        if state.since_checkpoint >= self._checkpoint_inputs:
            self._keep_checkpoint(asset, state)

    def _fold_those_without_policy(self) -> None:
        for asset in self._frontiers.keys() - self.assets.keys():
            self._refold(asset, since=EARLIEST)

    def _refold(self, asset: str, since: int) -> None:
        """Fold an asset from its newest checkpoint before a moment.

        An asset whose policy is not in the journal has no condition and is left out.
        """
        policy = self._policy_of(asset)
        if policy is None:
            _log.warning("asset=%s is not judged: the journal holds no policy for it", asset)
            self.assets.pop(asset, None)
            return
        self._store.drop_checkpoints(asset, since)
        twin = self._checkpoint_before(asset, since, policy)
        inputs = self._inputs_after(asset, twin)
        state = AssetState(twin, policy, self._frontiers[asset])
        self.assets[asset] = state
        for start in range(0, len(inputs), self._checkpoint_inputs):
            some = inputs[start : start + self._checkpoint_inputs]
            state.twin = advance(state.twin, some, policy)
            state.since_checkpoint = len(some)
            if len(some) == self._checkpoint_inputs:
                self._keep_checkpoint(asset, state)

    def _checkpoint_before(self, asset: str, since: int, policy: ConditionPolicy) -> AssetTwin:
        stored = self._store.checkpoint_before(asset, since, policy.digest)
        if stored is None:
            return AssetTwin(asset)
        try:
            return from_bytes(stored.twin)
        except UnreadableCheckpoint as error:
            _log.warning("asset=%s is folded from its first input: %s", asset, error)
            self._store.drop_checkpoints(asset, EARLIEST)
            return AssetTwin(asset)

    def _inputs_after(self, asset: str, twin: AssetTwin) -> list[Input]:
        """Return what `folded_inputs` of the asset's log gives, as far as it lies after a twin."""
        since = twin.last_key[0] if twin.last_key else EARLIEST
        found: list[Input] = self._store.inputs_of(asset, since)
        for device, intervals in self._bindings.devices_of(asset).items():
            for start, end in intervals:
                readings = self._store.readings_of(device, max(start, since), end)
                found.extend(reading for _, reading in readings)
        keyed = sorted(((event_key(record), record) for record in found), key=itemgetter(0))
        last = twin.last_key
        return [record for key, record in keyed if last is None or key > last]

    def _policy_of(self, asset: str) -> ConditionPolicy | None:
        assigned = [
            record
            for record in self._store.inputs_of(asset, EARLIEST)
            if isinstance(record, PolicyAssigned)
        ]
        newest = max(assigned, key=event_key, default=None)
        document = self._store.policy(newest.policy_digest) if newest else None
        return policy_of(document) if document is not None else None

    def _keep_checkpoint(self, asset: str, state: AssetState) -> None:
        if state.twin.last_key is None:
            return
        self._store.add_checkpoint(
            asset,
            Checkpoint(state.twin.last_key[0], state.policy.digest, to_bytes(state.twin)),
        )
        state.since_checkpoint = 0


def _asks_for_refolding(twin: AssetTwin, ordered: list[Input]) -> bool:
    """Tell whether new inputs change what was folded before, or how.

    A binding may uncover readings that were folded, or cover some again that the log took earlier.
    """
    is_late = twin.last_key is not None and event_key(ordered[0]) < twin.last_key
    return is_late or any(isinstance(one, (Binding, PolicyAssigned)) for one in ordered)


def _quarantined(entry: Entry, record: Quarantined, position: int) -> QuarantinedInput:
    return QuarantinedInput(
        position,
        entry.received_at,
        entry.client,
        record.topic,
        record.reason,
        record.detail,
        entry.raw or b"",
    )
