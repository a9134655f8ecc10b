import json
from typing import Any

import msgspec
import pytest

from gateway.exports.epcis import epcis_bytes
from gateway.exports.event_hash import event_hash_id, pre_hash_string
from gateway.exports.history import AssetHistory
from tests.fakes.shipments import (
    HOUR,
    NOON,
    Shipment,
    calm_vaccine,
    delivered_vaccine,
    every_shipment,
    unread_vaccine,
    warm_vaccine,
)
from tests.unit.gateway.exports.checking import (
    history_of_shipment,
    mistakes,
    of_gs1,
    reference_pre_hashes,
    version_of,
)

SHIPMENTS = every_shipment()
SAMPLES = of_gs1("documents.json")["documents"]


def corrected(shipment: Shipment) -> AssetHistory:
    """Return a shipment whose first version late data made wrong."""
    earlier = msgspec.structs.replace(shipment.condition, severity=0, rules_fired=())
    versions = (
        version_of(earlier, 1, published_at=NOON),
        version_of(shipment.condition, 2, supersedes=1, published_at=NOON + HOUR),
    )
    return history_of_shipment(shipment, versions)


def exported(history: AssetHistory) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(epcis_bytes(history))
    return document


def events_of(history: AssetHistory) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = exported(history)["epcisBody"]["eventList"]
    return events


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one["file"])
def test_checks_of_documents_find_no_mistake_in_those_of_gs1(sample: dict[str, Any]) -> None:
    assert mistakes(sample["document"]) == []


def test_checks_of_documents_find_a_wrong_field_and_a_wrong_word() -> None:
    document = exported(history_of_shipment(warm_vaccine()))
    document["epcisBody"]["eventList"][0] |= {"seal": "1", "disposition": "fine"}
    assert mistakes(document)


@pytest.mark.parametrize("shipment", SHIPMENTS, ids=lambda one: one.id)
def test_document_obeys_the_schema_of_gs1(shipment: Shipment) -> None:
    assert mistakes(exported(history_of_shipment(shipment))) == []


@pytest.mark.parametrize("shipment", SHIPMENTS[:-1], ids=lambda one: one.id)
def test_corrected_document_obeys_the_schema_too(shipment: Shipment) -> None:
    history = corrected(shipment)
    assert mistakes(exported(history)) == []
    assert any("errorDeclaration" in one for one in events_of(history))


@pytest.mark.parametrize("shipment", SHIPMENTS[:-1], ids=lambda one: one.id)
def test_pre_hash_strings_of_our_events_are_those_of_the_reference(shipment: Shipment) -> None:
    document = exported(corrected(shipment))
    found = [
        pre_hash_string(one, document["@context"]) for one in document["epcisBody"]["eventList"]
    ]
    assert found == reference_pre_hashes(document)


def test_id_of_each_event_is_the_hash_of_what_was_sent() -> None:
    document = exported(corrected(warm_vaccine()))
    for one in document["epcisBody"]["eventList"]:
        assert one["eventID"] == event_hash_id(one, document["@context"])


def test_same_state_gives_the_same_bytes_in_whatever_order_inputs_arrived() -> None:
    history = corrected(delivered_vaccine())
    again = msgspec.structs.replace(history, inputs=history.inputs[::-1])
    assert epcis_bytes(again) == epcis_bytes(history)


def test_events_come_in_the_order_of_their_times() -> None:
    steps = [one["bizStep"] for one in events_of(history_of_shipment(delivered_vaccine()))]
    assert steps == [
        "commissioning",
        "installing",
        "staging_outbound",
        "shipping",
        "accepting",
        "other",
        "inspecting",
        "sensor_reporting",
    ]


def test_document_is_dated_by_the_moment_that_it_judges() -> None:
    document = exported(history_of_shipment(warm_vaccine()))
    assert document["creationDate"] == "2026-11-20T12:00:00.000Z"
    assert (document["type"], document["schemaVersion"]) == ("EPCISDocument", "2.0")


def test_document_with_a_declaration_of_error_is_no_older_than_it() -> None:
    document = exported(corrected(warm_vaccine()))
    (declared,) = [
        one["errorDeclaration"]
        for one in document["epcisBody"]["eventList"]
        if "errorDeclaration" in one
    ]
    assert declared["declarationTime"] == document["creationDate"] == "2026-11-20T13:00:00.000Z"


def test_figures_are_exact_decimals_in_the_document() -> None:
    series = warm_vaccine().condition.statistics.series[0]
    text = epcis_bytes(history_of_shipment(warm_vaccine())).decode()
    assert series.minimum == 3_815
    assert '"minValue":3.815,' in text


def test_titles_owners_and_reasons_that_people_wrote_stay_out() -> None:
    sent = epcis_bytes(corrected(delivered_vaccine())).decode()
    for private in ("Vaccine lot 4700", "0x" + "ab" * 20, "All in order"):
        assert private not in sent


def test_event_that_is_entered_twice_within_a_millisecond_is_one_event() -> None:
    shipment = delivered_vaccine()
    history = history_of_shipment(shipment)
    decision = history.inputs[-1]
    repeated = msgspec.structs.replace(decision, observed_at=decision.observed_at + 100)  # type: ignore[union-attr]  # a decision
    more = msgspec.structs.replace(history, inputs=(*history.inputs, repeated))
    assert len(events_of(more)) == len(events_of(history))


def test_asset_without_any_input_is_a_document_without_events() -> None:
    assert events_of(history_of_shipment(unread_vaccine())) == []


def test_gs1_key_of_an_asset_is_its_digital_link_in_every_event() -> None:
    history = history_of_shipment(calm_vaccine())
    asset = "urn:epc:id:sgtin:0614141.112345.400"
    renamed = json.loads(
        json.dumps(msgspec.to_builtins(history.present)).replace("SGTIN-4713", asset)
    )
    inputs = tuple(
        msgspec.structs.replace(one, asset=asset)  # type: ignore[type-var]  # no readings here
        for one in history.inputs
    )
    keyed = AssetHistory(asset, inputs, (), msgspec.convert(renamed, type(history.present)))
    link = "https://id.gs1.org/01/10614141123459/21/400"
    assert {one.get("parentID", *one.get("epcList", ())) for one in events_of(keyed)} == {link}
