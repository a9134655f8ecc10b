from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from tests.unit.gateway.devices.adopting import Adopting, adopting
from tests.unit.gateway.web.devices.serving import served


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Adopting]:
    async with adopting(tmp_path) as found:
        yield found


@pytest.fixture
async def client(one: Adopting) -> AsyncIterator[TestClient]:
    async with served(one) as client:
        yield client
