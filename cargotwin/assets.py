"""`cargotwin asset …`: assets, their devices, milestones and decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cargotwin.console import (
    DEFAULT_DATA,
    NO,
    DataOption,
    JsonOption,
    explained,
    people,
    print_json,
    print_line,
    run,
    say,
    settings_of,
)
from cargotwin.describing import description
from cargotwin.devices import warn_of_others
from cargotwin.entering import AssetArgument, AtOption, asset_id_of, enter
from cargotwin.moments import midnight
from cargotwin.status_client import StatusClient
from gateway.plans import read_plan_file
from gateway.policies import find_policy
from twins.identity.identifiers import stated_key
from twins.inputs import DecisionOutcome, MilestoneName
from twins.verdict.counts import counted


def _asset_ids(texts: list[str]) -> list[str]:
    return [asset_id_of(text) for text in texts]


ChildrenArgument = Annotated[
    list[str], typer.Argument(help="Ids of the assets, or their GS1 keys.", callback=_asset_ids)
]

asset = typer.Typer(help="Assets and the devices that travel with them.", no_args_is_help=True)


@asset.command("add")
def add(
    asset: AssetArgument,
    policy: Annotated[
        str,
        typer.Option(help="Name of a policy, such as vaccine-2-8, or path of a policy file."),
    ],
    owner: Annotated[
        str,
        typer.Option(
            help="Chain address (0x…) that shall own the token; the gateway's unless stated."
        ),
    ] = "",
    holder: Annotated[str, typer.Option(help="Id of the party in possession now.")] = "unassigned",
    title: Annotated[str, typer.Option(help="What people call it; the id unless stated.")] = "",
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Add an asset under a policy; its token is minted.

    The id may be plain or a GS1 key with its check digit: (00)… for a pallet, (01)…(21)… for an
    item, (8003)… or (8004)… for a container, or a Digital Link or an EPC URN that states it.

    Example: cargotwin asset add box-1 --policy vaccine-2-8 --title "Vaccines for Basel"
    """
    with explained():
        # A journal keeps an id for ever: what spells a key must be a right one from the start.
        stated_key(asset)
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
    interval: Annotated[
        int,
        typer.Option("--interval", "--every", help="Planned seconds between two readings.", min=1),
    ],
    at: Annotated[
        str,
        typer.Option(
            "--at",
            "--since",
            help="From when on its readings count: a time with offset, such as "
            "2026-05-04T10:00:00Z; from now on unless stated.",
        ),
    ] = "",
    calibrated_on: Annotated[
        str,
        typer.Option(
            help="Day on which it was calibrated, such as 2026-01-31; its readings do not count as "
            "observed when the policy's calibration_days have passed.",
        ),
    ] = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Let a device travel with an asset from a moment on.

    Readings that came before this command count too, from that moment on.

    Example: cargotwin asset bind box-1 --device logger-7 --interval 300 --at 2026-05-04T10:00:00Z
    """
    command: dict[str, object] = {
        "command": "asset.bind",
        "asset": asset,
        "device": device,
        "expected_interval_s": interval,
    }
    if calibrated_on:
        with explained():
            command["calibrated_at_us"] = midnight(calibrated_on)
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
    """End a device's travel with an asset; its later readings count no more.

    Example: cargotwin asset unbind box-1 --device logger-7
    """
    command: dict[str, object] = {"command": "asset.unbind", "asset": asset, "device": device}
    enter(data, command, at, f"unbound device {device} from asset {asset}", as_json=as_json)


@asset.command("pack")
def pack(
    children: ChildrenArgument,
    parent: Annotated[
        str, typer.Option("--in", help="The asset that holds them now.", callback=asset_id_of)
    ],
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Pack assets into another: what is read and stated of it counts for them from now on.

    It is stored once, whatever many stand in it. An asset stands in one other at a time.

    Example: cargotwin asset pack case-1 case-2 --in pallet-7 --at 2026-05-04T10:00:00Z
    """
    command: dict[str, object] = {
        "command": "asset.pack",
        "asset": parent,
        "children": children,
    }
    done = f"packed {counted(len(children), 'asset')} into {parent}"
    enter(data, command, at, done, as_json=as_json)


