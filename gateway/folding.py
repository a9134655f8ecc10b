"""Every twin's state, and what of it is due to be folded.

What comes late rewinds its twin to a checkpoint before it and folds again from there: the same
inputs give the same twin, whenever they came. That takes long where much was folded, so it is done
in parts after the transaction that took them; the twin that was is shown until the new one is
whole, and a restart begins at the newest checkpoint that is left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

from contracts.evidence import GrowingEvidence
from gateway.packed_book import PackedBook, first_of
from gateway.policies import policy_of
from gateway.refolds import AssetState, Refolds
from gateway.shared_folds import SharedFolds
from gateway.store.derived import DerivedStore
from gateway.store.reading_chunks import EARLIEST
from twins.inputs import EventKey, Input, PolicyAssigned, event_key, observed_at
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import Reading
from twins.twin import AssetTwin

_log = logging.getLogger(__name__)

_DONE = object()


class Folding:
    """The state of every asset, and which are due.

    Args:
        store: Where inputs, readings and checkpoints are.
        packed: Which assets hold which, and which devices speak for each.
        frontiers: Evidence over each log so far, kept up to date by whoever appends to them.
        checkpoint_inputs: After how many inputs a folded twin is stored, if it is not large.

    Attributes:
        assets: The states.
    """

    def __init__(
        self,
        store: DerivedStore,
        packed: PackedBook,
        frontiers: Mapping[str, GrowingEvidence],
        checkpoint_inputs: int,
    ) -> None:
        self._store = store
        self._packed = packed
        self._frontiers = frontiers
        self._refolds = Refolds(store, checkpoint_inputs)
        self._shared = SharedFolds(store.readings)
        self._packed_refolds = Refolds(store, checkpoint_inputs, self._shared)
        self.assets: dict[str, AssetState] = {}
        # Of both, whether something came that lies before what was folded.
        self._due: dict[str, bool] = {}
        # Of those that are due, the ones that nothing came for behind their newest checkpoint.
        self._mended: set[str] = set()
        self._brought: dict[str, bool] = {}

    @property
    def brought(self) -> list[str]:
        """Assets that are due for new readings of what holds them."""
        return list(self._brought)

    def is_due(self, asset: str) -> bool:
        """Tell whether an asset's twin does not yet tell of all that is stored."""
        return asset in self._due or asset in self._brought

    def load(self, asset: str) -> None:
        """Bring an asset up to date with what is stored of it."""
        for _ in self._refold(asset, rewinds=True):
            pass

    def fold(self, asset: str, ordered: Sequence[Input], *, is_rebound: bool) -> None:
        """Fold new inputs on, or all again where they change what was folded before, or how.

        A binding may uncover readings that were folded, or cover some again that the log took
        earlier.
        """
        state, is_mended = self.assets.get(asset), False
        if is_rebound:
            is_reassigned = any(isinstance(one, PolicyAssigned) for one in ordered)
            since = EARLIEST if is_reassigned else observed_at(ordered[0])
            self._store.checkpoints.drop(asset, since)
        elif state is not None and not _lies_behind(state, event_key(ordered[0])):
            if self._packed.is_packed(asset):
                # What its parents brought may lie in between.
                self._due.setdefault(asset, False)
                return
            self._refolds.fold_on(asset, state, ordered)
            state.frontier = self._frontiers[asset]
            return
        elif state is not None:
            self._make_stale(asset, state, map(observed_at, ordered))
            is_mended = asset not in self._due and not self._packed.is_packed(asset)
            newest = observed_at(ordered[-1])
            is_mended = is_mended and self._store.checkpoints.reach_beyond(asset, newest)
        if is_mended:
            self._mended.add(asset)
        else:
            self._mended.discard(asset)
        self._due[asset] = True

    def _make_stale(self, asset: str, state: AssetState, moments: Iterable[int]) -> None:
        last = state.segment.last_key
        if last is not None:
            self._store.checkpoints.make_stale(asset, [one for one in moments if one <= last[0]])

    def bring(self, asset: str, readings: Sequence[Sequence[Reading]]) -> None:
        """Have a packed asset folded, some time, with what is new in the log of what holds it.

        Args:
            asset: Id of the asset.
            readings: Those that count for it, each sequence in time order; they are stored.
        """
        state = self.assets.get(asset)
        if state is None:
            # Whoever brings it into being, or its policy, has it folded with all that is stored.
            return
        is_late = bool(readings) and _lies_behind(state, first_of(readings))
        self._brought[asset] = is_late or self._brought.get(asset, False)
        if is_late:
            self._make_stale(asset, state, (one.observed_at for some in readings for one in some))

    def begin_anew(self, asset: str, since: int) -> None:
        """Have an asset folded again from a moment on: what holds it says other things of it.

        What was folded stays where all of that lies behind it.
        """
        state = self.assets.get(asset)
        last = None if state is None else state.segment.last_key
        is_late = last is None or since <= last[0]
        if is_late:
            self._store.checkpoints.drop(asset, since)
        self._mended.discard(asset)
        self._due[asset] = is_late or self._due.get(asset, False)

    def twin_at(self, asset: str, moment: int) -> AssetTwin:
        """Return an asset's twin as its inputs up to a moment give it; it is not due."""
        attachments = self._packed.attachments_of(asset)
        return self._refolds_of(asset).twin_at(asset, self.assets[asset], attachments, moment)

    def fold_those_without_policy(self) -> None:
        """Have every asset folded that had no policy: one was filed."""
        for asset in sorted(self._frontiers.keys() - self.assets.keys()):
            self._store.checkpoints.drop(asset, EARLIEST)
            self._due[asset] = True

    def fold_due(self) -> Iterator[None]:
        """Fold what cannot wait, and yield after every part."""
        self._shared.forget()
        for asset in list(self._due):
            rewinds = self._due[asset] or self._brought.get(asset, False)
            yield from self._refold(asset, rewinds=rewinds)
            del self._due[asset]
            self._mended.discard(asset)
            self._brought.pop(asset, None)

    def fold_brought(self) -> Iterator[None]:
        """Fold what is due for readings of what holds it, and yield after every part.

        All of it goes on side by side, so that what is read and folded for one serves the others.
        """
        self._shared.forget()
        refolds = {
            asset: self._refold(asset, rewinds=rewinds) for asset, rewinds in self._brought.items()
        }
        while refolds:
            for asset, parts in list(refolds.items()):
                if next(parts, _DONE) is _DONE:
                    del refolds[asset]
                    del self._brought[asset]
                yield

    def _refold(self, asset: str, *, rewinds: bool) -> Iterator[None]:
        """Bring an asset up to date with what is stored of it, and yield after every part.

        An asset whose policy is not in the journal has no condition and is left out.
        """
        attachments = self._packed.attachments_of(asset)
        refolds = self._refolds_of(asset)
        state = self.assets.get(asset)
        if state is not None and not rewinds:
            yield from refolds.continued(asset, state, attachments)
        else:
            policy = self._policy_of(asset)
            if policy is None:
                _log.warning("asset=%s is not judged: the journal holds no policy for it", asset)
                self.assets.pop(asset, None)
                return
            before = state if asset in self._mended else None
            state = yield from refolds.refolded(asset, policy, attachments, before)
        state.frontier = self._frontiers[asset]
        state.parents = {
            parent: self._frontiers.get(parent, GrowingEvidence())
            for parent in self._packed.windows_of(asset)
        }
        self.assets[asset] = state

    def _refolds_of(self, asset: str) -> Refolds:
        return self._packed_refolds if self._packed.is_packed(asset) else self._refolds

    def _policy_of(self, asset: str) -> ConditionPolicy | None:
        assigned = [
            record
            for record in self._store.inputs_of(asset, EARLIEST)
            if isinstance(record, PolicyAssigned)
        ]
        newest = max(assigned, key=event_key, default=None)
        document = self._store.policy(newest.policy_digest) if newest else None
        return policy_of(document) if document is not None else None


def _lies_behind(state: AssetState, place: EventKey) -> bool:
    last = state.segment.last_key
    return last is not None and place <= last
