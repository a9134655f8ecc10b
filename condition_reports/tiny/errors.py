"""What can be wrong with a model on disk."""

from __future__ import annotations

from condition_reports.writers.errors import UnusableModel


class DamagedModel(UnusableModel):
    """A file of a model is missing, changed or not what its format says.

    Attributes:
        file: Its path.
        reason: What is wrong with it.
    """

    def __init__(self, file: str, reason: str) -> None:
        self.file = file
        self.reason = reason
        super().__init__(
            "model_damaged",
            f"{file}: {reason}; put the original back (install again, or copy the "
            "whole folder anew), or make a model with `cargotwin train --out FOLDER`",
        )


class OutdatedModel(UnusableModel):
    """A model was trained for other sentences than this program reads back.

    Attributes:
        folder: Where it lies.
        trained_for: The grammar's SHA-256 (hex) in its manifest.
        wanted: The SHA-256 (hex) of this program's grammar.
    """

    def __init__(self, folder: str, trained_for: str, wanted: str) -> None:
        self.folder = folder
        self.trained_for = trained_for
        self.wanted = wanted
        super().__init__(
            "model_outdated",
            f"the model in {folder} was trained for the grammar {trained_for[:12]}, this program "
            f"has {wanted[:12]}: train it again with `cargotwin train --out FOLDER`, or take the "
            "model that came with this program",
        )
