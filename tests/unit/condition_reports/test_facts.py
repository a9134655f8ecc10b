import msgspec
import pytest

from condition_reports.fact_types import MoreFact
from condition_reports.facts import ForeignPolicy, facts_digest, facts_of
from condition_reports.release import plan_for
from twins.inputs import Decision, DecisionOutcome, HandoverPhase, MilestoneName
from twins.policy.condition_policy import Disposition

from . import scenes
from .hostile import HOSTILE


def test_facts_name_the_excursion_its_limit_and_who_held_the_asset() -> None:
    facts = scenes.facts_from(scenes.excursion())
    (excursion,) = facts.excursions
    assert excursion.shown_by == "device logger-17"
    assert (excursion.side, excursion.limit) == ("above", "8.0 °C")
    assert (excursion.began_at, excursion.period) == (
        "2026-11-19 16:20Z",
        "2026-11-19 16:20 to 17:20Z",
    )
    assert (excursion.outside, excursion.extreme) == ("1 h", "11.2 °C")
    assert excursion.custody == "held by coldhaul"


def test_facts_name_both_custodians_of_an_excursion_during_which_custody_passed() -> None:
    inputs = [
        *scenes.curve({300: 9.0, 400: 4.0}, 600, 4.0),
        *scenes.passed(350, "northlab", "coldhaul"),
    ]
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 600))
    assert facts.excursions[0].custody == ("held by northlab (50 min), then coldhaul (50 min)")


def test_facts_count_the_excursions_that_are_not_told() -> None:
    warm = dict.fromkeys(range(100, 600, 100), 9.0)
    cool = dict.fromkeys(range(140, 640, 100), 4.0)
    facts = scenes.facts_from(
        scenes.scene(scenes.VACCINE, scenes.curve(warm | cool, 700, 4.0), 700)
    )
    # Five single excursions of 40 minutes; that 200 minutes in all break the 2 hours allowed is
    # no event of its own.
    assert len(facts.excursions) == 1
    assert facts.more == MoreFact(4, "temperature high")


def test_excursion_that_other_limits_saw_too_is_one_event() -> None:
    # Three hours at 9 °C break the 30 minutes at a time and the 2 hours in all.
    inputs = scenes.curve({300: 9.0, 480: 4.0}, 700, 4.0)
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 700))
    assert [one.rule for one in facts.excursions] == ["warm"]
    assert facts.more is None
    assert [one.is_spent for one in facts.budgets] == [True]


def test_excursion_that_makes_the_verdict_is_told_before_one_that_lasted_longer() -> None:
    # Ten minutes of frost make the goods damaged; three hours of 9.9 °C alone would not.
    inputs = [
        *scenes.curve({100: -1.5, 110: 4.0, 300: 9.9, 480: 4.0}, 700, 4.0),
        *scenes.passed(200, "northlab", "coldhaul"),
    ]
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 700))
    assert facts.disposition is Disposition.DAMAGED
    told = [(one.rule, one.custody.removeprefix("held by ")) for one in facts.excursions]
    assert told == [("frozen", "northlab"), ("warm", "coldhaul")]
    assert facts.more is None


def test_second_excursion_on_the_same_side_is_counted() -> None:
    warm = {100: 9.9, 160: 4.0, 300: 9.9, 480: 4.0}
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, scenes.curve(warm, 700, 4.0), 700))
    assert [one.outside for one in facts.excursions] == ["3 h"]
    assert facts.more == MoreFact(1, "temperature high")


def test_excursion_of_less_weight_on_the_other_side_is_counted() -> None:
    frozen, warm = scenes.VACCINE["boundary"][1], {**scenes.VACCINE["boundary"][0]}
    document = {**scenes.VACCINE, "boundary": [{**warm, "severity": "minor"}, frozen]}
    inputs = scenes.curve({100: -1.5, 110: 4.0, 300: 9.9, 480: 4.0}, 700, 4.0)
    facts = scenes.facts_from(scenes.scene(document, inputs, 700))
    assert [one.rule for one in facts.excursions] == ["frozen"]
    assert facts.more == MoreFact(1, "temperature high")


