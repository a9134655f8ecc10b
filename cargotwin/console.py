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
from typing_extensions import override

from gateway.errors import CommandRefused, UnreadableFile
from gateway.settings import Settings
from gateway.settings_file import parse_settings
from gateway.supervisor import SETTINGS_FILE
from gateway.web.values import visible
from twins.errors import CargotwinError


class _Terminal(Console):
    """Shows foreign text without the characters that command a terminal (ECMA-48)."""

    @override
    def print(self, *objects: Any, **options: Any) -> None:
        shown = (visible(one) if isinstance(one, str) else one for one in objects)
        super().print(*shown, **options)


people = _Terminal(stderr=True, highlight=False)
"""For what a command did, hints, progress and errors."""

results = _Terminal(highlight=False)
"""For what a command was asked to show; with `--json` that is JSON, and nothing else goes there."""

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
        _tell("refused", refusal)
        raise typer.Exit(NO) from refusal
    except CargotwinError as error:
        _tell("error", error)
        raise typer.Exit(MISTAKE) from error


def _tell(kind: str, error: CargotwinError) -> None:
    # As a text, not as markup: a path, an id or "cargotwin[demo]" may hold brackets.
    people.print(Text(kind, "bold red"), Text(visible(error.diagnostics())), soft_wrap=True)


def say(text: str) -> None:
    """Tell people a line as it is: brackets are no markup, and a path stays whole."""
    people.print(text, markup=False, soft_wrap=True)


def one_line(text: str) -> str:
    """Return foreign text without line breaks, so that no value passes for a line of ours."""
    return " ".join(text.split())


def print_line(text: str) -> None:
    """Print a line of what a command shows, as it is, on standard output."""
    results.print(text, markup=False, soft_wrap=True)


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
