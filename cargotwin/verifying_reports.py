"""`cargotwin verify-report`: whether a report that somebody handed on is what was published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from cargotwin.console import MISTAKE, NO, JsonOption, explained, print_json, results
from cargotwin.reporting import print_report_verification, verification_document
from contracts.verify import Outcome
from gateway.codecs.base import Refusal
from gateway.codecs.json_text import parse_object
from gateway.errors import UnreadableFile
from gateway.known_writers import SHIPPED, KnownWriters, model_loader

LARGEST_REPORT_BYTES = 1_048_576


def register(application: typer.Typer) -> None:
    """Add this command to the application."""
    application.command("verify-report")(verify_report)


def verify_report(
    file: Annotated[
        Path, typer.Argument(help="What `cargotwin report ASSET --json` printed, in a file.")
    ],
    key: Annotated[
        str,
        typer.Option(
            help="Key (ed25519:…) that must have signed it, as the token's document names it "
            "(properties.cargotwin.single_attester.key). Without it nobody knows who signed."
        ),
    ] = "",
    model: Annotated[
        str,
        typer.Option(help="Folder of the model that worded it, if that is not the shipped one."),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Check a report by itself: its signature, every sentence, and its words made once more.

    Example: cargotwin verify-report report.json --key ed25519:…

    Exits with 0 when everything was verified, 1 when something is not true, 2 when something could
    not be checked, as the signature without --key.
    """
    # Imported here: every other command would wait for the chain's libraries.
    from contracts.dsse import public_key_in  # noqa: PLC0415 - slow to load
    from gateway.report_verification import report_verification  # noqa: PLC0415 - slow to load

    with explained():
        trusted = public_key_in(key) if key else None
        if model:
            # What somebody names must be a model: another one of the same digest would answer.
            model_loader(model)()
        found = report_verification(
            _read(file), KnownWriters(*map(model_loader, dict.fromkeys((model, SHIPPED)))), trusted
        )
    if as_json:
        print_json(verification_document(found))
    else:
        print_report_verification(found, results)
    if found.outcome is not Outcome.OK:
        raise typer.Exit(NO if found.outcome is Outcome.FAILED else MISTAKE)


def _read(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_REPORT_BYTES + 1)
    except OSError as error:
        raise UnreadableFile(file, f"{error.strerror}; name a file that holds a report") from error
    if len(content) > LARGEST_REPORT_BYTES:
        raise UnreadableFile(file, f"is longer than {LARGEST_REPORT_BYTES} bytes: it is no report")
    try:
        return dict(parse_object(content))
    except Refusal as error:
        reason = f"{error}; it must hold what `cargotwin report ASSET --json` printed"
        raise UnreadableFile(file, reason) from error
