"""Generation: a model writes sentences for prompts, all of them at once.

Every choice of a sentence depends on its own prompt and key alone, so a sentence is the same
whatever is written beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .llama import Array, Llama, Reading
from .tokenizer import Tokenizer

_KEPT_TOGETHER = 0.75
"""Finished sentences are dragged along until this share is left: dropping them costs a copy."""


class TinyModel(NamedTuple):
    """A model and its tokens."""

    tokenizer: Tokenizer
    llama: Llama


class Request(NamedTuple):
    """A sentence to write.

    Attributes:
        prompt: Tokens that ask for it.
        slots: Names of the slots that it must hold, each once; None puts no bounds to slots.
        key: What drawn words follow from: the same key draws the same words.
    """

    prompt: tuple[str, ...]
    slots: tuple[str, ...] | None = None
    key: str = ""


def write(model: TinyModel, requests: Sequence[Request], temperature: float = 0) -> list[str]:
    """Return a sentence for each request; one that would not end is cut where the model ends.

    Args:
        model: Who writes.
        requests: What is asked, in prompts of equal length.
        temperature: 0 takes the likeliest word each time; above, words are drawn, the likelier
            ones the more often the lower it is.
    """
    tokenizer, llama = model
    written: list[list[int]] = [[] for _ in requests]
    if not requests:
        return []
    reading = Reading(llama, len(requests))
    prompts = np.array([tokenizer.numbers(one.prompt) for one in requests], np.intp)
    for column in prompts.T[:-1]:
        reading.read(column)
    states = reading.read(prompts[:, -1])
    bounds = _SlotBounds(tokenizer, requests)
    # Numbers of the requests whose sentences are still being written, or have just been ended.
    rows = np.arange(len(requests))
    is_open = np.ones(len(requests), bool)
    while True:
        draws = _draws(requests, rows, reading.place) if temperature else None
        tokens = _chosen(reading.logits(states) + bounds.added, temperature, draws)
        is_open &= tokens != tokenizer.end
        for row in np.flatnonzero(is_open):
            written[rows[row]].append(int(tokens[row]))
        if reading.is_full or not is_open.any():
            return [tokenizer.decoded(numbers) for numbers in written]
        bounds.take(tokens)
        if is_open.mean() < _KEPT_TOGETHER:
            kept = np.flatnonzero(is_open)
            rows, is_open, tokens = rows[kept], is_open[kept], tokens[kept]
            reading.keep(kept)
            bounds.keep(kept)
        states = reading.read(tokens)


class _SlotBounds:
    """Which tokens each sentence may take next: its own slots, each once, and no end before them.

    `added` stands ready to be added to logits: 0 where a token may come, else minus infinity.
    """

    def __init__(self, tokenizer: Tokenizer, requests: Sequence[Request]) -> None:
        self._end = tokenizer.end
        slot_tokens = tokenizer.slot_tokens()
        numbers = {name: number for number, name in enumerate(slot_tokens)}
        self._tokens_of = list(slot_tokens.values())
        self._slot_of = np.full(len(tokenizer), -1)
        for slot, tokens in enumerate(self._tokens_of):
            self._slot_of[tokens] = slot
        self.added = np.zeros((len(requests), len(tokenizer)), np.float32)
        self._missing = np.zeros(len(requests), int)
        for row, request in enumerate(requests):
            if request.slots is not None:
                self.added[row, self._slot_of >= 0] = -np.inf
                for name in request.slots:
                    self.added[row, self._tokens_of[numbers[name]]] = 0
                self.added[row, self._end] = -np.inf if request.slots else 0
                self._missing[row] = len(request.slots)

    def take(self, tokens: NDArray[np.intp]) -> None:
        """Note the token that each sentence took."""
        for row in np.flatnonzero((self._missing > 0) & (self._slot_of[tokens] >= 0)):
            self.added[row, self._tokens_of[self._slot_of[tokens[row]]]] = -np.inf
            self._missing[row] -= 1
            if not self._missing[row]:
                self.added[row, self._end] = 0

    def keep(self, rows: NDArray[np.intp]) -> None:
        """Go on with some of the sentences only."""
        self.added, self._missing = self.added[rows], self._missing[rows]


def _chosen(
    logits: Array, temperature: float, draws: NDArray[np.float64] | None
) -> NDArray[np.intp]:
    """Return the likeliest token of each row, or the one that a draw from 0 to 1 falls on."""
    if draws is None:
        likeliest: NDArray[np.intp] = logits.argmax(axis=1)
        return likeliest
    scaled = (logits - logits.max(axis=1, keepdims=True)).astype(np.float64) / temperature
    heaped = np.exp(scaled).cumsum(axis=1)
    drawn: NDArray[np.intp] = (heaped <= draws[:, None] * heaped[:, -1:]).sum(axis=1)
    return drawn


def _draws(requests: Sequence[Request], rows: NDArray[np.intp], place: int) -> NDArray[np.float64]:
    """Return a number from 0 to below 1 for each row: a digest of its key and the place."""
    return np.array([_fraction(f"{requests[row].key}/{place}") for row in rows])


def _fraction(text: str) -> float:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    # 53 bits are what a double holds exactly, so the fraction never rounds up to 1.
    return (int.from_bytes(digest) >> 11) / (1 << 53)
