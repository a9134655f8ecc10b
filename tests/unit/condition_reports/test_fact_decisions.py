"""Whether a decision knew all that the condition tells."""

import pytest

from condition_reports.facts import Facts
from twins.inputs import Decision, DecisionOutcome, Input, MilestoneName

from . import scenes

WARM_FROM = 300
"""Minute from which on the goods are too warm, to the close and beyond."""


def decided(minutes: int) -> Decision:
    at = scenes.at(minutes)
    return Decision(1, scenes.ASSET, DecisionOutcome.RELEASED, "quality", "checked", at)


def facts_of(*inputs: Input, document: dict[str, object] = scenes.VACCINE) -> Facts:
    warm = scenes.curve({WARM_FROM: 40.0}, 600, 4.0)
    return scenes.facts_from(scenes.scene(document, [*warm, *inputs], 600))


def is_current(facts: Facts) -> bool:
    assert facts.decision is not None
    return facts.decision.is_current


@pytest.mark.parametrize(("decided_at", "expected"), [(350, False), (400, True), (500, True)])
def test_decision_after_the_close_knew_the_excursion_that_lasted_to_it(
    decided_at: int, *, expected: bool
) -> None:
    """Nothing is judged behind the close, SPECIFICATION section 9."""
    facts = facts_of(scenes.milestone(MilestoneName.CLOSE, 400), decided(decided_at))
    assert any(one.startswith("boundary:") for one in facts.fired)
    assert is_current(facts) is expected


def test_decision_before_any_close_did_not_know_how_an_excursion_that_lasts_goes_on() -> None:
    assert not is_current(facts_of(decided(500)))


def test_what_no_alarm_dates_may_be_newer_than_a_decision() -> None:
    heard = scenes.curve({}, 60, 4.0)
    scene = scenes.scene(scenes.VACCINE, [*heard, decided(55)], 2880)
    facts = scenes.facts_from(scene)
    assert facts.fired == ("coverage:temperature",)
    assert not is_current(facts)


def test_delivery_is_no_close() -> None:
    assert not is_current(facts_of(scenes.milestone(MilestoneName.DELIVERY, 400), decided(500)))


def test_rule_over_the_whole_time_is_known_to_a_decision_after_the_close() -> None:
    limit = {"limit": 8.0, "severity": "major"}
    document = {**scenes.VACCINE, "boundary": [], "mean_kinetic_temperature": limit}
    close = scenes.milestone(MilestoneName.CLOSE, 400)
    facts = facts_of(close, decided(500), document=document)
    assert facts.fired == ("mean_kinetic_temperature",)
    assert is_current(facts)
    assert not is_current(facts_of(close, decided(350), document=document))
