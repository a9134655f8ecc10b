"""Evidence over the logs of what held an asset: a packed asset is folded with their inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.documents import StatedParent
from contracts.evidence import ParentEvidence, leaves_of
from contracts.merkle import Frontier
from twins.verdict.counts import counted


@dataclass(frozen=True, slots=True)
class ParentLog:
    """The input log of an asset that held another, and the salt key of its evidence."""

    records: Sequence[bytes]
    asset_key: bytes


class ParentRoots:
    """Roots over the first inputs of parents' logs.

    Args:
        logs: The logs by asset.
        stated: All that documents state of them.
    """

    def __init__(self, logs: Mapping[str, ParentLog], stated: Sequence[StatedParent]) -> None:
        sizes: dict[str, set[int]] = {}
        for one in stated:
            sizes.setdefault(one.asset, set()).add(one.size)
        self._found = {
            (asset, size): root
            for asset, wanted in sizes.items()
            if asset in logs
            for size, root in _roots(logs[asset], wanted).items()
        }

    def problem_of(self, stated: Sequence[StatedParent], before: Mapping[str, int]) -> str:
        """Return what is wrong with the parents that a version states, "" where nothing is.

        Args:
            stated: The parents.
            before: How many inputs of each the newest version before covered that states it.
        """
        names = [one.asset for one in stated]
        if names != sorted(set(names)):
            return "parents are not in the order of their ids, each once"
        for one in stated:
            if one.size < before.get(one.asset, 0):
                known = counted(before[one.asset], "input")
                return f"covers {one.size:,} of {one.asset}, a version before it {known}"
            if self._found.get((one.asset, one.size), b"").hex() != one.root:
                return f"the first {counted(one.size, 'input')} of {one.asset} have another root"
        return ""

    def evidence_of(self, stated: Sequence[StatedParent]) -> tuple[ParentEvidence, ...]:
        """Return the evidence of parents whose roots have been compared."""
        return tuple(
            ParentEvidence(one.asset, one.size, self._found[one.asset, one.size]) for one in stated
        )


def sizes_of(stated: Sequence[StatedParent]) -> dict[str, int]:
    """Return how many inputs of each parent's log a version covers."""
    return {one.asset: one.size for one in stated}


def _roots(log: ParentLog, sizes: set[int]) -> dict[int, bytes]:
    frontier = Frontier()
    found = {}
    for size in sorted(size for size in sizes if size <= len(log.records)):
        frontier = frontier.extend(leaves_of(log.asset_key, log.records[frontier.size : size]))
        found[size] = frontier.root()
    return found
