"""What gives way in a long report, and that a reader is told so."""

from __future__ import annotations

from itertools import groupby

import msgspec
import pytest

from condition_reports.brevity import WORDS, words_of_kind
from condition_reports.device_text import quoted
from condition_reports.fact_types import Facts, MoreFact, NearFact, QualityFact, SensorsFact
from condition_reports.shapes import Kind, Section
from condition_reports.statements import Statement, statements_of, supported_statements
from twins.policy.condition_policy import Severity

from . import scenes
from .journeys import journey_facts
from .random_facts import random_facts, seeded

MAY_GIVE_WAY = {
    *{Kind.READINGS_UNJUDGED, Kind.MILESTONE, Kind.SENSORS_OVER, Kind.KINETIC_WINDOW_WITHIN},
    *{Kind.BUDGETS_UNTOUCHED, Kind.OUTSIDE_BRIEFLY, Kind.OUTSIDE_IN_ALL, Kind.PEAK},
    *{Kind.NEAR_LIMIT, Kind.SHELF_LIFE_ASSUMED, Kind.SHELF_LIFE_LEFT},
    *{Kind.BUDGET_USED, Kind.BUDGET_SPENT, Kind.LEVEL_CONSTANT},
    *{Kind.LEVEL_RANGE, Kind.LEVEL_MEAN, Kind.LEVELS_MEANS, Kind.LEVEL_KINETIC},
    Kind.LEVELS_KINETIC,
}
WHATEVER_IS_WRONG = set(Kind) - MAY_GIVE_WAY - {Kind.DETAILS_LEFT}


def drawn() -> list[Facts]:
    random = seeded("brevity")
    return [*(random_facts(random) for _ in range(300)), *journey_facts(100)]


def kinds(statements: tuple[Statement, ...]) -> list[Kind]:
    return [one.kind for one in statements]


def reckoned(statements: tuple[Statement, ...]) -> int:
    return sum(words_of_kind(one.kind) for one in statements)


def left_out(facts: Facts) -> list[Statement]:
    said = statements_of(facts)
    return [one for one in supported_statements(facts) if one not in said]


def long_facts(**changes: object) -> Facts:
    """Return facts of an excursion with so much beside it that something must give way."""
    near = NearFact("temperature", "7.9 °C", "8.0 °C", "0.5 °C", "inside")
    facts = msgspec.structs.replace(
        scenes.facts_from(scenes.excursion()),
        quality=QualityFact(readings=90, unusable=0, conflicts=0, unjudged=6),
        sensors=SensorsFact("", "2 silent sensors (a of d1 and b)", is_doubted=False),
        near=(near, near),
        before_start=2,
    )
    return msgspec.structs.replace(facts, **changes)


def test_nothing_gives_way_in_a_report_that_is_short_enough() -> None:
    facts = scenes.facts_from(scenes.conformant())
    assert reckoned(supported_statements(facts)) <= WORDS
    assert statements_of(facts) == supported_statements(facts)


def test_long_report_says_how_many_statements_the_full_record_holds_beside_it() -> None:
    facts = long_facts()
    missing = left_out(facts)
    (left,) = [one for one in statements_of(facts) if one.kind is Kind.DETAILS_LEFT]
    assert left.values == {"details": f"{len(missing)} further details"}
    assert len(missing) > 1


def test_one_detail_is_counted_as_one() -> None:
    left = {
        one.values["details"]
        for facts in drawn()
        for one in statements_of(facts)
        if one.kind is Kind.DETAILS_LEFT
    }
    assert "1 further detail" in left
    assert "2 further details" in left
    assert "1 further details" not in left


def test_all_that_is_wrong_is_said_however_long_the_report() -> None:
    for facts in drawn():
        assert not {one.kind for one in left_out(facts)} & WHATEVER_IS_WRONG


def test_what_gives_way_is_what_was_counted_and_nothing_gives_way_uncounted() -> None:
    for facts in drawn():
        said = statements_of(facts)
        counted = [
            int(one.values["details"].split()[0]) for one in said if one.kind is Kind.DETAILS_LEFT
        ]
        assert sum(counted) == len(left_out(facts))
        assert len(counted) == bool(left_out(facts))


def test_report_that_is_still_too_long_has_given_all_that_may_give_way() -> None:
    for facts in drawn():
        said = statements_of(facts)
        if reckoned(said) > WORDS:
            lesser = {Kind.READINGS_UNJUDGED, Kind.MILESTONE, Kind.SENSORS_OVER}
            assert not lesser & set(kinds(said))


def test_nothing_more_gives_way_than_must() -> None:
    for facts in drawn():
        said, missing = statements_of(facts), left_out(facts)
        if missing:
            longest = max(words_of_kind(one.kind) for one in missing)
            assert reckoned(said) + longest + words_of_kind(Kind.DETAILS_LEFT) > WORDS


def test_statements_stay_in_order_and_their_sections_whole() -> None:
    order = list(Section)
    for facts in drawn():
        sections = [section for section, _ in groupby(one.section for one in statements_of(facts))]
        assert sections == sorted(set(sections), key=order.index)


def test_what_may_be_all_there_is_to_tell_stays_where_nothing_is_grave() -> None:
    calm = long_facts(severity=Severity.MINOR)
    grave = long_facts(severity=Severity.MAJOR)
    assert Kind.NEAR_LIMIT in kinds(statements_of(calm))
    assert Kind.NEAR_LIMIT not in kinds(statements_of(grave))


def test_value_read_as_outside_a_limit_never_gives_way() -> None:
    near = NearFact("temperature", "8.2 °C", "8.0 °C", "0.5 °C", "outside")
    assert Kind.NEAR_LIMIT in kinds(statements_of(long_facts(near=(near,))))


@pytest.mark.parametrize("member", ["is_nearly_spent", "used_up_at"])
def test_allowance_that_an_action_or_another_statement_leans_on_never_gives_way(
    member: str,
) -> None:
    (budget,) = long_facts().budgets
    used = msgspec.structs.replace(
        budget, is_untouched=False, is_spent=False, left="3 min", used="1 h 57 min"
    )
    value = "2026-11-20 09:41Z" if member == "used_up_at" else True
    needed = msgspec.structs.replace(used, used_up_at="", is_nearly_spent=False)
    needed = msgspec.structs.replace(needed, **{member: value})
    plain = msgspec.structs.replace(used, used_up_at="", is_nearly_spent=False)
    more = MoreFact(2, "temperature low")
    assert Kind.BUDGET_USED in kinds(statements_of(long_facts(budgets=(needed,), more=more)))
    crowd = tuple(
        NearFact("temperature", f"8.{number} °C", "8.0 °C", "0.9 °C", "outside")
        for number in range(9)
    )
    crowded = long_facts(budgets=(plain,), more=more, near=crowd)
    assert Kind.BUDGET_USED not in kinds(statements_of(crowded))


def test_mean_gives_way_and_the_range_stays() -> None:
    facts = next(
        one
        for one in drawn()
        if Kind.LEVEL_RANGE in kinds(statements_of(one))
        and Kind.LEVEL_RANGE not in kinds(supported_statements(one))
    )
    (level, *_) = [one for one in statements_of(facts) if one.kind is Kind.LEVEL_RANGE]
    assert set(level.values) == {"quantity", "lowest", "highest"}


def test_names_and_figures_of_any_length_push_nothing_out() -> None:
    facts = long_facts()
    named = msgspec.structs.replace(
        facts, title=quoted("word " * 30), asset=quoted("many words " * 9), as_of_text="x " * 40
    )
    assert kinds(statements_of(named)) == kinds(statements_of(facts))
