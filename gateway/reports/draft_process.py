"""The draft process from the outside: starts it, asks it, and ends it when it misbehaves.

It runs `condition_reports.worker` at idle priority with an environment that holds no key and no
secret. When it is slow, grows, dies or talks nonsense it is killed; the next request starts a new
one. Nothing that it says is believed: drafts are read back, and its words about itself are bounded.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TypeVar

from condition_reports.draft_frames import (
    HEAD_BYTES,
    Assignment,
    BrokenFrame,
    DraftRequest,
    DraftResponse,
    Message,
    Ready,
    body_length,
    framed,
    message_in,
)
from condition_reports.plan import Plan
from condition_reports.writers.loading import WriterSpecification
from condition_reports.writers.writer import Draft, WriterIdentity
from gateway.reports.memory import resident_bytes
from gateway.reports.priority import lower_priority, run_when_idle
from gateway.reports.sound_answers import check_draft, check_identity
from twins.errors import ConfigurationFault, TransientFault

_log = logging.getLogger(__name__)

Found = TypeVar("Found")

LOAD_TIMEOUT_S = 120.0
"""A model that takes longer to load is taken for one that hangs."""
_WATCH_S = 0.1
_HEAR_S = 0.5
_TAIL_BYTES = 2_000
_ROOT = Path(__file__).resolve().parents[2]


class DraftAway(TransientFault):
    """The draft process gave no draft.

    Attributes:
        code: `timeout`, `memory_exceeded`, `process_ended`, `broken_frame`, `not_configured`,
            `model_changed` or the writer's own.
        detail: More for people, empty where there is no more.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        self.code = code
        self.detail = detail
        more = f" ({detail})" if detail else ""
        super().__init__(f"no draft: {code}{more}; the template's text is released instead")


