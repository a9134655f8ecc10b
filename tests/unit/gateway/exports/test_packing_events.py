import json
from pathlib import Path
from typing import Any

import msgspec

from gateway.exports.epcis import epcis_bytes
from gateway.exports.event import Json
from gateway.exports.history import history_of
from gateway.exports.packing_events import packing_events
from tests.unit.gateway.deriving import Deriving, Record, minted
from tests.unit.gateway.exports.checking import mistakes
from tests.unit.twins.samples import at
from twins.inputs import (
    BindingAction,
    Handover,
    HandoverPhase,
    HandoverStatement,
    Milestone,
    MilestoneName,
    Packing,
)

ADD, DELETE = BindingAction.ADD, BindingAction.DELETE
PALLET, CASE, OTHER = "pallet-7", "case-1", "case-2"
URI = "urn:cargotwin:asset:obj:"
CONTEXT = {"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"}


def packing(action: BindingAction, seconds: float, child: str = CASE, to: str = PALLET) -> Packing:
    return Packing(1, action, to, child, at(seconds))


def told(*packings: Packing) -> list[Json]:
    return [one.event for one in packing_events(packings)]


def derived(folder: Path, *records: Record) -> Deriving:
    one = Deriving(folder)
    one.take(*minted(PALLET), *minted(CASE), *minted(OTHER), *minted("truck-1"), *records)
    return one


def events_of(one: Deriving, asset: str) -> list[dict[str, Any]]:
    detail = one.status.asset(asset)
    assert detail is not None
    document = json.loads(epcis_bytes(history_of(one.status, detail)))
    assert mistakes(document) == []
    events: list[dict[str, Any]] = document["epcisBody"]["eventList"]
    return events


def aggregations(one: Deriving, asset: str) -> list[dict[str, Any]]:
    return [event for event in events_of(one, asset) if event["type"] == "AggregationEvent"]


def passed(asset: str, seconds: float, giver: str, taker: str) -> list[Handover]:
    """Return an offer, and its acceptance ten seconds later."""
    nonce = f"{asset}-{seconds}"
    return [
        Handover(
            1, msgspec.json.encode(HandoverStatement(asset, giver, taker, at(when), phase, nonce))
        )
        for phase, when in [
            (HandoverPhase.OFFERED, seconds),
            (HandoverPhase.ACCEPTED, seconds + 10),
        ]
    ]


def steps_of(events: list[dict[str, Any]], asset: str) -> list[str]:
    """Return the business steps of events about one asset alone."""
    about = [event for event in events if event.get("epcList") == [f"{URI}{asset}"]]
    return [event["bizStep"] for event in about if event["bizStep"] != "sensor_reporting"]


def test_case_tells_what_its_pallet_went_through_while_it_stood_there_as_the_pallet_does(
    tmp_path: Path,
) -> None:
    one = derived(
        tmp_path,
        packing(ADD, 20),
        Milestone(1, PALLET, MilestoneName.DEPARTURE, at(30)),
        *passed(PALLET, 40, "maker", "carrier"),
        packing(DELETE, 60),
        *passed(CASE, 70, "carrier", "shop"),
        *passed(PALLET, 90, "carrier", "depot"),
    )
    of_case, of_pallet = events_of(one, CASE), events_of(one, PALLET)
    assert steps_of(of_case, CASE) == ["commissioning", "shipping", "accepting"]
    assert steps_of(of_case, PALLET) == ["departing", "shipping", "accepting"]
    shared = [event for event in of_case if event.get("epcList") == [f"{URI}{PALLET}"]]
    assert all(event in of_pallet for event in shared)


def test_packing_aggregates_one_asset_to_another_and_unpacking_ends_it() -> None:
    packed, unpacked = told(packing(ADD, 4), packing(DELETE, 9))
    for one in (packed, unpacked):
        assert one["type"] == "AggregationEvent"
        assert one["parentID"] == f"{URI}{PALLET}"
        assert one["childEPCs"] == [f"{URI}{CASE}"]
        assert mistakes(one | CONTEXT) == []
    assert (packed["action"], packed["bizStep"]) == ("ADD", "packing")
    assert (unpacked["action"], unpacked["bizStep"]) == ("DELETE", "unpacking")
    assert packed["eventTime"] == "1970-01-01T00:00:04.000Z"


def test_exports_of_what_holds_and_of_what_is_held_tell_the_same_events(tmp_path: Path) -> None:
    one = derived(tmp_path, packing(ADD, 10), packing(DELETE, 20), packing(ADD, 15, OTHER))
    of_case, of_pallet = aggregations(one, CASE), aggregations(one, PALLET)
    assert [event["action"] for event in of_case] == ["ADD", "DELETE"]
    assert [event for event in of_pallet if event["childEPCs"] == [f"{URI}{CASE}"]] == of_case
    assert len(of_pallet) == 3


def test_what_is_in_the_middle_tells_both_sides_and_the_outermost_only_its_own(
    tmp_path: Path,
) -> None:
    one = derived(tmp_path, packing(ADD, 10), packing(ADD, 12, PALLET, "truck-1"))
    assert [event["parentID"] for event in aggregations(one, PALLET)] == [
        f"{URI}{PALLET}",
        f"{URI}truck-1",
    ]
    assert [event["childEPCs"] for event in aggregations(one, "truck-1")] == [[f"{URI}{PALLET}"]]


def test_packing_that_changes_nothing_is_no_event(tmp_path: Path) -> None:
    one = derived(
        tmp_path,
        packing(DELETE, 5),
        packing(ADD, 10),
        packing(ADD, 11),
        packing(DELETE, 20),
        packing(DELETE, 21),
    )
    assert [event["action"] for event in aggregations(one, PALLET)] == ["ADD", "DELETE"]
    assert aggregations(one, PALLET) == aggregations(one, CASE)


def test_packing_and_unpacking_of_one_instant_are_told_by_neither_side(tmp_path: Path) -> None:
    one = derived(tmp_path, packing(ADD, 10), packing(DELETE, 10))
    assert aggregations(one, PALLET) == aggregations(one, CASE) == []


def test_document_is_no_older_than_what_it_tells(tmp_path: Path) -> None:
    # Nothing was heard of the pallet itself since 10 s.
    one = derived(tmp_path, packing(ADD, 500))
    detail = one.status.asset(PALLET)
    assert detail is not None
    document = json.loads(epcis_bytes(history_of(one.status, detail)))
    assert detail.condition.as_of == at(10)
    assert document["creationDate"] == "1970-01-01T00:08:20.000Z"
