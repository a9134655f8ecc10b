"""The queue of reports against a plain list that is sorted and searched."""

from dataclasses import dataclass

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from condition_reports.release import plan_for
from gateway.reports.waiting_reports import WaitingReport, WaitingReports
from tests.property.arrivals import law
from tests.unit.condition_reports import scenes
from twins.policy.condition_policy import Severity

FACTS = scenes.facts_from(scenes.conformant())
PLAN = plan_for(FACTS)
ASSETS = ("a", "b", "c", "d", "e")


@dataclass(frozen=True)
class Put:
    asset: str
    severity: Severity


@dataclass(frozen=True)
class Drop:
    asset: str


@dataclass(frozen=True)
class Take:
    pass


@dataclass(frozen=True)
class Finish:
    pass


STEPS = st.lists(
    st.one_of(
        st.builds(Put, st.sampled_from(ASSETS), st.sampled_from(list(Severity))),
        st.builds(Drop, st.sampled_from(ASSETS)),
        st.just(Take()),
        st.just(Finish()),
    ),
    max_size=40,
)


class PlainQueue:
    """Reports in the order of asking; one that changes its severity asks anew."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.reports: list[WaitingReport] = []
        self.taken: WaitingReport | None = None

    def put(self, report: WaitingReport) -> WaitingReport | None:
        for place, one in enumerate(self.reports):
            if one.asset == report.asset and one.facts.severity == report.facts.severity:
                self.reports[place] = report
                return None
        self.drop(report.asset)
        self.reports.append(report)
        if len(self.reports) <= self.most:
            return None
        free = [one for one in self.in_turn() if one is not self.taken]
        self.reports.remove(free[-1])
        return free[-1]

    def in_turn(self) -> list[WaitingReport]:
        return sorted(self.reports, key=lambda one: -one.facts.severity)

    def drop(self, asset: str) -> None:
        self.reports = [one for one in self.reports if one.asset != asset]


@law
@given(steps=STEPS, most=st.integers(1, 4))
def test_queue_is_a_sorted_list_that_is_never_longer_than_allowed(
    steps: list[Put | Drop | Take | Finish], most: int
) -> None:
    queue, plain = WaitingReports(most), PlainQueue(most)
    for step in steps:
        match step:
            case Put(asset, severity):
                facts = msgspec.structs.replace(FACTS, asset=asset, severity=severity)
                report = WaitingReport(facts, PLAN, 1, 0.0)
                assert queue.put(report) is plain.put(report)
            case Drop(asset):
                queue.drop(asset)
                plain.drop(asset)
            case Take():
                plain.taken = next(iter(plain.in_turn()), None)
                assert queue.take() is plain.taken
            case Finish() if plain.taken is not None:
                assert queue.finish(plain.taken) == (plain.taken in plain.reports)
                if plain.taken in plain.reports:
                    plain.reports.remove(plain.taken)
                plain.taken = None
        assert len(queue) == len(plain.reports) <= most
        assert all(queue.of(one.asset) is one for one in plain.reports)
