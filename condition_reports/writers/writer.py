"""The interface that every writer has: a plan and a seed in, a draft with slots out."""

from __future__ import annotations

from typing import Literal, Protocol

import msgspec

from condition_reports.plan import Plan
from condition_reports.shapes import Section


class WriterIdentity(msgspec.Struct, frozen=True):
    """Which writer worded a draft, exactly enough to ask it again.

    Attributes:
        kind: template, tiny or llm.
        version: The writer's own version.
        digest: SHA-256 (hex) of what its words come from: the grammar, or the model's weights.
    """

    kind: Literal["template", "tiny", "llm"]
    version: str
    digest: str


class DraftSection(msgspec.Struct, frozen=True):
    """One section's sentences, with slots where values belong."""

    section: Section
    text: str


class Draft(msgspec.Struct, frozen=True):
    """The sections of a draft, in the order of the plan."""

    sections: tuple[DraftSection, ...]


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
