"""What gives way in a long report, and that a reader is told so."""

from __future__ import annotations

from itertools import groupby

import pytest
from msgspec.structs import replace

from condition_reports.brevity import WORDS, words_of_kind
from condition_reports.device_text import quoted
from condition_reports.fact_types import (
    DoubtFact,
    Facts,
    GapFact,
    LevelFact,
    LifeFact,
    MoreFact,
    NearFact,
    OutsideFact,
    PeaksFact,
    QualityFact,
    SensorsFact,
    ShockFact,
    WatchedFact,
)
from condition_reports.shapes import Kind, Section
from condition_reports.statements import Statement, statements_of, supported_statements
from twins.policy.condition_policy import Severity

from . import scenes
from .journeys import journey_facts
from .random_facts import random_facts, seeded

MAY_GIVE_WAY = {
    *{Kind.READINGS_UNJUDGED, Kind.SENSORS_OVER, Kind.KINETIC_WINDOW_WITHIN},
    *{Kind.BUDGETS_UNTOUCHED, Kind.BUDGET_USED, Kind.PEAK, Kind.NEAR_LIMIT},
    *{Kind.SHELF_LIFE_LEFT, Kind.SHELF_LIFE_ASSUMED, Kind.LEVEL_CONSTANT, Kind.LEVEL_RANGE},
    *{Kind.LEVEL_MEAN, Kind.LEVELS_MEANS, Kind.LEVEL_KINETIC, Kind.LEVELS_KINETIC},
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
    facts = replace(
        scenes.facts_from(scenes.excursion()),
        quality=QualityFact(readings=90, unusable=0, conflicts=0, unjudged=6),
        sensors=SensorsFact("", "2 silent sensors (a of d1 and b)", is_doubted=False),
        near=(near, near),
        before_start=2,
    )
    return replace(facts, **changes)


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


def test_report_leaves_something_only_where_that_makes_it_shorter_for_its_reader() -> None:
    for facts in drawn():
        said, supported = statements_of(facts), supported_statements(facts)
        assert said == supported or reckoned(said) <= reckoned(supported) - 10
        assert said == supported or reckoned(supported) > WORDS


def test_nothing_more_gives_way_than_must() -> None:
    for facts in drawn():
        said, missing = statements_of(facts), left_out(facts)
        if missing:
            longest = max(words_of_kind(one.kind) for one in missing)
            assert reckoned(said) + longest + words_of_kind(Kind.DETAILS_LEFT) > WORDS - 10


def test_statements_stay_in_order_and_their_sections_whole() -> None:
    order = list(Section)
    for facts in drawn():
        sections = [section for section, _ in groupby(one.section for one in statements_of(facts))]
        assert sections == sorted(set(sections), key=order.index)


(BUDGET,) = scenes.facts_from(scenes.excursion()).budgets
USED = replace(
    BUDGET,
    is_untouched=False,
    is_spent=False,
    is_nearly_spent=False,
    used_up_at="",
    used="1 h 51 min",
    left="9 min",
)
NAME = "relative humidity"
DAMP = LevelFact(NAME, 1, "44.0 %RH", "", "48.5 %RH", "", "46.0 %RH", "46.0 %RH")
DOUBT = DoubtFact("sensor a of d1", "40.0 %RH", "99.0 %RH", "drift", is_left_out=True)
NEAR = NearFact("temperature", "7.9 °C", "8.0 °C", "0.5 °C", "inside")
PEAK = ShockFact(
    count=0,
    threshold="",
    peak="7.2 g",
    peak_at="2026-11-20 09:41Z",
    custody="",
    outside=(),
    is_observed=True,
    drop="",
    drop_at="",
    damaging=0,
    undecided=0,
)
LIFE = LifeFact("12 d", "0.0 °C", "9 d", "", "", "10 min")
CROWD = {
    "near": (NEAR, *(replace(NEAR, value=f"8.{n} °C", standing="outside") for n in range(9))),
    "levels": (*scenes.facts_from(scenes.excursion()).levels[:1], DAMP),
    "shocks": PEAK,
    "shelf_life": LIFE,
    "budgets": (USED,),
    "before_start": 0,
}


def crowded(**changes: object) -> Facts:
    """Return facts so many that all gives way that may."""
    return replace(long_facts(), **{**CROWD, **changes})


def of_humidity(facts: Facts) -> list[Kind]:
    return [
        one.kind
        for one in statements_of(facts)
        if one.section is Section.MEASUREMENTS
        and one.values["quantity"] == NAME
        and one.kind is not Kind.LEVEL_LEFT_OUT
    ]


def test_all_that_may_give_way_does_in_a_report_that_is_long_enough() -> None:
    said = statements_of(crowded())
    gone = {Kind.READINGS_UNJUDGED, Kind.SENSORS_OVER, Kind.PEAK, Kind.BUDGET_USED}
    gone |= {Kind.SHELF_LIFE_LEFT, Kind.SHELF_LIFE_ASSUMED}
    assert gone <= set(kinds(supported_statements(crowded())))
    assert not gone & set(kinds(said))
    standings = [one.values["standing"] for one in said if one.kind is Kind.NEAR_LIMIT]
    assert standings == ["outside"] * 9
    assert of_humidity(crowded()) == []


def test_what_may_be_all_there_is_to_tell_stays_where_nothing_is_grave() -> None:
    calm = statements_of(crowded(severity=Severity.MINOR))
    assert {Kind.PEAK, Kind.NEAR_LIMIT, Kind.SHELF_LIFE_LEFT, Kind.BUDGET_USED} <= set(kinds(calm))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        (Kind.READINGS_UNJUDGED, {"quality": QualityFact(7, 0, 0, 1_374)}),
        (Kind.SENSORS_OVER, {"fired": ("sensors_before",)}),
        (Kind.PEAK, {"shocks": replace(PEAK, outside=(PeaksFact(1, "above", "5.0 g"),))}),
        (Kind.PEAK, {"shocks": replace(PEAK, damaging=1)}),
        (Kind.PEAK, {"shocks": replace(PEAK, undecided=1)}),
        (Kind.BUDGET_USED, {"budgets": (replace(USED, is_nearly_spent=True),)}),
        (Kind.BUDGET_USED, {"budgets": (replace(USED, used_up_at="2026-11-20 09:41Z"),)}),
        (Kind.SHELF_LIFE_ASSUMED, {"shelf_life": replace(LIFE, least="80.0 %")}),
    ],
)
def test_what_the_verdict_or_an_action_leans_on_never_gives_way(
    kind: Kind, changes: dict[str, object]
) -> None:
    assert kind in kinds(statements_of(crowded(**changes)))