@asset.command("unpack")
def unpack(
    children: ChildrenArgument,
    parent: Annotated[
        str, typer.Option("--from", "--in", help="The asset that held them.", callback=asset_id_of)
    ],
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Take assets out of another; what is read and stated of it later is none of theirs.

    Example: cargotwin asset unpack case-1 --from pallet-7
    """
    command: dict[str, object] = {
        "command": "asset.unpack",
        "asset": parent,
        "children": children,
    }
    done = f"took {counted(len(children), 'asset')} out of {parent}"
    enter(data, command, at, done, as_json=as_json)


@asset.command("plan")
def plan(
    asset: AssetArgument,
    file: Annotated[Path, typer.Argument(help="The plan, as JSON or TOML.")],
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """State where a shipment is to go: its stops in order, and the way between them.

    Positions then show when it departs, arrives, leaves its route or is late. The newest plan
    counts, from its moment on. In TOML, `arrives_by` may be a time with its offset.

    The least plan states schema = "cargotwin.plan.v1" and stops, each with id, role (origin,
    waypoint or destination) and circle = {centre = (47.56, 7.59), radius_m = 400}, in the brackets
    of TOML or JSON. config/plans/basel-to-lyon.toml is one to copy, docs/plans.md says what
    follows.

    Example: cargotwin asset plan box-1 config/plans/basel-to-lyon.toml
    """
    with explained():
        stated = read_plan_file(file)
    command: dict[str, object] = {"command": "asset.plan", "asset": asset, "plan": stated}
    enter(data, command, at, f"planned the route of asset {asset}", as_json=as_json)


@asset.command("milestone")
def milestone(
    asset: AssetArgument,
    name: Annotated[MilestoneName, typer.Argument(help="Which milestone.")],
    place: Annotated[str, typer.Option(help="Where it was reached, such as Basel.")] = "",
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Note that a shipment reached a milestone; `close` makes its final version.

    Example: cargotwin asset milestone box-1 departure --place Basel
    """
    command: dict[str, object] = {
        "command": "milestone",
        "asset": asset,
        "name": name.value,
        "place": place,
    }
    done = f"asset {asset} reached {name.value}"
    _tell_milestone(enter(data, command, at, done, as_json=as_json), name)


def _tell_milestone(answer: dict[str, object], name: MilestoneName) -> None:
    """Say in which phase a milestone left the shipment, or why it changed nothing: a no."""
    phase = answer.get("phase")
    match answer["answer"]:
        case "taken":
            say(f"now in phase {phase}" if name is not MilestoneName.CLOSE else "now closed")
        case "known":
            say(f"{name.value} was known from positions already: the phase stays {phase}")
        case "not judged yet":
            people.print("[bold]journalled[/], and not judged yet: see `cargotwin asset show`")
            raise typer.Exit(NO)
        case "unknown":
            say("too many milestones came with it to say how it was taken; see the status page")
            raise typer.Exit(NO)
        case fault:
            people.print(
                f"[bold red]changed nothing[/] {fault}: {answer['detail']}", soft_wrap=True
            )
            raise typer.Exit(NO)


@asset.command("decide")
def decide(
    asset: AssetArgument,
    outcome: Annotated[DecisionOutcome, typer.Argument(help="What is decided.")],
    by: Annotated[str, typer.Option(help="Id of the party or role that decides.")],
    reason: Annotated[str, typer.Option(help="Why, in a sentence.")],
    at: AtOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Record a quality decision about the goods.

    Example: cargotwin asset decide box-1 released --by qa-basel --reason "stability data"
    """
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
        print_line(f"{item['id']}  {item['disposition']}  {item['title']}")
    people.print(counted(len(items), "asset"))


@asset.command("show")
def show(
    asset: AssetArgument, data: DataOption = DEFAULT_DATA, as_json: JsonOption = False
) -> None:
    """Show one asset as the status page knows it; --json shows everything."""
    with explained():
        client = StatusClient(data)
    found = run(client.get(f"/api/v1/assets/{asset}"))
    if as_json:
        print_json(found)
        return
    for line in description(found):
        print_line(line)
