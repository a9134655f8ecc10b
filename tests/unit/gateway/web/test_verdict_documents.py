import jsonschema
import msgspec
import pytest

from gateway.web import asset_schema, openapi
from gateway.web.documents import asset_document
from gateway.web.liability_documents import liability_document
from gateway.web.verdict_documents import verdict_document
from tests.fakes.judged_shipment import EVERYTHING, judged_shipment
from tests.fakes.shipments import Shipment, every_shipment
from tests.fakes.status_source import FakeStatusSource
from twins.twin import settled_at
from twins.verdict.condition import LocationFigure

SHIPMENTS = [judged_shipment(), *every_shipment()]
JUDGED = SHIPMENTS[0]


def verdict(shipment: Shipment) -> dict[str, object]:
    twin = settled_at(shipment.twin, shipment.as_of, shipment.policy)
    document = verdict_document(shipment.condition, shipment.policy, twin)
    found: dict[str, object] = msgspec.json.decode(msgspec.json.encode(document))
    return found


@pytest.mark.parametrize("shipment", SHIPMENTS, ids=lambda one: one.id)
def test_verdict_is_as_it_is_described(shipment: Shipment) -> None:
    document = verdict(shipment)
    members = asset_schema.ASSET["properties"]
    described = {name: members[name] for name in document}
    jsonschema.validate(document, {"type": "object", "properties": described})
    assert not set(document) - set(members)


@pytest.mark.parametrize("shipment", SHIPMENTS, ids=lambda one: one.id)
def test_asset_has_every_member_that_is_described(shipment: Shipment) -> None:
    detail = FakeStatusSource([shipment]).asset(shipment.id)
    assert detail is not None
    document = msgspec.json.decode(msgspec.json.encode(asset_document(detail, None)))
    jsonschema.validate(document, asset_schema.ASSET)


def test_location_tells_stops_times_and_sums_and_no_position() -> None:
    figure = LocationFigure(
        stop="",
        last_stop="basel",
        off_route_since=1_795_176_000_000_000,
        off_route_alarms=1,
        fixes=40,
        impossible=2,
        travelled_mm=12_345_678,
        off_route=90_000_000,
        overdue_stops=("lyon",),
    )
    condition = msgspec.structs.replace(JUDGED.condition, location=figure)
    document = verdict_document(condition, EVERYTHING, None)["location"]
    assert document == {
        "stop": None,
        "last_stop": "basel",
        "off_route_since": "2026-11-20T12:00:00Z",
        "off_route_alarms": 1,
        "off_route_s": 90,
        "overdue_stops": ["lyon"],
        "fixes": 40,
        "impossible_fixes": 2,
        "travelled_m": 12_345.678,
    }


def test_description_of_the_interface_holds_that_of_an_asset() -> None:
    paths = openapi.document("0.1.0")["paths"]
    answer = paths["/api/v1/assets/{id}"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"] == asset_schema.ASSET
    jsonschema.Draft202012Validator.check_schema(asset_schema.ASSET)


def test_excursion_names_the_readings_that_were_outside_at_its_alarm() -> None:
    (rule,) = [one for one in verdict(JUDGED)["rules_fired"] if one["rule"] == "boundary:above-8"]
    last = rule["excursions"][-1]
    assert [
        (one["sensor"], one["observed_at"], one["value"]["value"]) for one in last["shown_by"]
    ] == [
        ("back", "2026-11-20T10:30:00Z", 9.19),
        ("door", "2026-11-20T10:30:00Z", 9.31),
    ]
    assert sum(one["outside_s"] for one in last["held_by"]) == last["outside_s"]


def test_minutes_of_the_custodians_sum_to_those_of_all() -> None:
    twin = settled_at(JUDGED.twin, JUDGED.as_of, EVERYTHING)
    found = liability_document(JUDGED.condition.custody, twin.custody, EVERYTHING)
    minutes = [one["outside_minutes"] for one in found["liability"]]
    assert sum(minutes) == found["outside_minutes"] == found["outside_s"] // 60
    assert sum(one["outside_s"] for one in found["liability"]) == found["outside_s"]


def test_finding_that_holds_says_what_ends_it_and_by_which_readings_it_is_shown() -> None:
    (battery,) = [
        one for one in verdict(JUDGED)["sensors"]["running"] if one["kind"] == "battery_low"
    ]
    assert battery["what_would_change"] == "A charge of 10 % or more ends it."
    assert battery["readings"] == [
        {
            "observed_at": "2026-11-20T11:00:00Z",
            "value": {"value": 8.0, "unit": "%", "raw": 8_000},
        }
    ]


def test_shelf_life_is_told_in_seconds_at_its_reference_temperature() -> None:
    life = verdict(JUDGED)["shelf_life"]
    assert life["life_s"] == 864_000
    assert life["reference"] == {"value": 5.0, "unit": "°C", "raw": 5_000}
    assert 0 < life["left_s"] < life["life_s"]
