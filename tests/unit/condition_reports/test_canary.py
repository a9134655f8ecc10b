import re

import msgspec

from condition_reports.canary import PLANS, canary_of, canary_plans, derived
from condition_reports.plan import Plan
from condition_reports.shapes import Kind
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, WriterIdentity


class _Stumbling:
    """Words as the template does, but for the drafts of some seeds."""

    def __init__(self, *seeds: int) -> None:
        self._seeds = seeds
        self._template = TemplateWriter()

    @property
    def identity(self) -> WriterIdentity:
        return self._template.identity

    def draft(self, plan: Plan, seed: int) -> Draft:
        return self._template.draft(plan, seed + 1 if seed in self._seeds else seed)


def changed(draft: Draft, pattern: str, replacement: str) -> Draft:
    section, *others = draft.sections
    text = re.sub(pattern, replacement, section.text, count=1)
    assert text != section.text
    return Draft((msgspec.structs.replace(section, text=text), *others))


def test_plans_hold_every_kind_of_statement_and_are_the_same_each_time() -> None:
    planned = [
        statement.kind
        for plan, _ in canary_plans()
        for section in plan.sections
        for statement in section.statements
    ]
    assert set(planned) == set(Kind)
    assert sum(len(plan.sections) for plan, _ in canary_plans()) == PLANS == 200


def test_writer_of_the_grammar_is_accepted_whole() -> None:
    found = canary_of(TemplateWriter())
    assert (found.asked, found.accepted) == (200, 200)
    assert found == canary_of(TemplateWriter())


def test_one_draft_in_other_sound_words_changes_the_digest_and_nothing_else() -> None:
    found, other = canary_of(TemplateWriter()), canary_of(_Stumbling(75))
    assert other.accepted == 200
    assert other.sha256 != found.sha256


def test_draft_with_a_word_a_slot_or_a_sentence_that_the_plan_does_not_bear_is_refused() -> None:
    plan, seed = canary_plans()[0]
    draft = TemplateWriter().draft(plan, seed)
    assert derived(draft, plan) == len(plan.sections)
    for pattern, replacement in (
        (r"\.$", ""),
        (r"$", " All is well."),
        (r"[^.]+\. ", ""),
        (r"s1_", "s2_"),
        (r" ", "  "),
    ):
        found = derived(changed(draft, pattern, replacement), plan)
        assert found == len(plan.sections) - 1


def test_sections_other_than_planned_are_refused() -> None:
    plan, seed = canary_plans()[0]
    other, _ = canary_plans()[1]
    assert derived(Draft(TemplateWriter().draft(other, seed).sections[1:]), plan) == 0
    assert derived(Draft(()), plan) == 0
