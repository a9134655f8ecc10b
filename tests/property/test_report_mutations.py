"""No false report passes the verifier, and no sound one is held back.

`make gates` raises `CARGOTWIN_EXAMPLES` to 4000, for 10,000 sound reports of each writer and 10,000
mutants of each class.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from condition_reports.facts import Facts
from condition_reports.verifier import Rejected, Verified, verify_text
from tests.property.arrivals import EXAMPLES
from tests.property.report_writers import MANY, WRITERS, worded
from tests.unit.condition_reports.harder_mutations import HARDER_MUTATIONS
from tests.unit.condition_reports.mutations import MUTATIONS, Mutation
from tests.unit.condition_reports.random_facts import random_facts, seeded
from tests.unit.condition_reports.second_reading.reader import objections

SOUND = EXAMPLES * 5 // 2
MUTANTS = SOUND
HARDER_MUTANTS = MUTANTS if EXAMPLES >= MANY else MUTANTS // 5
ROUNDS = 40
"""How often the reports are gone through for a mutation that seldom applies."""

SECOND_READINGS = max(20, EXAMPLES // 10)
OF_ORDER = {"sentences_swapped", "paragraphs_joined"}
"""What the second reader does not look at."""


@cache
def sound_reports(name: str) -> list[tuple[Facts, str]]:
    """Return reports of a writer that it gets right at once; those of the template are all."""
    random = seeded("sound reports")
    writer = WRITERS[name].load()
    found = []
    for seed in range(SOUND // WRITERS[name].share):
        facts = random_facts(random)
        checked = worded(writer, facts, seed)
        assert isinstance(checked.verdict, Verified), checked
        found.append((facts, checked.text))
    return found


def mutants(
    mutation: Mutation, reports: list[tuple[Facts, str]], wanted: int
) -> Iterator[tuple[Facts, str]]:
    """Yield false reports, each from another sound one where there are enough."""
    random = seeded(mutation.__name__)
    made = 0
    for facts, text in reports * ROUNDS:
        changed = mutation(text, facts, random)
        if changed is not None and changed != text:
            yield facts, changed
            made += 1
        if made == wanted:
            return
    pytest.fail(f"{mutation.__name__} makes {made} false reports only")


@pytest.mark.parametrize("writer", WRITERS)
def test_no_sound_report_is_rejected(writer: str) -> None:
    for facts, text in sound_reports(writer):
        assert isinstance(verify_text(text, facts), Verified)


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.parametrize("writer", WRITERS)
def test_every_mutant_is_caught(writer: str, name: str) -> None:
    wanted = MUTANTS // WRITERS[writer].share
    for facts, text in mutants(MUTATIONS[name], sound_reports(writer), wanted):
        assert isinstance(verify_text(text, facts), Rejected), text


@pytest.mark.parametrize("name", HARDER_MUTATIONS)
@pytest.mark.parametrize("writer", WRITERS)
def test_every_mutant_near_the_truth_is_caught(writer: str, name: str) -> None:
    wanted = HARDER_MUTANTS // WRITERS[writer].share
    for facts, text in mutants(HARDER_MUTATIONS[name], sound_reports(writer), wanted):
        assert isinstance(verify_text(text, facts), Rejected), text


@pytest.mark.parametrize("name", sorted(MUTATIONS.keys() - OF_ORDER))
def test_second_reader_objects_to_every_mutant(name: str) -> None:
    for facts, text in mutants(MUTATIONS[name], sound_reports("template"), SECOND_READINGS):
        assert objections(text, facts), text
