"""An asset at every address that spells its GS1 key."""

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import HOUR, MINUTE, NOON, VACCINE, Shipment, begun, read, waves
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from tests.unit.gateway.devices.adopting import adopting
from tests.unit.gateway.intake.running_intake import ADD, TIMED, TOPIC
from tests.unit.gateway.intake.running_intake import NOW as INTAKE_NOW

URN = "urn:epc:id:sscc:0614141.1234567890"
SPELLINGS = (
    URN,
    "gs1:00:106141412345678908",
    "(00)106141412345678908",
    "https://example.com/00/106141412345678908?s=1",
)
# A serial may end as a suffix does; its canonical id cannot.
SERIAL_LINK = "https://id.gs1.org/01/10614141123459/21/a.json"


def added(asset: str) -> dict[str, object]:
    return {**ADD, "asset": asset}


def shipment(asset: str) -> Shipment:
    start = NOON - HOUR
    inputs = [
        *begun(asset, "a pallet", VACCINE, start),
        *read(asset, "temperature", start + 2 * MINUTE, waves(11, 5_000, 500)),
    ]
    return Shipment(asset, "a pallet", VACCINE, inputs)


@pytest.fixture
async def client(commands: FakeCommands) -> AsyncIterator[TestClient]:
    source = FakeStatusSource([shipment(URN), shipment("gs1:01:10614141123459:21:a.2Ejson")])
    app = web_application(source, commands, Broadcast(), WebSettings(), clock=lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        yield client


def address(spelling: str, rest: str = "") -> str:
    return f"/api/v1/assets/{quote(spelling, safe='')}{rest}"


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_every_address_of_an_asset_takes_every_spelling_of_its_key(
    client: TestClient, spelling: str
) -> None:
    for rest in ("", ".json"):
        answer = await client.get(address(spelling, rest))
        assert (answer.status, (await answer.json())["id"]) == (200, URN)
    for rest in ("/timeline", "/readings", "/report", "/versions", "/proof", "/export"):
        exact = await (await client.get(address(URN, rest))).read()
        assert await (await client.get(address(spelling, rest))).read() == exact


@pytest.mark.parametrize("spelling", [*SPELLINGS, SERIAL_LINK])
async def test_browser_gets_the_page_by_every_spelling(client: TestClient, spelling: str) -> None:
    answer = await client.get(
        f"/assets/{quote(spelling, safe='')}", headers={"Accept": "text/html"}
    )
    assert (answer.status, answer.content_type) == (200, "text/html")


async def test_key_of_no_asset_is_not_found(client: TestClient) -> None:
    for spelling in ("(00)006141411234567890", "(00)1", "gs1:00:x"):
        assert (await client.get(address(spelling))).status == 404


async def test_decision_reaches_the_door_with_the_id_by_which_the_asset_is_kept(
    client: TestClient, commands: FakeCommands
) -> None:
    decision = {"asset": SPELLINGS[3], "outcome": "released", "by": "qa", "reason": "looked at"}
    assert (await client.post("/api/v1/decisions", json=decision)).status == 201
    assert [one["asset"] for one in commands.submitted] == [URN]


async def test_device_is_brought_in_for_the_asset_that_a_link_names(tmp_path: Path) -> None:
    adopt = {"asset": SPELLINGS[3], "expected_interval_s": 60, "by": "qa", "since": "all"}
    async with adopting(tmp_path) as one:
        await one.submit(added(URN))
        await one.hear(TOPIC, TIMED)
        app = web_application(one.status, one, Broadcast(), WebSettings(), clock=lambda: INTAKE_NOW)
        async with TestClient(TestServer(app)) as client:
            answer = await client.post("/api/v1/devices/adopt", json=adopt | {"device": "d-1"})
            document = await answer.json()
    assert (document["asset"], document["readings"], document["other_assets"]) == (URN, 1, [])
