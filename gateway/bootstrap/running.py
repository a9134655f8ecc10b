"""How each process runs and ends: named tasks in one group, until a signal or an orphan's fate.

Ending is a courtesy. All that was acknowledged or published is committed, so a process that does
not come to its end in time ends all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import stat
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping

STOP_S = 1.0
"""What open connections have to come to their end."""

_DEADLINE_S = 1.8
_CANCEL_AGAIN_S = 0.2
_READ_BYTES = 64


class Stop:
    """Whether this process shall end: after SIGTERM, or when the process that started it is gone.

    Attributes:
        wanted: Set when it shall.
    """

    def __init__(self) -> None:
        self.wanted = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        # Not the loop's own handler: that one waits for the end of whatever keeps the loop busy.
        signal.signal(signal.SIGTERM, lambda _number, _frame: self._begin())
        if _is_pipe(sys.stdin.fileno()):
            threading.Thread(target=self._watch_parent, name="watch parent", daemon=True).start()

    def _watch_parent(self) -> None:
        # Standard input ends with the supervisor: nobody is left who would start this process
        # again. Read past Python's buffer, whose lock would hold up the interpreter's end.
        with contextlib.suppress(OSError):
            while os.read(sys.stdin.fileno(), _READ_BYTES):
                pass
        self._begin()

    def _begin(self) -> None:
        late = threading.Timer(_DEADLINE_S, os._exit, (0,))
        late.daemon = True
        late.start()
        # The loop may be closed: then the process is at its end anyway.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.wanted.set)


async def run_until(
    stop: asyncio.Event,
    work: Mapping[str, Awaitable[None]],
    *,
    closing: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Run named tasks until `stop`; one that fails ends the process, which is then restarted.

    Args:
        stop: When to end.
        work: The tasks.
        closing: What is done before the tasks are cancelled, in at most `STOP_S`.
    """
    # All that was made so far lives as long as the process: to look through it again and again, for
    # what may be forgotten, would hold up whatever waits for an answer.
    gc.collect()
    gc.freeze()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_run(task), name=name) for name, task in work.items()]
        group.create_task(_stop_when(stop, tasks, closing), name="stop")


async def within_stop(work: Awaitable[None]) -> None:
    """Wait for what belongs to an orderly end, for as long as that may take."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_S):
            await work


async def _run(work: Awaitable[None]) -> None:
    await work


async def _stop_when(
    stop: asyncio.Event,
    tasks: list[asyncio.Task[None]],
    closing: Callable[[], Awaitable[None]] | None,
) -> None:
    await stop.wait()
    if closing is not None:
        await within_stop(closing())
    left = set(tasks)
    while left:
        # Once is not enough: a library may swallow a cancellation (Python 3.11's wait_for does).
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN_S)


def _is_pipe(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
