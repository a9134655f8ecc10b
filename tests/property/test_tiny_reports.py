"""Reports in words that the shipped model draws, over facts of every shape."""

from condition_reports.release import check, plan_for
from condition_reports.verifier import Verified
from condition_reports.writers.tiny import load_tiny
from tests.unit.condition_reports.random_facts import random_facts, seeded

REPORTS = 120
RETRIES = 3


def test_drawn_reports_are_accepted_at_first_try_but_for_a_few_and_all_within_the_retries() -> None:
    writer = load_tiny(temperature=0.8)
    tries = []
    for seed in range(REPORTS):
        facts = random_facts(seeded(f"drawn {seed}"))
        plan = plan_for(facts)
        tries.append(
            next(
                (
                    number
                    for number in range(1 + RETRIES)
                    if isinstance(check(facts, writer.draft(plan, seed + number)).verdict, Verified)
                ),
                None,
            )
        )
    assert tries.count(0) >= 0.9 * REPORTS
    assert tries.count(None) <= 0.005 * REPORTS
