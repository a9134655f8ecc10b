"""An asset that was added without a holder is held by nobody, and no report names one."""

from condition_reports.facts import Facts
from condition_reports.release import release
from twins.inputs import Input

from . import scenes


def facts_of(*statements: Input, holder: str = "unassigned") -> Facts:
    inputs = [*scenes.curve({300: 9.4, 360: 4.0}, 600, 4.0), *statements]
    return scenes.facts_from(scenes.scene(scenes.VACCINE, inputs, 600, holder=holder))


def test_asset_without_a_holder_has_no_custodian_on_record() -> None:
    facts = facts_of()
    assert (facts.custody.holder, facts.custody.since) == ("", "")
    assert facts.excursions[0].custody == "held by nobody on record"
    assert "unassigned" not in release(facts, seed=1).text
    assert facts.custody == facts_of(holder="").custody


def test_first_custodian_of_an_asset_without_a_holder_has_it_from_nobody() -> None:
    facts = facts_of(*scenes.passed(330, "unassigned", "northlab"))
    assert facts.custody.holder == "northlab"
    assert facts.custody.chain == "nobody on record to northlab"
    assert facts.excursions[0].custody == (
        "held by nobody on record (30 min), then northlab (30 min)"
    )
