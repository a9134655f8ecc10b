"""`cargotwin bench ingest`: how fast readings become durable, beside what the machine can do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import mosquitto, stages, sustained
from .machine import machine
from .results import Result, figures_of, ratios_of, shown
from .stages import Bench, Stage

STAGES: tuple[Stage, ...] = (
    stages.frame_counter,
    stages.unstored,
    stages.durable,
    stages.durable_arrays,
    stages.paho,
    stages.aiomqtt,
    stages.fdatasync,
    stages.puback,
    sustained.sustained,
)
MOSQUITTO_STAGES: tuple[Stage, ...] = (stages.mosquitto_sub, stages.behind_mosquitto)
FIGURES = ("durable_per_s", "sustained_per_s", "puback_p50_ms", "puback_p99_ms")
RATIOS = {
    "durable_to_unstored": ("durable_per_s", "unstored_per_s"),
    "durable_to_frame_counter": ("durable_per_s", "frame_counter_per_s"),
    "broker_to_mosquitto_sub": ("behind_mosquitto_per_s", "mosquitto_sub_per_s"),
    "durable_to_paho": ("durable_per_s", "paho_per_s"),
    "durable_to_aiomqtt": ("durable_per_s", "aiomqtt_per_s"),
    "puback_p99_to_fdatasync_p99": ("puback_p99_ms", "fdatasync_p99_ms"),
}
"""Name, figure above, figure below."""


def run_ingest(
    *,
    seconds: float,
    rounds: int,
    disk: Path,
    memory_minutes: float,
    told: Callable[[str], None],
) -> Result:
    """Run every stage in turn, as often as there are rounds, and return the medians.

    Args:
        seconds: How long a stage measures.
        rounds: How often all of them are run, one after another.
        disk: Folder on the disk under measurement.
        memory_minutes: How long to watch the memory at the end; 0 for not at all.
        told: Called with what each stage gave, for people.

    Raises:
        ProcessFailed: A part of it ended early.
    """
    # Before it is this run's own load that the load average tells of.
    where = machine()
    lacking = mosquitto.missing()
    chosen = STAGES if lacking else (*STAGES, *MOSQUITTO_STAGES)
    bench = Bench(disk.resolve(), seconds)
    measured = []
    for number in range(rounds):
        found: dict[str, float] = {}
        for stage in chosen:
            figures = stage(bench)
            found |= figures
            line = ", ".join(f"{name} {shown(value)}" for name, value in figures.items())
            told(f"round {number + 1}: {line}")
        measured.append(found)
    samples = sustained.memory(bench, memory_minutes) if memory_minutes else []
    medians = figures_of(measured)
    return Result(
        bench="ingest",
        machine=where,
        rounds=rounds,
        figures={name: medians.pop(name) for name in FIGURES} | medians,
        ratios=ratios_of(measured, RATIOS),
        missing=tuple(f"{name}: {_REMEDY}" for name in lacking),
        memory=tuple(samples),
    )


_REMEDY = (
    "install it (Debian: apt install mosquitto mosquitto-clients; macOS: brew install mosquitto) "
    "or run `make servers` in a checkout; its ratio is null without it"
)
