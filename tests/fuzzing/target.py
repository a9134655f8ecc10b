"""What is fuzzed, and how an input that breaks its promise is told."""

import time
from collections.abc import Callable, Hashable, Sequence
from random import Random
from typing import Protocol, TypeVar

from .mutations import LONGEST_INPUT, mutated

LIMIT_S = 0.05
"""Processor time that an input of `LONGEST_INPUT` bytes, or any shorter one, may take."""

_ATTEMPTS = 3
_ResultT = TypeVar("_ResultT")


class Broken(AssertionError):
    """An input makes the code break what it promises."""


class Target(Protocol):
    """Code that reads bytes from outside."""

    @property
    def name(self) -> str:
        """Its name on the command line."""

    @property
    def seeds(self) -> Sequence[bytes]:
        """Sound inputs that the damaged ones are made of."""

    def made(self, random: Random, corpus: Sequence[bytes]) -> bytes:
        """Return a damaged input."""

    def check(self, data: bytes) -> Hashable:
        """Read an input; whatever it does depends on the bytes alone.

        Returns:
            A short mark of how it was read: inputs with a new one are worth more damage.

        Raises:
            Broken: A promise is broken; any other exception is one broken too.
        """


class Plain:
    """A target whose inputs have no parts that must fit together."""

    def made(self, random: Random, corpus: Sequence[bytes]) -> bytes:
        """Return a damaged input."""
        return mutated(random, corpus)


def require(is_kept: object, promise: str) -> None:
    """Check a promise.

    Raises:
        Broken: It is broken.
    """
    if not is_kept:
        raise Broken(promise)


def within_time(read: Callable[[], _ResultT], size: int, limit_s: float = LIMIT_S) -> _ResultT:
    """Read an input and check the processor time, the best of three on a busy machine.

    Raises:
        Broken: It takes longer than its size allows.
    """
    allowed_s = limit_s * max(1.0, size / LONGEST_INPUT)
    took_s = []
    for _ in range(_ATTEMPTS):
        begin_s = time.thread_time()
        found = read()
        took_s.append(time.thread_time() - begin_s)
        if took_s[-1] <= allowed_s:
            return found
    text = f"{size} bytes take {min(took_s) * 1000:.0f} ms, allowed are {allowed_s * 1000:.0f} ms"
    raise Broken(text)
