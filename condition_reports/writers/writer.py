"""The interface that every writer has: a plan and a seed in, a draft with slots out."""

from __future__ import annotations

from typing import Literal, Protocol, runtime_checkable

import msgspec

from condition_reports.plan import Plan
from condition_reports.shapes import Section


class ModelIdentity(msgspec.Struct, frozen=True):
    """Which model wrote, and what ran it; "" where nobody can say.

    Attributes:
        id: Name of the model, as its card or its server gives it.
        revision: Its version: a tag or a commit.
        weights_sha256: Digest over the digests of every file of weights, in the order of names.
        tokenizer_sha256: Digest of the tokenizer's file.
        config_sha256: Digest of the configuration's file.
        quantisation: How the weights are stored, such as float16.
        dataset: What it was trained on, where the card says so.
        runtime: What ran it, with versions, such as numpy 2.4.6.
        server: What a server says of itself; "" for a model of this process.
    """

    id: str
    revision: str = ""
    weights_sha256: str = ""
    tokenizer_sha256: str = ""
    config_sha256: str = ""
    quantisation: str = ""
    dataset: str = ""
    runtime: str = ""
    server: str = ""


class WriterIdentity(msgspec.Struct, frozen=True):
    """Which writer worded a draft, exactly enough to ask it again.

    Attributes:
        kind: template, tiny or llm.
        version: The writer's own version.
        digest: SHA-256 (hex) of what its words come from: the grammar, or the model's weights; of
            a model on a server, of its name.
        model: The model behind it; None for the template.
    """

    kind: Literal["template", "tiny", "llm"]
    version: str
    digest: str
    model: ModelIdentity | None = None


class Decoding(msgspec.Struct, frozen=True):
    """How the words of a draft were chosen, for whoever wants to choose them again.

    Attributes:
        mode: Always the likeliest word (greedy), or drawn (sampled).
        temperature: Of what was drawn, a decimal string; "" of greedy words.
        constraint: What kept the writer in bounds: nothing, the slots, a grammar of the sentences
            allowed, or a JSON schema that the server was asked to keep.
        constraint_sha256: Digest of that grammar or schema; "" where there is none.
        prompt_sha256: Digest of all that the model was given; "" where that is the plan alone.
    """

    mode: Literal["greedy", "sampled"]
    temperature: str = ""
    constraint: Literal["none", "slots", "grammar", "schema"] = "none"
    constraint_sha256: str = ""
    prompt_sha256: str = ""


class DraftSection(msgspec.Struct, frozen=True):
    """One section's sentences, with slots where values belong."""

    section: Section
    text: str


class Draft(msgspec.Struct, frozen=True):
    """The sections of a draft, in the order of the plan, and how a model chose its words."""

    sections: tuple[DraftSection, ...]
    decoding: Decoding | None = None


class Writer(Protocol):
    """Words a plan. It never sees a value, and nobody believes what it writes unread."""

    @property
    def identity(self) -> WriterIdentity:
        """Return who this writer is."""

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return a draft; the same plan and seed give the same draft.

        Raises:
            CargotwinError: The writer cannot word this plan.
        """


@runtime_checkable
class DrawingWriter(Writer, Protocol):
    """A writer that can also draw its words, which then follow from plan, seed and temperature."""

    def drawing(self, temperature: float) -> Writer:
        """Return the same writer as one that draws.

        Args:
            temperature: Above 0; the lower, the likelier are the words that are drawn.
        """
