"""`cargotwin devices …`: what sends, what it still needs, and how it is brought in."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cargotwin.console import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    explained,
    print_json,
    print_line,
    run,
    say,
    settings_of,
)
from cargotwin.device_text import lines_of, source_blocks, state_text
from cargotwin.discovering import heard_from
from cargotwin.format_options import answers_of
from cargotwin.moments import microseconds, rfc3339
from cargotwin.status_client import StatusClient, StatusRefused
from gateway.web.adopt_request import ALL
from gateway.web.device_documents import unread_document, warning_of
from twins.errors import CargotwinError
from twins.identity.identifiers import identity_of
from twins.verdict.counts import counted

devices = typer.Typer(
    help="Devices: what they send, what they still need, and bringing them in.",
    no_args_is_help=True,
)

_PATH = "/api/v1/devices"
_FOR_SETTINGS = (
    "For gateway.toml, beside the [[source]] sections that it has; where it has none, write one of "
    'filter "cargotwin/v1/+/+" and codec "cargotwin" too: unwritten, it counts only by itself.'
)
_NOT_KNOWN = "not known before a format reads what it sends"

DeviceArgument = Annotated[
    str, typer.Argument(help="Id of the device, a topic of it, or what its system calls it.")
]


@devices.command("list")
def list_devices(data: DataOption = DEFAULT_DATA, as_json: JsonOption = False) -> None:
    """List the devices: those that no asset carries, that no format reads, and all others."""
    items = run(_items(data, f"{_PATH}?state=all"))
    if as_json:
        print_json({"items": items, "next": None})
        return
    for one in items:
        needs = f"; needs {', '.join(one['needs'])}" if one["needs"] else ""
        newest = f", newest {one['last_at']}" if one["last_at"] else ""
        print_line(f"{one['id']}  {state_text(one)}{newest}{needs}")
    carried = sum(bool(one["assets"]) for one in items)
    say(f"{counted(len(items), 'device')}, {carried:,} of them with an asset")


@devices.command("discover")
def discover(
    broker: Annotated[
        str, typer.Option(help="Listen to this broker instead: mqtt://user:password@host:1883.")
    ] = "",
    seconds: Annotated[
        float, typer.Option("--for", help="Seconds to listen to a broker.", min=0.1, max=86_400)
    ] = 30.0,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Show what sends, in which format it seems to be, and how that is configured.

    Without --broker the running gateway is asked. Nothing is bound, configured or kept.
    """
    if broker:
        items = [unread_document(one) for one in run(heard_from(broker, seconds))]
    else:
        items = run(_items(data))
    if as_json:
        print_json({"items": items, "next": None})
        return
    for one in items:
        for number, line in enumerate(lines_of(one)):
            print_line(f"    {line}" if number else line)
    say(f"{counted(len(items), 'device')} that no asset carries")
    _print_sources(items)


@devices.command("show")
def show(
    device: DeviceArgument, data: DataOption = DEFAULT_DATA, as_json: JsonOption = False
) -> None:
    """Show a device: what is guaranteed for it, its clock, its sensors, and what carries it."""
    one = run(_one(data, device))
    if as_json:
        print_json(one)
        return
    for line in lines_of(one):
        print_line(line)
    for sentence in one["guarantee"] or [_NOT_KNOWN]:
        print_line(f"guarantee  {sentence}")
    if one["state"] != "unread" and len(one["assets"]) > 1:
        say(f"note: {warning_of(one['id'], one['assets'])}")
    _print_sources([one])


@devices.command("adopt")
def adopt(
    device: DeviceArgument,
    asset: Annotated[str, typer.Option(help="Id of the asset that it travels with.")],
    since: Annotated[
        str,
        typer.Option(help="From when on its readings count, RFC 3339 with offset; or all."),
    ],
    every: Annotated[
        int, typer.Option("--every", help="Planned seconds between two readings.", min=1)
    ],
    codec: Annotated[
        str, typer.Option("--format", "--codec", help="Its format; the likeliest unless stated.")
    ] = "",
    option: Annotated[
        list[str] | None,
        typer.Option("--option", help="Answer to a need, or option of the format: key=value."),
    ] = None,
    topic_filter: Annotated[
        str,
        typer.Option("--filter", help="Topics to read so; the device's own unless stated."),
    ] = "",
    by: Annotated[str, typer.Option(help="Party or role that does this.")] = "operator",
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Take the place of what was said of the same filter."),
    ] = False,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Bring a device in: its format, its kept messages, and the asset that it travels with.

    Example: cargotwin devices adopt plug --asset box-1 --since all --every 300 --option zone=UTC
    """
    with explained():
        asked = {
            "device": device,
            "asset": asset,
            "expected_interval_s": every,
            "by": by,
            "since": ALL if since == ALL else rfc3339(microseconds(since)),
            "format": codec,
            "filter": topic_filter,
            "options": answers_of(option or ()),
            "replace": replace,
        }
        file = settings_of(data).web.token_file
        token = Path(file).read_text(encoding="utf-8").strip() if file else ""
        client = StatusClient(data)
    answer = run(client.post(f"{_PATH}/adopt", asked, token))
    if as_json:
        print_json(answer)
    taken = answer["readings"]
    told = "are still being derived" if taken is None else f"taken: {taken:,}"
    say(
        f"{answer['device']} travels with asset {answer['asset']} from {answer['since']} on; "
        f"kept readings {told}"
    )
    if answer["refused"]:
        refused = counted(answer["refused"], "message")
        say(f"still refused: {refused}; see cargotwin quarantine list")
    if answer["without_reading"]:
        silent = counted(answer["without_reading"], "message")
        say(f"kept in quarantine as they carry no reading: {silent}")
    if answer["warning"]:
        say(f"note: {answer['warning']}")


def warn_of_others(data: Path, device: str, asset: str) -> None:
    """Say which further assets a device travels with, where it was just bound to one."""
    try:
        one = asyncio.run(_one(data, device))
    except StatusRefused:
        # Nothing of it is derived yet, so no other asset has it.
        return
    except CargotwinError as error:
        say(f"note: whether {device} travels with other assets is not known: {error}")
        return
    this = identity_of(asset)
    others = [name for name in one["assets"] if identity_of(name) != this]
    if others:
        say(f"note: {device} travels with {', '.join(others)} too; all of them get its readings")


async def _items(data: Path, path: str = _PATH) -> list[dict[str, Any]]:
    return await StatusClient(data).items(path)


async def _one(data: Path, device: str) -> dict[str, Any]:
    return await StatusClient(data).get(f"{_PATH}/{quote(device, safe='')}")


def _print_sources(items: list[dict[str, Any]]) -> None:
    blocks = source_blocks(items)
    if blocks:
        print_line(f"\n{_FOR_SETTINGS}")
    for block in blocks:
        print_line(f"\n{block}")
