"""How well found excursions agree with the truth."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from twins.judging.excursions import Excursion
from twins.readings import MICROSECONDS

from .shipment import Label, LabelKind

TOLERANCE = 10 * 60 * MICROSECONDS
"""How far apart the beginnings of a label and its finding may lie: two intervals of a logger."""


class Score(msgspec.Struct, frozen=True):
    """Agreement of findings with labels.

    Attributes:
        found: Findings that have a label.
        missed: Labels that have no finding.
        invented: Findings that have no label.
        longest_delay: Longest time from a label's beginning to its alarm, microseconds.
        mean_delay: Their mean, microseconds, rounded down.
    """

    found: int
    missed: int
    invented: int
    longest_delay: int
    mean_delay: int

    @property
    def precision(self) -> float:
        """Share of the findings that are true; 1 where there is none."""
        findings = self.found + self.invented
        return self.found / findings if findings else 1.0

    @property
    def recall(self) -> float:
        """Share of the truth that was found; 1 where there is none."""
        labels = self.found + self.missed
        return self.found / labels if labels else 1.0


def score(
    excursions: Iterable[Excursion], labels: Iterable[Label], tolerance: int = TOLERANCE
) -> Score:
    """Return how well findings agree with labels; each may be paired once.

    Args:
        excursions: What was found.
        labels: The truth; only labels of excursions count.
        tolerance: Microseconds that the beginnings of a pair may lie apart.
    """
    open_labels = [label for label in labels if label.kind is LabelKind.EXCURSION]
    delays: list[int] = []
    invented = 0
    for excursion in sorted(excursions, key=lambda one: one.began_at):
        near = [label for label in open_labels if _is_same(excursion, label, tolerance)]
        if not near:
            invented += 1
            continue
        match = min(near, key=lambda label: abs(label.began_at - excursion.began_at))
        open_labels.remove(match)
        delays.append(excursion.alarmed_at - match.began_at)
    return Score(
        found=len(delays),
        missed=len(open_labels),
        invented=invented,
        longest_delay=max(delays, default=0),
        mean_delay=sum(delays) // len(delays) if delays else 0,
    )


def _is_same(excursion: Excursion, label: Label, tolerance: int) -> bool:
    same_place = (excursion.boundary, excursion.device, excursion.sensor) == (
        label.boundary,
        label.device,
        label.sensor,
    )
    return same_place and abs(excursion.began_at - label.began_at) <= tolerance
