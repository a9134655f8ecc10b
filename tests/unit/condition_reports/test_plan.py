import msgspec

from condition_reports.plan import Plan
from condition_reports.release import plan_for
from condition_reports.shapes import Kind, Section

from . import scenes


def test_plan_of_an_excursion_asks_for_its_sections_in_order() -> None:
    plan = plan_for(scenes.facts_from(scenes.excursion()))
    assert [one.section for one in plan.sections] == list(Section)


def test_plan_without_budgets_leaves_their_section_out() -> None:
    plan = plan_for(scenes.facts_from(scenes.dropped()))
    assert Section.BUDGETS not in [one.section for one in plan.sections]
    assert Section.ENCLOSURE not in [one.section for one in plan.sections]


def test_plan_tells_the_slots_of_like_statements_apart() -> None:
    cold = scenes.curve({300: 9.2, 400: -1.0}, 480, 4.1)
    plan = plan_for(scenes.facts_from(scenes.scene(scenes.VACCINE, cold, 480)))
    statements = next(one for one in plan.sections if one.section is Section.EXCURSIONS).statements
    assert [one.kind for one in statements][:2] == [Kind.EXCURSION_ENDED, Kind.EXCURSION_LASTING]
    assert "ex1_limit" in statements[0].slots
    assert "ex2_limit" in statements[1].slots


def test_every_slot_of_a_section_has_its_own_name() -> None:
    for make in scenes.SCENES.values():
        for section in plan_for(scenes.facts_from(make())).sections:
            slots = [slot for one in section.statements for slot in one.slots]
            assert len(set(slots)) == len(slots)


def test_plan_holds_no_value_of_the_facts() -> None:
    scene = scenes.excursion()
    encoded = msgspec.json.encode(plan_for(scenes.facts_from(scene))).decode()
    for value in ("logger-17", "coldhaul", "Influenza", "8.0", "2026", "sscc", "critical"):
        assert value not in encoded


def test_plan_survives_the_pipe() -> None:
    plan = plan_for(scenes.facts_from(scenes.excursion()))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(plan), type=Plan) == plan
