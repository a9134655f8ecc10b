from collections.abc import AsyncIterator

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer
from typing_extensions import override

from gateway.ports import AssetDetail, Containment
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import HOUR, NOON, every_shipment
from tests.fakes.status_source import FakeCommands, FakeStatusSource, made_devices, made_quarantine

PALLET, ITEM = "gs1:00:106141412345678908", "item-1"
BOX = "SGTIN-4711"


class Packed(FakeStatusSource):
    """A status source whose every asset stood on a pallet, and holds an item."""

    @override
    def asset(self, asset: str) -> AssetDetail | None:
        detail = super().asset(asset)
        if detail is None:
            return None
        return msgspec.structs.replace(
            detail,
            contained_in=(Containment(PALLET, NOON, NOON + HOUR),),
            contains=(Containment(ITEM, NOON, None),),
        )


@pytest.fixture
async def client() -> AsyncIterator[TestClient]:
    source = Packed(every_shipment(), made_quarantine(), made_devices())
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(), clock=lambda: NOON)
    async with TestClient(TestServer(app)) as found:
        yield found


async def test_document_tells_what_holds_an_asset_and_what_it_holds(client: TestClient) -> None:
    document = await (await client.get(f"/api/v1/assets/{BOX}")).json()
    assert document["contained_in"] == [
        {"asset": PALLET, "since": "2026-11-20T12:00:00Z", "until": "2026-11-20T13:00:00Z"}
    ]
    assert document["contains"] == [{"asset": ITEM, "since": "2026-11-20T12:00:00Z", "until": None}]


async def test_page_leads_to_what_holds_an_asset_and_to_what_it_holds(client: TestClient) -> None:
    answer = await client.get(f"/assets/{BOX}", headers={"Accept": "text/html"})
    text = await answer.text()
    assert 'href="/assets/gs1:00:106141412345678908"' in text
    assert 'href="/assets/item-1"' in text
    assert (await client.get("/assets/gs1%3A00%3A106141412345678908")).status == 404
