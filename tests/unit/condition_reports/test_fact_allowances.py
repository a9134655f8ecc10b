"""What is left of allowances and of the shelf life."""

from typing import Any

from condition_reports.fact_types import Facts, LifeFact

from . import scenes


def facts_at(celsius: float, **life: object) -> Facts:
    """Return the facts of ten hours at one temperature."""
    document: dict[str, Any] = {**scenes.PERISHABLE, "boundary": []}
    document["shelf_life"] = {**scenes.PERISHABLE["shelf_life"], **life}
    inputs = [scenes.reading(minute, celsius) for minute in range(0, 600, 5)]
    return scenes.facts_from(scenes.scene(document, inputs, 600))


def test_shelf_life_left_is_that_at_the_reference_temperature() -> None:
    # Ten hours at 14 °C are twenty at 4 °C where 10 °C double the rate: 220 of 240 hours are left,
    # which at 14 °C last 110 hours from 16:20 on.
    assert facts_at(14.0, warn_left=0.5).shelf_life == LifeFact(
        "10 d", "4.0 °C", "9 d 04 h", "", "2026-11-24 06:20Z"
    )


def test_shelf_life_below_the_warning_names_the_share() -> None:
    assert facts_at(14.0, warn_left=0.92).shelf_life == LifeFact(
        "10 d", "4.0 °C", "9 d 04 h", "92.0 %", "2026-11-24 06:20Z"
    )


def test_shelf_life_that_is_used_up_has_nothing_left_and_no_end_to_come() -> None:
    facts = facts_at(14.0, days=0.5)
    assert facts.shelf_life == LifeFact("12 h", "4.0 °C", "", "", "")
    assert "shelf_life" in facts.fired


def test_budget_that_is_being_used_up_says_when() -> None:
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, scenes.curve({480: 9.0}, 500, 4.0), 500))
    # Two hours from minute 480 on, which is 14:20.
    assert facts.budgets[0].used_up_at == "2026-11-19 16:20Z"
    assert (facts.budgets[0].used, facts.budgets[0].left) == ("20 min", "1 h 40 min")


def test_budget_of_goods_that_are_inside_has_no_end() -> None:
    assert scenes.facts_from(scenes.excursion()).budgets[0].used_up_at == ""
