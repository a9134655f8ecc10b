"""What was found against sensors, and what wore the asset."""

import re

import msgspec
import pytest

from condition_reports.actions import Action, actions_of
from condition_reports.device_text import named
from condition_reports.fact_records import FINDING_NOUNS
from condition_reports.fact_types import RouteFact
from condition_reports.facts import Facts
from condition_reports.release import release
from tests.unit.twins.maps import circle, document
from twins.inputs import Input, Plan
from twins.sensors.findings import FindingKind
from twins.verdict.condition import FoundOfSensor

from . import scenes
from .hostile import HOSTILE


def found_of(kind: FindingKind, device: str = "d", sensor: str = "air") -> FoundOfSensor:
    return FoundOfSensor(kind, device, sensor, "temperature", 0, None, ())


def facts_with(
    running: list[FoundOfSensor], counts: dict[str, int], over: tuple[FoundOfSensor, ...] = ()
) -> Facts:
    scene = scenes.conformant()
    sensors = msgspec.structs.replace(
        scene.condition.sensors, running=tuple(running), over=over, counts=counts
    )
    condition = msgspec.structs.replace(scene.condition, sensors=sensors)
    return scenes.facts_from(msgspec.structs.replace(scene, condition=condition))


def test_findings_are_told_by_kind_and_number_and_with_whose_they_are() -> None:
    kinds = (FindingKind.SILENT, FindingKind.STUCK, FindingKind.SILENT)
    running = [found_of(kind, f"d{place}") for place, kind in enumerate(kinds)]
    spikes = (found_of(FindingKind.SPIKE),)
    sensors = facts_with(running, {"spike": 3}, spikes).sensors
    assert sensors.findings == (
        "1 stuck sensor (air of d1) and 2 silent sensors (air of d0 and air of d2)"
    )
    # The condition lists the newest of what is over.
    assert sensors.past_findings == "3 lone outliers (newest: air of d)"


def test_finding_of_no_sensor_is_told_of_its_quantity() -> None:
    sensors = facts_with([found_of(FindingKind.MISSING, "", "")], {}).sensors
    assert sensors.findings == "1 missing sensor (temperature)"


def test_of_many_sensors_the_first_are_named() -> None:
    running = [found_of(FindingKind.SILENT, f"d{place}", "") for place in range(9)]
    assert facts_with(running, {}).sensors.findings == "9 silent sensors (d0, d1, d2 and 6 others)"


def test_findings_that_coverage_and_quality_tell_of_are_not_told_again() -> None:
    assert facts_with([], {"gap": 4, "conflict": 2}).sensors.past_findings == ""


def test_every_kind_of_finding_has_words_of_its_own_without_a_figure() -> None:
    assert set(FINDING_NOUNS) == set(FindingKind)
    for one, many in FINDING_NOUNS.values():
        assert re.fullmatch("[a-z ]+", one + many)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_of_a_device_is_a_name_in_a_finding_and_no_more(text: str) -> None:
    facts = facts_with([found_of(FindingKind.STUCK, text, text)], {})
    whose = f"{named(text)} of {named(text)}" if text else "temperature"
    assert facts.sensors.findings == f"1 stuck sensor ({whose})"
    # It is read back as exactly that: see `release`, which would raise else.
    assert facts.sensors.findings in release(facts, seed=1).text


def test_fatigue_is_told_as_a_cause_of_wear() -> None:
    wear = {"fatigue_quantity": "temperature", "fatigue_cycles": 10, "fatigue_exponent": 1}
    document = {**scenes.VACCINE, "wear": wear}
    inputs = [
        scenes.reading(minute, value) for minute, value in enumerate([0.0, 10.0, 0.0, 10.0, 0.0])
    ]
    facts = scenes.facts_from(scenes.scene(document, inputs, 10))
    assert facts.wear is not None
    assert facts.wear.causes == "fatigue"


def facts_of_a_way(east: float) -> Facts:
    """Return the facts of five hours, from minute 100 on so many degrees east of the route."""
    stops = [
        circle("A", 50.0, 8, role="origin"),
        circle("C", 50.04, 8, role="destination", arrives_by=scenes.at(200)),
    ]
    plan = document(stops, route=[[50, 8], [50.04, 8]], corridor_m=300)
    inputs: list[Input] = [*scenes.curve({}, 300, 4.0), Plan(1, scenes.ASSET, plan, scenes.at(0))]
    for minute in range(0, 300, 5):
        inputs.append(scenes.reading(minute, 50.02, "latitude", sensor="gps"))
        longitude = 8 + (east if minute >= 100 else 0)
        inputs.append(scenes.reading(minute, longitude, "longitude", sensor="gps"))
    limits = {"off_route_delay_s": 900, "severity": "minor"}
    return scenes.facts_from(scenes.scene({**scenes.VACCINE, "location": limits}, inputs, 300))


def test_goods_off_their_route_and_late_are_told_without_a_place() -> None:
    facts = facts_of_a_way(0.1)
    # 0.1 degrees of longitude are 7 km there. Minute 100 is 08:00.
    assert facts.route == RouteFact("2026-11-19 08:00Z", 1)
    assert actions_of(facts) == (Action.ASK_CARRIER,)


def test_goods_on_their_route_and_late_are_told_as_late_alone() -> None:
    assert facts_of_a_way(0.0).route == RouteFact("", 1)


def test_nothing_is_told_of_the_way_where_no_rule_found_anything() -> None:
    assert scenes.facts_from(scenes.conformant()).route is None


def test_gap_that_is_too_long_by_seconds_reads_longer_than_what_is_allowed() -> None:
    last = msgspec.structs.replace(scenes.reading(100, 4.0), observed_at=scenes.at(100) - 1)
    document = {
        **scenes.PERISHABLE,
        "observation": {**scenes.PERISHABLE["observation"], "maximum_gap_s": 3600},
    }
    inputs: list[Input] = [*scenes.curve({}, 100, 4.0), last]
    # A reading speaks for 15 minutes: an hour and a microsecond without one.
    (gap,) = scenes.facts_from(scenes.scene(document, inputs, 175)).coverage.gaps
    assert (gap.gap, gap.allowed) == ("1 h 01 min", "1 h")


def test_time_that_was_judged_of_too_few_trusted_sensors_is_not_called_unobserved() -> None:
    readings = scenes.curve({}, 400, 20.0)
    # The policy asks for two trusted sensors; one alone is judged, and covers nothing.
    alone = scenes.facts_from(scenes.scene(scenes.DEMANDING, readings, 400))
    assert alone.excursions[0].outside == "6 h 40 min"
    assert (alone.coverage.is_nothing, alone.coverage.quantity) == (
        True,
        "temperature by enough trusted sensors",
    )
    enough = scenes.facts_from(scenes.scene(scenes.PERISHABLE, readings, 400))
    assert enough.coverage.quantity == "temperature"
