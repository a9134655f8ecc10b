"""Facts of simulated journeys, judged while they go on: many moments of each, by the twins."""

from __future__ import annotations

from collections.abc import Iterator

from condition_reports.facts import Facts, facts_of
from simulators.scoring.climates import CLIMATES
from simulators.scoring.trial import ASSET, Trial, make_trial
from tests.unit.simulators.folding import policy_of
from twins.inputs import Decision, DecisionOutcome, observed_at
from twins.policy.condition_policy import ConditionPolicy
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess

from .random_facts import seeded

MOMENTS = 25
"""At how many moments of a journey it is judged."""


def journey_facts(how_many: int) -> Iterator[Facts]:
    """Yield facts of journeys under every shipped policy, with sound sensors and with lying ones.

    The same number gives the same facts.
    """
    policies = sorted(CLIMATES)
    for number in range(-(-how_many // MOMENTS)):
        name = policies[number % len(policies)]
        trial = make_trial(name, number, is_poisoned=number % 3 == 0)
        wanted = min(MOMENTS, how_many - number * MOMENTS)
        yield from _on_the_way(trial, policy_of(name), wanted, number)


def _on_the_way(
    trial: Trial, policy: ConditionPolicy, how_many: int, number: int
) -> Iterator[Facts]:
    random = seeded(f"journey {number}")
    first, last = observed_at(trial.inputs[0]), trial.ends_at
    moments = sorted(random.randint(first, last) for _ in range(how_many - 1))
    twin, folded = AssetTwin(ASSET), 0
    title = f"Journey {number}, {trial.policy}"
    for moment in [*moments, last]:
        upto = folded
        while upto < len(trial.inputs) and observed_at(trial.inputs[upto]) <= moment:
            upto += 1
        twin = advance(twin, trial.inputs[folded:upto], policy)
        folded = upto
        decisions = [
            Decision(1, ASSET, outcome, "qa-1", "", random.randint(first, moment))
            for outcome in random.sample(list(DecisionOutcome), random.choice([0, 0, 1]))
        ]
        yield facts_of(
            assess(twin, policy, moment),
            title=title,
            policy=policy,
            custody=twin.custody,
            milestones=twin.milestones,
            decisions=decisions,
        )
