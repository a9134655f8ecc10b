"""`cargotwin bench twin`: how fast readings are folded, and what a late one costs."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import msgspec

from gateway.store.derived import DerivedStore
from gateway.store.entries import Batch, Message, PolicyFiled, encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from gateway.twin_book import TwinBook
from twins.inputs import Input
from twins.readings import Reading
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess

from .histories import (
    ASSET,
    BEGAN_AT,
    MINUTE,
    beginning,
    policy_bytes,
    reading,
    readings,
    vaccine_policy,
)
from .machine import machine
from .results import Result, figures_of, shown

_SLICE = 2_000
"""Readings of one asset that are folded at once; derive's slices hold about as many."""

_LATE = 60
"""Late readings, one somewhere in each equal part of the history."""


def run_twin(*, rounds: int, disk: Path, told: Callable[[str], None]) -> Result:
    """Measure the fold and late readings, and return the medians.

    Args:
        rounds: How often everything is measured.
        disk: Folder on the disk under measurement.
        told: Called with what each round gave, for people.
    """
    where, history = machine(), readings()
    measured = []
    for number in range(rounds):
        found = _fold(history) | _late(history, disk.resolve(), number)
        told(
            f"round {number + 1}: "
            + ", ".join(f"{name} {shown(value)}" for name, value in found.items())
        )
        measured.append(found)
    figures = figures_of(measured)
    return Result(bench="twin", machine=where, rounds=rounds, figures=figures, ratios={})


def _fold(history: Sequence[Reading]) -> dict[str, float]:
    """Fold the whole history in order."""
    policy = vaccine_policy()
    began = time.perf_counter()
    twin = advance(AssetTwin(ASSET), beginning(), policy)
    for start in range(0, len(history), _SLICE):
        twin = advance(twin, history[start : start + _SLICE], policy)
    seconds = time.perf_counter() - began
    began = time.perf_counter()
    assess(twin, policy, history[-1].observed_at)
    assessed = time.perf_counter() - began
    return {"fold_per_s": len(history) / seconds, "assess_ms": 1_000 * assessed}


def _late(history: Sequence[Reading], disk: Path, seed: int) -> dict[str, float]:
    """Let readings come late into the whole history, each committed and its twin up to date."""
    dice = random.Random(seed)  # noqa: S311 - places, no secret
    part = len(history) // _LATE
    places = [number * part + dice.randrange(part) for number in range(_LATE)]
    with _service(disk, history) as absorb:
        uniform = [
            absorb([reading(BEGAN_AT + place * MINUTE + MINUTE // 2, 5_000)]) for place in places
        ]
        # An excursion of the first day uses up what every later one is measured by.
        worst = absorb([reading(BEGAN_AT + MINUTE // 3, 9_000)])
    return {
        "late_reading_ms": median(uniform),
        "late_reading_p95_ms": quantiles(uniform, n=20)[-1],
        "late_reading_worst_ms": max(*uniform, worst),
    }


@contextmanager
def _service(disk: Path, history: Sequence[Reading]) -> Iterator[Callable[[list[Reading]], float]]:
    """Give what absorbs readings behind the history and returns the milliseconds it took."""
    with TemporaryDirectory(dir=disk) as name:
        folder = Path(name)
        writer = JournalWriter(folder / "journal.db")
        reader = JournalReader(folder / "journal.db")
        store = DerivedStore(folder / "derived.db")
        book = TwinBook(store, lambda _: b"k" * 32, lambda _: None, published_size=lambda _: 0)
        packets = count(1)

        def absorb(records: Sequence[Input | PolicyFiled]) -> float:
            writer.append(encode_messages([_message(next(packets), records)]), 0)
            batches: list[Batch] = list(reader.after(store.progress(), 100))
            began = time.perf_counter()
            for _ in book.absorbed(batches, _SLICE):
                pass
            _ = book.assets[ASSET].twin
            return 1_000 * (time.perf_counter() - began)

        absorb([PolicyFiled(1, policy_bytes()), *beginning()])
        for start in range(0, len(history), _SLICE):
            absorb(history[start : start + _SLICE])
        try:
            yield absorb
        finally:
            store.close()
            reader.close()
            writer.close()


def _message(packet: int, records: Sequence[Input | PolicyFiled]) -> Message:
    encoded = tuple(msgspec.Raw(msgspec.msgpack.encode(one)) for one in records)
    return Message(0, "logger", packet, dup=False, raw=None, records=encoded)
