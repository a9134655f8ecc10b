"""Who held the asset, which devices show it, and how close it was; judged by the twins."""

import pytest

from condition_reports.fact_types import Facts, KineticFact, NearFact
from twins.judging.excursions import HeldBy

from . import scenes

CORE = {
    **scenes.PERISHABLE,
    "core": {"time_constant_s": 60},
    "boundary": [{**scenes.PERISHABLE["boundary"][0], "of": "core", "delay_s": 0}],
}
SECOND = 1_000_000
MANY = "held by a (1 min), then b (1 min), then 2 others in turn (2 min), then e (1 min)"


def facts_with(held: list[HeldBy]) -> Facts:
    scene = scenes.excursion()
    scene.condition.rules_fired[0].excursions[0].held_by = held
    return scenes.facts_from(scene)


@pytest.mark.parametrize(
    ("held", "custody"),
    [
        ([("a", 3600)], "held by a"),
        ([("", 3600)], "held by nobody on record"),
        # 59 min 30 s and 30 s: an hour is told, so the minutes must sum to 60.
        ([("a", 3570), ("b", 30)], "held by a (1 h), then b (less than 1 min)"),
        ([("a", 1790), ("b", 1810)], "held by a (30 min), then b (30 min)"),
        ([("", 60), ("a", 120)], "held by nobody on record (1 min), then a (2 min)"),
        (
            [("a", 60), ("b", 60), ("c", 60), ("d", 60), ("e", 60)],
            MANY,
        ),
    ],
)
def test_custodians_of_an_excursion_share_its_minutes(
    held: list[tuple[str, int]], custody: str
) -> None:
    facts = facts_with([HeldBy(holder, seconds * SECOND) for holder, seconds in held])
    assert facts.excursions[0].custody == custody


def test_excursion_names_every_device_that_shows_it() -> None:
    (excursion,) = scenes.facts_from(scenes.troubled()).excursions
    assert excursion.shown_by == "devices logger-17 and logger-18"
    assert (excursion.extreme, excursion.outside) == ("14.0 °C", "1 h")


def test_excursion_shown_by_many_devices_names_three_and_counts_the_others() -> None:
    devices = [f"logger-{number}" for number in range(20, 26)]
    inputs = [
        *(scenes.bound(device) for device in devices),
        *(
            scenes.reading(minute, 20.0, device=device)
            for minute in range(0, 60, 5)
            for device in devices
        ),
    ]
    facts = scenes.facts_from(scenes.scene(scenes.PERISHABLE, inputs, 60))
    assert facts.excursions[0].shown_by == "devices logger-20, logger-21, logger-22 and 3 others"


def test_excursion_of_the_core_is_told_as_an_estimate_that_no_device_read() -> None:
    inputs = scenes.curve({300: 20.0}, 400, 4.0)
    facts = scenes.facts_from(scenes.scene(CORE, inputs, 400))
    (excursion,) = facts.excursions
    assert (excursion.quantity, excursion.shown_by) == (
        "estimated core temperature",
        "the core model",
    )


def test_window_within_its_limit_is_told_with_its_time() -> None:
    # USP <1079.2> by hand: nine hours at 4.0 °C and one at 14.0 °C give 5.7329 °C.
    assert scenes.facts_from(scenes.troubled()).kinetic == KineticFact(
        kinetic="5.73 °C",
        limit="8.0 °C",
        is_above=False,
        period="2026-11-19 06:20 to 16:20Z",
    )


def test_window_above_its_limit_is_told_as_above() -> None:
    inputs = [scenes.reading(minute, 9.0) for minute in range(0, 600, 5)]
    facts = scenes.facts_from(scenes.scene(scenes.PERISHABLE, inputs, 600))
    assert facts.kinetic is not None
    assert (facts.kinetic.kinetic, facts.kinetic.is_above) == ("9.0 °C", True)


def test_window_within_its_limit_is_not_told_where_no_excursion_is() -> None:
    # Above the 8 °C from which on windows are looked at, for less than any limit allows.
    inputs = scenes.curve({300: 8.6, 305: 4.0}, 600, 4.0)
    scene = scenes.scene(scenes.PERISHABLE, inputs, 600)
    assert scenes.facts_from(scene).excursions == ()
    assert scenes.facts_from(scene).kinetic is None


def test_no_window_is_told_where_no_excursion_made_one() -> None:
    inputs = scenes.curve({}, 600, 4.0)
    assert scenes.facts_from(scenes.scene(scenes.PERISHABLE, inputs, 600)).kinetic is None


def test_mean_kinetic_temperature_of_the_whole_time_is_told_where_it_breaks_its_limit() -> None:
    limit = {"limit": 8.0, "severity": "major"}
    document = {**scenes.VACCINE, "mean_kinetic_temperature": limit}
    inputs = [scenes.reading(minute, 9.0) for minute in range(0, 600, 5)]
    facts = scenes.facts_from(scenes.scene(document, inputs, 600))
    assert facts.kinetic == KineticFact("9.0 °C", "8.0 °C")


def test_value_within_the_accuracy_of_a_limit_is_told_once_for_all_rules_of_that_limit() -> None:
    inputs = scenes.curve({}, 600, 8.0)
    facts = scenes.facts_from(scenes.scene(scenes.PERISHABLE, inputs, 600))
    # 8.0 to 8.4 °C against two limits of 8.0 °C.
    assert facts.near == (NearFact("temperature", "8.4 °C", "8.0 °C", "0.5 °C", "outside"),)


def test_value_near_a_limit_and_inside_is_told_as_inside() -> None:
    assert scenes.facts_from(scenes.troubled()).near == (
        NearFact("temperature", "3.8 °C", "3.5 °C", "0.5 °C", "inside"),
    )
