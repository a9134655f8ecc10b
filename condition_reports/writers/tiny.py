"""The tiny writer: a language model of a few megabytes, trained on the grammar, run with NumPy.

It words one statement at a time and knows nothing but its kind and a manner of saying it; what it
writes is read back by the verifier as any other text is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from condition_reports.grammar import prefixed
from condition_reports.plan import Plan, SectionPlan, StatementPlan
from condition_reports.prompts import manner_of, prompt_tokens
from condition_reports.tiny.generation import Request, TinyModel, write
from condition_reports.tiny.llama import RUNTIME
from condition_reports.tiny.model_folder import (
    SETTINGS,
    TOKENIZER,
    Manifest,
    read_model,
    weights_digest,
)

from .writer import Decoding, Draft, DraftSection, ModelIdentity, WriterIdentity

VERSION = "1"
"""Raised when the same model, plan and seed give other words."""


class TinyWriter:
    """Words a plan by a model of this project."""

    def __init__(self, manifest: Manifest, model: TinyModel, temperature: float = 0) -> None:
        self._manifest = manifest
        self._model = model
        # What the record states of it, so that the words can be drawn again from the record.
        self._temperature = float(f"{temperature:g}")
        weights_sha256 = weights_digest(manifest)
        identity = ModelIdentity(
            id=manifest.id,
            revision=manifest.revision,
            weights_sha256=weights_sha256,
            tokenizer_sha256=manifest.files[TOKENIZER],
            config_sha256=manifest.files[SETTINGS],
            quantisation=manifest.quantisation,
            dataset=manifest.dataset_sha256,
            runtime=RUNTIME,
        )
        self._identity = WriterIdentity("tiny", VERSION, weights_sha256, identity)

    @property
    def identity(self) -> WriterIdentity:
        """Return the model's identity and digests."""
        return self._identity

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return a draft in the model's words; all statements are written at once."""
        sentences = iter(write(self._model, requests_of(plan, seed), self._temperature))
        sections = tuple(
            DraftSection(section.section, _text(section, sentences)) for section in plan.sections
        )
        return Draft(sections, self._decoding())

    def drawing(self, temperature: float) -> TinyWriter:
        """Return this model, not loaded again, as a writer that draws its words."""
        return TinyWriter(self._manifest, self._model, temperature)

    def _decoding(self) -> Decoding:
        if self._temperature:
            return Decoding("sampled", f"{self._temperature:g}", "slots")
        return Decoding("greedy", constraint="slots")


def load_tiny(folder: str = "", temperature: float = 0) -> TinyWriter:
    """Return the writer of a model on disk.

    Args:
        folder: Where the model lies; "" for the one that is shipped.
        temperature: 0 for the likeliest words, above 0 for drawn ones.

    Raises:
        DamagedModel: A file is missing, changed or not what it should be.
        OutdatedModel: The model was trained for another grammar than this program's.
    """
    return TinyWriter(*read_model(Path(folder) if folder else None), temperature)


def requests_of(plan: Plan, seed: int) -> list[Request]:
    """Return what a model is asked to word a plan, one sentence after the other."""
    return [
        _request(statement, place, seed)
        for section in plan.sections
        for place, statement in enumerate(section.statements)
    ]


def _request(statement: StatementPlan, place: int, seed: int) -> Request:
    kind = statement.kind
    slots = tuple(slot.removeprefix(statement.prefix) for slot in statement.slots)
    prompt = prompt_tokens(kind, manner_of(kind, place, seed))
    return Request(prompt, slots, f"{seed}/{kind.value}/{place}")


def _text(section: SectionPlan, sentences: Iterator[str]) -> str:
    """Return a section's text from the next sentences, whose slots still bear no prefix."""
    return " ".join(prefixed(next(sentences), statement.prefix) for statement in section.statements)
