"""`cargotwin edit-report`: a person chooses other sentences for a report, read back as any are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from cargotwin.console import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    explained,
    print_json,
    run,
    say,
    settings_of,
)
from cargotwin.entering import AssetArgument
from cargotwin.status_client import StatusClient
from condition_reports.marking import MARKS
from gateway.errors import UnknownAsset, UnreadableFile
from gateway.store.ledger import Ledger
from twins.errors import InvalidIdentifier
from twins.identity.identifiers import party_id


def register(application: typer.Typer) -> None:
    """Add this command to the application."""
    application.command("edit-report")(edit_report)


def _id_of_a_party(text: str) -> str:
    try:
        return party_id(text)
    except InvalidIdentifier as error:
        raise typer.BadParameter(f"{text!r} names nobody: an id is {error.rule}") from error


def edit_report(
    asset: AssetArgument,
    file: Annotated[Path, typer.Option(help="The edited text, as `cargotwin report` prints it.")],
    by: Annotated[
        str,
        typer.Option(
            help="Id of the party or role whose words these are.", callback=_id_of_a_party
        ),
    ],
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Publish the newest report of an asset in other words, as its next version.

    Example: cargotwin edit-report box-1 --file words.txt --by quality-desk

    It takes sentences of the grammar only, the reviewed wordings of what the facts bear: another of
    them in place of a published one is taken, free wording and other values are refused. A refusal
    names the nearest sentence of the grammar. What a big model worded freely is none of the grammar
    either, and must be replaced too.
    """
    with explained():
        settings = settings_of(data)
        text = text_in(file)
        with Ledger(settings.folder / "ledger.db", read_only=True) as ledger:
            asset = ledger.kept_id(asset)
            newest = ledger.newest(asset)
        if newest is None:
            raise UnknownAsset(asset, data)
        basis = hashlib.sha256(newest.condition_report().text.encode()).hexdigest()
        token_file = settings.web.token_file
        token = Path(token_file).read_text(encoding="utf-8").strip() if token_file else ""
        client = StatusClient(data)
    asked = {"text": text, "by": by, "basis_sha256": basis}
    answer = run(client.post(f"/api/v1/assets/{asset}/report", asked, token))
    if as_json:
        print_json(answer)
    say(f"version {answer['version']} of asset {asset} says it so, marked as edited by a person")


def text_in(file: Path) -> str:
    """Return the text of a file as a report holds it: a paragraph is one line, and no mark.

    Raises:
        UnreadableFile: It is no UTF-8 text, or holds none.
    """
    try:
        lines = file.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(file, f"{error}; name a text file") from error
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            paragraphs[-1].append(line.strip())
        elif paragraphs[-1]:
            paragraphs.append([])
    found = [" ".join(one) for one in paragraphs if one]
    if found and found[-1] in MARKS:
        found.pop()
    text = "\n\n".join(found)
    if not text:
        raise UnreadableFile(file, "holds no text")
    return text
