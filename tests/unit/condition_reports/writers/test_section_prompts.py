import json
import re

import jsonschema
import pytest

from condition_reports.plan import Plan
from condition_reports.release import check, plan_for
from condition_reports.slots import slots_in
from condition_reports.verifier import Verified
from condition_reports.writers.errors import NoDraft
from condition_reports.writers.section_prompts import (
    ONE_SECTION_RULES,
    RULES,
    answer_schema,
    report_prompt,
    sections_in,
)
from condition_reports.writers.writer import Draft
from tests.unit.condition_reports import scenes

EXCURSION = plan_for(scenes.facts_from(scenes.excursion()))
FACTS = {name: scenes.facts_from(make()) for name, make in scenes.SCENES.items()}


def obedient(prompt: str) -> str:
    """Answer as a model does that takes the first sentence offered for each statement."""
    sections = []
    for part in prompt.split("\n\n"):
        head, *lines = part.split("\n")
        sentences = [re.sub(r"^\d+\. ", "", one) for one in lines if re.match(r"\d+\. ", one)]
        sections.append({"id": head.removeprefix("Section "), "text": " ".join(sentences)})
    return json.dumps({"sections": sections})


@pytest.mark.parametrize("scene", FACTS)
def test_a_model_that_copies_what_it_is_shown_makes_a_sound_report(scene: str) -> None:
    facts = FACTS[scene]
    plan = plan_for(facts)
    for seed in range(5):
        answer = obedient(report_prompt(plan, seed))
        jsonschema.validate(json.loads(answer), answer_schema(plan))
        assert isinstance(check(facts, Draft(sections_in(answer, plan))).verdict, Verified)


def test_a_prompt_shows_two_sentences_for_each_statement() -> None:
    shown = slots_in(report_prompt(EXCURSION, 3))
    asked = [
        slot
        for section in EXCURSION.sections
        for statement in section.statements
        for slot in statement.slots
    ]
    # A slot of the same name may stand in several sections, twice in each.
    assert sorted(shown) == sorted(asked * 2)


def test_rules_hold_no_value_that_a_model_could_copy() -> None:
    for rules in (RULES, ONE_SECTION_RULES):
        assert not re.search(r"\d", rules)


def test_an_endless_section_is_no_draft() -> None:
    plan = Plan(EXCURSION.sections[:1])
    said = json.dumps({"sections": [{"id": "opening", "text": "no " * 5_000}]})
    with pytest.raises(NoDraft, match="answer_too_long"):
        sections_in(said, plan)
