"""Every twin, kept up to date as the journal grows.

A slice of the journal becomes readings, inputs and evidence in one transaction; then each asset
that got something is folded on. What comes late rewinds its twin to a checkpoint before it and
folds again from there: the same inputs give the same twin, whenever they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import itemgetter

import msgspec

from contracts.evidence import Evidence, leaf_of
from contracts.merkle import Frontier
from gateway.asset_log import asset_of
from gateway.policies import digest_of, policy_of
from gateway.ports import QuarantinedInput
from gateway.store.derived import Checkpoint, DerivedStore
from gateway.store.journal import (
    Batch,
    Entry,
    PolicyFiled,
    Quarantined,
    decode_entries,
    position_of,
)
from twins.bindings import BindingBook
from twins.checkpoint import from_bytes, to_bytes
from twins.errors import CargotwinError
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

CHECKPOINT_INPUTS = 2_000

_decoder: msgspec.msgpack.Decoder[Input | Quarantined | PolicyFiled] = msgspec.msgpack.Decoder(
    Input | Quarantined | PolicyFiled
)


class MissingPolicy(CargotwinError):
    """An asset was assigned a policy that was never filed."""

    def __init__(self, asset: str, digest: bytes) -> None:
        self.asset = asset
        super().__init__(f"asset {asset}: policy {digest.hex()} is not in the journal")


@dataclass(slots=True)
class AssetState:
    """One asset while the service runs.

    Attributes:
        twin: Its folded twin.
        policy: What judges it.
        frontier: Evidence over its input log so far.
        since_checkpoint: Inputs folded since the last stored checkpoint.
        rewound_to: Earliest late input since it was last asked for; None where all was in order.
    """

    twin: AssetTwin
    policy: ConditionPolicy
    frontier: Frontier
    since_checkpoint: int = 0
    rewound_to: int | None = None

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
        handovers: Handovers, for their answers.
    """

    inputs: dict[str, list[Input]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

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
    """

    def __init__(
        self,
        store: DerivedStore,
        asset_key: Callable[[str], bytes],
        mirror: Callable[[list[Reading]], None],
    ) -> None:
        self._store = store
        self._mirror = mirror
        self._asset_key = asset_key
        self._bindings = BindingBook()
        self.assets: dict[str, AssetState] = {}
        self._frontiers: dict[str, Frontier] = {}
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
                self._fold(asset, inputs)
            if last:
                self._store.set_progress(last)
        return found

    def bindings_of(self, asset: str) -> dict[str, list[tuple[int, int]]]:
        """Return the devices that ever travelled with an asset, with their intervals."""
        return self._bindings.devices_of(asset)

    def is_bound(self, device: str) -> bool:
        """Tell whether any asset ever carried the device."""
        return self._bindings.is_bound(device)

    def _load(self) -> None:
        assets: dict[str, None] = {}
        for position, asset, record in self._store.every_input():
            assets[asset] = None
            if isinstance(record, Binding):
                self._bindings.add(position, record)
        for asset in assets:
            stored = self._store.frontier(asset)
            self._frontiers[asset] = Frontier.from_bytes(stored) if stored else Frontier()
            self._refold(asset, since=1 << 62)

    def _absorb_entry(self, entry: Entry, position: int, found: Slice) -> None:
        record = _decoder.decode(entry.record)
        if isinstance(record, Reading):
            self._absorb_reading(record, position, found)
        elif isinstance(record, Quarantined):
            found.count("quarantined")
            self._store.add_quarantined(_quarantined(entry, record, position))
        elif isinstance(record, PolicyFiled):
            self._store.add_policy(digest_of(record.document), record.document)
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
        for start, end in self._bindings.late_intervals(binding):
            for position, reading in self._store.readings_of(binding.device, start, end):
                if not self._bindings.was_taken(binding, position, reading.observed_at):
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

    def _fold(self, asset: str, inputs: list[Input]) -> None:
        ordered = sorted(inputs, key=event_key)
        state = self.assets.get(asset)
        is_reassigned = any(isinstance(record, PolicyAssigned) for record in ordered)
        is_late = (
            state is not None
            and state.twin.last_key is not None
            and event_key(ordered[0]) < state.twin.last_key
        )
        if state is None or is_reassigned or is_late:
            self._refold(asset, since=0 if is_reassigned else observed_at(ordered[0]))
            state = self.assets[asset]
            if is_late:
                moment = observed_at(ordered[0])
                state.rewound_to = min(moment, state.rewound_to or moment)
            return
        state.twin = advance(state.twin, ordered, state.policy)
        state.frontier = self._frontiers[asset]
        state.since_checkpoint += len(ordered)
        if state.since_checkpoint >= CHECKPOINT_INPUTS:
            self._keep_checkpoint(asset, state)

    def _refold(self, asset: str, since: int) -> None:
        policy = self._policy_of(asset)
        self._store.drop_checkpoints(asset, since)
        stored = self._store.checkpoint_before(asset, since, policy.digest)
        twin = from_bytes(stored.twin) if stored else AssetTwin(asset)
        inputs = self._inputs_after(asset, twin)
        previous = self.assets.get(asset)
        state = AssetState(
            advance(twin, inputs, policy),
            policy,
            self._frontiers[asset],
            since_checkpoint=len(inputs),
            rewound_to=previous.rewound_to if previous else None,
        )
        self.assets[asset] = state
        if len(inputs) >= CHECKPOINT_INPUTS:
            self._keep_checkpoint(asset, state)

    def _inputs_after(self, asset: str, twin: AssetTwin) -> list[Input]:
        since = twin.last_key[0] if twin.last_key else 0
        found: list[Input] = self._store.inputs_of(asset, since)
        for device, intervals in self._bindings.devices_of(asset).items():
            for start, end in intervals:
                readings = self._store.readings_of(device, max(start, since), end)
                found.extend(reading for _, reading in readings)
        keyed = sorted(((event_key(record), record) for record in found), key=itemgetter(0))
        last = twin.last_key
        return [record for key, record in keyed if last is None or key > last]

    def _policy_of(self, asset: str) -> ConditionPolicy:
        assigned = [
            record
            for record in self._store.inputs_of(asset, 0)
            if isinstance(record, PolicyAssigned)
        ]
        newest = max(assigned, key=event_key)
        document = self._store.policy(newest.policy_digest)
        if document is None:
            raise MissingPolicy(asset, newest.policy_digest)
        return policy_of(document)

    def _keep_checkpoint(self, asset: str, state: AssetState) -> None:
        if state.twin.last_key is None:
            return
        self._store.add_checkpoint(
            asset,
            Checkpoint(state.twin.last_key[0], state.policy.digest, to_bytes(state.twin)),
        )
        state.since_checkpoint = 0


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
