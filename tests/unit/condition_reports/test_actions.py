import msgspec
import pytest
from msgspec.structs import replace

from condition_reports.actions import ACTION_SENTENCES, Action, actions_of, actions_text
from condition_reports.fact_types import DecisionFact, GapFact, MoreFact, SensorsFact
from twins.policy.condition_policy import Disposition, Severity

from . import scenes

ONE_LIMIT = {**scenes.VACCINE, "boundary": scenes.VACCINE["boundary"][:1]}


@pytest.mark.parametrize(
    ("scene", "actions"),
    [
        ("conformant", (Action.CONTINUE,)),
        ("non_conformant", (Action.QUARANTINE,)),
        ("container_open", (Action.INSPECT_PACKAGING, Action.SETTLE_DISPUTE)),
        ("damaged", (Action.INSPECT_DAMAGE,)),
        ("unknown", (Action.OBTAIN_RECORDS, Action.CHECK_SENSORS)),
        ("no_data", (Action.OBTAIN_RECORDS, Action.CHECK_SENSORS)),
        ("lasting_excursion", (Action.RETURN_INSIDE, Action.QUARANTINE)),
        (
            "troubled",
            (
                Action.INSPECT_DAMAGE,
                Action.INSPECT_PACKAGING,
                Action.OBTAIN_ANSWER,
                Action.CHECK_SENSORS,
            ),
        ),
    ],
)
def test_actions_follow_from_the_facts(scene: str, actions: tuple[Action, ...]) -> None:
    assert actions_of(scenes.facts_from(scenes.SCENES[scene]())) == actions


def test_finished_shipment_without_findings_is_released_as_usual() -> None:
    facts = scenes.facts_from(scenes.conformant())
    finished = msgspec.structs.replace(facts, is_finished=True)
    assert actions_of(finished) == (Action.RELEASE_AS_USUAL,)


def test_current_decision_replaces_a_recommendation_about_the_goods() -> None:
    facts = scenes.facts_from(scenes.lasting())
    assert facts.decision is not None
    current = msgspec.structs.replace(facts.decision, is_current=True)
    decided = msgspec.structs.replace(facts, decision=current)
    assert Action.QUARANTINE not in actions_of(decided)
    assert Action.FOLLOW_DECISION in actions_of(decided)


def test_findings_that_ask_for_nothing_else_are_reviewed_and_nothing_goes_on_as_usual() -> None:
    facts = scenes.facts_from(scenes.conformant())
    for is_finished in (True, False):
        found = replace(facts, severity=Severity.CRITICAL, is_finished=is_finished)
        assert actions_of(found) == (Action.REVIEW_FINDINGS,)


@pytest.mark.parametrize("outcome", ["rejected", "quarantined"])
def test_goods_that_a_person_held_back_are_not_to_be_used_first_whatever_came_later(
    outcome: str,
) -> None:
    facts = replace(scenes.facts_from(scenes.conformant()), fired=("shelf_life_left",))
    decision = DecisionFact(outcome, "qa", facts.as_of_text, is_current=False)
    assert actions_of(replace(facts, decision=decision)) == (Action.FOLLOW_DECISION,)


@pytest.mark.parametrize("disposition", [Disposition.DAMAGED, Disposition.NON_CONFORMANT])
def test_goods_that_may_not_be_used_are_not_to_be_used_first(disposition: Disposition) -> None:
    facts = replace(scenes.facts_from(scenes.conformant()), fired=("shelf_life_left",))
    bad = replace(facts, disposition=disposition, severity=Severity.CRITICAL)
    assert Action.USE_FIRST not in actions_of(bad)


def test_allowance_that_is_being_used_calls_for_nothing_until_it_is_nearly_spent() -> None:
    in_sum = {**scenes.VACCINE, "boundary": scenes.VACCINE["boundary"][2:3]}
    for minutes, wanted in ((30, False), (110, True)):
        warm = scenes.curve({100: 9.0}, 100 + minutes, 4.0)
        facts = scenes.facts_from(scenes.scene(in_sum, warm, 100 + minutes))
        assert facts.outside_now == ""
        assert (Action.RETURN_INSIDE in actions_of(facts)) is wanted