def test_value_near_a_limit_stays_where_no_excursion_of_its_quantity_is_told() -> None:
    said = statements_of(crowded(near=(replace(NEAR, quantity=NAME), *crowded().near)))
    near = [one.values for one in said if one.kind is Kind.NEAR_LIMIT]
    assert (NAME, "inside") in [(one["quantity"], one["standing"]) for one in near]


@pytest.mark.parametrize(
    "changes",
    [
        {"levels": (DAMP,)},
        {"levels": (*crowded().levels[:1], replace(DAMP, doubted=(DOUBT,)))},
        {"outvoted": 1},
        {"outside_now": NAME},
        {"more": MoreFact(1, f"{NAME} high")},
        {"outside": (OutsideFact(NAME, "1 h", is_brief=False),)},
        {"near": (replace(NEAR, quantity=NAME), *crowded().near)},
        {"excursions": tuple(replace(one, quantity=NAME) for one in crowded().excursions)},
        {"coverage": replace(crowded().coverage, gaps=(GapFact(NAME, "5 h", "4 h"),))},
        {"coverage": replace(crowded().coverage, watched=(WatchedFact(NAME, "9.0 %", "5 h"),))},
        {"coverage": replace(crowded().coverage, quantity=NAME, minimum="95.0 %")},
    ],
)
def test_level_stays_where_it_is_the_first_or_anything_was_found_of_it(
    changes: dict[str, object],
) -> None:
    assert of_humidity(crowded(**changes)) != []


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
    named = replace(
        facts, title=quoted("word " * 30), asset=quoted("many words " * 9), as_of_text="x " * 40
    )
    assert kinds(statements_of(named)) == kinds(statements_of(facts))
