"""The release gate: a model is asked all that it can be asked, and every answer is read back.

It runs with NumPy, that is with what will run in the gateway. Greedy words are asked without
bounds to the slots, so that the gate tests the model and not its bounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from condition_reports.grammar import frames
from condition_reports.slots import slots_in
from condition_reports.tiny.generation import Request, TinyModel, write

from .corpus import Example
from .outcome import Acceptance, Refused

_BATCH = 256


def greedy_acceptance(model: TinyModel, examples: Sequence[Example]) -> Acceptance:
    """Return how a model answers some prompts with its likeliest words."""
    return _acceptance(model, examples, 0, [Request(one.prompt) for one in examples])


def drawn_acceptance(
    model: TinyModel, examples: Sequence[Example], temperature: float, seed: int
) -> Acceptance:
    """Return how a model answers some prompts with drawn words, slots kept in bounds."""
    requests = [
        Request(one.prompt, slots_in(one.sentence), f"{seed}/{number}")
        for number, one in enumerate(examples)
    ]
    return _acceptance(model, examples, temperature, requests)


def _acceptance(
    model: TinyModel, examples: Sequence[Example], temperature: float, requests: Sequence[Request]
) -> Acceptance:
    exact = 0
    refused: list[Refused] = []
    answers = _answers(model, requests, temperature)
    for example, answer in zip(examples, answers, strict=True):
        exact += answer == example.sentence
        if answer not in frames(example.kind):
            refused.append(Refused(example, answer))
    return Acceptance(len(examples), exact, tuple(refused))


def _answers(model: TinyModel, requests: Sequence[Request], temperature: float) -> Iterator[str]:
    for start in range(0, len(requests), _BATCH):
        yield from write(model, requests[start : start + _BATCH], temperature)
