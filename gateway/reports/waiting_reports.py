"""Reports that wait for their words: a bounded queue in which an asset stands once."""

from __future__ import annotations

from dataclasses import dataclass

from condition_reports.fact_types import Facts
from condition_reports.plan import Plan
from twins.policy.condition_policy import Severity


@dataclass(frozen=True, slots=True, eq=False)
class WaitingReport:
    """A report to be worded.

    Attributes:
        facts: What it is about.
        plan: The same as shapes.
        seed: What its writer shall choose by.
        asked_at_s: When words for its asset were first asked for; later facts do not change it.
    """

    facts: Facts
    plan: Plan
    seed: int
    asked_at_s: float

    @property
    def asset(self) -> str:
        """Id of the asset."""
        return self.facts.asset


class WaitingReports:
    """The queue: the worst first, and of those that are equally bad in the order of asking.

    The newest report of an asset takes the place of the one before it.

    Args:
        most: How many may wait.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        # By severity, worst first; in each the reports by asset, in the order of asking.
        self._lanes: dict[int, dict[str, WaitingReport]] = {
            severity: {} for severity in sorted(Severity, reverse=True)
        }
        self._taken: WaitingReport | None = None

    def __len__(self) -> int:
        """Return how many reports wait, the one that is being worded included."""
        return sum(map(len, self._lanes.values()))

    def of(self, asset: str) -> WaitingReport | None:
        """Return an asset's report that waits or is being worded."""
        return next((lane[asset] for lane in self._lanes.values() if asset in lane), None)

    def put(self, report: WaitingReport) -> WaitingReport | None:
        """Add a report; return the one that must go without words where there is no room for all.

        That is one of the least severe, and of them the last in turn.
        """
        mine = self._lanes[report.facts.severity]
        for lane in self._lanes.values():
            if lane is not mine:
                lane.pop(report.asset, None)
        mine[report.asset] = report
        if len(self) <= self._most:
            return None
        lanes = reversed(self._lanes.values())
        last = next(
            one for lane in lanes for one in reversed(lane.values()) if one is not self._taken
        )
        self.drop(last.asset)
        return last

    def take(self) -> WaitingReport | None:
        """Return the report to be worded next, None where none waits; `finish` must follow."""
        lanes = self._lanes.values()
        self._taken = next((one for lane in lanes for one in lane.values()), None)
        return self._taken

    def finish(self, report: WaitingReport) -> bool:
        """Remove a report; return False where it does not wait any more: it was overtaken."""
        self._taken = None
        if self.of(report.asset) is not report:
            return False
        self.drop(report.asset)
        return True

    def asked_before(
        self, moment_s: float, least: Severity = Severity.NONE
    ) -> tuple[WaitingReport, ...]:
        """Return the reports that have waited since before a moment.

        Args:
            moment_s: Monotonic seconds.
            least: Reports that are less severe do not count.
        """
        lanes = (lane for severity, lane in self._lanes.items() if severity >= least)
        return tuple(one for lane in lanes for one in lane.values() if one.asked_at_s <= moment_s)

    def drop(self, asset: str) -> None:
        """Forget an asset's report: nobody wants it any more."""
        for lane in self._lanes.values():
            lane.pop(asset, None)
