"""Sizes that no report has: they are refused before anything is parsed."""

import time

import pytest

from condition_reports.release import check, plan_for, release
from condition_reports.shapes import Section
from condition_reports.statements import statements_of
from condition_reports.text_size import too_long
from condition_reports.verifier import Rejected, Verified, verify_text
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, DraftSection

from . import scenes

FACTS = scenes.facts_from(scenes.excursion())
STATEMENTS = statements_of(FACTS)
TEMPLATE = TemplateWriter()
SOUND = TEMPLATE.draft(plan_for(FACTS), 3)
# Reading the known sentences takes half a second; counting takes less than a millisecond.
AT_MOST_S = 0.1


def draft_of(text: str) -> Draft:
    """Return a sound draft whose first section says something else."""
    first, *others = SOUND.sections
    return Draft((DraftSection(first.section, text), *others))


ABSURD = {
    "sentences": "All is well. " * 15_000,
    "known sentences": (release(FACTS, seed=3).text.rpartition("\n\n")[2] + " ") * 15_000,
    "short sentences": "A. " * 10_000,
    "no sentence": "a" * 200_000,
    "paragraphs": "A.\n\n" * 10_000,
    "full stops": "." * 100_000,
    "slots": "{title} " * 10_000,
    "odd characters": "\x00" * 100_000,
}


@pytest.mark.parametrize("name", ABSURD)
def test_absurd_text_is_refused_for_its_size_at_once(name: str) -> None:
    began = time.perf_counter()
    verdict = verify_text(ABSURD[name], FACTS)
    assert time.perf_counter() - began < AT_MOST_S
    assert isinstance(verdict, Rejected)
    assert (verdict.code, verdict.sentence) == ("too_long", "")


@pytest.mark.parametrize("kind", ["tiny", "llm"])
@pytest.mark.parametrize("name", ABSURD)
def test_absurd_draft_is_refused_for_its_size_at_once(name: str, kind: str) -> None:
    began = time.perf_counter()
    checked = check(FACTS, draft_of(ABSURD[name]), kind)
    assert time.perf_counter() - began < AT_MOST_S
    assert isinstance(checked.verdict, Rejected)
    assert (checked.text, checked.verdict.code) == ("", "too_long")


def test_draft_in_countless_sections_is_refused_for_its_size() -> None:
    sections = tuple(DraftSection(Section.OPENING, "") for _ in range(100_000))
    verdict = check(FACTS, Draft(sections)).verdict
    assert isinstance(verdict, Rejected)
    assert verdict.code == "too_long"


def test_text_that_is_twice_as_long_as_it_should_be_is_still_told_what_is_wrong_with_it() -> None:
    text = release(FACTS, seed=3).text
    verdict = verify_text(f"{text} {text}", FACTS)
    assert isinstance(verdict, Rejected)
    assert verdict.code != "too_long"


@pytest.mark.parametrize("seed", range(8))
def test_sound_text_has_less_than_half_of_the_size_that_is_read(seed: int) -> None:
    for scene in (scenes.excursion(), scenes.conformant()):
        facts = scenes.facts_from(scene)
        text = release(facts, seed=seed).text
        assert isinstance(verify_text(text, facts), Verified)
        assert too_long([text, text], statements_of(facts)) == ""


def test_refusal_says_how_much_there_is_and_how_much_is_read() -> None:
    assert too_long(["A. " * 1_000], STATEMENTS).startswith("1000 sentences, ")
    assert too_long(["a" * 1_000_000], STATEMENTS).startswith("1000000 characters, ")
