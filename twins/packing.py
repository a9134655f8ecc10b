"""Which assets stand in which others, and what follows for what a packed one is folded from.

A reading of a device that travels with an asset counts for everything that is packed into it at
that moment, over any number of levels, and so does what is stated of the asset
(`twins.inheritance`). It is neither copied nor logged again: a packed asset is folded from its own
log and those of its parents, with bindings that follow from both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from .bindings import FOREVER, Interval, covers, intervals_of
from .brought_bindings import Stretch, bindings_in, by_device, joined, stretches_of, within
from .inheritance import Statement, StatementsOf, first_moments, inherited, statements_in
from .inputs import (
    Binding,
    Handover,
    Input,
    Milestone,
    Packing,
    Plan,
    event_key,
    in_event_order,
    observed_at,
)
from .intervals import shared, united, whole
from .readings import Reading

_ALWAYS: Interval = (-(1 << 62), FOREVER)

Span = tuple[str, int, int]
"""A device, and a half-open interval in which it travels with the asset."""

Windows = Mapping[str, Sequence[Interval]]
"""By each asset that holds another, directly or not, when it does."""


class Attachments(msgspec.Struct, frozen=True):
    """Which devices speak for an asset, and when, and what is stated of it by what holds it.

    Attributes:
        spans: When each device does, without overlaps.
        bindings: What is folded in the place of the log's own bindings, in event order.
        statements: What is folded beside the log's own statements, in event order.
    """

    spans: tuple[Span, ...] = ()
    bindings: tuple[Binding, ...] = ()
    statements: tuple[Statement, ...] = ()

    def first_difference(self, other: Attachments) -> int | None:
        """Return the earliest moment from which on two of them differ, None where they agree."""
        ours: set[Binding | Statement] = {*self.bindings, *self.statements}
        return min(map(observed_at, ours ^ {*other.bindings, *other.statements}), default=None)


class PackingBook:
    """Every packing so far; it is the same for the service and for a verifier."""

    def __init__(self) -> None:
        self._packings: dict[tuple[str, str], list[Packing]] = defaultdict(list)
        self._parents: dict[str, dict[str, list[Interval]]] = defaultdict(dict)
        self._children: dict[str, dict[str, None]] = defaultdict(dict)

    def add(self, packing: Packing) -> None:
        """Take the next packing."""
        pair = (packing.parent, packing.child)
        packings = self._packings[pair]
        packings.append(packing)
        self._parents[packing.child][packing.parent] = whole(intervals_of(packings))
        self._children[packing.parent][packing.child] = None

    def intervals_with(self, packing: Packing) -> list[Interval]:
        """Return when the child would stand in the parent if this packing came next."""
        known = self._packings.get((packing.parent, packing.child), [])
        return whole(intervals_of([*known, packing]))

    def parents_of(self, asset: str) -> dict[str, list[Interval]]:
        """Return what ever held an asset itself, with when it does; in name order."""
        return _named(self._parents.get(asset, {}))

    def children_of(self, asset: str) -> dict[str, list[Interval]]:
        """Return what an asset itself ever held, with when it does; in name order."""
        children = self._children.get(asset, ())
        return _named({child: self._parents[child][asset] for child in children})

    def windows_of(self, asset: str) -> dict[str, list[Interval]]:
        """Return every asset that ever held this one, directly or not, with when it does.

        An asset that stands in a box stands in what holds the box while both last. In a ring, which
        no door lets in, an asset does not hold itself.
        """
        found: dict[str, list[Interval]] = {asset: [_ALWAYS]}
        due = [asset]
        while due:
            held = due.pop()
            for parent, intervals in self._parents.get(held, {}).items():
                known = found.get(parent, [])
                windows = united([*known, *shared(found[held], intervals)])
                if windows != known:
                    found[parent] = windows
                    due.append(parent)
        del found[asset]
        return _named(found)

    def contents_of(self, asset: str) -> list[str]:
        """Return what an asset ever held, directly or not, in name order."""
        found: dict[str, None] = {}
        due = list(self._children.get(asset, ()))
        while due:
            child = due.pop()
            if child not in found:
                found[child] = None
                due.extend(self._children.get(child, ()))
        return sorted(one for one in found if asset in self.windows_of(one))

    def is_packed(self, asset: str) -> bool:
        """Tell whether any asset ever held this one."""
        return any(self._parents.get(asset, {}).values())


def attachments_of(
    asset: str,
    windows: Windows,
    bindings_of: Callable[[str], Sequence[Binding]],
    statements_of: StatementsOf,
) -> Attachments:
    """Return which devices speak for an asset, by its own bindings and by those of its parents.

    Bindings of a device that no parent brings are folded as they were entered. Of any other device
    they are made anew: `ADD` where it begins to speak, or to do so at another planned interval or
    calibration, of several bindings that hold the shortest and the one that was stated last;
    `DELETE` where it ceases to speak.

    Args:
        asset: Id of the asset.
        windows: When it stands in which others.
        bindings_of: Returns the bindings of an asset's log, in any order.
        statements_of: Returns the statements of an asset's log, in any order.
    """
    own = by_device(bindings_of(asset))
    brought: dict[str, list[Stretch]] = defaultdict(list)
    for parent, intervals in windows.items():
        for device, bindings in by_device(bindings_of(parent)).items():
            brought[device] += within(stretches_of(bindings), intervals)
    spans: list[Span] = []
    folded: list[Binding] = []
    for device in sorted({*own, *brought}):
        entered = own.get(device, [])
        if not brought.get(device):
            folded += entered
            spans += [(device, *one) for one in whole(intervals_of(entered))]
            continue
        stretches = joined([*stretches_of(entered), *brought[device]])
        folded += bindings_in(asset, device, stretches)
        spans += [(device, *one) for one in united((one.first, one.until) for one in stretches)]
    folded.sort(key=event_key)
    return Attachments(tuple(spans), tuple(folded), inherited(windows, statements_of))


def folded_inputs(asset: str, logs: Mapping[str, Iterable[Input]]) -> list[Input]:
    """Return what an asset's twin folds, in event order.

    Args:
        asset: Id of the asset.
        logs: Its log, and those of all that ever held it; what else there is, is left out.
    """
    records = {one: list(log) for one, log in logs.items()}
    windows = windows_in(asset, records)
    attachments = attachments_in(asset, windows, records)
    intervals = _intervals(attachments)
    folded: list[Input] = [*attachments.bindings, *attachments.statements]
    folded += [
        one for one in records.get(asset, ()) if not isinstance(one, (Reading, Binding, Packing))
    ]
    seen: set[Reading] = set()
    for one in (asset, *windows):
        for record in records.get(one, ()):
            if (
                isinstance(record, Reading)
                and covers(intervals.get(record.device, ()), record.observed_at)
                and record not in seen
            ):
                seen.add(record)
                folded.append(record)
    return in_event_order(folded)


def windows_in(asset: str, logs: Mapping[str, Iterable[Input]]) -> dict[str, list[Interval]]:
    """Return when an asset stands in which others, by the packings of these logs.

    A packing counts where it stands in the log of the asset that is packed.
    """
    book = PackingBook()
    for one, log in logs.items():
        for record in log:
            if isinstance(record, Packing) and record.child == one:
                book.add(record)
    return book.windows_of(asset)


def attachments_in(
    asset: str, windows: Windows, logs: Mapping[str, Iterable[Input]]
) -> Attachments:
    """Return which devices speak for an asset, and what holders state of it, by these logs."""

    def bindings_of(one: str) -> list[Binding]:
        return [record for record in logs.get(one, ()) if isinstance(record, Binding)]

    def statements_of(one: str) -> list[Statement]:
        return statements_in(logs.get(one, ()))

    return attachments_of(asset, windows, bindings_of, statements_of)


def earliest_effect(
    windows: Windows, attachments: Attachments, new: Mapping[str, Iterable[Input]]
) -> int | None:
    """Return the first moment at which new inputs of its parents' logs may change an asset.

    None where they cannot. A reading does at its own moment, where its device speaks for the asset;
    a milestone or a handover of a parent at its own, where the parent holds the asset; a binding, a
    packing or a plan of a parent from the first moment on at which the parent holds the asset.

    Args:
        windows: When the asset stands in which others.
        attachments: Which devices speak for it.
        new: The new inputs by parent.
    """
    intervals = _intervals(attachments)
    found: list[int] = []
    for parent, inputs in new.items():
        held = windows.get(parent, ())
        for record in inputs:
            if isinstance(record, Reading):
                if covers(intervals.get(record.device, ()), record.observed_at):
                    found.append(record.observed_at)
            elif isinstance(record, (Binding, Packing)):
                found += [
                    max(record.observed_at, one)
                    for one, until in held
                    if until > record.observed_at
                ]
            elif isinstance(record, (Milestone, Handover, Plan)):
                found += first_moments(record, held)
    return min(found, default=None)


def _named(found: Mapping[str, list[Interval]]) -> dict[str, list[Interval]]:
    return {asset: found[asset] for asset in sorted(found) if found[asset]}


def _intervals(attachments: Attachments) -> dict[str, list[Interval]]:
    found: dict[str, list[Interval]] = defaultdict(list)
    for device, first, until in attachments.spans:
        found[device].append((first, until))
    return found
