"""Intake and derive together under a steady load: what the twins keep up with, and at what size."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from gateway.bootstrap import DERIVED, JOURNAL
from gateway.clock import now_us
from gateway.store.journal import JournalReader

from .gateways import WholeGateway, intake_and_derive
from .loads import offering, outcome_of, wait_until_warm
from .processes import resident_mb, running_module
from .stages import Bench, Figures

RATE = 52_000
"""Readings a second that are offered: more than the 50,000 that the twins must keep up with."""
IDLE_CONNECTIONS = 1_000
_LINKS = 10
_BLOCK = 25
_LEAST_S = 8.0
"""Shorter, what comes to the twins in one piece would be too large a part of it."""
_LOOK_S = 0.1
_SAMPLES = 40
_CALM_S = 60.0
_SECONDS_PER_MINUTE = 60


class ReadingsMissing(RuntimeError):
    """Readings were acknowledged that did not come to the twins: no figure counts then."""

    def __init__(self, acknowledged: int, taken: int) -> None:
        super().__init__(f"{acknowledged} readings were acknowledged, {taken} came to the twins")


class MemorySample(msgspec.Struct, frozen=True):
    """What both processes hold at one moment.

    Attributes:
        at_s: Seconds since the load began.
        intake_mb: Resident memory of intake, 10^6 bytes.
        derive_mb: Resident memory of derive.
        lag_s: How far the twins are behind the journal.
        readings: How many the twins have taken in.
    """

    at_s: float
    intake_mb: float
    derive_mb: float
    lag_s: float
    readings: int


class Progress:
    """How far the twins have come, as any reader of both databases sees it."""

    def __init__(self, gateway: WholeGateway) -> None:
        folder = gateway.settings.folder
        self._journal = folder / JOURNAL
        self._derived = f"{(folder / DERIVED).absolute().as_uri()}?mode=ro"

    def absorbed(self) -> int:
        """Return the newest batch that the twins have taken in."""
        with closing(sqlite3.connect(self._derived, uri=True)) as derived:
            row = derived.execute("SELECT batch FROM progress").fetchone()
        return int(row[0]) if row else 0

    def readings(self) -> int:
        """Return how many readings the twins have taken in."""
        with closing(sqlite3.connect(self._derived, uri=True)) as derived:
            row = derived.execute("SELECT value FROM counter WHERE name = 'readings'").fetchone()
        return int(row[0]) if row else 0

    def lag_s(self) -> float:
        """Return how long the oldest batch that they have not taken in has been committed."""
        with JournalReader(self._journal) as journal:
            waiting = journal.after(self.absorbed(), 1)
        return (now_us() - waiting[0].committed_at) / 1e6 if waiting else 0.0

    def is_all_absorbed(self) -> bool:
        """Tell whether the twins have taken in all that is committed."""
        with JournalReader(self._journal) as journal:
            return self.absorbed() >= journal.last_batch()


def sustained(bench: Bench) -> Figures:
    """Offer a steady load to the whole gateway, with 100 assets judged and the mirror on.

    The rate that counts is that of the twins: what they take in after the warm-up. A lag that
    stays small says that they keep up.
    """
    with _gateway(bench) as (gateway, folder):
        samples = _watched(gateway, folder, max(bench.seconds, _LEAST_S), idle=0)
    first, last = samples[0], samples[-1]
    return {
        "sustained_per_s": rate_of(samples),
        "sustained_offered_per_s": RATE,
        "twin_lag_worst_s": max(one.lag_s for one in samples),
        "intake_mb_before": first.intake_mb,
        "intake_mb_after": last.intake_mb,
        "derive_mb_before": first.derive_mb,
        "derive_mb_after": last.derive_mb,
    }


def memory(bench: Bench, minutes: float) -> list[MemorySample]:
    """Offer the same load for minutes beside idle connections, and see what it is held in."""
    with _gateway(bench) as (gateway, folder):
        seconds = minutes * _SECONDS_PER_MINUTE
        return _watched(gateway, folder, seconds, idle=IDLE_CONNECTIONS)


def rate_of(samples: Sequence[MemorySample]) -> float:
    """Return how many readings a second the twins took in, from the warm-up to the load's end."""
    first, last = samples[1], samples[-1]
    return (last.readings - first.readings) / (last.at_s - first.at_s)


@contextmanager
def _gateway(bench: Bench) -> Iterator[tuple[WholeGateway, Path]]:
    with bench.folder() as folder, running_module("benchmarks.line_sink", folder=folder) as sink:
        mirror = {"enabled": True, "url": f"http://127.0.0.1:{int(sink.line())}"}
        with intake_and_derive(folder, influx=mirror) as gateway:
            _wait_until_absorbed(gateway, time.perf_counter() + _CALM_S)
            yield gateway, folder


def _watched(gateway: WholeGateway, folder: Path, seconds: float, idle: int) -> list[MemorySample]:
    """Return samples: one before the load, one after its warm-up, and on until its end."""
    progress = Progress(gateway)
    shape = {"rate": RATE, "links": _LINKS, "block": _BLOCK, "idle": idle}
    began = time.perf_counter()
    samples = [_sample(gateway, progress, began)]
    with offering(gateway.url, folder, seconds, **shape) as load:
        wait_until_warm(load)
        end = time.perf_counter() + seconds
        samples.append(_sample(gateway, progress, began))
        while time.perf_counter() < end:
            time.sleep(max(_LOOK_S, seconds / _SAMPLES))
            samples.append(_sample(gateway, progress, began))
        acknowledged = outcome_of(load).acknowledged
    _wait_until_absorbed(gateway, time.perf_counter() + max(_CALM_S, 2 * seconds))
    if (taken := progress.readings() - samples[0].readings) < acknowledged:
        raise ReadingsMissing(acknowledged, taken)
    return samples


def _sample(gateway: WholeGateway, progress: Progress, began: float) -> MemorySample:
    for process in (gateway.intake, gateway.derive):
        process.check_running()
    return MemorySample(
        at_s=time.perf_counter() - began,
        intake_mb=resident_mb(gateway.intake.pid),
        derive_mb=resident_mb(gateway.derive.pid),
        lag_s=progress.lag_s(),
        readings=progress.readings(),
    )


def _wait_until_absorbed(gateway: WholeGateway, deadline: float) -> None:
    progress = Progress(gateway)
    while not progress.is_all_absorbed() and time.perf_counter() < deadline:
        time.sleep(_LOOK_S)
