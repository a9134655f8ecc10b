"""`cargotwin decode`: what a codec makes of a payload, without a gateway."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cargotwin.console import NO, explained, people, print_json
from gateway.clock import now_us
from gateway.codecs.registry import FORMATS, codec_named
from gateway.record_documents import decoded_document


def register(application: typer.Typer) -> None:
    """Add this command to the application."""
    application.command("decode")(decode)


def decode(
    codec: Annotated[str, typer.Option(help="Name of the format.")],
    topic: Annotated[
        str, typer.Option(help="Topic that it came on; a sample topic of the format unless stated.")
    ] = "",
) -> None:
    """Decode a payload from standard input; records as JSON on standard output."""
    with explained():
        chosen = codec_named(codec)
    came_on = topic or FORMATS[codec].sample_topic
    decoded = chosen.decode(came_on, sys.stdin.buffer.read(), now_us())
    print_json(decoded_document(decoded))
    for fault in decoded.faults:
        people.print(f"{fault.reason}: {fault.detail}", soft_wrap=True, markup=False)
    if decoded.faults:
        raise typer.Exit(NO)
