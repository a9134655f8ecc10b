"""Which models word reports, where a person chose by command: `models.json` in the data folder.

    {"schema": "cargotwin.models.v1", "live": {"writer": "tiny", "folder": "/models/july", …},
     "shadow": null, "before": {"writer": "template"}}

Without the file the settings decide. It holds no secret: what a big model needs to be reached
stands in the settings. `cargotwin model` writes it, whole or not at all.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from gateway.errors import CommandRefused, UnreadableFile
from gateway.whole_files import changing, replaced

MODELS_FILE = "models.json"
_READABLE = 0o644

_Digest = Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")]
_Text = Annotated[str, msgspec.Meta(max_length=4_096)]


class ModelChoice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One who may word reports.

    Attributes:
        writer: template, tiny, or llm for the big model of the settings.
        folder: Of a tiny model; "" for the one that is shipped.
        name: Its name and version when it was chosen, for people.
        weights_sha256: Digest of the weights that were checked then: others are not run in their
            place. "" for what changes with the program or the settings.
    """

    writer: Literal["template", "tiny", "llm"]
    folder: _Text = ""
    name: _Text = ""
    weights_sha256: _Digest = ""

    @property
    def told(self) -> str:
        """What people call it."""
        if self.writer == "template":
            return "the template"
        if self.writer == "llm":
            return "the big model of the settings"
        return f"{self.name or 'the tiny model'} ({self.folder or 'shipped'})"

    def is_same(self, other: ModelChoice) -> bool:
        """Tell whether another names the same model in the same place."""
        same = (self.writer, self.folder) == (other.writer, other.folder)
        return same and self.weights_sha256 == other.weights_sha256


class NoSuchModel(CommandRefused):
    """There is no model in the place from which a command would take it."""

    def __init__(self, reason: str) -> None:
        super().__init__("no_such_model", reason)


class LiveAlready(CommandRefused):
    """A model shall run beside itself."""

    def __init__(self, choice: ModelChoice) -> None:
        super().__init__("live_already", f"{choice.told} words the reports already")


class Models(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who words reports.

    Attributes:
        live: Whose words are published.
        shadow: Who drafts the same reports for comparison alone.
        before: Who was live before.
    """

    schema: Literal["cargotwin.models.v1"] = "cargotwin.models.v1"
    live: ModelChoice
    shadow: ModelChoice | None = None
    before: ModelChoice | None = None

    def beside(self, choice: ModelChoice) -> Models:
        """Return these with a shadow.

        Raises:
            LiveAlready: It is live.
        """
        if choice.is_same(self.live):
            raise LiveAlready(choice)
        return msgspec.structs.replace(self, shadow=choice)

    def promoted(self) -> Models:
        """Return these with the shadow live.

        Raises:
            NoSuchModel: There is no shadow.
        """
        if self.shadow is None:
            hint = "begin with `cargotwin model shadow`, which lets one run beside the live one"
            raise NoSuchModel(f"no model runs in shadow; {hint}")
        return self.led_by(self.shadow)

    def led_by(self, choice: ModelChoice) -> Models:
        """Return these with another model live.

        Raises:
            LiveAlready: It is live.
        """
        if choice.is_same(self.live):
            raise LiveAlready(choice)
        return Models(live=choice, shadow=self._shadow_beside(choice), before=self.live)

    def returned(self) -> Models:
        """Return these with the model before live again, and the other way round.

        Raises:
            NoSuchModel: No other was live.
        """
        if self.before is None:
            raise NoSuchModel("no other model was live before this one")
        return Models(live=self.before, shadow=self._shadow_beside(self.before), before=self.live)

    def alone(self) -> Models:
        """Return these without a shadow.

        Raises:
            NoSuchModel: There is none.
        """
        if self.shadow is None:
            raise NoSuchModel("no model runs in shadow")
        return msgspec.structs.replace(self, shadow=None)

    def _shadow_beside(self, live: ModelChoice) -> ModelChoice | None:
        """Return the shadow, which does not run beside itself."""
        return None if self.shadow is None or self.shadow.is_same(live) else self.shadow


def read_models(path: Path) -> Models | None:
    """Return what a file says; None where there is none.

    Raises:
        UnreadableFile: It cannot be read, or is no such file.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableFile(path, error.strerror or "cannot be read") from error
    try:
        return msgspec.json.decode(content, type=Models)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        remedy = "remove it, and the settings say again who words reports"
        raise UnreadableFile(path, f"is no file of models ({error}); {remedy}") from error


def change_models(
    path: Path, otherwise: ModelChoice, change: Callable[[Models], Models]
) -> tuple[Models, Models]:
    """Write a changed file in place of the one that is there; return what was and what is.

    Of two that change the file at once, the second waits.

    Args:
        path: The file.
        otherwise: Who is live where there is no file.
        change: Returns what shall be.

    Raises:
        UnreadableFile: The file, or its folder, cannot be used.
        CommandRefused: The change cannot be made.
    """
    with changing(path):
        before = read_models(path) or Models(live=otherwise)
        after = change(before)
        _write(path, after)
    return before, after


def _write(path: Path, models: Models) -> None:
    with replaced(path, _READABLE) as file:
        file.write(msgspec.json.format(msgspec.json.encode(models)) + b"\n")
        with contextlib.suppress(PermissionError):
            # Whoever administers may be another user than the one that the gateway runs as.
            owner = path.parent.stat()
            os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
