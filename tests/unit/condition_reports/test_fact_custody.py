"""Offers in and out of time, seals, and who answers for the time outside."""

from condition_reports.fact_types import CustodyFact
from twins.inputs import HandoverPhase, Input

from . import scenes


def custody(*statements: Input, minutes: int = 600) -> CustodyFact:
    inputs = [*scenes.curve({}, minutes, 4.0), *statements]
    return scenes.facts_from(scenes.scene(scenes.PERISHABLE, inputs, minutes)).custody


def outside(curve: dict[int, float], minutes: int) -> CustodyFact:
    """Return the custody of ten hours with a handover in the minute."""
    inputs = [*scenes.curve(curve, 600, 4.0), *scenes.passed(minutes, "northlab", "coldhaul")]
    return scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 600)).custody


def test_offer_without_an_answer_is_due_by_the_policys_time() -> None:
    offer = scenes.handover(500, "northlab", "coldhaul", HandoverPhase.OFFERED, "n")
    # An hour after minute 500, which is 14:40.
    assert custody(offer, minutes=560).due_at == "2026-11-19 15:40Z"
    assert custody(offer, minutes=559).due_at == ""


def test_answer_that_came_late_is_counted_and_no_longer_due() -> None:
    found = custody(
        scenes.handover(100, "northlab", "coldhaul", HandoverPhase.OFFERED, "n"),
        scenes.handover(200, "northlab", "coldhaul", HandoverPhase.ACCEPTED, "n"),
    )
    assert (found.late_answers, found.due_at) == (1, "")


def test_seals_that_differ_between_both_sides_are_counted() -> None:
    assert scenes.facts_from(scenes.troubled()).custody.seal_mismatches == 1
    assert custody(*scenes.passed(60, "northlab", "coldhaul")).seal_mismatches == 0


def test_custodians_share_the_time_outside_to_the_minute() -> None:
    found = outside({100: 9.4, 145: 4.0, 300: 9.4, 315: 4.0}, minutes=200)
    assert found.outside == "1 h"
    assert found.shares == "45 min with northlab and 15 min with coldhaul"


def test_shares_are_left_unsaid_where_one_excursion_told_is_all_the_time_outside() -> None:
    found = outside({300: 9.4, 360: 4.0}, minutes=330)
    assert (found.outside, found.shares) == ("1 h", "")


def test_one_custodian_alone_has_no_shares() -> None:
    assert scenes.facts_from(scenes.lasting()).custody.shares == ""


def test_shares_are_left_unsaid_where_two_quantities_may_have_been_outside_at_once() -> None:
    warm: list[Input] = [*scenes.curve({100: 9.4, 130: 4.0, 300: 9.4, 330: 4.0}, 600, 4.0)]
    warm += scenes.passed(200, "northlab", "coldhaul")
    lit = scenes.lights(600, (320, 325))
    # Of both quantities together more time is counted than there was: SPECIFICATION, `liability`.
    both = scenes.facts_from(scenes.scene(scenes.VACCINE, [*warm, *lit], 600)).custody
    one = scenes.facts_from(scenes.scene(scenes.VACCINE, warm, 600)).custody
    assert (both.shares, one.shares) == ("", "30 min with northlab and 30 min with coldhaul")
