"""The shipped model behind a memory: it decodes each prompt once, however often it is asked.

A greedy answer follows from its prompt alone, and there are no other prompts than kinds times
manners: so all that the model will ever say fits in a memory, and ten thousand reports of it can
be read. Everything but the repeated decoding is what the gateway runs, which
`test_remembered_reports` holds against the writer itself.
"""

from __future__ import annotations

from condition_reports.grammar import prefixed
from condition_reports.plan import Plan
from condition_reports.tiny.generation import Request, TinyModel, write
from condition_reports.tiny.model_folder import read_model
from condition_reports.writers.tiny import TinyWriter, requests_of
from condition_reports.writers.writer import Draft, DraftSection, WriterIdentity

Question = tuple[tuple[str, ...], tuple[str, ...] | None]
"""A prompt, and the slots of its answer."""


class RememberingTiny:
    """Words plans as the tiny writer does with greedy words."""

    def __init__(self) -> None:
        manifest, self._model = read_model()
        self._identity = TinyWriter(manifest, self._model).identity
        self._answers: dict[Question, str] = {}

    @property
    def identity(self) -> WriterIdentity:
        """Return who the model is."""
        return self._identity

    def draft(self, plan: Plan, seed: int) -> Draft:
        """Return the draft that the model gives, as far as possible from memory."""
        requests = requests_of(plan, seed)
        self._answer(self._model, requests)
        sentences = iter(self._answers[_question(one)] for one in requests)
        return Draft(
            tuple(
                DraftSection(
                    section.section,
                    " ".join(prefixed(next(sentences), one.prefix) for one in section.statements),
                )
                for section in plan.sections
            )
        )

    def _answer(self, model: TinyModel, requests: list[Request]) -> None:
        new = {_question(one): one for one in requests if _question(one) not in self._answers}
        self._answers.update(zip(new, write(model, list(new.values())), strict=True))


def _question(request: Request) -> Question:
    return request.prompt, request.slots
