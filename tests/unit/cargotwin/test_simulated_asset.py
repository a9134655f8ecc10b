import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from aiohttp import web

from cargotwin.console import DEFAULT_DATA
from cargotwin.simulated_asset import commands, lacking
from gateway.supervisor import write_addresses
from simulators.fleet import single
from simulators.shipment import Shipment
from tests.servers import free_port

NOW = 1_795_176_000_000_000
SHIPMENT = single("excursion", 7, NOW)
DEVICES = [one.id for one in SHIPMENT.devices]


def option(line: str, name: str) -> str:
    words = shlex.split(line)
    return words[words.index(f"--{name}") + 1]


def test_commands_add_the_asset_and_bind_every_device_from_its_beginning_on() -> None:
    add, *bind, redecode = commands(SHIPMENT, DEFAULT_DATA)
    assert redecode == "cargotwin quarantine redecode --reason unknown_asset"
    assert shlex.split(add)[:4] == ["cargotwin", "asset", "add", SHIPMENT.asset]
    assert (option(add, "policy"), option(add, "title")) == (SHIPMENT.policy, SHIPMENT.title)
    assert [option(line, "device") for line in bind] == DEVICES
    # The scenario sends every five minutes, from a minute before 2026-11-19T00:00:00Z on.
    assert {option(line, "interval") for line in bind} == {"300"}
    assert {option(line, "at") for line in (add, *bind)} == {"2026-11-18T23:59:00Z"}
    assert "--data" not in add


def test_folder_that_is_not_the_usual_one_is_named_and_quoted() -> None:
    assert all(
        option(line, "data") == "/srv/my data" for line in commands(SHIPMENT, Path("/srv/my data"))
    )


async def asked(tmp_path: Path, *, assets: set[str], carried: dict[str, list[str]]) -> list[str]:
    """Return what a gateway lacks that knows these assets, and which carry which devices."""

    async def one(request: web.Request) -> web.Response:
        is_there = request.match_info["asset"] in assets
        return web.json_response({"title": "No such asset"}, status=200 if is_there else 404)

    async def devices(_: web.Request) -> web.Response:
        items = [{"id": device, "assets": by} for device, by in carried.items()]
        return web.json_response({"items": items, "next": None})

    app = web.Application()
    app.router.add_get("/api/v1/assets/{asset}", one)
    app.router.add_get("/api/v1/devices", devices)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        write_addresses(tmp_path, "derive", {"web": f"http://127.0.0.1:{port}"})
        return await lacking(SHIPMENT, tmp_path)
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("assets", "carried", "lacks"),
    [
        (set(), {}, commands),
        ({SHIPMENT.asset}, {}, lambda shipment, data: commands(shipment, data)[1:-1]),
        (
            {SHIPMENT.asset},
            {key: ["another"] for key in DEVICES},
            lambda shipment, data: commands(shipment, data)[1:-1],
        ),
        ({SHIPMENT.asset}, {key: [SHIPMENT.asset] for key in DEVICES}, lambda *_: []),
    ],
)
async def test_gateway_is_asked_for_what_it_lacks_alone(
    tmp_path: Path,
    assets: set[str],
    carried: dict[str, list[str]],
    lacks: Callable[[Shipment, Path], list[str]],
) -> None:
    assert await asked(tmp_path, assets=assets, carried=carried) == lacks(SHIPMENT, tmp_path)


async def test_everything_is_named_where_nobody_tells_what_is_there(tmp_path: Path) -> None:
    assert await lacking(SHIPMENT, tmp_path) == commands(SHIPMENT, tmp_path)
    write_addresses(tmp_path, "derive", {"web": f"http://127.0.0.1:{free_port()}"})
    assert await lacking(SHIPMENT, tmp_path) == commands(SHIPMENT, tmp_path)


def test_shipment_of_a_seed_is_the_same_asset_whenever_it_is_simulated() -> None:
    later = single("excursion", 7, NOW + 3_600_000_000)
    assert (later.asset, later.devices) == (SHIPMENT.asset, SHIPMENT.devices)
