import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.canonical import canonical_bytes
from gateway.errors import LedgerDamaged
from gateway.exports.epcis import epcis_bytes
from gateway.exports.history import AssetHistory, history_of
from gateway.ports import AssetDetail
from gateway.unpublished import Untold
from tests.fakes.shipments import warm_vaccine
from tests.fakes.status_source import FakeStatusSource
from tests.unit.gateway.deriving import MINTED, Deriving
from tests.unit.gateway.exports.checking import mistakes
from tests.unit.twins.maps import circle, document, steps
from tests.unit.twins.samples import ASSET, at, close, milestone, read
from twins.inputs import MilestoneName, Plan
from twins.readings import Reading

PLANNED = Plan(
    1,
    ASSET,
    document(
        [
            circle("works", 47.0, 8.0) | {"role": "origin", "place": "4012345000054"},
            circle("shop", 47.1, 8.0) | {"role": "destination", "place": "dock 4"},
        ]
    ),
    at(1),
)


def travelled(since: float) -> list[Reading]:
    """Return the positions of a way from the origin to the destination of the plan."""
    way = [(0, 47.0), (600, 47.0), (1_200, 47.05), (1_800, 47.1), (2_400, 47.1)]
    return [
        read(since + seconds, steps(degrees), quantity=quantity, sensor="gps")
        for seconds, latitude in way
        for quantity, degrees in (("latitude", latitude), ("longitude", 8.0))
    ]


@pytest.fixture
def one(tmp_path: Path) -> Deriving:
    return Deriving(tmp_path)


def detail_of(one: Deriving) -> AssetDetail:
    found = one.status.asset(ASSET)
    assert found is not None
    return found


def history(one: Deriving) -> AssetHistory:
    return history_of(one.status, detail_of(one))


def publish(one: Deriving, earliest: int | None = None) -> None:
    state = one.book.assets[ASSET]
    published = one.publisher.publish_if_changed(
        state.twin,
        state.policy,
        state.evidence,
        as_of=one.status.as_of(ASSET),
        untold=None if earliest is None else Untold(earliest, earliest),
        twin_at=partial(one.book.twin_at, ASSET),
    )
    assert published is not None


def events_of(one: Deriving) -> list[dict[str, Any]]:
    document = json.loads(epcis_bytes(history(one)))
    assert mistakes(document) == []
    events: list[dict[str, Any]] = document["epcisBody"]["eventList"]
    return events


def test_history_holds_the_inputs_the_versions_and_the_present(one: Deriving) -> None:
    one.take(*MINTED)
    publish(one)
    one.take(read(20, 6_000))
    found = history(one)
    assert found.asset == ASSET
    assert not any(isinstance(record, Reading) for record in found.inputs)
    assert len(found.inputs) == 3
    assert [version.version for version in found.published] == [1]
    assert found.published[0].condition.as_of == at(10)
    assert found.present.as_of == at(20)
    assert found.present.statistics.series[0].maximum == 6_000


def test_milestone_that_was_not_reached_is_no_event(one: Deriving) -> None:
    one.take(*MINTED, close(20), milestone(30, MilestoneName.ARRIVAL))
    steps = [event.get("bizStep") for event in events_of(one)]
    assert "arriving" not in steps
    assert "other" in steps


def test_milestones_that_positions_showed_are_events_with_the_places_of_the_plan(
    one: Deriving,
) -> None:
    one.take(*MINTED, PLANNED, *travelled(20))
    found = [event for event in events_of(one) if "cargotwin:knownBy" in event]
    assert [(event["bizStep"], event["readPoint"]) for event in found] == [
        ("departing", {"id": "https://id.gs1.org/414/4012345000054"}),
        ("arriving", {"id": "urn:cargotwin:loc:dock%204"}),
    ]
    assert {event["cargotwin:knownBy"] for event in found} == {"position"}
    ids = [event["eventID"] for event in found]
    one.reopen()
    one.take(read(9_000, 5_000))
    again = [event["eventID"] for event in events_of(one) if "cargotwin:knownBy" in event]
    assert again == ids


@pytest.mark.parametrize(("later", "known_by"), [(0, None), (60, "position")])
def test_milestone_that_was_shown_and_then_stated_is_told_once(
    one: Deriving, later: float, known_by: str | None
) -> None:
    one.take(*MINTED, PLANNED, *travelled(20))
    shown = one.book.assets[ASSET].twin.shown_milestones[0]
    # What is stated of the very moment comes before what was read then, and is reached by it.
    one.take(replace(shown, observed_at=shown.observed_at + at(later)))
    (found,) = [event for event in events_of(one) if event["bizStep"] == "departing"]
    assert found.get("cargotwin:knownBy") == known_by


def test_version_that_late_data_made_wrong_is_declared_in_error(one: Deriving) -> None:
    one.take(*MINTED, close(15))
    publish(one)
    before = events_of(one)
    one.take(read(5, 20_000))
    publish(one, earliest=at(5))
    after = events_of(one)
    declared = [event for event in after if "errorDeclaration" in event]
    (wrong,) = [event for event in before if event["bizStep"] == "sensor_reporting"]
    assert [event["eventID"] for event in declared] == [wrong["eventID"]]
    correct = after[-1]
    assert declared[0]["errorDeclaration"]["correctiveEventIDs"] == [correct["eventID"]]
    highest = [
        event["sensorElementList"][0]["sensorReport"][0]["maxValue"] for event in (wrong, correct)
    ]
    assert highest == [5, 20]


def test_export_is_the_same_after_a_restart(one: Deriving) -> None:
    one.take(*MINTED)
    publish(one)
    before = epcis_bytes(history(one))
    one.reopen()
    assert epcis_bytes(history(one)) == before


def test_document_of_another_release_is_read_as_far_as_it_is_exported(one: Deriving) -> None:
    one.take(*MINTED)
    publish(one)
    detail = detail_of(one)
    source = FakeStatusSource([])
    source.inputs = one.status.inputs  # type: ignore[method-assign]  # those of the real one
    stored = one.status.document(detail.versions[0].digest)
    assert stored is not None
    document = json.loads(stored)
    document["properties"]["cargotwin"]["condition"]["statistics"]["series"][0]["more"] = 1
    source.documents[detail.versions[0].digest] = canonical_bytes(document)
    assert history_of(source, detail) == history(one)


@pytest.mark.parametrize("stored", [None, b"{}", b"no JSON"])
def test_version_whose_document_is_gone_or_damaged_says_which(stored: bytes | None) -> None:
    source = FakeStatusSource([warm_vaccine()])
    detail = source.asset("SGTIN-4711")
    assert detail is not None
    digest = detail.versions[0].digest
    source.documents.pop(digest)
    if stored is not None:
        source.documents[digest] = stored
    with pytest.raises(LedgerDamaged, match="version 1 of asset SGTIN-4711"):
        history_of(source, detail)
