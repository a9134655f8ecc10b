"""Reports of the shipped model, whole and by pairs of their sections.

The model is given one statement at a time, by its kind, its place in its section and the seed:
nothing of another section is in its prompt, and what it decodes side by side shares no state. So
what a section says cannot hang on what stands beside it, and a report is strict where its sections
are. Both are asserted of every pair of section shapes that the facts show together.

`make gates` raises `CARGOTWIN_EXAMPLES` to 4000, for 10,000 facts of every shape and 10,000 of
journeys.
"""

from collections.abc import Iterator
from itertools import chain, combinations

import pytest

from condition_reports.facts import Facts
from condition_reports.plan import Plan, SectionPlan
from condition_reports.release import plan_for
from condition_reports.verifier import Verified
from condition_reports.writers.tiny import load_tiny
from condition_reports.writers.writer import DraftSection, Writer
from tests.property.arrivals import EXAMPLES
from tests.property.report_writers import WRITERS, worded
from tests.unit.condition_reports.adversarial_facts import adversarial_facts
from tests.unit.condition_reports.journeys import journey_facts
from tests.unit.condition_reports.random_facts import random_facts, seeded

REPORTS = max(2, EXAMPLES * 5 // 2 // WRITERS["tiny"].share)
DECODED_ANEW = max(5, EXAMPLES // 40)


@pytest.fixture(scope="module")
def remembering() -> Writer:
    return WRITERS["tiny"].load()


def facts_of_every_kind(how_many: int) -> Iterator[Facts]:
    random = seeded("pairs of sections")
    made_up = (random_facts(random) for _ in range(how_many))
    return chain(made_up, journey_facts(how_many))


def test_memory_changes_no_word_of_the_writer(remembering: Writer) -> None:
    writer = load_tiny()
    random = seeded("with and without memory")
    for seed in range(DECODED_ANEW):
        for facts in (random_facts(random), adversarial_facts(random)):
            plan = plan_for(facts)
            assert remembering.draft(plan, seed).sections == writer.draft(plan, seed).sections


def test_every_report_is_strict_and_every_pair_of_its_sections(remembering: Writer) -> None:
    seen: set[tuple[object, ...]] = set()
    for seed, facts in enumerate(facts_of_every_kind(REPORTS)):
        verdict = worded(remembering, facts, seed).verdict
        assert isinstance(verdict, Verified), verdict
        plan = plan_for(facts)
        texts = dict(zip(plan.sections, remembering.draft(plan, seed).sections, strict=True))
        for pair in combinations(plan.sections, 2):
            shapes = tuple((one.section, *(each.kind for each in one.statements)) for one in pair)
            if shapes not in seen:
                seen.add(shapes)
                assert_pair_is_worded_as_apart(remembering, pair, texts, seed)
    assert len(seen) > 2 * REPORTS


def assert_pair_is_worded_as_apart(
    writer: Writer,
    pair: tuple[SectionPlan, SectionPlan],
    texts: dict[SectionPlan, DraftSection],
    seed: int,
) -> None:
    apart = [writer.draft(Plan((one,)), seed).sections[0] for one in pair]
    assert apart == [texts[one] for one in pair]
    assert list(writer.draft(Plan(pair), seed).sections) == apart
