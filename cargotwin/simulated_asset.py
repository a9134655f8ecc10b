"""What a simulated shipment needs for its messages to count: an asset, and its bound devices."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from cargotwin.console import DEFAULT_DATA
from cargotwin.moments import rfc3339
from cargotwin.status_client import StatusAway, StatusClient, StatusRefused
from gateway.errors import UnreadableFile
from simulators.shipment import Shipment
from twins.readings import MICROSECONDS


async def lacking(shipment: Shipment, data: Path) -> list[str]:
    """Return the commands that make a gateway take a shipment; none where it does already.

    Where nobody tells what the gateway knows, all of them.
    """
    try:
        client = StatusClient(data)
        is_known = await _is_there(client, f"/api/v1/assets/{quote(shipment.asset, safe='')}")
        bound = {
            one["id"]
            for one in await client.items("/api/v1/devices?state=all")
            if shipment.asset in one["assets"]
        }
    except (StatusAway, UnreadableFile):
        is_known, bound = False, set()
    return [
        *([] if is_known else [_add(shipment, data)]),
        *(line for device, line in binding(shipment, data) if device not in bound),
        *([] if is_known else [_take_statements(data)]),
    ]


def commands(shipment: Shipment, data: Path) -> list[str]:
    """Return the commands that make any gateway take a shipment, ready for a shell."""
    bind = (line for _, line in binding(shipment, data))
    return [_add(shipment, data), *bind, _take_statements(data)]


def binding(shipment: Shipment, data: Path) -> Iterator[tuple[str, str]]:
    """Yield each device of a shipment with the command that binds it."""
    for device in shipment.devices:
        interval = str(device.expected_interval // MICROSECONDS)
        yield (
            device.id,
            _line(
                ("asset", "bind", shipment.asset),
                {"device": device.id, "interval": interval, "at": rfc3339(shipment.starts_at)},
                data,
            ),
        )


def _add(shipment: Shipment, data: Path) -> str:
    options = {
        "policy": shipment.policy,
        "holder": shipment.holder,
        "title": shipment.title,
        "at": rfc3339(shipment.starts_at),
    }
    return _line(("asset", "add", shipment.asset), options, data)


def _take_statements(data: Path) -> str:
    """Return what takes the custody and milestones that came before their asset was known."""
    return _line(("quarantine", "redecode"), {"reason": "unknown_asset"}, data)


def _line(words: tuple[str, ...], options: dict[str, str], data: Path) -> str:
    folder = {} if data == DEFAULT_DATA else {"data": str(data)}
    parts = [part for name, text in (options | folder).items() for part in (f"--{name}", text)]
    return shlex.join(["cargotwin", *words, *parts])


async def _is_there(client: StatusClient, path: str) -> bool:
    try:
        await client.get(path)
    except StatusRefused:
        return False
    return True
