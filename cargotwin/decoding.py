"""`cargotwin decode`: what a codec makes of a payload, without a gateway."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from cargotwin.console import NO, explained, people, print_json
from gateway.clock import now_us
from gateway.codecs.registry import codec_named


def register(application: typer.Typer) -> None:
    """Add this command to the application."""
    application.command("decode")(decode)


def decode(
    codec: Annotated[str, typer.Option(help="Name of the format.")],
    topic: Annotated[str, typer.Option(help="Topic that the payload came on.")],
) -> None:
    """Decode a payload from standard input; records as JSON on standard output."""
    with explained():
        chosen = codec_named(codec)
    decoded = chosen.decode(topic, sys.stdin.buffer.read(), now_us())
    print_json(
        {
            "records": [msgspec.to_builtins(one) for one in decoded.records],
            "faults": [{"reason": one.reason, "detail": one.detail} for one in decoded.faults],
        }
    )
    for fault in decoded.faults:
        people.print(f"{fault.reason}: {fault.detail}", soft_wrap=True, markup=False)
    if decoded.faults:
        raise typer.Exit(NO)
