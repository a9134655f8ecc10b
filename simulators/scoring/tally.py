"""Many shipments scored: sums by policy and by poison, and whether they reach the targets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median

import msgspec

from .climates import CLIMATES
from .trial import make_trial
from .verdict import Verdict, judge, verdicts

POLICIES = tuple(CLIMATES)
SOUND_TARGET = 1.0
POISONED_TARGET = 0.99


class Task(msgspec.Struct, frozen=True):
    """One shipment to score."""

    policy: str
    seed: int
    is_poisoned: bool


class Outcome(msgspec.Struct, frozen=True):
    """One shipment that was scored; `poison` is empty where all its sensors are sound."""

    task: Task
    poison: str
    verdicts: list[Verdict]


class Tally(msgspec.Struct):
    """Sums over shipments; see `Verdict`. `must_by` counts `must` by boundary."""

    shipments: int = 0
    true: int = 0
    must: int = 0
    found: int = 0
    either: int = 0
    findings: int = 0
    false: int = 0
    short: int = 0
    delays: list[int] = []
    must_by: dict[str, int] = {}

    def add(self, outcome: Outcome) -> None:
        """Add a shipment."""
        self.shipments += 1
        for one in outcome.verdicts:
            self.true += one.true
            self.must += one.must
            self.found += one.found
            self.either += one.either
            self.findings += one.findings
            self.false += one.false
            self.short += one.short
            self.delays += one.delays
            self.must_by[one.boundary] = self.must_by.get(one.boundary, 0) + one.must

    @property
    def recall(self) -> float:
        """Share of what must be found that was found; 1 where there is nothing."""
        return self.found / self.must if self.must else 1.0

    @property
    def precision(self) -> float:
        """Share of the findings that lie in a label; 1 where there is none."""
        return 1 - self.false / self.findings if self.findings else 1.0

    @property
    def median_delay(self) -> float:
        """Microseconds from the true alarm to the twin's."""
        return median(self.delays) if self.delays else 0.0

    @property
    def worst_delay(self) -> int:
        """The longest of them."""
        return max(self.delays, default=0)


class Result(msgspec.Struct, frozen=True):
    """What scoring gave.

    Attributes:
        sound: By policy, all sensors sound.
        poisoned: By policy, one of three sensors poisoned.
        by_poison: Those by poison.
        wrong: The shipments with something missed or invented.
    """

    sound: dict[str, Tally]
    poisoned: dict[str, Tally]
    by_poison: dict[str, Tally]
    wrong: list[Outcome]

    def shortfalls(self) -> list[str]:
        """Return, in words, what does not reach its target."""
        found = []
        for name, tallies, target in (
            ("sound sensors", self.sound, SOUND_TARGET),
            ("one of three sensors poisoned", self.poisoned, POISONED_TARGET),
        ):
            whole = total(tallies)
            for figure, value in (("recall", whole.recall), ("precision", whole.precision)):
                if value < target:
                    found.append(f"{name}: {figure} {value:.4f} is below {target}")
        return found

    def unexercised(self) -> list[str]:
        """Return the boundaries that nothing had to be found of."""
        return sorted(
            f"{policy} {boundary}"
            for policy, tally in self.sound.items()
            for boundary, count in tally.must_by.items()
            if not count
        )


def tasks(shipments: int, seed: int) -> list[Task]:
    """Return so many shipments of all policies in turn, each with and without poison."""
    return [
        Task(POLICIES[number % len(POLICIES)], seed + number // len(POLICIES), is_poisoned)
        for number in range(shipments)
        for is_poisoned in (False, True)
    ]


def run(task: Task) -> Outcome:
    """Score one shipment."""
    trial = make_trial(task.policy, task.seed, is_poisoned=task.is_poisoned)
    return Outcome(task, trial.poison, verdicts(judge(trial)))


def run_all(some: list[Task], processes: int) -> list[Outcome]:
    """Score shipments, several at once where there are processes for it."""
    if processes == 1:
        return [run(task) for task in some]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return list(pool.map(run, some, chunksize=8))


def tallied(outcomes: Iterable[Outcome]) -> Result:
    """Return the sums of scored shipments."""
    sound: dict[str, Tally] = defaultdict(Tally)
    poisoned: dict[str, Tally] = defaultdict(Tally)
    by_poison: dict[str, Tally] = defaultdict(Tally)
    wrong = []
    for one in outcomes:
        (poisoned if one.poison else sound)[one.task.policy].add(one)
        if one.poison:
            by_poison[one.poison].add(one)
        if any(verdict.is_wrong for verdict in one.verdicts):
            wrong.append(one)
    return Result(sound, poisoned, by_poison, wrong)


def total(tallies: dict[str, Tally]) -> Tally:
    """Return the sums of all, but for those by boundary."""
    some = tallies.values()
    return Tally(
        shipments=sum(one.shipments for one in some),
        true=sum(one.true for one in some),
        must=sum(one.must for one in some),
        found=sum(one.found for one in some),
        either=sum(one.either for one in some),
        findings=sum(one.findings for one in some),
        false=sum(one.false for one in some),
        short=sum(one.short for one in some),
        delays=[delay for one in some for delay in one.delays],
    )
