"""How a model did at the release gate."""

from __future__ import annotations

from typing import NamedTuple

from twins.errors import CargotwinError

from .corpus import Example


class Refused(NamedTuple):
    """An example, and the sentence that was written in its place: none of the grammar."""

    example: Example
    written: str


class Acceptance(NamedTuple):
    """How a model did.

    Attributes:
        asked: How many prompts.
        exact: How many were answered with the very sentence of the corpus.
        refused: Answers that the grammar does not derive for the kind that was asked.
    """

    asked: int
    exact: int
    refused: tuple[Refused, ...]


class UnsoundModel(CargotwinError):
    """A model does not pass the release gate.

    Attributes:
        acceptance: What it was asked, and what it answered wrongly.
    """

    def __init__(self, acceptance: Acceptance) -> None:
        self.acceptance = acceptance
        shown = "".join(
            f"\n  {one.example.kind.value} {tuple(one.example.manner)}: {one.written!r}"
            for one in acceptance.refused[:5]
        )
        super().__init__(
            f"{len(acceptance.refused)} of {acceptance.asked} answers are no sentences of the "
            f"grammar; train for more epochs or from another seed{shown}"
        )
