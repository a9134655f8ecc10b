import json
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from contracts.canonical import canonical_bytes
from contracts.evidence import Evidence
from contracts.metadata import Attestation, VersionFacts, Wording, metadata_document
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import NOON, Shipment, silent_vaccine, warm_vaccine
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from tests.unit.gateway.exports.checking import mistakes

WARM = "/api/v1/assets/SGTIN-4711/export"


def published(shipment: Shipment, number: int) -> bytes:
    """Return what the gateway publishes as a version of a shipment."""
    facts = VersionFacts(
        title=shipment.title,
        version=number,
        previous=None,
        supersedes=None,
        evidence=Evidence(len(shipment.inputs), bytes(32)),
        decision=None,
        external_url=f"http://127.0.0.1:8080/assets/{shipment.id}",
    )
    wording = Wording(text="As it is.", writer="template", provenance={}, next_step="Wait.")
    return canonical_bytes(
        metadata_document(
            shipment.condition, wording, facts, Attestation(key="ed25519:00", signature="00")
        )
    )


@pytest.fixture
async def client() -> AsyncIterator[TestClient]:
    shipments = [warm_vaccine(), silent_vaccine()]
    source = FakeStatusSource(shipments)
    for shipment in shipments:
        detail = source.asset(shipment.id)
        assert detail is not None
        for version in detail.versions:
            source.documents[version.digest] = published(shipment, version.version)
    settings = WebSettings()
    app = web_application(source, FakeCommands(), Broadcast(backlog=4), settings, lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_export_is_an_epcis_document_that_names_its_versions(client: TestClient) -> None:
    response = await client.get(WARM, params={"format": "epcis"})
    assert response.status == 200
    assert response.content_type == "application/ld+json"
    assert response.headers["GS1-EPCIS-Version"] == "2.0"
    assert response.headers["GS1-CBV-Version"] == "2.0"
    document = json.loads(await response.read())
    assert document["type"] == "EPCISDocument"
    assert mistakes(document) == []


async def test_export_without_a_format_is_the_same(client: TestClient) -> None:
    first = await (await client.get(WARM, params={"format": "epcis"})).read()
    assert await (await client.get(WARM)).read() == first


async def test_readings_that_an_export_points_at_are_served(client: TestClient) -> None:
    document = json.loads(await (await client.get(WARM)).read())
    (event,) = [
        one for one in document["epcisBody"]["eventList"] if one["bizStep"] == "sensor_reporting"
    ][:1]
    for element in event["sensorElementList"]:
        address = element["sensorMetadata"]["rawData"].removeprefix("http://127.0.0.1:8080")
        response = await client.get(address)
        assert response.status == 200
        (series,) = (await response.json())["items"]
        measured = element["sensorReport"][0]
        found = {bucket[name] for bucket in series["buckets"] for name in ("minimum", "maximum")}
        assert {measured.get("maxValue", measured.get("value"))} <= found


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        (f"{WARM}?format=xml", 400, "allowed is epcis"),
        ("/api/v1/assets/box-9/export", 404, "No asset has the id 'box-9'"),
    ],
)
async def test_wrong_export_is_refused_with_what_to_do(
    client: TestClient, path: str, status: int, says: str
) -> None:
    response = await client.get(path)
    assert response.status == status
    assert response.content_type == "application/problem+json"
    assert says in (await response.json())["detail"]