def test_excursions_that_a_condition_no_longer_lists_are_counted_once_for_all_limits() -> None:
    milder = {**scenes.VACCINE["boundary"][0], "id": "milder", "limit": 7.0}
    document = {**scenes.VACCINE, "boundary": [scenes.VACCINE["boundary"][0], milder]}
    warm = dict.fromkeys(range(100, 3100, 100), 9.9)
    cool = dict.fromkeys(range(140, 3140, 100), 4.0)
    inputs = scenes.curve(warm | cool, 3_200, 4.0)
    facts = scenes.facts_from(scenes.scene(document, inputs, 3_200))
    # Thirty spells of forty minutes, which both limits saw.
    assert facts.more == MoreFact(29, "temperature high")


def test_two_told_excursions_that_a_milder_limit_saw_as_one_are_one_spell() -> None:
    warm = scenes.VACCINE["boundary"][0]
    document = {
        **scenes.VACCINE,
        "boundary": [
            {**warm, "id": "hot", "limit": 15.0, "delay_s": 0},
            {**warm, "severity": "major"},
            {**warm, "id": "mild", "limit": 7.0, "delay_s": 0, "severity": "minor"},
        ],
    }
    # Too short above 8 °C at first, and never below 7 °C since.
    since = {100: 16.0, 110: 7.4, 200: 9.0}
    facts = scenes.facts_from(scenes.scene(document, scenes.curve(since, 300, 4.0), 300))
    assert [one.rule for one in facts.excursions] == ["hot", "warm"]
    assert facts.more is None
    before = scenes.curve({20: 7.4, 40: 4.0} | since, 300, 4.0)
    facts = scenes.facts_from(scenes.scene(document, before, 300))
    assert [one.rule for one in facts.excursions] == ["hot", "warm"]
    assert facts.more == MoreFact(1, "temperature high")


def test_excursion_that_lasts_is_told_though_a_weightier_one_overlaps_it() -> None:
    cool = {**scenes.VACCINE["boundary"][0], "id": "cool", "side": "upper", "limit": 7.0}
    cool |= {"severity": "minor", "delay_s": 600}
    document = {**scenes.VACCINE, "boundary": [*scenes.VACCINE["boundary"], cool]}
    # At 9 °C both limits are broken; at 7.2 °C, from minute 400 on, the milder one still is.
    inputs = scenes.curve({300: 9.0, 400: 7.2}, 700, 4.0)
    facts = scenes.facts_from(scenes.scene(document, inputs, 700))
    assert [(one.rule, one.period == "") for one in facts.excursions] == [
        ("cool", True),
        ("warm", False),
    ]
    assert facts.outside_now == ""


def test_facts_say_of_what_and_on_which_side_the_excursions_are_that_are_not_told() -> None:
    damp = {**scenes.ELECTRONICS["boundary"][0], "severity": "minor"}
    document = {**scenes.VACCINE, "boundary": [scenes.VACCINE["boundary"][0], damp]}
    inputs = [
        *scenes.curve({300: 9.0, 500: 4.0}, 700, 4.0),
        *(
            scenes.reading(one, 90.0 if 300 <= one < 600 else 44.0, "humidity")
            for one in range(0, 700, 5)
        ),
    ]
    facts = scenes.facts_from(scenes.scene(document, inputs, 700))
    assert [one.quantity for one in facts.excursions] == ["temperature"]
    assert facts.more == MoreFact(1, "relative humidity high")


def test_quantity_of_which_only_the_core_is_limited_is_judged_as_the_core_alone() -> None:
    limit = {**scenes.PERISHABLE["boundary"][0], "of": "core", "delay_s": 0}
    document = {**scenes.PERISHABLE, "core": {"time_constant_s": 60}, "boundary": [limit]}
    facts = scenes.facts_from(scenes.scene(document, scenes.curve({}, 400, 4.0), 400))
    assert facts.judged == "estimated core temperature"


def test_level_that_is_outside_now_is_said_to_be_where_no_excursion_told_says_so() -> None:
    warm = scenes.facts_from(scenes.scene(scenes.VACCINE, scenes.curve({90: 9.0}, 100, 4.0), 100))
    assert (warm.excursions, warm.outside_now) == ((), "temperature")
    cool = scenes.facts_from(scenes.scene(scenes.VACCINE, scenes.curve({}, 100, 4.0), 100))
    assert cool.outside_now == ""


