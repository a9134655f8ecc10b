"""What people enter, through intake's door: the options and the answer that all of it shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cargotwin.console import explained, print_json, run, say
from cargotwin.moments import microseconds
from gateway.door import DoorClient
from twins.identity.identifiers import entered_id

AtOption = Annotated[
    str,
    typer.Option(
        "--at", help="When: a time with offset, such as 2026-05-04T10:00:00Z; now unless stated."
    ),
]


def asset_id_of(text: str) -> str:
    """Return the id under which an asset would be kept that a person spells like this."""
    with explained():
        return entered_id(text)


AssetArgument = Annotated[
    str,
    typer.Argument(
        help="Id of the asset, or its GS1 key: a Digital Link, an EPC URN or (00)…, (01)…(21)….",
        callback=asset_id_of,
    ),
]
TAKEN = "taken"


def enter(
    data: Path, command: dict[str, object], at: str, done: str, *, as_json: bool
) -> dict[str, object]:
    """Send a command, say that it is journalled and taken, and return the answer.

    Args:
        data: Data folder of the gateway.
        command: The command without its time.
        at: When it happened; empty for now.
        done: What to tell people unless the twin says otherwise.
        as_json: Whether to print the answer on standard output.
    """
    with explained():
        moment = microseconds(at) if at else None
    answer = run(DoorClient(data).submit({**command, "observed_at_us": moment}))
    if as_json:
        print_json(answer)
    if answer.get("answer") in (None, TAKEN):
        say(f"{done} (journal batch {answer['batch']})")
    return answer
