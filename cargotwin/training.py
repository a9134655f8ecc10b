"""`cargotwin train`: make the small model that words reports, or test one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cargotwin.console import NO, JsonOption, explained, people, print_json, say
from condition_reports.training.outcome import UnsoundModel
from twins.errors import ConfigurationFault

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out", help="Folder of the model: where a new one goes, or where the one to test lies."
    ),
]
CheckOption = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Train nothing; ask a model everything that it can be asked and read every answer "
        "back. Without --out the shipped model.",
    ),
]
SeedOption = Annotated[
    int, typer.Option(help="Number from which first weights and order of examples follow.")
]
EpochsOption = Annotated[
    int, typer.Option(help="How often every sentence is seen; 0 takes the recipe's number.", min=0)
]


class TrainingNotInstalled(ConfigurationFault):
    """The libraries that train are not here."""

    def __init__(self, library: str) -> None:
        self.library = library
        super().__init__(
            f"{library} is not installed, which training needs: "
            "`pip install 'cargotwin[llm]'` brings it"
        )


class NoFolder(ConfigurationFault):
    """Nobody said where the new model goes."""

    def __init__(self) -> None:
        super().__init__("say with --out FOLDER where the new model goes, or --check to test one")


def register(application: typer.Typer) -> None:
    """Add this command to the application."""
    application.command("train")(train)


def train(
    out: OutOption = None,
    seed: SeedOption = 1,
    epochs: EpochsOption = 0,
    check: CheckOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train the small model that words reports, test it, and keep it if no answer is unsound.

    Takes some 15 minutes on one processor core and needs the llm extra; testing needs neither.

    Example: cargotwin train --out my-model
    """
    with explained():
        if not check and out is None:
            raise NoFolder
        try:
            found = _made(out, seed, epochs) if out and not check else _checked(out)
        except UnsoundModel as error:
            say(error.diagnostics())
            raise typer.Exit(NO) from error
        if as_json:
            print_json(found)
            return
        for name, value in found.items():
            typer.echo(f"{name.replace('_', ' ')}: {value}")


def _made(out: Path, seed: int, epochs: int) -> dict[str, object]:
    # NumPy, and torch with it, is loaded for this command alone.
    from condition_reports.tiny.model_folder import weights_digest  # noqa: PLC0415 - slow to load
    from condition_reports.training.model_making import make_model  # noqa: PLC0415 - slow to load
    from condition_reports.training.recipe import Recipe  # noqa: PLC0415 - slow to load

    recipe = Recipe(seed=seed, epochs=epochs or Recipe().epochs)
    try:
        made = make_model(recipe, out, _tell)
    except ImportError as error:
        raise TrainingNotInstalled(error.name or "torch") from error
    return {
        "folder": str(out),
        "weights_sha256": weights_digest(made.manifest),
        "dataset_sha256": made.manifest.dataset_sha256,
        "asked": made.greedy.asked,
        "refused": len(made.greedy.refused),
        "drawn_refused": len(made.drawn.refused),
    }


def _checked(out: Path | None) -> dict[str, object]:
    from condition_reports.tiny.model_folder import read_model, weights_digest  # noqa: PLC0415 - slow to load
    from condition_reports.training.acceptance import greedy_acceptance  # noqa: PLC0415 - slow to load
    from condition_reports.training.corpus import corpus  # noqa: PLC0415 - slow to load

    manifest, model = read_model(out)
    found = greedy_acceptance(model, corpus())
    if found.refused:
        raise UnsoundModel(found)
    return {
        "weights_sha256": weights_digest(manifest),
        "asked": found.asked,
        "refused": 0,
        "exact": found.exact,
    }


def _tell(step: int, steps: int, loss: float) -> None:
    people.print(f"step {step} of {steps}, loss {loss:.4f}", markup=False)
