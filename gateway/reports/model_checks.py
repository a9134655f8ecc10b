"""What a model must show before it may run, and before it may word what is published."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from condition_reports.canary import Canary, canary_of
from condition_reports.writers.loading import TinySpecification, load_writer
from condition_reports.writers.writer import Writer
from gateway.errors import CommandRefused
from gateway.settings import ReportSettings
from twins.errors import CargotwinError

from .models_file import ModelChoice, NoSuchModel
from .statistics import name_of

SHIPPED = "tiny"
"""What names the tiny model that came with this program, where a folder may stand."""


class CanaryRefused(CommandRefused):
    """A model did not word the fixed plans as it must.

    Attributes:
        found: How it did.
    """

    def __init__(self, choice: ModelChoice, found: Canary, reason: str) -> None:
        self.found = found
        super().__init__("canary_refused", f"{choice.told} does not go live: {reason}")


class OtherWeights(CommandRefused):
    """In a model's folder lies another model than was checked."""

    def __init__(self, choice: ModelChoice, digest: str) -> None:
        super().__init__(
            "other_weights",
            f"{choice.folder} holds weights {digest[:12]}, not the {choice.weights_sha256[:12]} "
            f"that were checked; `cargotwin model shadow {choice.folder}` checks what is there now",
        )


def chosen_model(text: str, report: ReportSettings) -> ModelChoice:
    """Return the model that a person names, its files checked.

    Args:
        text: template, tiny for the shipped model, llm for that of the settings, or the folder of
            a model.
        report: The settings of reports.

    Raises:
        NoSuchModel: It is none of these; says what a model's folder holds.
        DamagedModel: A file of the folder is missing, changed or not what it should be.
        OutdatedModel: The model was trained for another grammar than this program's.
    """
    if text == "template":
        return ModelChoice(writer="template")
    if text == "llm":
        if not report.llm.name:
            raise NoSuchModel("the settings name no big model: set report.llm.name first")
        return ModelChoice(writer="llm", name=report.llm.name)
    if text == SHIPPED:
        # No digest: another release ships another model, which passed the same tests.
        return ModelChoice(writer="tiny", name=_name(_loaded("")))
    folder = Path(text)
    _check_folder(folder)
    writer = _loaded(str(folder.absolute()))
    return ModelChoice(
        writer="tiny",
        folder=str(folder.absolute()),
        name=_name(writer),
        weights_sha256=writer.identity.digest,
    )


def check_at_hand(choice: ModelChoice) -> Writer | None:
    """Check that a tiny model can be loaded and is the one that was chosen; return it.

    Raises:
        DamagedModel: A file of it is missing, changed or not what it should be.
        OutdatedModel: It was trained for another grammar than this program's.
        OtherWeights: It is another one.
    """
    if choice.writer != "tiny":
        return None
    writer = _loaded(choice.folder)
    if choice.weights_sha256 not in {"", writer.identity.digest}:
        raise OtherWeights(choice, writer.identity.digest)
    return writer


def fault_of(choice: ModelChoice) -> str:
    """Return in words why a chosen model cannot be loaded from its files; "" where it can."""
    try:
        check_at_hand(choice)
    except CargotwinError as fault:
        return fault.diagnostics().removeprefix("no model, ")
    return ""


def check_canary(choice: ModelChoice) -> Canary | None:
    """Let a tiny model word the fixed plans; every draft must be derived by the grammar.

    Where the model's manifest says how it words them, it must do so to the byte.

    Raises:
        CanaryRefused: It does not.
        DamagedModel: As in `check_at_hand`; so are the next two.
        OutdatedModel: Likewise.
        OtherWeights: Likewise.
    """
    writer = check_at_hand(choice)
    if writer is None:
        return None
    found = canary_of(writer)
    if found.accepted < found.asked:
        refused = found.asked - found.accepted
        reason = f"{refused} of its {found.asked} drafts are not of the grammar; train it again"
        raise CanaryRefused(choice, found, reason)
    promised = _promised(choice.folder)
    if promised not in {"", found.sha256}:
        reason = "it writes other words here than where it was made; train it on this machine"
        raise CanaryRefused(choice, found, reason)
    return found


def _check_folder(folder: Path) -> None:
    # As in _promised.
    from condition_reports.tiny.model_folder import (  # noqa: PLC0415 - slow to load
        MANIFEST,
        SETTINGS,
        TOKENIZER,
        WEIGHTS,
    )

    if (folder / MANIFEST).is_file():
        return
    problem = f"holds no {MANIFEST}" if folder.is_dir() else "is no folder"
    raise NoSuchModel(
        f"{folder} {problem}: a model's folder holds {MANIFEST}, {SETTINGS}, {TOKENIZER} and "
        f"{WEIGHTS}, and `cargotwin train --out FOLDER` makes one; or say template, {SHIPPED} for "
        "the model that came with this program, or llm for that of the settings"
    )


def _loaded(folder: str) -> Writer:
    return load_writer(TinySpecification(folder))


def _name(writer: Writer) -> str:
    return name_of(writer.identity.model)


def _promised(folder: str) -> str:
    # NumPy is loaded for a tiny model alone.
    from condition_reports.tiny.model_folder import read_manifest  # noqa: PLC0415 - slow to load

    with resources.as_file(resources.files("condition_reports") / "model") as shipped:
        return read_manifest(Path(folder) if folder else shipped).canary_sha256
