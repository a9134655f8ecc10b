"""Free language: nothing that the tables bear is held back, and nothing false is let through.

`make gates` raises `CARGOTWIN_EXAMPLES` to 4000, for 10,000 sound reports and 10,000 mutants of
each class.
"""

from collections.abc import Iterator
from functools import cache
from random import Random

import pytest

from condition_reports.facts import Facts
from condition_reports.release import Attempt, check, plan_for, release
from condition_reports.report import ConditionReport
from condition_reports.verifier import Rejected, Verified
from condition_reports.writers.writer import Draft, DraftSection
from gateway.report_checks import read_back
from tests.property.arrivals import EXAMPLES
from tests.property.report_writers import MANY
from tests.property.speaking_writer import SpeakingWriter
from tests.unit.condition_reports.free_language.draft_mutations import MUTATIONS as OF_DRAFTS
from tests.unit.condition_reports.harder_mutations import HARDER_MUTATIONS
from tests.unit.condition_reports.mutations import MUTATIONS, Mutation
from tests.unit.condition_reports.random_facts import random_facts, seeded

REPORTS = EXAMPLES * 5 // 2
MUTANTS = REPORTS if EXAMPLES >= MANY else REPORTS // 5
ROUNDS = 80

OF_WORDS = {
    name: HARDER_MUTATIONS.get(name) or MUTATIONS[name]
    for name in (
        "sentence_dropped", "sentence_repeated", "sentences_swapped", "negation_inserted",
        "unsupported_sentence_added", "lookalike_put_in", "extreme_words_exchanged",
        "time_words_exchanged", "negation_taken_out", "qualifier_taken_out", "clause_added",
        "no_return_turned", "doubt_in_a_decision_dropped", "capital_changed",
        "invisible_character_added",
    )
}  # fmt: skip
"""The mutations of finished texts that touch words, and so turn a section's draft false as well."""

OF_SENTENCES = {"enclosure_state_changed", "shock_negated"}
"""Those that look for a sentence of the grammar in the text."""

OF_TEXTS = {k: v for k, v in (MUTATIONS | HARDER_MUTATIONS).items() if k not in OF_SENTENCES}


@cache
def spoken_reports() -> list[tuple[Facts, Draft]]:
    """Return facts, and a draft in free language that is sound for them."""
    random = seeded("spoken reports")
    writer = SpeakingWriter()
    found = []
    for seed in range(REPORTS):
        facts = random_facts(random)
        found.append((facts, writer.draft(plan_for(facts), seed)))
    return found


def test_nothing_that_the_tables_bear_is_held_back() -> None:
    free = 0
    for facts, draft in spoken_reports():
        verdict = check(facts, draft, "llm").verdict
        assert isinstance(verdict, Verified), verdict
        free += verdict.language == "free"
    assert free >= 0.9 * REPORTS


def drafts_changed_by_words(mutation: Mutation) -> Iterator[tuple[Facts, Draft]]:
    """Yield drafts that are false in one section."""
    random = seeded(mutation.__name__)
    for facts, draft in spoken_reports() * ROUNDS:
        for place, text in in_any_order(draft, random):
            # The blanks of an answer say nothing, so two of them give no mutant away.
            changed = " ".join((mutation(text, facts, random) or text).split())
            if changed != text:
                yield facts, with_section(draft, place, changed)
                break


def drafts_changed_by_slots(name: str) -> Iterator[tuple[Facts, Draft]]:
    """Yield drafts that are false in one section."""
    random = seeded(name)
    for facts, draft in spoken_reports() * ROUNDS:
        for place, text in in_any_order(draft, random):
            changed = [one for one in OF_DRAFTS[name](text) if one != text]
            if changed:
                yield facts, with_section(draft, place, random.choice(changed))
                break


def in_any_order(draft: Draft, random: Random) -> list[tuple[int, str]]:
    texts = [(place, one.text) for place, one in enumerate(draft.sections)]
    random.shuffle(texts)
    return texts


def with_section(draft: Draft, place: int, text: str) -> Draft:
    sections = list(draft.sections)
    sections[place] = DraftSection(sections[place].section, text)
    return Draft(tuple(sections))


def assert_all_are_caught(drafts: Iterator[tuple[Facts, Draft]]) -> None:
    for _, (facts, draft) in zip(range(MUTANTS), drafts, strict=False):
        assert isinstance(check(facts, draft, "llm").verdict, Rejected), draft
    assert next(drafts, None) is not None, "fewer mutants than wanted"


@pytest.mark.parametrize("name", OF_WORDS)
def test_every_draft_with_other_words_is_caught(name: str) -> None:
    assert_all_are_caught(drafts_changed_by_words(OF_WORDS[name]))


@pytest.mark.parametrize("name", OF_DRAFTS)
def test_every_draft_with_other_slots_is_caught(name: str) -> None:
    assert_all_are_caught(drafts_changed_by_slots(name))


@pytest.mark.parametrize("name", OF_TEXTS)
def test_every_finished_text_that_was_changed_is_caught_beside_its_draft(name: str) -> None:
    random = seeded(name)
    made = 0
    for facts, report in released_reports():
        changed = OF_TEXTS[name](report.text, facts, random)
        if changed is not None and changed != report.text:
            made += 1
            assert isinstance(read_back(facts, changed, report.provenance), Rejected), changed
    assert made or EXAMPLES < MANY


@cache
def released_reports() -> list[tuple[Facts, ConditionReport]]:
    """Return the first of the spoken reports with their records."""
    writer = SpeakingWriter().identity
    return [
        (facts, release(facts, [Attempt(writer, seed, draft)], seed=seed))
        for seed, (facts, draft) in enumerate(spoken_reports()[: max(20, MUTANTS // 10)])
    ]
