import re
from collections import Counter
from itertools import combinations, pairwise
from math import prod
from statistics import median

import pytest

from condition_reports.grammar import frames, phrases, sentences_in, wordings
from condition_reports.plan import Plan, SectionPlan, StatementPlan
from condition_reports.prompts import CHOICES
from condition_reports.release import plan_for, release, seed_of
from condition_reports.shapes import Kind, Section
from condition_reports.writers.template import TemplateWriter

from . import scenes
from .journeys import journey_facts
from .random_facts import random_facts, seeded

STANDING_ALONE = frozenset(
    {
        Kind.VERDICT,
        Kind.LEVEL_UNOBSERVED,
        Kind.LEVEL_CONSTANT,
        Kind.LEVEL_RANGE,
        Kind.LEVEL_MEAN,
        Kind.LEVEL_KINETIC,
        Kind.LEVELS_MEANS,
        Kind.LEVELS_KINETIC,
        Kind.EXCURSIONS_NONE,
        Kind.EXCURSIONS_UNJUDGED,
        Kind.EXCURSION_ENDED,
        Kind.EXCURSION_LASTING,
        Kind.SHOCKS_NONE,
        Kind.SHOCKS_UNOBSERVED,
        Kind.SHOCK_ONE,
        Kind.SHOCKS_MANY,
        Kind.PEAK,
        Kind.ENCLOSURE_SHUT,
        Kind.ENCLOSURE_UNOBSERVED,
        Kind.OPENED_ONCE,
        Kind.OPENED_OFTEN,
        Kind.WEAR_NONE,
        Kind.WEAR_USED,
        Kind.CUSTODY_UNKNOWN,
        Kind.CUSTODY_KEPT,
        Kind.CUSTODY_PASSED,
        Kind.COVERAGE_COMPLETE,
        Kind.COVERAGE_ENOUGH,
        Kind.READINGS_USABLE,
        Kind.BUDGETS_UNTOUCHED,
        Kind.BUDGET_USED,
        Kind.BUDGET_SPENT,
        Kind.SHELF_LIFE_LEFT,
        Kind.SHELF_LIFE_LOW,
        Kind.SHELF_LIFE_USED,
        Kind.ACTION,
    }
)
"""Kinds that are often all that a section says."""

RANDOM_REPORTS = 1_000


def frames_of(plan: Plan, seed: int) -> list[str]:
    """Return the frames that the template chooses, in order, without their prefixes."""
    chosen = []
    for section, draft in zip(
        plan.sections, TemplateWriter().draft(plan, seed).sections, strict=True
    ):
        for statement, sentence in zip(section.statements, sentences_in(draft.text), strict=True):
            chosen.append(sentence.replace("{" + statement.prefix, "{"))
    return chosen


def opening(frame: str) -> list[str]:
    return frame.split()[:3]


def assets_of_one_shape(name: str) -> list[list[str]]:
    """Return the frames of the first reports of ten assets that differ in their id alone."""
    plan = plan_for(scenes.facts_from(scenes.SCENES[name]()))
    assets = [f"urn:epc:id:sscc:4012345.{serial:010}" for serial in range(10)]
    return [frames_of(plan, seed_of(asset, 1)) for asset in assets]


@pytest.mark.parametrize("kind", Kind)
def test_kind_has_enough_wordings_and_not_more_than_a_manner_tells_apart(kind: Kind) -> None:
    alone = kind in STANDING_ALONE
    assert len(frames(kind)) >= (50 if alone else 12)
    assert len(frames(kind)) <= 200
    assert (5 if alone else 2) <= len(phrases(kind)) <= CHOICES
    for phrase in phrases(kind):
        choices = re.findall(r"\[([^\]]*)\]", phrase)
        assert len(choices) <= 4
        assert all(2 <= len(one.split("|")) <= 4 for one in choices)
    assert max(len(wording) for wording in wordings(kind)) <= CHOICES


def test_common_shapes_of_a_section_have_fifty_wordings() -> None:
    random = seeded("shapes")
    shapes = Counter(
        tuple(statement.kind for statement in section.statements)
        for _ in range(RANDOM_REPORTS)
        for section in plan_for(random_facts(random)).sections
    )
    common = [kinds for kinds, times in shapes.items() if times >= RANDOM_REPORTS / 100]
    assert len(common) >= 60
    for kinds in common:
        assert prod(len(frames(kind)) for kind in kinds) >= 50, kinds


OF_WHAT_WAS_JUDGED = (
    Kind.LEVEL_UNOBSERVED,
    Kind.LEVEL_CONSTANT,
    Kind.LEVEL_RANGE,
    Kind.LEVEL_MEAN,
    Kind.LEVEL_KINETIC,
    Kind.LEVELS_MEANS,
    Kind.LEVELS_KINETIC,
    Kind.ALLOWANCE_SPENT,
    Kind.OUTSIDE_BRIEFLY,
    Kind.OUTSIDE_IN_ALL,
    Kind.NEAR_LIMIT,
    Kind.SHOCKS_UNOBSERVED,
    Kind.SHOCKS_NONE,
    Kind.SHOCK_ONE,
    Kind.SHOCKS_MANY,
    Kind.PEAK,
    Kind.PEAK_UNOBSERVED,
    Kind.PEAKS_OUTSIDE,
    Kind.SHOCK_DROP,
    Kind.DAMAGE_POSSIBLE,
    Kind.ENCLOSURE_SHUT,
    Kind.OPENED_ONCE,
    Kind.OPENED_OFTEN,
    Kind.STILL_OPEN,
)
"""What the record may hold more of, outside the planned time: a greater shock, a warmer hour."""

