"""Time outside that no excursion tells: it stands in the report all the same."""

import pytest
from msgspec.structs import replace

from condition_reports.actions import Action, actions_of
from condition_reports.fact_types import Facts, OutsideFact
from condition_reports.release import release
from condition_reports.shapes import Kind
from condition_reports.statements import statements_of
from condition_reports.verifier import Rejected, verify_text
from twins.inputs import Input, MilestoneName
from twins.policy.condition_policy import Disposition, Severity
from twins.verdict.condition import RuleFired

from . import scenes

HOURS = 24
EACH_ALONE = {**scenes.VACCINE, "boundary": scenes.VACCINE["boundary"][:2]}
IN_SUM = {**scenes.VACCINE, "boundary": scenes.VACCINE["boundary"][2:3]}


def text_of(scene: scenes.Scene) -> str:
    return release(scenes.facts_from(scene), seed=1).text


def briefly(times: int) -> scenes.Scene:
    """Return a day with some runs of 25 minutes above 8 °C, for each of which 30 are allowed."""
    values: dict[int, float] = {}
    for number in range(times):
        values |= {100 + 200 * number: 9.0, 125 + 200 * number: 4.0}
    return scenes.scene(EACH_ALONE, scenes.curve(values, 1440, 4.0), 1440)


def kinds_of(facts: Facts) -> set[Kind]:
    return {one.kind for one in statements_of(facts)}


def test_runs_too_short_for_an_excursion_are_told_in_sum() -> None:
    facts = scenes.facts_from(briefly(2))
    assert facts.excursions == ()
    assert facts.outside == (OutsideFact("temperature", "50 min", is_brief=True),)
    text = text_of(briefly(2))
    assert "for 50 min" in text
    assert Kind.OUTSIDE_BRIEFLY in [one.kind for one in statements_of(facts)]


def test_run_that_silence_ended_may_have_been_long_enough_for_an_excursion() -> None:
    warm = scenes.curve({100: 9.0, 300: 4.0}, 1440, 4.0)
    heard = [one for one in warm if not scenes.at(110) < one.observed_at < scenes.at(400)]
    facts = scenes.facts_from(scenes.scene(EACH_ALONE, heard, 1440))
    # Three readings of five minutes and a hold of fifteen, then five hours of nothing.
    assert facts.outside == (OutsideFact("temperature", "25 min", is_brief=False),)


def test_report_that_hides_the_time_outside_is_refused() -> None:
    facts = scenes.facts_from(briefly(2))
    (said,) = [one for one in text_of(briefly(2)).split(". ") if "for 50 min" in one]
    hidden = text_of(briefly(2)).replace(f"{said}. ", "")
    assert isinstance(verify_text(hidden, facts), Rejected)
    assert isinstance(verify_text(text_of(briefly(2)).replace("50 min", "5 min"), facts), Rejected)


def test_excursion_that_is_all_of_the_time_outside_is_told_once() -> None:
    facts = scenes.facts_from(scenes.excursion())
    assert facts.excursions[0].outside == "1 h"
    assert facts.outside == ()


def test_time_outside_beside_an_excursion_is_told_in_all() -> None:
    values = {100: 9.0, 125: 4.0, 600: 9.0, 660: 4.0}
    scene = scenes.scene(scenes.VACCINE, scenes.curve(values, 1440, 4.0), 1440)
    facts = scenes.facts_from(scene)
    assert [one.outside for one in facts.excursions] == ["1 h"]
    assert facts.outside == (OutsideFact("temperature", "1 h 25 min", is_brief=False),)
    assert Kind.OUTSIDE_IN_ALL in [one.kind for one in statements_of(facts)]
    assert Kind.OUTSIDE_BRIEFLY not in [one.kind for one in statements_of(facts)]


def test_spell_that_lasts_is_not_called_too_brief_and_asks_for_the_goods_back_inside() -> None:
    # 12.0 °C since minute 455: 25 of the 30 minutes are gone.
    readings = scenes.curve({455: 12.0}, 480, 4.1)
    facts = scenes.facts_from(scenes.scene(EACH_ALONE, readings, 480))
    assert facts.outside == (OutsideFact("temperature", "25 min", is_brief=False),)
    assert Kind.OUTSIDE_IN_ALL in kinds_of(facts)
    assert Kind.OUTSIDE_BRIEFLY not in kinds_of(facts)
    assert actions_of(facts) == (Action.RETURN_INSIDE,)


def test_spell_that_is_back_inside_but_not_by_the_hysteresis_is_not_called_over() -> None:
    # Not above 8.0 °C, over at 7.5 °C: 7.6 to 8.0 °C is inside, and the spell goes on.
    readings = scenes.curve({455: 9.0, 475: 7.6}, 480, 4.1)
    facts = scenes.facts_from(scenes.scene(EACH_ALONE, readings, 480))
    assert [one.is_brief for one in facts.outside] == [False]
    assert not facts.is_outside


