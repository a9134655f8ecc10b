"""What sensors told of shocks, and of openings."""

from typing import Any

from condition_reports.fact_types import Facts, WatchedFact
from condition_reports.release import plan_for, release
from condition_reports.shapes import Kind
from condition_reports.statements import statements_of
from condition_reports.verifier import Rejected, Verified, verify_text
from twins.inputs import Input

from . import scenes

DOOR = {**scenes.VACCINE["boundary"][3], "id": "door", "quantity": "contact", "limit": 0.5}
WATCHED_TWICE = {**scenes.VACCINE, "boundary": [*scenes.VACCINE["boundary"], DOOR]}


def facts_of_shocks(*readings: Input, document: dict[str, Any] = scenes.PERISHABLE) -> Facts:
    inputs = [*scenes.curve({}, 60, 4.0), *readings]
    return scenes.facts_from(scenes.scene(document, inputs, 60))


def kinds_of(facts: Facts) -> set[Kind]:
    return {one.kind for section in plan_for(facts).sections for one in section.statements}


def test_drop_and_damage_of_shocks_are_told() -> None:
    shocks = scenes.facts_from(scenes.troubled()).shocks
    assert shocks is not None
    # 3 m/s at a restitution of 0.5: 9 / (2 · 9.80665 · 1.5²) = 0.2039 m, rounded up.
    assert (shocks.drop, shocks.drop_at) == ("0.21 m", "2026-11-19 13:00Z")
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


def facts_of_openings(
    lit_minutes: int, *more: Input, document: dict[str, Any] = scenes.VACCINE
) -> Facts:
    inputs = [*scenes.curve({}, 1440, 4.1), *scenes.lights(lit_minutes), *more]
    return scenes.facts_from(scenes.scene(document, inputs, 1440))


def said_of_openings(facts: Facts) -> list[tuple[Kind, str]]:
    return [
        (one.kind, one.values["watched"]) for one in statements_of(facts) if "watched" in one.values
    ]


def test_watched_quantity_that_never_spoke_is_not_counted_among_what_shows_no_opening() -> None:
    facts = facts_of_openings(1440, document=WATCHED_TWICE)
    assert said_of_openings(facts) == [
        (Kind.ENCLOSURE_SHUT, "light"),
        (Kind.ENCLOSURE_UNOBSERVED, "door contact"),
    ]
    assert isinstance(verify_text(release(facts, seed=1).text, facts), Verified)


def test_watched_quantities_that_all_spoke_are_told_together() -> None:
    contacts = [scenes.reading(minute, 0, "contact") for minute in range(0, 1440, 5)]
    facts = facts_of_openings(1440, *contacts, document=WATCHED_TWICE)
    assert said_of_openings(facts) == [(Kind.ENCLOSURE_SHUT, "light or door contact")]


def test_watched_quantities_that_never_spoke_are_told_together() -> None:
    facts = facts_of_openings(0, document=WATCHED_TWICE)
    assert said_of_openings(facts) == [(Kind.ENCLOSURE_UNOBSERVED, "light or door contact")]


def test_watched_quantity_that_died_early_is_told_with_how_little_of_it_was_observed() -> None:
    # Minutes 0 to 115 and 15 more: 9.03 % of a day, of which the policy wants 95 %.
    facts = facts_of_openings(120)
    assert said_of_openings(facts) == [(Kind.ENCLOSURE_SHUT, "light")]
    assert facts.coverage.watched == (WatchedFact("light", "9.0 %", "21 h 50 min"),)
    text = release(facts, seed=1).text
    assert "21 h 50 min" in text
    flattered = text.replace("9.0 %", "99.0 %")
    assert isinstance(verify_text(flattered, facts), Rejected)


def test_limited_quantity_that_died_early_is_told_whatever_the_policy_requires() -> None:
    dry = {**scenes.VACCINE["boundary"][0], "id": "dry", "quantity": "humidity", "limit": 90.0}
    document = {**scenes.VACCINE, "boundary": [*scenes.VACCINE["boundary"], dry]}
    humid = [scenes.reading(minute, 44.0, "humidity") for minute in range(0, 120, 5)]
    facts = facts_of_openings(1440, *humid, document=document)
    assert facts.coverage.watched == (WatchedFact("relative humidity", "9.0 %", "21 h 50 min"),)


def test_required_quantities_of_the_same_coverage_are_told_together_and_no_other() -> None:
    heard = scenes.curve({}, 120, 4.1)
    contacts = [scenes.reading(minute, 0, "contact") for minute in range(0, 120, 5)]
    observation = {**scenes.VACCINE["observation"], "required": ["temperature", "contact"]}
    document = {**WATCHED_TWICE, "observation": observation}
    inputs = [*heard, *contacts, *scenes.lights(120)]
    facts = scenes.facts_from(scenes.scene(document, inputs, 1440))
    assert facts.coverage.quantity == "temperature and door contact"
    assert facts.coverage.watched == (WatchedFact("light", "9.0 %", "21 h 50 min"),)


def test_quantity_that_was_observed_enough_is_told_no_further() -> None:
    assert facts_of_openings(1440).coverage.watched == ()


def test_share_of_a_required_watched_quantity_is_told_beside_the_one_observed_least() -> None:
    observation = {
        **scenes.VACCINE["observation"],
        "required": ["temperature", "illuminance", "contact"],
    }
    contacts = [scenes.reading(minute, 0, "contact") for minute in range(0, 60, 5)]
    document = {**WATCHED_TWICE, "observation": observation}
    facts = facts_of_openings(120, *contacts, document=document)
    assert facts.coverage.quantity == "door contact"
    # 130 of 1440 minutes are 9.03 %, cut; the other 1310 are one gap.
    assert facts.coverage.watched == (WatchedFact("light", "9.0 %", "21 h 50 min"),)
    told = [one for one in statements_of(facts) if one.kind is Kind.COVERAGE_ENOUGH]
    assert [one.values["coverage"] for one in told] == ["9.0 %"]
    assert isinstance(verify_text(release(facts, seed=1).text, facts), Verified)
