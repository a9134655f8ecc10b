"""The parts of `bench ingest`: each runs alone, for some seconds, and gives figures by name."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gateway.bootstrap import JOURNAL
from gateway.store.journal import JournalReader

from .gateways import STORED, UNSTORED, intake_alone
from .loads import offer, offering, outcome_of, pushing, wait_until_warm
from .mosquitto import counting_subscriber, mosquitto
from .processes import running_module

ARRAY = 20
"""Readings of one message where a device sends arrays."""
LATENCY_RATE = 15_000
SYNC_BYTES = 20_000
_LATENCY_LINKS = 4
_LATENCY_BLOCK = 5
_LOOPBACK = "127.0.0.1"

Figures = dict[str, float]


class Bench(msgspec.Struct, frozen=True):
    """Where and how long a stage runs.

    Attributes:
        disk: Folder on the disk under measurement.
        seconds: How long each stage measures.
    """

    disk: Path
    seconds: float

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """Give a new folder on that disk."""
        with tempfile.TemporaryDirectory(prefix="bench-", dir=self.disk) as folder:
            yield Path(folder)


Stage = Callable[[Bench], Figures]


def frame_counter(bench: Bench) -> Figures:
    """Offer the load to a process that splits frames and answers them, and does no more."""
    with (
        bench.folder() as folder,
        running_module("benchmarks.frame_counter", folder=folder) as counter,
    ):
        found = offer(f"mqtt://{_LOOPBACK}:{int(counter.line())}", folder, bench.seconds)
    return {"frame_counter_per_s": found.messages_per_s, "load_busy_at_frame_counter": found.busy}


def unstored(bench: Bench) -> Figures:
    """Offer the load to intake without its commit."""
    return {"unstored_per_s": _direct(bench, UNSTORED, 1)}


def durable(bench: Bench) -> Figures:
    """Offer the load to intake."""
    return {"durable_per_s": _direct(bench, STORED, 1)}


def durable_arrays(bench: Bench) -> Figures:
    """Offer the load to intake, in arrays."""
    return {"durable_in_arrays_per_s": _direct(bench, STORED, ARRAY)}


def _direct(bench: Bench, module: str, readings: int) -> float:
    with bench.folder() as folder, intake_alone(folder, module) as gateway:
        return offer(gateway.url, folder, bench.seconds, readings=readings).readings_per_s


def paho(bench: Bench) -> Figures:
    """Push the load to paho-mqtt."""
    return {"paho_per_s": _pushed(bench, "paho")}


def aiomqtt(bench: Bench) -> Figures:
    """Push the load to aiomqtt."""
    return {"aiomqtt_per_s": _pushed(bench, "aiomqtt")}


def _pushed(bench: Bench, client: str) -> float:
    with (
        bench.folder() as folder,
        pushing(folder, bench.seconds) as (load, port),
        running_module("benchmarks.clients", client, str(port), folder=folder),
    ):
        wait_until_warm(load)
        return outcome_of(load).messages_per_s


def behind_mosquitto(bench: Bench) -> Figures:
    """Offer the load to mosquitto, which intake has subscribed to."""
    with (
        bench.folder() as folder,
        mosquitto(folder) as url,
        intake_alone(folder, listener={"enabled": False}, subscriber=[{"url": url}]) as gateway,
    ):
        journal = gateway.settings.folder / JOURNAL
        rate = _consumed(bench, url, folder, lambda: _journalled(journal))
    return {"behind_mosquitto_per_s": rate}


def mosquitto_sub(bench: Bench) -> Figures:
    """Offer the load to mosquitto, which mosquitto_sub has subscribed to."""
    with (
        bench.folder() as folder,
        mosquitto(folder) as url,
        counting_subscriber(folder, url) as received,
    ):
        return {"mosquitto_sub_per_s": _consumed(bench, url, folder, received)}


def _consumed(bench: Bench, url: str, folder: Path, received: Callable[[], int]) -> float:
    """Return how many messages a second come out of a broker that is never out of work."""
    with offering(url, folder, bench.seconds) as load:
        wait_until_warm(load)
        before, began = received(), time.perf_counter()
        time.sleep(bench.seconds)
        return (received() - before) / (time.perf_counter() - began)


def _journalled(journal: Path) -> int:
    with JournalReader(journal) as reader:
        return reader.counters().get("readings", 0)


def puback(bench: Bench) -> Figures:
    """Offer a steady load to intake and see how long a PUBACK takes."""
    with bench.folder() as folder, intake_alone(folder) as gateway:
        found = offer(
            gateway.url,
            folder,
            bench.seconds,
            rate=LATENCY_RATE,
            links=_LATENCY_LINKS,
            block=_LATENCY_BLOCK,
        )
    return {
        "puback_p50_ms": found.p50_ms,
        "puback_p99_ms": found.p99_ms,
        "puback_rate_per_s": found.messages_per_s,
    }


def fdatasync(bench: Bench) -> Figures:
    """Append to a file and sync it, over and over: what the disk alone takes for a commit."""
    data, took = os.urandom(SYNC_BYTES), []
    sync = getattr(os, "fdatasync", os.fsync)  # macOS has the second alone
    with bench.folder() as folder, (folder / "appended").open("ab", buffering=0) as file:
        deadline = time.perf_counter() + bench.seconds
        while (began := time.perf_counter()) < deadline:
            file.write(data)
            sync(file.fileno())
            took.append(time.perf_counter() - began)
    took.sort()
    return {
        "fdatasync_p50_ms": 1e3 * took[len(took) // 2],
        "fdatasync_p99_ms": 1e3 * took[len(took) * 99 // 100],
    }