class DraftProcess:
    """One draft process and its successors; it is asked one thing at a time.

    Args:
        wanted: Returns which writer shall word; asked at each start, as keys and files may change.
        timeout_s: Seconds after which a draft is no longer waited for.
        memory_bytes: What the process may hold; one that holds more is killed.
        program: Module that is run.
        weights_sha256: Digest of the model that is wanted; another is not asked. "" for any.
        gives_way: Whether it runs only while nothing else wants the processor.

    Attributes:
        ready: What the running process said of itself; None while none is ready.
        starts: How many processes were started.
        memory_limit_bytes: What the process may hold.
    """

    def __init__(
        self,
        wanted: Callable[[], WriterSpecification],
        *,
        timeout_s: float,
        memory_bytes: int,
        program: str = "condition_reports.worker",
        weights_sha256: str = "",
        gives_way: bool = False,
    ) -> None:
        self._weights_sha256 = weights_sha256
        self._gives_way = gives_way
        self._wanted = wanted
        self._timeout_s = timeout_s
        self._program = program
        self.memory_limit_bytes = memory_bytes
        self._process: asyncio.subprocess.Process | None = None
        self._beside: list[asyncio.Task[None]] = []
        self._has_grown = False
        self._jobs = 0
        self.ready: Ready | None = None
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Process id, None while there is no process."""
        return self._process.pid if self._process else None

    def held_bytes(self) -> int:
        """Return the memory that the process holds; 0 where there is none."""
        return resident_bytes(self._process.pid) if self._process else 0

    async def start(self) -> WriterIdentity:
        """Have a process that is ready; return who writes.

        Raises:
            DraftAway: There is none; says why.
        """
        is_running = self._process is not None and self._process.returncode is None
        if is_running and self.ready is not None and self.ready.identity is not None:
            return self.ready.identity
        await self.close()
        return await self._within(LOAD_TIMEOUT_S, self._begin())

    async def draft(self, plan: Plan, seed: int) -> Draft:
        """Return a draft of a plan.

        Raises:
            DraftAway: There is none; says why.
        """
        await self.start()
        self._jobs += 1
        response = await self._within(self._timeout_s, self._ask(plan, seed))
        if response.draft is None:
            raise DraftAway(response.error or "no_draft")
        return response.draft

    async def close(self) -> None:
        """End the process; the next request starts another."""
        process, self._process, self.ready = self._process, None, None
        beside, self._beside = self._beside, []
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()
        # What it said last is heard to its end.
        _, left = await asyncio.wait(beside, timeout=_HEAR_S)
        for task in left:
            task.cancel()

    async def _within(self, seconds: float, work: Coroutine[object, object, Found]) -> Found:
        """Return what comes of some work with the process, and end a process that fails it."""
        try:
            # Not wait_for: that of Python 3.11 can swallow a cancellation.
            async with asyncio.timeout(seconds):
                return await work
        except (TimeoutError, OSError, EOFError, BrokenFrame) as error:
            away = self._why(error, seconds)
            await self.close()
            raise away from error
        except (DraftAway, asyncio.CancelledError):
            # An answer that is still to come would be taken for that to the next request.
            await self.close()
            raise

    def _why(self, error: Exception, seconds: float) -> DraftAway:
        if isinstance(error, BrokenFrame):
            return DraftAway("broken_frame", error.reason)
        # A timeout is an OSError too.
        if isinstance(error, TimeoutError):
            return DraftAway("timeout", f"{seconds:g} s")
        return DraftAway("memory_exceeded" if self._has_grown else "process_ended")

    async def _begin(self) -> WriterIdentity:
        try:
            wanted = self._wanted()
        except ConfigurationFault as fault:
            raise DraftAway("not_configured", str(fault)) from fault
        self.starts += 1
        self._has_grown = False
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable,
            # Nothing is imported from the folder in which the gateway happens to run.
            "-P",
            "-m",
            self._program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
            cwd="/",
            # Ctrl-C is the supervisor's to understand.
            start_new_session=True,
        )
        self._beside = [
            asyncio.create_task(self._watch(process), name="watch draft process"),
            asyncio.create_task(_hear(process), name="hear draft process"),
        ]
        # From its first import on: loading a model takes a second of a processor.
        give_way = run_when_idle if self._gives_way else lower_priority
        give_way(process.pid)
        await self._send(Assignment(wanted, self.memory_limit_bytes))
        ready = await self._receive(Ready)
        if ready.identity is None:
            code = ready.error or "not_loaded"
            raise DraftAway(code, _after_code(code, ready.problem))
        check_identity(ready.identity, wanted)
        if self._weights_sha256 not in {"", ready.identity.digest}:
            checked, found = self._weights_sha256[:12], ready.identity.digest[:12]
            raise DraftAway("model_changed", f"weights {found}, but {checked} were checked")
        self.ready = ready
        return ready.identity

    async def _ask(self, plan: Plan, seed: int) -> DraftResponse:
        await self._send(DraftRequest(self._jobs, seed, plan))
        response = await self._receive(DraftResponse)
        if response.job != self._jobs:
            raise BrokenFrame(f"answer to job {response.job} instead of {self._jobs}")
        if response.draft is not None:
            check_draft(response.draft)
        return response

    async def _send(self, message: Assignment | DraftRequest) -> None:
        if self._process is None or self._process.stdin is None:
            raise BrokenPipeError
        self._process.stdin.write(framed(message))
        await self._process.stdin.drain()

    async def _receive(self, kind: type[Message]) -> Message:
        if self._process is None or self._process.stdout is None:
            raise BrokenPipeError
        head = await self._process.stdout.readexactly(HEAD_BYTES)
        return message_in(await self._process.stdout.readexactly(body_length(head)), kind)

    async def _watch(self, process: asyncio.subprocess.Process) -> None:
        """Kill the process when it holds more memory than it may."""
        while process.returncode is None:
            if resident_bytes(process.pid) > self.memory_limit_bytes:
                self._has_grown = True
                process.kill()
            await asyncio.sleep(_WATCH_S)


async def _hear(process: asyncio.subprocess.Process) -> None:
    """Read what the process says on standard error, and log the end of it when it ends."""
    tail = b""
    while process.stderr is not None and (said := await process.stderr.read(_TAIL_BYTES)):
        tail = (tail + said)[-_TAIL_BYTES:]
    if tail:
        _log.warning("the draft process said at its end: %r", tail.decode(errors="replace"))


def _after_code(code: str, problem: str) -> str:
    """Return what a writer says of its problem after the code that its errors name first."""
    return problem.partition(f"{code}: ")[2] or problem


def _environment() -> dict[str, str]:
    """Return what Python needs to find the code, and nothing of the gateway's environment."""
    # Threads of a linear algebra library cost memory and take processors from intake.
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, **threads}
