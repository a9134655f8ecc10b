"""`cargotwin quarantine …`: what could not be used, decoded again or discarded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec
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
)
from cargotwin.settling import settle_all
from cargotwin.status_client import StatusClient
from gateway.web.values import raw_text
from twins.errors import ConfigurationFault
from twins.verdict.counts import counted

quarantine = typer.Typer(
    help="Inputs that could not be used: look, decode again, discard.", no_args_is_help=True
)

_PATH = "/api/v1/quarantine"
_PAGE = 500
_SHOWN_BYTES = 512
_STATES = Literal["open", "settled", "all"]

ReasonOption = Annotated[
    str, typer.Option(help="Entries with this reason only, such as missing_unit.")
]
DeviceOption = Annotated[
    str, typer.Option(help="Entries of this device only: a level of their topic, or their client.")
]
TopicOption = Annotated[
    str, typer.Option(help="Entries of topics that this filter matches only, such as tele/#.")
]
CodecOption = Annotated[
    str,
    typer.Option(
        "--format",
        "--codec",
        help="Name of the format to read as; that of its topic unless stated.",
    ),
]


class NothingChosen(ConfigurationFault):
    """A command would settle everything, or has nothing to settle."""

    def __init__(self, found: str) -> None:
        super().__init__(f"{found}; name positions, or choose by --reason, --device or --topic")


@quarantine.command("list")
def list_entries(
    reason: ReasonOption = "",
    device: DeviceOption = "",
    topic: TopicOption = "",
    state: Annotated[_STATES, typer.Option(help="Which entries.")] = "open",
    limit: Annotated[int, typer.Option(help="How many at most; 0 for all.", min=0)] = 50,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """List what is in quarantine, newest first; the first number of a line is its position.

    Example: cargotwin quarantine list --reason missing_unit
    """
    asked = {"reason": reason, "device": device, "topic": topic, "state": state}
    items, cursor = run(_entries(data, asked, limit))
    if as_json:
        print_json({"items": items, "next": cursor})
        return
    for one in items:
        settled = one["settlement"]
        became = f"  [{settled['outcome']} by {settled['by']}]" if settled else ""
        print_line(
            f"{one['position']}  {one['received_at']}  {one['reason']}  {one['topic']}  "
            f"{one['detail']}{became}",
        )
    more = "; there are more, see --limit" if cursor else ""
    people.print(f"{counted(len(items), 'entry', 'entries')}{more}")


@quarantine.command("show")
def show(
    position: Annotated[
        int, typer.Argument(help="Position of the entry, as the list shows it.", min=0)
    ],
    codec: CodecOption = "",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Show one entry: its bytes, why it was refused, and what today's formats make of it.

    Example: cargotwin quarantine show 3145735
    """
    found = run(_entry(data, position, codec))
    if as_json:
        print_json(found)
        return
    raw = bytes.fromhex(found["raw_hex"])
    lines = [
        f"position  {found['position']}",
        f"received  {found['received_at']} from {found['client'] or 'an unknown client'}",
        f"topic     {found['topic'] or 'none'}",
        f"reason    {found['reason']}: {found['detail']}",
        f"state     {_state_text(found['settlement'])}",
        f"text      {raw_text(raw, _SHOWN_BYTES)}",
        f"hex       {raw[:_SHOWN_BYTES].hex(' ')}",
    ]
    if len(raw) > _SHOWN_BYTES:
        lines.append(f"          the first {_SHOWN_BYTES} of {len(raw):,} bytes")
    lines += [f"would be  {_record_text(one)}" for one in found["preview"]["records"]]
    lines += [f"refused   {one['reason']}: {one['detail']}" for one in found["preview"]["faults"]]
    for line in lines:
        print_line(line)


@quarantine.command("redecode")
def redecode(
    positions: Annotated[
        list[int] | None, typer.Argument(help="Positions of entries, as the list shows them.")
    ] = None,
    reason: ReasonOption = "",
    device: DeviceOption = "",
    topic: TopicOption = "",
    codec: CodecOption = "",
    by: Annotated[str, typer.Option(help="Party or role that does this.")] = "operator",
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Decode entries again with today's formats; their records count from when they came.

    Name positions, or choose by --reason, --device or --topic. Of a webhook whose token is held to
    devices only what is named by its position is taken: look at it first.

    Example: cargotwin quarantine redecode --reason unknown_topic --by qa-basel
    """
    asked = {"reason": reason, "device": device, "topic": topic}
    command: dict[str, object] = {"command": "quarantine.redecode", "codec": codec, "by": by}
    if positions:
        command["vouched"] = True
    _settle(data, positions or [], asked, command, as_json=as_json)


@quarantine.command("discard")
def discard(
    reason: Annotated[str, typer.Option(help="Why it is of no use.")],
    by: Annotated[str, typer.Option(help="Party or role that decides.")],
    positions: Annotated[
        list[int], typer.Argument(help="Positions of entries, as the list shows them.")
    ],
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Say that entries are of no use; they stay in the journal, with the reason.

    Example: cargotwin quarantine discard 3145735 --reason "test of the plug" --by qa-basel
    """
    command: dict[str, object] = {"command": "quarantine.discard", "reason": reason, "by": by}
    _settle(data, positions, {}, command, as_json=as_json)


def _settle(
    data: Path,
    positions: Sequence[int],
    asked: dict[str, str],
    command: dict[str, object],
    *,
    as_json: bool,
) -> None:
    with explained():
        if bool(positions) == any(asked.values()):
            raise NothingChosen("both are named" if positions else "nothing is chosen")
    if not positions:
        items, _ = run(_entries(data, asked | {"state": "open"}, 0))
        positions = sorted(int(one["position"]) for one in items)
    results = run(settle_all(data, positions, command))
    if as_json:
        print_json({"items": msgspec.to_builtins(results)})
    for one in results:
        if one.faults:
            say(f"{one.position}: {'; '.join(one.faults)}")
    refused = sum(one.outcome == "refused" for one in results)
    done = "discarded" if command["command"] == "quarantine.discard" else "decoded"
    people.print(f"{len(results) - refused:,} {done}, {refused:,} not")
    if refused:
        raise typer.Exit(NO)


async def _entries(
    data: Path, asked: dict[str, str], limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return up to `limit` entries, all for 0, and the cursor of the next."""
    client = StatusClient(data)
    chosen = {name: text for name, text in asked.items() if text}
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        size = min(_PAGE, limit - len(found)) if limit else _PAGE
        query = chosen | {"limit": str(size)} | ({"cursor": cursor} if cursor else {})
        page = await client.get(f"{_PATH}?{urlencode(query)}")
        found += page["items"]
        cursor = page["next"]
        if cursor is None or (limit and len(found) >= limit):
            return found, cursor


async def _entry(data: Path, position: int, codec: str) -> dict[str, Any]:
    query = f"?{urlencode({'codec': codec})}" if codec else ""
    return await StatusClient(data).get(f"{_PATH}/{position}{query}")


def _state_text(settled: dict[str, Any] | None) -> str:
    if settled is None:
        return "open"
    return f"{settled['outcome']} {settled['settled_at']} by {settled['by']}: {settled['reason']}"


def _record_text(record: dict[str, Any]) -> str:
    subject = record.get("device") or record.get("asset") or ""
    what = record.get("reads") or record.get("statement") or record
    return f"{record['record']} {subject} {record.get('sensor', '')} {what}"
