from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import NOON, every_shipment
from tests.fakes.status_source import (
    FakeCommands,
    FakeStatusSource,
    made_devices,
    made_quarantine,
)


@pytest.fixture(scope="session")
def source() -> FakeStatusSource:
    return FakeStatusSource(every_shipment(), made_quarantine(), made_devices())


@pytest.fixture
def commands() -> FakeCommands:
    return FakeCommands()


@pytest.fixture
def live() -> Broadcast:
    return Broadcast(backlog=4)


@pytest.fixture
def settings() -> WebSettings:
    return WebSettings(live_readers=1, heartbeat_s=0.05)


@pytest.fixture
async def client(
    source: FakeStatusSource, commands: FakeCommands, live: Broadcast, settings: WebSettings
) -> AsyncIterator[TestClient]:
    app = web_application(source, commands, live, settings, clock=lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        yield client
