"""Folding an asset on, and again where something came late, from its stored checkpoints.

A late input makes one segment be folded again. Where what is now at its end comes out as it was,
everything behind it still holds, and only what has been is another.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_changes
from hashlib import sha256

from msgspec.structs import replace

from contracts.evidence import Evidence, GrowingEvidence, ParentEvidence
from gateway.input_parts import ReadingSource, inputs_between
from gateway.shared_folds import SharedFolds
from gateway.store.derived import DerivedStore
from gateway.store.reading_chunks import EARLIEST
from gateway.store.twin_checkpoints import Checkpoint
from twins.checkpoint import (
    UnreadableCheckpoint,
    past_to_bytes,
    present_to_bytes,
    twin_from_bytes,
)
from twins.inputs import EventKey, Input
from twins.packing import Attachments
from twins.past import Past, joined
from twins.policy.condition_policy import ConditionPolicy
from twins.twin import AssetTwin, advance

_log = logging.getLogger(__name__)

CHECKPOINT_INPUTS = 1_000
SHARED_CHECKPOINT_FACTOR = 16
CHECKPOINT_BYTES_PER_INPUT = 128
"""A twin that has grown large is stored less often: so many bytes for each input at most."""

_LAST_RANK = 1 << 30
"""Of no record: behind all inputs of a moment."""


@dataclass(slots=True)
class AssetState:
    """One asset while the service runs.

    Attributes:
        segment: Its folded twin, whose past begins at the newest checkpoint.
        before: What has been up to there.
        policy: What judges it.
        frontier: Evidence over its input log so far.
        parents: The same of each asset that ever held it, as far as it was folded with their logs.
        since_checkpoint: Inputs folded since the newest checkpoint.
        checkpoint_bytes: Size of that one.
        began_with: Digest of what was then; the segment holds as long as that does.
    """

    segment: AssetTwin
    before: Past
    policy: ConditionPolicy
    frontier: GrowingEvidence = field(default_factory=GrowingEvidence)
    parents: Mapping[str, GrowingEvidence] = field(default_factory=dict)
    since_checkpoint: int = 0
    checkpoint_bytes: int = 0
    began_with: bytes = b""
    _whole: AssetTwin | None = None

    @property
    def twin(self) -> AssetTwin:
        """Its folded twin, with all that has been."""
        if self._whole is None:
            past = joined([self.before, self.segment.past])
            self._whole = replace(self.segment, past=past)
        return self._whole

    @property
    def evidence(self) -> Evidence:
        """Evidence over the input log so far, and over those of its parents."""
        parents = tuple(
            ParentEvidence(asset, growing.size, growing.frontier.root())
            for asset, growing in sorted(self.parents.items())
        )
        return with_changes(self.frontier.evidence, parents=parents)

    def go_on(self, segment: AssetTwin, inputs: int) -> None:
        """Take the twin that so many more inputs give.

        Args:
            segment: What they make of the present segment.
            inputs: How many they are.
        """
        self.segment = segment
        self.since_checkpoint += inputs
        self._whole = None

    def begin_segment(self, present: bytes) -> None:
        """Let the past begin here.

        Args:
            present: What is now, as it is stored.
        """
        self.checkpoint_bytes, self.began_with = len(present), sha256(present).digest()
        self.before = joined([self.before, self.segment.past])
        self.segment = replace(self.segment, past=Past())
        self.since_checkpoint = 0
        self._whole = None

    def take_past(self, before: Past) -> None:
        """Take what has been up to the newest checkpoint."""
        self.before = before
        self._whole = None


class Refolds:
    """Brings assets up to date with what is stored of their inputs.

    Args:
        store: Where inputs, readings and checkpoints are.
        checkpoint_inputs: After how many inputs a folded twin is stored, if it is not large.
        shared: What these assets share with each other, where they do: then they are many, and
            stored less often by `SHARED_CHECKPOINT_FACTOR`.
    """

    def __init__(
        self, store: DerivedStore, checkpoint_inputs: int, shared: SharedFolds | None = None
    ) -> None:
        self._store = store
        self._checkpoints = store.checkpoints
        self._most = checkpoint_inputs
        self._enough = checkpoint_inputs * (SHARED_CHECKPOINT_FACTOR if shared else 1)
        self._source: ReadingSource = shared or store.readings
        self._folded = shared.folded if shared else advance

    def refolded(
        self,
        asset: str,
        policy: ConditionPolicy,
        attachments: Attachments,
        before: AssetState | None = None,
    ) -> Generator[None, None, AssetState]:
        """Return the state of an asset after all its inputs, and yield after every part.

        Args:
            asset: Id of the asset.
            policy: What judges it.
            attachments: Which devices speak for it.
            before: Its state so far, where nothing came behind its newest checkpoint.
        """
        if self._checkpoints.have_another_policy(asset, policy.digest):
            self._checkpoints.drop(asset, EARLIEST)
        try:
            yield from self._fold_stale(asset, policy, attachments)
            state = self._newest(asset, policy)
            if before is not None and before.began_with == state.began_with:
                before.take_past(state.before)
                return before
        except UnreadableCheckpoint as error:
            _log.warning("asset=%s is folded from its first input: %s", asset, error)
            self._checkpoints.drop(asset, EARLIEST)
            state = AssetState(AssetTwin(asset), Past(), policy)
        yield from self.continued(asset, state, attachments)
        return state

    def continued(self, asset: str, state: AssetState, attachments: Attachments) -> Iterator[None]:
        """Fold an asset on with what is stored behind its newest input, and yield after each part.

        Args:
            asset: Id of the asset.
            state: Its state, which is folded on.
            attachments: Which devices speak for it.
        """
        for some in self._inputs(asset, attachments, state.segment.last_key, None):
            state.go_on(self._folded(state.segment, some, state.policy), len(some))
            self.keep_checkpoint_if_due(asset, state)
            yield

    def twin_at(
        self, asset: str, state: AssetState, attachments: Attachments, moment: int
    ) -> AssetTwin:
        """Return the twin of an asset as its inputs up to a moment give it.

        Args:
            asset: Id of the asset.
            state: Its state after all that is stored.
            attachments: Which devices speak for it.
            moment: The last one whose inputs count.
        """
        last = state.segment.last_key
        if last is None or last[0] <= moment:
            return state.twin
        row = self._checkpoints.before(asset, moment + 1)
        past = self._checkpoints.past_of(asset, moment) if row else Past()
        twin = twin_from_bytes(row.present, past) if row else AssetTwin(asset)
        until: EventKey = (moment, _LAST_RANK, "", "", "", 0, b"")
        for some in self._inputs(asset, attachments, twin.last_key, until):
            twin = self._folded(twin, some, state.policy)
        return twin

    def fold_on(self, asset: str, state: AssetState, inputs: Sequence[Input]) -> None:
        """Fold inputs on, and store the twin wherever enough of them was folded.

        However many come at once, a late one makes no more be folded again than it else would.

        Args:
            asset: Id of the asset.
            state: Its state, which is folded on.
            inputs: What lies behind its newest one, in event order.
        """
        for start in range(0, len(inputs), self._most):
            some = inputs[start : start + self._most]
            state.go_on(advance(state.segment, some, state.policy), len(some))
            self.keep_checkpoint_if_due(asset, state)

    def keep_checkpoint_if_due(self, asset: str, state: AssetState) -> None:
        """Store the twin where enough was folded since, and enough for what it weighs."""
        enough = max(self._enough, state.checkpoint_bytes // CHECKPOINT_BYTES_PER_INPUT)
        last = state.segment.last_key
        if state.since_checkpoint < enough or last is None:
            return
        present = present_to_bytes(state.segment)
        past = past_to_bytes(state.segment.past)
        inputs = state.since_checkpoint
        self._checkpoints.add(
            asset, Checkpoint(last[0], state.policy.digest, inputs, present, past)
        )
        state.begin_segment(present)

    def _fold_stale(
        self, asset: str, policy: ConditionPolicy, attachments: Attachments
    ) -> Iterator[None]:
        while (row := self._checkpoints.next_stale(asset)) is not None:
            before = self._checkpoints.before(asset, row.observed_at)
            twin = twin_from_bytes(before.present, Past()) if before else AssetTwin(asset)
            until = twin_from_bytes(row.present, Past()).last_key
            inputs = 0
            for some in self._inputs(asset, attachments, twin.last_key, until):
                twin = self._folded(twin, some, policy)
                inputs += len(some)
                yield
            present, past = present_to_bytes(twin), past_to_bytes(twin.past)
            self._checkpoints.replace(
                asset,
                Checkpoint(row.observed_at, policy.digest, inputs, present, past),
                begins_next_anew=present != row.present,
            )

    def _newest(self, asset: str, policy: ConditionPolicy) -> AssetState:
        row = self._checkpoints.newest(asset)
        if row is None:
            return AssetState(AssetTwin(asset), Past(), policy)
        state = AssetState(twin_from_bytes(row.present, Past()), Past(), policy)
        state.begin_segment(row.present)
        state.take_past(self._checkpoints.past_of(asset))
        return state

    def _inputs(
        self,
        asset: str,
        attachments: Attachments,
        last: EventKey | None,
        until: EventKey | None,
    ) -> Iterator[list[Input]]:
        return inputs_between(
            self._store, self._source, asset, attachments, last, until, self._most
        )
