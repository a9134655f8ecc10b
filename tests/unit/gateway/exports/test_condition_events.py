from typing import Any

from gateway.exports.condition_events import condition_events
from gateway.exports.event_hash import event_hash_id
from gateway.exports.history import AssetHistory, PublishedCondition
from gateway.exports.stated_condition import stated_condition
from tests.unit.gateway.exports.checking import version_of
from tests.unit.twins.samples import ASSET, at, bind, boundary, judge, policy, read
from twins.inputs import Input
from twins.verdict.condition import Condition, condition_document

WARM = policy(boundary("above-8", 8_000, delay=60), minimum_coverage_ppm=500_000)
COOL = [bind(0), read(0, 5_000), read(100, 5_000)]
LATE = [read(20, 9_000), read(90, 9_000)]


def judged(inputs: list[Input], as_of: float = 200) -> Condition:
    return judge(inputs, WARM, as_of)


def told(present: Condition, *published: PublishedCondition) -> list[dict[str, Any]]:
    history = AssetHistory(ASSET, (), published, stated_condition(condition_document(present)))
    return [one.event for one in condition_events(history)]


def test_condition_is_a_sensor_report_with_its_disposition() -> None:
    (found,) = told(judged([*COOL, *LATE]))
    assert found["type"] == "ObjectEvent"
    assert (found["action"], found["bizStep"]) == ("OBSERVE", "sensor_reporting")
    assert found["disposition"] == "non_conformant"
    assert found["eventTime"] == "1970-01-01T00:03:20.000Z"
    assert found["epcList"] == ["urn:cargotwin:asset:obj:box-1"]
    assert found["cargotwin:severity"] == "major"
    assert found["cargotwin:rule"] == ["boundary:above-8"]


def test_coverage_stands_next_to_every_disposition() -> None:
    # A reading speaks for 900 s: 1000 s of 2000 s planned were observed.
    (found,) = told(judged(COOL, as_of=2_000))
    assert found["disposition"] == "conformant"
    assert str(found["cargotwin:coveragePercent"]) == "50"


def test_condition_before_the_first_reading_is_no_event() -> None:
    assert told(judge([bind(0)], WARM, 10)) == []


def test_each_version_is_told_with_its_number_and_the_present_without_one() -> None:
    first, second = judged(COOL, 100), judged(COOL, 150)
    found = told(judged(COOL), version_of(first, 1), version_of(second, 2))
    assert [one.get("cargotwin:version") for one in found] == [1, 2, None]


def test_present_condition_that_is_published_is_told_once() -> None:
    found = told(judged(COOL), version_of(judged(COOL), 1))
    assert [one.get("cargotwin:version") for one in found] == [1]


def test_readings_of_the_present_are_found_where_those_of_the_newest_version_are() -> None:
    found = told(judged(COOL), version_of(judged(COOL, 150), 1))
    addresses = [one["sensorElementList"][0]["sensorMetadata"]["rawData"] for one in found]
    assert all(one.startswith("https://twins.example/api/v1/assets/box-1/") for one in addresses)


def test_version_that_late_data_made_wrong_is_declared_in_error_and_names_its_correction() -> None:
    wrong = version_of(judged(COOL), 1)
    right = version_of(judged([*COOL, *LATE]), 2, supersedes=1, published_at=at(260.25))
    declared, corrective = told(judged([*COOL, *LATE]), wrong, right)
    assert declared["errorDeclaration"] == {
        "declarationTime": "1970-01-01T00:04:20.250Z",
        "reason": "incorrect_data",
        "correctiveEventIDs": [corrective["eventID"]],
    }
    assert "errorDeclaration" not in corrective
    assert declared["eventID"] != corrective["eventID"]


def test_declaration_leaves_the_id_of_the_event_as_it_was() -> None:
    # CBV 2.0 section 8.9 hashes no declaration; EPCIS 2.0 section 7.4.1.4 matches by the event id.
    wrong = version_of(judged(COOL), 1)
    right = version_of(judged([*COOL, *LATE]), 2, supersedes=1)
    (before,) = told(judged(COOL), wrong)
    after, _ = told(judged([*COOL, *LATE]), wrong, right)
    assert after["eventID"] == before["eventID"]
    assert {name: value for name, value in after.items() if name != "errorDeclaration"} == before
    context = [{"cargotwin": "urn:cargotwin:epcis/"}]
    assert event_hash_id(after, context) == after["eventID"]


def test_correction_of_a_correction_declares_both() -> None:
    versions = (
        version_of(judged(COOL), 1),
        version_of(judged([*COOL, LATE[0]]), 2, supersedes=1),
        version_of(judged([*COOL, *LATE]), 3, supersedes=2),
    )
    found = told(judged([*COOL, *LATE]), *versions)
    first, second, third = (one["eventID"] for one in found)
    declared = [one.get("errorDeclaration", {}).get("correctiveEventIDs") for one in found]
    assert declared == [[second], [third], None]
    assert len({first, second, third}) == 3


def test_version_of_before_the_first_reading_needs_no_declaration() -> None:
    empty = version_of(judge([bind(0)], WARM, 5), 1)
    found = told(judged(COOL), empty, version_of(judged(COOL), 2, supersedes=1))
    assert [one.get("errorDeclaration") for one in found] == [None]
