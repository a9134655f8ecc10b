"""Which assets hold which, and what new inputs of one mean for what it holds.

Readings of a device that travels with a pallet are stored once, and stand in the pallet's log
alone; so does what is stated of the pallet. What it holds is only told that there is more to fold.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from twins.inheritance import Statement, StatementsOf
from twins.inputs import Binding, EventKey, Input, Packing, event_key
from twins.packing import Attachments, PackingBook, Windows, attachments_of, earliest_effect
from twins.readings import Reading


class NewReadings:
    """New readings of one log, so ordered that what concerns one of many assets is found quickly.

    Args:
        inputs: What is new in the log.
    """

    def __init__(self, inputs: Iterable[Input]) -> None:
        self._readings: dict[str, list[Reading]] = defaultdict(list)
        for one in inputs:
            if isinstance(one, Reading):
                self._readings[one.device].append(one)
        for some in self._readings.values():
            some.sort(key=_moment)

    def within(self, attachments: Attachments) -> list[Sequence[Reading]]:
        """Return the readings of devices that speak for an asset; each sequence in time order."""
        found: list[Sequence[Reading]] = []
        for device, first, until in attachments.spans:
            some = self._readings.get(device)
            if some:
                start = bisect_left(some, first, key=_moment)
                end = bisect_left(some, until, start, key=_moment)
                if start < end:
                    found.append(some[start:end] if end - start < len(some) else some)
        return found


class PackedBook:
    """What holds what, and which devices speak for it, and what is stated of it, because of that.

    Args:
        bindings_of: Returns every binding of an asset so far.
        statements_of: Returns every statement of an asset so far; see `told`.
    """

    def __init__(
        self, bindings_of: Callable[[str], Sequence[Binding]], statements_of: StatementsOf
    ) -> None:
        self._bindings_of = bindings_of
        self._stored_statements_of = statements_of
        self._packings = PackingBook()
        self._statements: dict[str, tuple[Statement, ...]] = {}
        self._attachments: dict[str, Attachments] = {}

    def add(self, packing: Packing) -> None:
        """Take the next packing of the journal."""
        self._packings.add(packing)

    def told(self, asset: str) -> None:
        """Note that more was stated of an asset."""
        self._statements.pop(asset, None)

    def is_packed(self, asset: str) -> bool:
        """Tell whether anything ever held an asset, or was thought to."""
        return asset in self._attachments or self._packings.is_packed(asset)

    def parents_of(self, asset: str) -> dict[str, list[tuple[int, int]]]:
        """Return what ever held an asset itself, with its intervals."""
        return self._packings.parents_of(asset)

    def children_of(self, asset: str) -> dict[str, list[tuple[int, int]]]:
        """Return what an asset itself ever held, with its intervals."""
        return self._packings.children_of(asset)

    def contents_of(self, asset: str) -> list[str]:
        """Return what an asset ever held, directly or not."""
        return self._packings.contents_of(asset)

    def windows_of(self, asset: str) -> Windows:
        """Return what ever held an asset, directly or not, with its intervals."""
        return self._packings.windows_of(asset)

    def attachments_of(self, asset: str) -> Attachments:
        """Return which devices speak for an asset, and what is stated of it by what holds it."""
        known = self._attachments.get(asset)
        return known if known is not None else self._present(asset, self.windows_of(asset))

    def changed_since(self, asset: str) -> int | None:
        """Look again what follows from what holds an asset; return from when on it is another.

        None where nothing has changed.
        """
        before = self._attachments.get(asset)
        if before is None:
            before = self._present(asset, {})
        now = self._attachments[asset] = self._present(asset, self.windows_of(asset))
        return now.first_difference(before)

    def effect_of(self, asset: str, parent: str, inputs: Sequence[Input]) -> int | None:
        """Return when new inputs of a parent's log first change an asset, None where never."""
        return earliest_effect(self.windows_of(asset), self.attachments_of(asset), {parent: inputs})

    def _present(self, asset: str, windows: Windows) -> Attachments:
        return attachments_of(asset, windows, self._bindings_of, self._statements_of)

    def _statements_of(self, asset: str) -> tuple[Statement, ...]:
        known = self._statements.get(asset)
        if known is None:
            known = self._statements[asset] = tuple(self._stored_statements_of(asset))
        return known


def first_of(readings: Iterable[Sequence[Reading]]) -> EventKey:
    """Return the place of the earliest of readings; `readings` holds at least one."""
    earliest = min(some[0].observed_at for some in readings)
    return min(
        event_key(one)
        for some in readings
        for one in some[: bisect_left(some, earliest + 1, key=_moment)]
    )


def _moment(reading: Reading) -> int:
    return reading.observed_at