def test_spell_that_ended_in_silence_is_not_called_too_brief() -> None:
    readings = scenes.curve({455: 9.0}, 465, 4.1)
    facts = scenes.facts_from(scenes.scene(EACH_ALONE, readings, 1440))
    assert [one.is_brief for one in facts.outside] == [False]


def test_spell_under_a_limit_of_time_in_sum_is_never_called_too_brief() -> None:
    # 1 h 50 min of 2 h: the sum decides, not how long one spell is.
    readings = scenes.curve({600: 9.0, 710: 4.0}, 1440, 4.0)
    facts = scenes.facts_from(scenes.scene(IN_SUM, readings, 1440))
    assert facts.outside == (OutsideFact("temperature", "1 h 50 min", is_brief=False),)
    assert Kind.OUTSIDE_IN_ALL in kinds_of(facts)


def test_spell_below_a_limit_that_the_colder_of_two_devices_shows_asks_for_action() -> None:
    cold = {**EACH_ALONE["boundary"][1], "limit": 3.5, "delay_s": 3600}
    document = {**EACH_ALONE, "boundary": [cold]}
    inputs: list[Input] = [
        scenes.bound("logger-18"),
        *(scenes.reading(minute, 4.0) for minute in range(0, 480, 5)),
        *(
            scenes.reading(minute, 3.0 if minute >= 460 else 4.0, device="logger-18")
            for minute in range(0, 480, 5)
        ),
    ]
    facts = scenes.facts_from(scenes.scene(document, inputs, 480))
    assert facts.excursions == ()
    assert [one.is_brief for one in facts.outside] == [False]
    assert Action.RETURN_INSIDE in actions_of(facts)


def test_value_beyond_a_limit_of_another_phase_asks_for_nothing() -> None:
    warm = {**EACH_ALONE["boundary"][0], "phases": ["transit"]}
    readings = scenes.curve({455: 12.0}, 480, 4.1)
    document = {**EACH_ALONE, "boundary": [warm]}
    facts = scenes.facts_from(scenes.scene(document, readings, 480))
    assert actions_of(facts) == (Action.CONTINUE,)


def test_shipment_that_stayed_inside_says_nothing_of_time_outside() -> None:
    assert scenes.facts_from(scenes.conformant()).outside == ()


@pytest.mark.parametrize("opened", [(), (700, 705)])
def test_light_that_tells_of_openings_is_no_time_outside(opened: tuple[int, ...]) -> None:
    inputs = [*scenes.curve({}, 1440, 4.0), *scenes.lights(1440, opened)]
    assert scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 1440)).outside == ()


def test_gap_that_is_too_long_is_told_with_what_is_allowed() -> None:
    observation = {
        **scenes.VACCINE["observation"],
        "minimum_coverage": 0.5,
        "maximum_gap_s": 14_400,
    }
    inputs: list[Input] = [
        one for one in scenes.curve({}, 1440, 4.0) if not 300 < one.observed_at / 60e6 % 1 > 0
    ]
    readings = [*inputs[:60], *inputs[140:]]
    scene = scenes.scene({**scenes.VACCINE, "observation": observation}, readings, 1440)
    (fact,) = scenes.facts_from(scene).coverage.gaps
    # Minutes 295 to 700, less the 15 for which a reading speaks.
    assert (fact.quantity, fact.gap, fact.allowed) == ("temperature", "6 h 30 min", "4 h")
    text = text_of(scene)
    assert "the 4 h allowed" in text
    assert "obtain the missing sensor records" in text


def test_excursion_before_the_start_is_told_as_not_judged() -> None:
    start = scenes.milestone(MilestoneName.START, 700)
    inputs: list[Input] = [*scenes.curve({100: 9.0, 160: 4.0}, 1440, 4.0), start]
    facts = scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 1440))
    assert (facts.excursions, facts.before_start) == ((), 1)
    assert "1 excursion" in release(facts, seed=1).text
    assert scenes.facts_from(scenes.conformant()).before_start == 0


def test_shelf_life_says_how_much_of_its_time_nobody_observed() -> None:
    readings = [one for one in scenes.curve({}, 600, 4.0) if one.observed_at < scenes.at(300)]
    life = scenes.facts_from(scenes.scene(scenes.PERISHABLE, readings, 600)).shelf_life
    assert life is not None
    # Minute 295 and the 15 for which a reading speaks.
    assert life.unobserved == "4 h 50 min"
    troubled = scenes.facts_from(scenes.troubled()).shelf_life
    assert troubled is not None
    assert troubled.unobserved == ""


def test_party_that_took_what_the_asset_stands_in_is_told_beside_its_holder() -> None:
    scene = scenes.conformant()
    apart = RuleFired("custody_apart", Severity.MINOR, Disposition.CONFORMANT, "Held by x", 1)
    condition = replace(scene.condition, rules_fired=(apart,))
    twin = replace(scene.twin, custody=replace(scene.twin.custody, taken_by="pallet-crew"))
    facts = scenes.facts_from(replace(scene, condition=condition, twin=twin))
    assert facts.custody.taken_by == "pallet-crew"
    assert "pallet-crew" in release(facts, seed=1).text
    assert scenes.facts_from(scene).custody.taken_by == ""
