"""`cargotwin asset …`: assets, their devices, milestones and decisions."""

from __future__ import annotations

from typing import Annotated

import typer

from cargotwin.console import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    explained,
    people,
    print_json,
    run,
    settings_of,
)
from cargotwin.devices import warn_of_others
from cargotwin.entering import AssetArgument, AtOption, enter
from cargotwin.status_client import StatusClient
from gateway.policies import find_policy
from twins.inputs import DecisionOutcome, MilestoneName

asset = typer.Typer(help="Assets and the devices that travel with them.", no_args_is_help=True)


@asset.command("add")
def add(
    asset: AssetArgument,
    policy: Annotated[str, typer.Option(help="Name of a policy, or path of a policy file.")],
    owner: Annotated[
        str, typer.Option(help="Address that shall own the token; the gateway's unless stated.")
    ] = "",
    holder: Annotated[str, typer.Option(help="Party in possession now.")] = "unassigned",
    title: Annotated[str, typer.Option(help="What people call it; the id unless stated.")] = "",
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Add an asset under a policy; its token is minted."""
    with explained():
        document = find_policy(settings_of(data).policy_folder, policy)
    command: dict[str, object] = {
        "command": "asset.add",
        "asset": asset,
        "policy": document,
        "owner": owner,
        "holder": holder,
        "title": title,
    }
    enter(data, command, at, f"added asset {asset}", as_json=as_json)


@asset.command("bind")
def bind(
    asset: AssetArgument,
    device: Annotated[str, typer.Option(help="Id of the device.")],
    interval: Annotated[int, typer.Option(help="Planned seconds between two readings.", min=1)],
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Let a device travel with an asset from a moment on; older readings since then count too."""
    command: dict[str, object] = {
        "command": "asset.bind",
        "asset": asset,
        "device": device,
        "expected_interval_s": interval,
    }
    enter(data, command, at, f"bound device {device} to asset {asset}", as_json=as_json)
    warn_of_others(data, device, asset)


@asset.command("unbind")
def unbind(
    asset: AssetArgument,
    device: Annotated[str, typer.Option(help="Id of the device.")],
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """End a device's travel with an asset."""
    command: dict[str, object] = {"command": "asset.unbind", "asset": asset, "device": device}
    enter(data, command, at, f"unbound device {device} from asset {asset}", as_json=as_json)


@asset.command("milestone")
def milestone(
    asset: AssetArgument,
    name: Annotated[MilestoneName, typer.Argument(help="Which milestone.")],
    place: Annotated[str, typer.Option(help="Where.")] = "",
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Note that a shipment reached a milestone; `close` makes its final version."""
    command: dict[str, object] = {
        "command": "milestone",
        "asset": asset,
        "name": name.value,
        "place": place,
    }
    enter(data, command, at, f"asset {asset} reached {name.value}", as_json=as_json)


@asset.command("decide")
def decide(
    asset: AssetArgument,
    outcome: Annotated[DecisionOutcome, typer.Argument(help="What is decided.")],
    by: Annotated[str, typer.Option(help="Party or role that decides.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Record a quality decision about the goods."""
    command: dict[str, object] = {
        "command": "decision",
        "asset": asset,
        "outcome": outcome.value,
        "by": by,
        "reason": reason,
    }
    enter(data, command, at, f"decision recorded for asset {asset}", as_json=as_json)


@asset.command("list")
def list_assets(data: DataOption = DEFAULT_DATA, as_json: JsonOption = False) -> None:
    """List the assets, the one that needs attention most first."""
    with explained():
        client = StatusClient(data)
    items = run(client.items("/api/v1/assets"))
    if as_json:
        print_json({"items": items, "next": None})
        return
    for item in items:
        people.print(f"{item['id']}  {item['disposition']}  {item['title']}", soft_wrap=True)


@asset.command("show")
def show(
    asset: AssetArgument, data: DataOption = DEFAULT_DATA, as_json: JsonOption = False
) -> None:
    """Show one asset as the status page knows it."""
    with explained():
        client = StatusClient(data)
    found = run(client.get(f"/api/v1/assets/{asset}"))
    if as_json:
        print_json(found)
        return
    people.print_json(data=found)
