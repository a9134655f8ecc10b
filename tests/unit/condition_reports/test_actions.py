import msgspec
import pytest

from condition_reports.actions import ACTION_SENTENCES, Action, actions_of, actions_text

from . import scenes


@pytest.mark.parametrize(
    ("scene", "actions"),
    [
        ("conformant", (Action.CONTINUE,)),
        ("non_conformant", (Action.QUARANTINE,)),
        ("container_open", (Action.INSPECT_PACKAGING, Action.SETTLE_DISPUTE)),
        ("damaged", (Action.INSPECT_DAMAGE,)),
        ("unknown", (Action.OBTAIN_RECORDS, Action.CHECK_SENSORS)),
        ("no_data", (Action.OBTAIN_RECORDS,)),
        ("lasting_excursion", (Action.RETURN_INSIDE, Action.QUARANTINE)),
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


def test_every_action_has_a_reviewed_sentence() -> None:
    assert set(ACTION_SENTENCES) == set(Action)
    assert actions_text((Action.CONTINUE,)) == "continue the shipment as planned"