def test_facts_say_nothing_of_levels_that_no_sensor_read() -> None:
    facts = scenes.facts_from(scenes.mute())
    (temperature,) = facts.levels
    assert (temperature.sensors, temperature.lowest, temperature.kinetic) == (0, "", "")
    assert facts.judged == ""
    assert facts.coverage.is_nothing
    assert facts.custody.holder == ""


def test_facts_say_nothing_of_levels_whose_sensors_are_all_bad() -> None:
    inputs = [scenes.reading(minute, 4.0, quality=1) for minute in range(0, 100, 5)]
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 100))
    assert facts.levels[0].lowest == ""
    assert facts.quality.unusable == facts.quality.readings == 20


def test_facts_tell_no_position_even_where_a_policy_requires_it() -> None:
    asked = {**scenes.VACCINE["observation"], "required": ["temperature", "latitude"]}
    inputs = [
        *scenes.curve({}, 100, 4.0),
        *(scenes.reading(minute, 47.55961, "latitude") for minute in range(0, 100, 5)),
    ]
    facts = scenes.facts_from(scenes.scene({**scenes.VACCINE, "observation": asked}, inputs, 100))
    assert [one.quantity for one in facts.levels] == ["temperature"]
    assert "47.5" not in msgspec.json.encode(facts).decode()


def test_facts_give_the_means_of_several_sensors_apart() -> None:
    inputs = [
        scenes.Binding(
            1, scenes.BindingAction.ADD, "logger-18", scenes.ASSET, scenes.at(0), 5 * scenes.MINUTE
        ),
        *(scenes.reading(minute, 3.0) for minute in range(0, 100, 5)),
        *(scenes.reading(minute, 5.0, device="logger-18") for minute in range(0, 100, 5)),
    ]
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 100))
    level = facts.levels[0]
    assert (level.sensors, level.lowest, level.highest) == (2, "3.0 °C", "5.0 °C")
    assert (level.lowest_mean, level.highest_mean) == ("3.0 °C", "5.0 °C")
    # Of two sensors the warmer one is judged against upper limits.
    assert level.kinetic == "5.0 °C"


def test_facts_shorten_a_long_chain_of_custody() -> None:
    names = ["a", "b", "c", "d", "e", "f"]
    inputs = [
        statement
        for place in range(5)
        for statement in scenes.passed(10 + 10 * place, names[place], names[place + 1])
    ]
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 100, holder="a"))
    assert facts.custody.chain == "a to b to 3 others in turn to f"


def test_facts_know_a_settled_dispute_from_an_open_one() -> None:
    inputs = [
        scenes.handover(10, "northlab", "coldhaul", HandoverPhase.OFFERED, "n"),
        scenes.handover(20, "northlab", "coldhaul", HandoverPhase.DISPUTED, "n"),
        scenes.handover(30, "northlab", "coldhaul", HandoverPhase.ACCEPTED, "n"),
    ]
    settled = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 100))
    still_open = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs[:2], 100))
    assert settled.custody.settled_disputes == 1
    assert still_open.custody.settled_disputes == 0
    assert still_open.custody.offered_to == "coldhaul"


def test_facts_are_refused_for_a_policy_that_did_not_judge() -> None:
    scene = scenes.conformant()
    other = scenes.policy_from({**scenes.VACCINE, "title": "Other"})
    with pytest.raises(ForeignPolicy, match="vaccine-2-8"):
        facts_of(scene.condition, title="x", policy=other, custody=scene.twin.custody)


def test_facts_digest_changes_with_any_value() -> None:
    facts = scenes.facts_from(scenes.conformant())
    other = msgspec.structs.replace(facts, title="“another”")
    assert facts_digest(facts) == facts_digest(scenes.facts_from(scenes.conformant()))
    assert facts_digest(facts) != facts_digest(other)
    assert len(facts_digest(facts)) == 32


def test_decision_before_the_newest_alarm_is_not_current() -> None:
    facts = scenes.facts_from(scenes.lasting())
    assert facts.decision is not None
    assert not facts.decision.is_current


