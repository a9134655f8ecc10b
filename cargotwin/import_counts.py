"""How many readings of a device the gateway keeps, before and after a file is imported."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote

from cargotwin.status_client import StatusClient, StatusRefused
from gateway.errors import UnreadableFile
from twins.errors import TransientFault

Series = tuple[str, str]
"""Sensor and quantity."""

_LOOK_S = 0.1


async def readings_kept(
    data: Path, device: str, series: Collection[Series], patience_s: float
) -> int | None:
    """Return how many readings the gateway keeps of some series of a device.

    Whatever is journalled when this is called is counted.

    Args:
        data: Data folder of the gateway.
        device: Id of the device.
        series: Its series that count.
        patience_s: How long the gateway may take to derive what is journalled.

    Returns:
        The number; None where the gateway does not tell it in time.
    """
    ends_at = time.monotonic() + patience_s
    try:
        client = StatusClient(data)
        while (await client.get("/api/v1/service"))["behind"]["derive"]:
            if time.monotonic() > ends_at:
                return None
            await asyncio.sleep(_LOOK_S)
        found = await client.get(f"/api/v1/devices/{quote(device, safe='')}")
    except StatusRefused:
        # Nothing was ever heard of it.
        return 0
    except (TransientFault, UnreadableFile):
        # The journal takes the file without the page.
        return None
    return sum(
        int(one["readings"])
        for one in found["series"]
        if (one["sensor"], one["quantity"]) in series
    )
