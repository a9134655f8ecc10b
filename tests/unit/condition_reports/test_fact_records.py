"""What was found against sensors, and what wore the asset."""

import re

import msgspec
import pytest

from condition_reports.fact_records import FINDING_NOUNS
from condition_reports.facts import Facts
from twins.condition import FoundOfSensor
from twins.sensor_findings import FindingKind

from . import scenes
from .hostile import HOSTILE


def facts_with(running: list[FindingKind], over: dict[str, int], device: str = "d") -> Facts:
    scene = scenes.conformant()
    found = tuple(FoundOfSensor(kind, device, device, device, 0, None, ()) for kind in running)
    sensors = msgspec.structs.replace(scene.condition.sensors, running=found, counts=over)
    condition = msgspec.structs.replace(scene.condition, sensors=sensors)
    return scenes.facts_from(msgspec.structs.replace(scene, condition=condition))


def test_findings_are_told_by_kind_and_number() -> None:
    running = [FindingKind.SILENT, FindingKind.STUCK, FindingKind.SILENT]
    sensors = facts_with(running, {"spike": 3}).sensors
    assert sensors.findings == "1 stuck sensor and 2 silent sensors"
    assert sensors.past_findings == "3 lone outliers"


def test_findings_that_coverage_and_quality_tell_of_are_not_told_again() -> None:
    assert facts_with([], {"gap": 4, "conflict": 2}).sensors.past_findings == ""


def test_every_kind_of_finding_has_words_of_its_own_without_a_figure() -> None:
    assert set(FINDING_NOUNS) == set(FindingKind)
    for one, many in FINDING_NOUNS.values():
        assert re.fullmatch("[a-z ]+", one + many)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_a_device_gets_into_a_finding(text: str) -> None:
    known = facts_with([FindingKind.STUCK], {}).sensors
    assert facts_with([FindingKind.STUCK], {}, text).sensors == known


def test_fatigue_is_told_as_a_cause_of_wear() -> None:
    wear = {"fatigue_quantity": "temperature", "fatigue_cycles": 10, "fatigue_exponent": 1}
    document = {**scenes.VACCINE, "wear": wear}
    # Up by 10 °C and down again: of 10/10 cycles that a range of 10 °C endures, one is all.
    inputs = [
        scenes.reading(minute, value) for minute, value in enumerate([0.0, 10.0, 0.0, 10.0, 0.0])
    ]
    facts = scenes.facts_from(scenes.scene(document, inputs, 10))
    assert facts.wear is not None
    assert facts.wear.causes == "100.0 % alone"
