"""Folds that many assets share, because the same readings count for them.

Forty cases on a pallet are folded with the same readings. Where what is now of two of them is the
same but for what they were told of themselves, so is what the readings make of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from gateway.store.reading_store import ReadingStore
from twins.custody.possession import Custody, CustodyState
from twins.inputs import EventKey, Input, event_key
from twins.past import Past, joined
from twins.policy.condition_policy import ConditionPolicy
from twins.readings import Reading
from twins.twin import AssetTwin, advance

_LONG_AGO = -(1 << 62)
_READINGS_KEPT = 50_000
_FOLDS_KEPT = 64

_Key = tuple[bytes, EventKey | None, EventKey, int]


@dataclass(frozen=True, slots=True)
class _Known:
    """A fold of readings alone.

    Attributes:
        before: The twin before it, without what readings neither look at nor change.
        inputs: The readings.
        after: The same after it, with what has been in these readings alone.
    """

    before: AssetTwin
    inputs: list[Input]
    after: AssetTwin


class SharedFolds:
    """Readings that are read once for many assets, and folded once where that comes to the same.

    Args:
        readings: Where readings are stored. While they change, nothing may be shared: see `forget`.
    """

    def __init__(self, readings: ReadingStore) -> None:
        self._readings = readings
        self._read: dict[tuple[tuple[str, int, int], ...], Sequence[Input]] = {}
        self._ends: dict[tuple[object, ...], int] = {}
        self._folds: dict[_Key, list[_Known]] = {}

    def forget(self) -> None:
        """Forget what was read: there may be more of it now."""
        self._read.clear()
        self._ends.clear()

    def in_order(self, spans: Sequence[tuple[str, int, int]]) -> Sequence[Input]:
        """Return the readings of devices within half-open intervals, in event order."""
        place = tuple(spans)
        found = self._read.get(place)
        if found is None:
            found = self._read[place] = self._readings.in_order(spans)
            while len(self._read) > 1 and sum(map(len, self._read.values())) > _READINGS_KEPT:
                del self._read[next(iter(self._read))]
        return found

    def end_of_part(self, spans: Sequence[tuple[str, int, int]], start: int, most: int) -> int:
        """Return a moment up to which there are about so many readings, `FOREVER` if all are."""
        place = (tuple(spans), start, most)
        found = self._ends.get(place)
        if found is None:
            found = self._ends[place] = self._readings.end_of_part(spans, start, most)
        return found

    def folded(self, twin: AssetTwin, inputs: list[Input], policy: ConditionPolicy) -> AssetTwin:
        """Return what `advance` does."""
        if set(map(type, inputs)) != {Reading}:
            return advance(twin, inputs, policy)
        before = _untold(twin, policy)
        key = (policy.digest, twin.last_key, event_key(inputs[-1]), len(inputs))
        known = self._folds.setdefault(key, [])
        for one in known:
            if one.before == before and one.inputs == inputs:
                return _told(one.after, twin)
        after = advance(before, inputs, policy)
        if _of_itself(after) != _of_itself(before):
            # These readings say something of the asset itself.
            return advance(twin, inputs, policy)
        known.append(_Known(before, inputs, after))
        while len(self._folds) > _FOLDS_KEPT:
            del self._folds[next(iter(self._folds))]
        return _told(after, twin)


def _untold(twin: AssetTwin, policy: ConditionPolicy) -> AssetTwin:
    """Return a twin without what readings do not look at."""
    untold = replace(
        twin,
        asset="",
        commissioned=None,
        assigned=None,
        custody=Custody(CustodyState.HELD, twin.custody.holder, 0),
        decisions=(),
        past=Past(),
    )
    return replace(untold, planned_from=_LONG_AGO) if _is_long_judged(twin, policy) else untold


def _is_long_judged(twin: AssetTwin, policy: ConditionPolicy) -> bool:
    """Tell whether all that is still to be judged lies behind the moment when judging began."""
    if twin.planned_from is None or twin.last_key is None:
        return False
    judged = [twin.last_key[0], *(one.judged_until for one in twin.channels)]
    return twin.planned_from + policy.observation.ignore_first <= min(judged)


def _of_itself(twin: AssetTwin) -> tuple[object, ...]:
    """Return what an asset is told of itself, and what would bear its name."""
    return (
        twin.commissioned,
        twin.assigned,
        twin.custody,
        twin.decisions,
        twin.planned_from,
        twin.milestones,
        twin.milestone_faults,
    )


def _told(after: AssetTwin, twin: AssetTwin) -> AssetTwin:
    """Return a folded twin with what the twin before the fold was told of itself."""
    return replace(
        after,
        asset=twin.asset,
        commissioned=twin.commissioned,
        assigned=twin.assigned,
        custody=twin.custody,
        decisions=twin.decisions,
        planned_from=twin.planned_from,
        past=joined([twin.past, after.past]),
    )
