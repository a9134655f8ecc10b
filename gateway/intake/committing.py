"""The thread that commits, beside the event loop, which goes on reading meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Self, TypeVar

from gateway.intake.pending import Pending

_Outcome = TypeVar("_Outcome")


class CommitThread:
    """Commits one batch after the other, and is quicker to hand over to than an executor.

    Used as a context manager in the loop; at the end it waits for the batch under way.

    Args:
        commit: Called in the thread; tells whether the batch is on disk now.
    """

    def __init__(self, commit: Callable[[Pending], bool]) -> None:
        self._commit = commit
        self._waiting: SimpleQueue[tuple[Pending, asyncio.Future[bool]] | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.put(None)
        self._thread.join()

    def commit(self, batch: Pending) -> asyncio.Future[bool]:
        """Commit a batch behind those before; the future is what `commit` told, or raised."""
        done: asyncio.Future[bool] = self._loop.create_future()
        self._waiting.put((batch, done))
        return done

    def _run(self) -> None:
        tell = self._loop.call_soon_threadsafe
        while (asked := self._waiting.get()) is not None:
            batch, done = asked
            try:
                is_on_disk = self._commit(batch)
            # Whatever it is, it belongs to whoever waits for the commit.
            except BaseException as error:  # noqa: BLE001 - see above
                tell(_settle, done, done.set_exception, error)
            else:
                tell(_settle, done, done.set_result, is_on_disk)


def _settle(
    done: asyncio.Future[bool], settle: Callable[[_Outcome], None], outcome: _Outcome
) -> None:
    """Settle a future, unless whoever waited was cancelled."""
    if not done.done():
        settle(outcome)
