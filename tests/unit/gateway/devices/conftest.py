from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.gateway.devices.adopting import Adopting, adopting


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Adopting]:
    async with adopting(tmp_path) as found:
        yield found
