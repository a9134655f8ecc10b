"""The loop: make an input, read it, keep it if it was read in a new way."""

import gc
import time
from collections.abc import Hashable
from pathlib import Path
from random import Random
from typing import NamedTuple

import psutil

from .mutations import seeded
from .target import Target, require

_CORPUS = 500
_WARM = 0.25
_GROWTH_BYTES = 24 << 20
"""Of resident memory after the first quarter of the inputs, when caches and corpus have filled."""


class Slice(NamedTuple):
    """What one run over a target came to.

    Attributes:
        target: Its name.
        inputs: How many inputs were read.
        seconds: How long it took.
        ways: In how many different ways inputs were read.
        rss_before_mib: Resident memory of the process after the first quarter.
        rss_after_mib: The same at the end.
        slowest_ms: Processor time of the slowest input, checks included.
        slowest: Its first bytes and its length.
    """

    target: str
    inputs: int
    seconds: float
    ways: int
    rss_before_mib: float
    rss_after_mib: float
    slowest_ms: float
    slowest: str

    def line(self) -> str:
        """Return the result as one line for people."""
        return (
            f"{self.target:<26} {self.inputs:>8} inputs {self.inputs / self.seconds:>7.0f}/s "
            f"{self.seconds:>6.1f} s {self.ways:>5} ways  RSS {self.rss_before_mib:.0f} -> "
            f"{self.rss_after_mib:.0f} MiB  slowest {self.slowest_ms:.1f} ms {self.slowest}"
        )


class InputFails(AssertionError):
    """An input was found that breaks a promise; it lies in a file.

    Attributes:
        path: The file.
    """

    def __init__(self, target: str, path: Path, problem: str) -> None:
        self.path = path
        super().__init__(
            f"{target}: {problem}\nrepeat with: python -m tests.fuzzing {target} --input {path}"
        )


def fuzz(target: Target, inputs: int, seed: int, folder: Path) -> Slice:
    """Read so many damaged inputs.

    Args:
        target: What reads them.
        inputs: How many.
        seed: The same seed makes the same inputs.
        folder: Where an input is written that breaks a promise.

    Raises:
        InputFails: One was found.
        Broken: Memory grows with every input.
    """
    random = seeded(f"{target.name} {seed}".encode())
    corpus = list(target.seeds)
    ways: set[Hashable] = {_checked(target, one, folder) for one in corpus}
    process = psutil.Process()
    warm_rss = 0
    begin_s = time.perf_counter()
    slowest_s, slowest = 0.0, b""
    for place in range(inputs):
        if place == round(inputs * _WARM):
            warm_rss = _resident(process)
        data = target.made(random, corpus)
        before_s = time.thread_time()
        way = _checked(target, data, folder)
        took_s = time.thread_time() - before_s
        if took_s > slowest_s:
            slowest_s, slowest = took_s, data
        if way not in ways:
            ways.add(way)
            _keep(random, corpus, data, len(target.seeds))
    rss = _resident(process)
    found = Slice(
        target.name,
        inputs,
        time.perf_counter() - begin_s,
        len(ways),
        warm_rss / 2**20,
        rss / 2**20,
        slowest_s * 1000,
        f"{slowest[:24]!r}… of {len(slowest)} bytes",
    )
    require(rss - warm_rss <= _GROWTH_BYTES, f"memory grows: {found.line()}")
    return found


def _resident(process: psutil.Process) -> int:
    """Return resident bytes without what only waits to be collected."""
    gc.collect()
    return int(process.memory_info().rss)


def _keep(random: Random, corpus: list[bytes], data: bytes, seeds: int) -> None:
    """Take an input into the corpus, in place of another that is no seed where it is full."""
    if len(corpus) < _CORPUS + seeds:
        corpus.append(data)
    else:
        corpus[random.randrange(seeds, len(corpus))] = data


def _checked(target: Target, data: bytes, folder: Path) -> Hashable:
    try:
        return target.check(data)
    except Exception as error:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{target.name}.input"
        path.write_bytes(data)
        raise InputFails(target.name, path, f"{type(error).__name__}: {error}") from error
