"""`cargotwin decode`: what a codec makes of a payload, without a gateway."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import msgspec
import typer

from cargotwin.console import NO, explained, people, print_json
from cargotwin.moments import rfc3339
from gateway.clock import now_us
from gateway.codecs.base import Record
from gateway.codecs.registry import FORMATS, codec_named
from twins.inputs import Handover
from twins.readings import QUANTITIES, Reading, decimal_text


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
    print_json(
        {
            "records": [record_document(one) for one in decoded.records],
            "faults": [{"reason": one.reason, "detail": one.detail} for one in decoded.faults],
        }
    )
    for fault in decoded.faults:
        people.print(f"{fault.reason}: {fault.detail}", soft_wrap=True, markup=False)
    if decoded.faults:
        raise typer.Exit(NO)


def record_document(record: Record) -> dict[str, object]:
    """Return a record's fields by name; a reading also says what people read."""
    fields: dict[str, object] = {"record": type(record).__name__, **msgspec.structs.asdict(record)}
    if isinstance(record, Handover):
        fields["statement"] = json.loads(record.statement)
    if isinstance(record, Reading):
        quantity = QUANTITIES[record.quantity]
        value = decimal_text(record.value, quantity.scale)
        fields["reads"] = f"{value} {quantity.unit} at {rfc3339(record.observed_at)}"
    return fields
