"""`cargotwin devices …`: what sends, what it still needs, and how it is brought in."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

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
from cargotwin.discovering import heard_from
from cargotwin.moments import microseconds, rfc3339
from cargotwin.status_client import StatusClient, StatusRefused
from gateway.web.adopt_request import ALL
from gateway.web.device_documents import unread_document, warning_of
from twins.errors import CargotwinError, ConfigurationFault

devices = typer.Typer(
    help="Devices: what they send, what they still need, and bringing them in.",
    no_args_is_help=True,
)

_PATH = "/api/v1/devices"
_TOPICS_SHOWN = 5
_SERIES_SHOWN = 8
_NOT_KNOWN = "not known before a format reads what it sends"

DeviceArgument = Annotated[str, typer.Argument(help="Id of the device, or a topic of it.")]


class InvalidOption(ConfigurationFault):
    """An answer on the command line is none."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is no answer; write one such as --option zone=Europe/Berlin")


@devices.command("list")
def list_devices(data: DataOption = DEFAULT_DATA, as_json: JsonOption = False) -> None:
    """List the devices that no asset carries, and those that no format reads."""
    items = run(_items(data))
    if as_json:
        print_json({"items": items, "next": None})
        return
    for one in items:
        needs = f"; needs {', '.join(one['needs'])}" if one["needs"] else ""
        _say(f"{one['id']}  {_state_text(one)}, newest {one['last_at']}{needs}")
    _say(f"{len(items):,} devices")


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
        for number, line in enumerate(_lines_of(one)):
            _say(f"    {line}" if number else line)
    _say(f"{len(items):,} devices")


@devices.command("show")
def show(
    device: DeviceArgument, data: DataOption = DEFAULT_DATA, as_json: JsonOption = False
) -> None:
    """Show a device: what is guaranteed for it, its clock, its sensors, and what carries it."""
    one = run(_one(data, device))
    if as_json:
        print_json(one)
        return
    for line in _lines_of(one):
        _say(line)
    for sentence in one["guarantee"] or [_NOT_KNOWN]:
        _say(f"guarantee  {sentence}")
    if one["state"] != "unread" and len(one["assets"]) > 1:
        _say(f"note: {warning_of(one['id'], one['assets'])}")


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
        str, typer.Option("--format", help="Its format; the likeliest unless stated.")
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
    """Bring a device in: its format, its kept messages, and the asset that it travels with."""
    with explained():
        asked = {
            "device": device,
            "asset": asset,
            "expected_interval_s": every,
            "by": by,
            "since": ALL if since == ALL else rfc3339(microseconds(since)),
            "format": codec,
            "filter": topic_filter,
            "options": dict(map(_answer, option or [])),
            "replace": replace,
        }
        file = settings_of(data).web.token_file
        token = Path(file).read_text(encoding="utf-8").strip() if file else ""
        client = StatusClient(data)
    answer = run(client.post(f"{_PATH}/adopt", asked, token))
    if as_json:
        print_json(answer)
    taken = answer["readings"]
    counted = "are still being derived" if taken is None else f"taken: {taken:,}"
    _say(
        f"{answer['device']} travels with asset {answer['asset']} from {answer['since']} on; "
        f"kept readings {counted}"
    )
    if answer["refused"]:
        _say(f"{answer['refused']:,} messages are still refused: cargotwin quarantine list")
    if answer["without_reading"]:
        _say(f"{answer['without_reading']:,} messages carry no reading and stay in quarantine")
    if answer["warning"]:
        _say(f"note: {answer['warning']}")


def warn_of_others(data: Path, device: str, asset: str) -> None:
    """Say which further assets a device travels with, where it was just bound to one."""
    try:
        one = asyncio.run(_one(data, device))
    except StatusRefused:
        # Nothing of it is derived yet, so no other asset has it.
        return
    except CargotwinError as error:
        _say(f"note: whether {device} travels with other assets is not known: {error}")
        return
    others = [name for name in one["assets"] if name != asset]
    if others:
        _say(f"note: {device} travels with {', '.join(others)} too; all of them get its readings")


async def _items(data: Path) -> list[dict[str, Any]]:
    return await StatusClient(data).items(_PATH)


async def _one(data: Path, device: str) -> dict[str, Any]:
    return await StatusClient(data).get(f"{_PATH}/{quote(device, safe='')}")


def _answer(text: str) -> tuple[str, object]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise InvalidOption(text)
    if value[:1] not in {"[", "{"}:
        return key.strip(), value.strip()
    try:
        return key.strip(), json.loads(value)
    except ValueError as error:
        raise InvalidOption(text) from error


def _lines_of(one: dict[str, Any]) -> list[str]:
    """Return what people are told of a device; its id comes first."""
    lines = [f"{one['id']}  {_state_text(one)}"]
    lines += [f"topic      {topic}" for topic in one["topics"][:_TOPICS_SHOWN]]
    if one["first_at"]:
        lines.append(f"heard      {one['first_at']} to {one['last_at']}")
    for series in one["series"][:_SERIES_SHOWN]:
        lines.append(
            f"newest     {series['sensor']} {series['quantity']} {series['reads']} at "
            f"{series['last_at']} by {series['clock']}"
        )
    if one["payload"]:
        lines.append(f"payload    {one['payload']['text']}")
    if one["clock_offset_s"] is not None:
        lines.append(f"clock      {_offset_text(one['clock_offset_s'])}")
    for guess in one["formats"]:
        lines += _guess_lines(guess)
    lines += [
        f"carried by {each['asset']} from {each['since']} to {each['until'] or 'now'}"
        for each in one["bindings"]
    ]
    return lines


def _guess_lines(guess: dict[str, Any]) -> list[str]:
    lines = [f"format     {guess['format']}, {guess['certainty_percent']} % sure"]
    if guess["preview"]:
        newest = guess["preview"][-1]
        lines.append(
            f"would be   {newest['sensor']} {newest['quantity']} {newest['reads']} at "
            f"{newest['at']} by {newest['clock']}"
        )
    lines += [f"needs      {need}" for need in guess["needs"]]
    lines += [f"setting    {line}" for line in guess["source"].splitlines()]
    return lines


def _state_text(one: dict[str, Any]) -> str:
    if one["state"] == "unread":
        return f"no format reads it yet, {one['messages']:,} messages kept"
    carried = f"travels with {', '.join(one['assets'])}" if one["assets"] else "no asset carries it"
    return f"{carried}, {one['readings']:,} readings kept"


def _offset_text(offset_s: float) -> str:
    if offset_s > 0:
        return f"ahead of the gateway's by at least {offset_s:g} s; set it"
    return f"behind the gateway's by up to {-offset_s:g} s; set it, if nothing delays its messages"


def _say(text: str) -> None:
    people.print(text, markup=False, soft_wrap=True)
