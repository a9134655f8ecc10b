"""Loads as the benchmarks use them: in a process of their own, told by arguments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from simulators.load import WARM, Outcome

from .processes import Child, running_module

_MODULE = "simulators.load"
WARM_UP_S = 1.0


def offer(url: str, folder: Path, seconds: float, **shape: int) -> Outcome:
    """Send a load to a listener or a broker and return what came of it."""
    with offering(url, folder, seconds, **shape) as load:
        wait_until_warm(load)
        return outcome_of(load)


@contextmanager
def offering(url: str, folder: Path, seconds: float, **shape: int) -> Iterator[Child]:
    """Send a load while the block runs."""
    with running_module(_MODULE, url, *_options(seconds, shape), folder=folder) as load:
        yield load


@contextmanager
def pushing(folder: Path, seconds: float, **shape: int) -> Iterator[tuple[Child, int]]:
    """Play a broker that pushes the load to whoever subscribes at the port given."""
    arguments = ("--serve", *_options(seconds, shape))
    with running_module(_MODULE, *arguments, folder=folder) as load:
        yield load, int(load.line())


def wait_until_warm(load: Child) -> None:
    """Return when a load begins to measure.

    Raises:
        ProcessFailed: It ended before.
    """
    if load.line().strip() != WARM:
        raise load.failure()


def outcome_of(load: Child) -> Outcome:
    """Wait for the end of a load that is warm, and return what came of it.

    Raises:
        ProcessFailed: It ended without an outcome.
    """
    return msgspec.json.decode(load.line(), type=Outcome)


def _options(seconds: float, shape: dict[str, int]) -> list[str]:
    given = {"seconds": seconds, "warm-up": WARM_UP_S, **shape}
    return [part for name, value in given.items() for part in (f"--{name}", str(value))]
