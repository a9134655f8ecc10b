import logging

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.ports import AssetSummary, Status
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from twins.errors import TransientFault


class StoreAway(TransientFault):
    pass


class FailingSource(FakeStatusSource):
    def status(self) -> Status:
        raise StoreAway("derived.db is being rebuilt")

    def assets(self) -> tuple[AssetSummary, ...]:
        raise RuntimeError("secret detail")


@pytest.fixture
def app_of_failing_source() -> TestServer:
    source = FailingSource([])
    return TestServer(web_application(source, FakeCommands(), Broadcast(), WebSettings()))


async def test_gateway_that_cannot_read_its_state_is_alive_and_not_ready(
    app_of_failing_source: TestServer,
) -> None:
    async with TestClient(app_of_failing_source) as client:
        assert (await client.get("/healthz")).status == 200
        answer = await client.get("/readyz")
        assert answer.status == 503
        assert "derived.db is being rebuilt" in (await answer.json())["detail"]


async def test_fault_of_our_own_is_logged_and_not_told(
    app_of_failing_source: TestServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with TestClient(app_of_failing_source) as client:
        with caplog.at_level(logging.ERROR):
            answer = await client.get("/api/v1/assets")
        assert answer.status == 500
        assert answer.content_type == "application/problem+json"
        assert "secret" not in await answer.text()
        assert "no answer to GET /api/v1/assets" in caplog.text
