"""What sensors told of shocks."""

from typing import Any

from condition_reports.fact_types import Facts
from condition_reports.release import plan_for
from condition_reports.shapes import Kind
from twins.inputs import Input

from . import scenes


def facts_of_shocks(*readings: Input, document: dict[str, Any] = scenes.PERISHABLE) -> Facts:
    inputs = [*scenes.curve({}, 60, 4.0), *readings]
    return scenes.facts_from(scenes.scene(document, inputs, 60))


def kinds_of(facts: Facts) -> set[Kind]:
    return {one.kind for section in plan_for(facts).sections for one in section.statements}


def test_drop_and_damage_of_shocks_are_told() -> None:
    shocks = scenes.facts_from(scenes.troubled()).shocks
    assert shocks is not None
    # 3 m/s at a restitution of 0.5: 9 / (2 · 9.80665 · 1.5²) = 0.2039 m, rounded up.
    assert (shocks.drop, shocks.drop_at) == ("0.21 m", "2026-11-19 13:00 UTC")
    assert (shocks.damaging, shocks.undecided) == (1, 1)


def test_shock_of_which_only_the_velocity_change_was_told_is_no_missing_sensor() -> None:
    facts = facts_of_shocks(scenes.reading(30, 1.0, "velocity_change"))
    assert facts.shocks is not None
    assert (facts.shocks.peak, facts.shocks.is_observed) == ("", True)
    assert Kind.PEAK_UNOBSERVED in kinds_of(facts)
    assert Kind.SHOCKS_UNOBSERVED not in kinds_of(facts)


def test_policy_that_judges_shocks_without_a_sensor_for_them_is_told() -> None:
    facts = facts_of_shocks()
    assert facts.shocks is not None
    assert not facts.shocks.is_observed
    assert Kind.SHOCKS_UNOBSERVED in kinds_of(facts)


def test_nothing_is_told_of_shocks_where_neither_policy_nor_sensor_knows_of_any() -> None:
    document = {**scenes.PERISHABLE}
    del document["shock"]
    assert facts_of_shocks(document=document).shocks is None