@pytest.mark.parametrize(
    ("outcome", "severity", "action"),
    [
        ("released", Severity.NONE, Action.FOLLOW_DECISION),
        ("released", Severity.MINOR, Action.CONFIRM_DECISION),
        ("partially released", Severity.MAJOR, Action.CONFIRM_DECISION),
        ("rejected", Severity.MAJOR, Action.FOLLOW_DECISION),
        ("quarantined", Severity.MAJOR, Action.FOLLOW_DECISION),
    ],
)
def test_release_beside_findings_is_followed_only_if_it_knew_of_them(
    outcome: str, severity: Severity, action: Action
) -> None:
    facts = scenes.facts_from(scenes.conformant())
    decision = DecisionFact(outcome, "qa", facts.as_of_text, is_current=True)
    decided = replace(facts, severity=severity, decision=decision)
    assert actions_of(decided) == (action,)


@pytest.mark.parametrize("rule", ["damage_boundary", "shocks_undecided"])
def test_shock_that_may_have_done_damage_is_inspected_whatever_the_verdict(rule: str) -> None:
    facts = scenes.facts_from(scenes.conformant())
    shaken = msgspec.structs.replace(facts, fired=(rule,))
    assert actions_of(shaken) == (Action.INSPECT_DAMAGE,)


def test_shelf_life_that_runs_out_alone_asks_for_no_review() -> None:
    facts = scenes.facts_from(scenes.conformant())
    old = msgspec.structs.replace(facts, fired=("shelf_life_left",))
    assert actions_of(old) == (Action.USE_FIRST,)


def test_goods_come_back_inside_while_an_allowance_is_being_used_up() -> None:
    inputs = scenes.curve({480: 9.0}, 500, 4.0)
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 500))
    # Outside for 20 minutes: no rule has fired, and 100 minutes of 2 hours are left.
    assert facts.fired == ()
    assert actions_of(facts) == (Action.RETURN_INSIDE,)


def test_goods_come_back_inside_while_an_excursion_lasts_that_weighs_less_than_others() -> None:
    warm = dict.fromkeys((60, 180), 9.0) | dict.fromkeys((120, 240), 4.0) | {400: 8.5}
    facts = scenes.facts_from(scenes.scene(ONE_LIMIT, scenes.curve(warm, 440, 4.0), 440))
    assert [bool(one.period) for one in facts.excursions] == [True, False]
    assert facts.more == MoreFact(1, "temperature high")
    assert Action.RETURN_INSIDE in actions_of(facts)


def test_sensors_of_a_finished_shipment_are_not_sent_for() -> None:
    facts = scenes.facts_from(scenes.conformant())
    sensors = SensorsFact("1 stuck sensor (air of d1)", "", is_doubted=True)
    assert Action.CHECK_SENSORS in actions_of(replace(facts, sensors=sensors))
    finished = replace(facts, sensors=sensors, is_finished=True)
    assert Action.CHECK_SENSORS not in actions_of(finished)


def test_doubted_sensor_of_a_finished_shipment_is_looked_at_where_records_lack() -> None:
    finished = replace(scenes.facts_from(scenes.conformant()), is_finished=True)
    sensors = SensorsFact("1 stuck sensor (air of d1)", "", is_doubted=True)
    lacking = replace(finished, sensors=sensors)
    for coverage in (
        replace(finished.coverage, minimum="95.0 %", gaps=()),
        replace(finished.coverage, minimum="", gaps=(GapFact("temperature", "5 h", "4 h"),)),
    ):
        assert Action.CHECK_SENSORS in actions_of(replace(lacking, coverage=coverage))
    whole = replace(finished.coverage, minimum="", gaps=())
    assert Action.CHECK_SENSORS not in actions_of(replace(lacking, coverage=whole))


def test_every_action_has_a_reviewed_sentence() -> None:
    assert set(ACTION_SENTENCES) == set(Action)
    assert actions_text((Action.CONTINUE,)) == "continue the shipment as planned"
