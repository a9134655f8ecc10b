import pytest

from condition_reports.grammar import grammar_digest
from condition_reports.release import plan_for, release, seed_of
from condition_reports.shapes import Section
from condition_reports.writers.template import TemplateWriter

from . import scenes


@pytest.mark.parametrize("name", scenes.SCENES)
def test_template_repeats_itself_for_the_same_plan_and_seed(name: str) -> None:
    plan = plan_for(scenes.facts_from(scenes.SCENES[name]()))
    assert TemplateWriter().draft(plan, 7) == TemplateWriter().draft(plan, 7)


@pytest.mark.parametrize("name", scenes.SCENES)
def test_ten_reports_in_a_row_never_open_alike(name: str) -> None:
    facts = scenes.facts_from(scenes.SCENES[name]())
    reports = [release(facts, seed=seed_of(facts.asset, version)) for version in range(10)]
    openings = {report.sections[0].text for report in reports}
    measurements = {report.sections[1].text for report in reports}
    assert len(openings) >= 8
    assert len(measurements) >= 6
    assert len({report.text for report in reports}) == 10


def test_like_statements_of_one_report_are_worded_differently() -> None:
    warm_and_cold = scenes.curve({300: 9.2, 400: -1.0}, 480, 4.1)
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, warm_and_cold, 480))
    for seed in range(50):
        plan = plan_for(facts)
        draft = TemplateWriter().draft(plan, seed)
        texts = [one.text for one in draft.sections if one.section is Section.EXCURSIONS]
        first, second = texts[0].split(". ", 1)
        assert first.replace("ex1_", "") != second.rstrip(".").replace("ex2_", "")


def test_template_names_itself_by_its_grammar() -> None:
    identity = TemplateWriter().identity
    assert (identity.kind, identity.digest) == ("template", grammar_digest().hex())