def test_finished_shipment_is_known_by_its_delivery() -> None:
    facts = scenes.facts_from(scenes.excursion())
    assert facts.is_finished
    assert facts.milestone is not None
    assert facts.milestone.name == MilestoneName.DELIVERY.value


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_plan_is_byte_identical_whatever_was_typed_anywhere(text: str) -> None:
    plans = set()
    for name in ("northlab", text or "x"):
        scene = scenes.scene(
            scenes.VACCINE,
            [
                *scenes.curve({300: 9.2}, 480, 4.1),
                scenes.Decision(
                    1, scenes.ASSET, scenes.DecisionOutcome.RELEASED, name, name, scenes.at(470)
                ),
                scenes.Milestone(1, scenes.ASSET, MilestoneName.ARRIVAL, scenes.at(460), name),
            ],
            480,
            title=name,
            holder=name,
        )
        plans.add(msgspec.msgpack.encode(plan_for(scenes.facts_from(scene))))
    assert len(plans) == 1


# One rule each, so that no alarm of another rule speaks in its place.
KINETIC = {
    **scenes.VACCINE,
    "boundary": [],
    "mean_kinetic_temperature": {"limit": 8.0, "severity": "major"},
}
CUMULATIVE = {
    **scenes.VACCINE,
    "boundary": [one for one in scenes.VACCINE["boundary"] if one["id"] == "warm-in-all"],
}


def decided(minutes: int, outcome: DecisionOutcome = DecisionOutcome.RELEASED) -> Decision:
    return Decision(1, scenes.ASSET, outcome, "quality", "checked", scenes.at(minutes))


def test_decision_is_not_current_where_the_mean_kinetic_temperature_may_have_passed_it() -> None:
    inputs = [*scenes.curve({120: 40.0}, 600, 4.0), decided(60)]
    facts = scenes.facts_from(scenes.scene(KINETIC, inputs, 600))
    assert facts.decision is not None
    assert not facts.decision.is_current


def test_decision_is_not_current_where_the_shelf_life_may_have_ended_after_it() -> None:
    life = {"model": "q10", "q10": 2.0, "days": 0.25, "reference": 4.0, "severity": "major"}
    document = {**scenes.VACCINE, "boundary": [], "shelf_life": life}
    facts = scenes.facts_from(
        scenes.scene(document, [*scenes.curve({}, 600, 4.0), decided(60)], 600)
    )
    assert facts.fired == ("shelf_life",)
    assert facts.decision is not None
    assert not facts.decision.is_current


@pytest.mark.parametrize(("minutes", "is_current"), [(450, True), (405, False), (300, False)])
def test_decision_is_current_where_no_shock_that_may_have_done_damage_came_after_it(
    minutes: int, *, is_current: bool
) -> None:
    """The shocks are those of minutes 400 and 410; each time another rule is left out."""
    document = {**scenes.PERISHABLE, "boundary": []}
    del document["shelf_life"]
    shocks = [
        scenes.reading(400, 50.0, "acceleration", sensor="shock"),
        scenes.reading(400, 3.0, "velocity_change", sensor="shock"),
        scenes.reading(410, 60.0, "acceleration", sensor="shock"),
    ]
    inputs = [*scenes.curve({}, 600, 4.0), *shocks, decided(minutes)]
    facts = scenes.facts_from(scenes.scene(document, inputs, 600))
    assert facts.fired == ("damage_boundary", "shocks_undecided")
    assert facts.decision is not None
    assert facts.decision.is_current is is_current


def test_decision_is_not_current_where_a_cumulative_excursion_went_on_after_it() -> None:
    inputs = [*scenes.curve({0: 9.0, 180: 4.0, 400: 9.0}, 600, 4.0), decided(300)]
    facts = scenes.facts_from(scenes.scene(CUMULATIVE, inputs, 600))
    assert facts.decision is not None
    assert not facts.decision.is_current


def test_last_of_two_decisions_of_one_moment_is_the_one_that_is_named() -> None:
    both = [decided(300), decided(300, DecisionOutcome.REJECTED)]
    scene = scenes.scene(scenes.VACCINE, [*scenes.curve({}, 600, 4.0), *both], 600)
    facts = scenes.facts_from(scene)
    assert facts.decision is not None
    assert facts.decision.outcome == scene.twin.decisions[-1].outcome.value
