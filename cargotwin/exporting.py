"""`cargotwin export`: an asset as other systems read it."""

from __future__ import annotations

import enum
import sys
from typing import Annotated

import typer

from cargotwin.console import DEFAULT_DATA, DataOption, explained, run
from cargotwin.entering import AssetArgument
from cargotwin.status_client import StatusClient
from gateway.exports.epcis import MEDIA_TYPE


class ExportFormat(enum.StrEnum):
    """What an asset is exported as."""

    EPCIS = "epcis"


def register(application: typer.Typer) -> None:
    """Add this command to the application."""
    application.command("export")(export)


def export(
    asset: AssetArgument,
    form: Annotated[
        ExportFormat, typer.Option("--format", help="epcis: an EPCIS 2.0 document in JSON-LD.")
    ] = ExportFormat.EPCIS,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Print everything that happened to an asset, as other systems read it.

    Example: cargotwin export box-1 --format epcis > box-1.jsonld

    The gateway must be running. The same state of the asset gives the same bytes.
    """
    with explained():
        client = StatusClient(data)
    path = f"/api/v1/assets/{asset}/export?format={form.value}"
    found = run(client.read(path, MEDIA_TYPE))
    sys.stdout.buffer.write(found)
    if sys.stdout.isatty():
        # A file holds the exact bytes; a prompt would stand behind them.
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
