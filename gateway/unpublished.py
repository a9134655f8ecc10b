"""What came for an asset that no version tells of yet, as far as the next one must know.

A version that covers what lies before the moment of the one before supersedes it. Each note says
from which place of which log on it counts, so that after a crash between a version and the
forgetting of its notes nobody takes for untold what the version tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gateway.store.derived import DerivedStore


class Untold(NamedTuple):
    """When the inputs lie that no version tells of.

    Attributes:
        earliest: Moment of the earliest.
        newly: The same of those that came since this was taken last; None where none did.
    """

    earliest: int
    newly: int | None

    def is_newly_before(self, as_of: int) -> bool:
        """Tell whether something came since that does not lie behind a moment."""
        return self.newly is not None and self.newly <= as_of


class Unpublished:
    """The earliest input of each asset that no version tells of.

    Args:
        store: Where notes outlive a restart.
        covered: Returns how many inputs of a log the newest version of an asset covers: the
            asset's own log, or that of what holds it.
    """

    def __init__(self, store: DerivedStore, covered: Callable[[str, str], int]) -> None:
        self._store = store
        self._covered = covered
        self._newly: dict[str, int] = {}
        self._before: dict[str, int] = {}
        for asset, log, size, earliest in store.unpublished():
            if size < covered(asset, log):
                store.drop_unpublished(asset, log, size)
            else:
                self._newly[asset] = min(earliest, self._newly.get(asset, earliest))

    def note(
        self, asset: str, log: str, size: int, earliest: int, beyond: Callable[[int], int | None]
    ) -> None:
        """Note new inputs, as far as no version tells of them.

        Args:
            asset: Id of the asset.
            log: Whose log took them: that of the asset, or of what holds it.
            size: How many inputs of this log lie before them.
            earliest: From when on they change the asset.
            beyond: Returns the same of those behind the first so many; None where they do not.
        """
        newly, before = self._newly.get(asset), self._before.get(asset)
        if newly is not None and newly <= earliest:
            return
        if before is not None and before <= earliest:
            # Whichever version tells of that will tell of these.
            self._newly[asset] = earliest
            return
        told = max(0, self._covered(asset, log) - size)
        moment = beyond(told) if told else earliest
        if moment is not None and (newly is None or moment < newly):
            self._newly[asset] = moment
            self._store.add_unpublished(asset, log, size + told, moment)

    def take(self, asset: str) -> Untold | None:
        """Return what is noted, and begin anew; `settle` must follow."""
        newly, before = self._newly.pop(asset, None), self._before.pop(asset, None)
        moments = [one for one in (newly, before) if one is not None]
        return Untold(min(moments), newly) if moments else None

    def settle(self, asset: str, untold: Untold | None) -> None:
        """Note what became of what `take` returned.

        Args:
            asset: Id of the asset.
            untold: The same where no version was written; None where one tells of it.
        """
        if untold is not None:
            self._before[asset] = untold.earliest
            return
        for one, log, size, _ in self._store.unpublished(asset):
            if size < self._covered(one, log):
                self._store.drop_unpublished(one, log, size)
