"""What every command shares: where its data lies, how it speaks, and how it fails."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from gateway.errors import CommandRefused, UnreadableFile
from gateway.settings import Settings
from gateway.settings_file import parse_settings
from gateway.supervisor import SETTINGS_FILE
from twins.errors import CargotwinError

people = Console(stderr=True, highlight=False)
"""For people; standard output belongs to programs."""

NO = 1
MISTAKE = 2

DataOption = Annotated[
    Path, typer.Option("--data", help="Data folder of the gateway.", envvar="CARGOTWIN_DATA")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON alone on standard output.")]
DEFAULT_DATA = Path("cargotwin-data")

Result = TypeVar("Result")


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn our errors into a sentence and an exit code."""
    try:
        yield
    except CommandRefused as refusal:
        _say("refused", refusal)
        raise typer.Exit(NO) from refusal
    except CargotwinError as error:
        _say("error", error)
        raise typer.Exit(MISTAKE) from error


def _say(kind: str, error: CargotwinError) -> None:
    # As text, not as markup: a path, an id or "cargotwin[demo]" may hold brackets.
    people.print(Text(kind, "bold red"), Text(error.diagnostics()), soft_wrap=True)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine; Ctrl-C ends it quietly."""
    try:
        with explained():
            return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def settings_of(data: Path) -> Settings:
    """Return the settings under which a data folder was last run, for the folder where it is now.

    Raises:
        UnreadableFile: No gateway was ever started on the folder, or its settings are damaged.
        WrongSetting: They are of another version of the gateway.
    """
    path = data / SETTINGS_FILE
    if not path.is_file():
        raise UnreadableFile(
            path, "is not there; start a gateway on this folder first, or name another with --data"
        )
    try:
        document = msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableFile(path, f"{error}; start the gateway on this folder again") from error
    settings = parse_settings(document, path)
    # A copied or moved folder still names the place where it was run.
    return settings.model_copy(update={"data": str(data)})