WORDS_OF_JUDGING = (
    "judged?|assess(?:ed)?|counted|evaluated|assessment|judgement|evaluation|planned time|unjudged"
)
WORDS_OF_THE_RECORD = r"record\w*|observed|measured|registered|sensors (?:show|report)|on file"


@pytest.mark.parametrize("kind", OF_WHAT_WAS_JUDGED)
def test_sentence_on_what_was_judged_says_so_and_does_not_speak_for_the_record(kind: Kind) -> None:
    for frame in frames(kind):
        assert re.search(rf"\b(?:{WORDS_OF_JUDGING})\b", frame, re.IGNORECASE), frame
        assert not re.search(rf"\b(?:{WORDS_OF_THE_RECORD})\b", frame, re.IGNORECASE), frame


MEDIAN_WORDS = {
    Kind.VERDICT: 12,
    Kind.LEVEL_MEAN: 10,
    Kind.LEVEL_KINETIC: 11,
    Kind.LEVELS_MEANS: 13,
    Kind.LEVELS_KINETIC: 13,
    Kind.LEVEL_LEFT_OUT: 12,
    Kind.EXCURSION_ENDED: 14,
    Kind.EXCURSION_LASTING: 16,
    Kind.ALLOWANCE_SPENT: 16,
    Kind.ALLOWANCE_SPENT_LASTING: 19,
    Kind.EXCURSIONS_MORE: 5,
    Kind.OUTVOTED: 9,
    Kind.OUTSIDE_IN_ALL: 10,
    Kind.KINETIC_WINDOW_EXCESS: 14,
    Kind.KINETIC_WINDOW_WITHIN: 13,
    Kind.NEAR_LIMIT: 13,
    Kind.SHOCKS_NONE: 10,
    Kind.SHOCK_ONE: 11,
    Kind.SHOCKS_MANY: 12,
    Kind.PEAK: 8,
    Kind.ENCLOSURE_SHUT: 7,
    Kind.OPENED_ONCE: 9,
    Kind.OPENED_OFTEN: 9,
}
"""Blanks apart, each slot being one word: heavy reports are made of these."""


@pytest.mark.parametrize("kind", MEDIAN_WORDS)
def test_half_of_the_wordings_of_a_heavy_statement_are_short(kind: Kind) -> None:
    assert median(len(frame.split()) for frame in frames(kind)) <= MEDIAN_WORDS[kind]


@pytest.mark.parametrize("name", scenes.SCENES)
def test_ten_reports_of_one_shape_share_at_most_half_of_their_frames(name: str) -> None:
    reports = assets_of_one_shape(name)
    for first, second in combinations(reports, 2):
        shared = sum(one == other for one, other in zip(first, second, strict=True))
        assert shared <= len(first) / 2


@pytest.mark.parametrize("name", scenes.SCENES)
def test_ten_versions_of_one_report_share_at_most_half_of_their_frames(name: str) -> None:
    plan = plan_for(scenes.facts_from(scenes.SCENES[name]()))
    reports = [frames_of(plan, seed_of(scenes.ASSET, version)) for version in range(10)]
    for first, second in combinations(reports, 2):
        shared = sum(one == other for one, other in zip(first, second, strict=True))
        assert shared <= len(first) / 2


@pytest.mark.parametrize("name", scenes.SCENES)
def test_no_two_neighbours_begin_alike(name: str) -> None:
    plan = plan_for(scenes.facts_from(scenes.SCENES[name]()))
    for seed in range(30):
        for first, second in pairwise(frames_of(plan, seed)):
            assert opening(first) != opening(second)


def test_no_two_neighbours_begin_alike_whatever_a_report_must_say() -> None:
    random = seeded("neighbours")
    for seed in range(100):
        for first, second in pairwise(frames_of(plan_for(random_facts(random)), seed)):
            assert opening(first) != opening(second)


@pytest.mark.parametrize("kind", Kind)
def test_every_wording_is_chosen_by_some_seed(kind: Kind) -> None:
    plan = Plan((SectionPlan(Section.OPENING, (StatementPlan(kind, "", ()),)),))
    chosen = {frames_of(plan, seed)[0] for seed in range(len(frames(kind)))}
    assert chosen == set(frames(kind))


def test_seeds_that_agree_on_one_kind_do_not_agree_on_all() -> None:
    plan = plan_for(scenes.facts_from(scenes.conformant()))
    first, second = frames_of(plan, 0), frames_of(plan, 7 * len(frames(Kind.VERDICT)))
    assert sum(one == other for one, other in zip(first, second, strict=True)) <= len(first) / 2


LENGTHS = {
    "conformant": (100, 140),
    "container_open": (110, 150),
    "damaged": (110, 150),
    "no_data": (80, 120),
    "unknown": (110, 150),
    "non_conformant": (130, 165),
    "lasting_excursion": (130, 170),
}
"""Blanks apart, of all reports but the shortest and the longest twentieth."""


@pytest.mark.parametrize("name", LENGTHS)
def test_report_of_a_common_shape_is_as_long_as_people_read(name: str) -> None:
    facts = scenes.facts_from(scenes.SCENES[name]())
    lengths = sorted(len(release(facts, seed=seed).text.split()) for seed in range(100))
    least, most = LENGTHS[name]
    assert least <= lengths[5] <= lengths[94] <= most


def test_report_on_a_simulated_journey_is_as_long_as_people_read_a_value_being_a_word() -> None:
    lengths = sorted(
        sum(len(one.text.split()) for one in TemplateWriter().draft(plan_for(facts), seed).sections)
        for seed, facts in enumerate(journey_facts(RANDOM_REPORTS // 2))
    )
    assert lengths[len(lengths) // 20] >= 80
    assert lengths[len(lengths) // 2] <= 125
    assert lengths[len(lengths) * 9 // 10] <= 155
