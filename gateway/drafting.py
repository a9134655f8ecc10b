"""The draft process from the outside: asks it for drafts, and replaces it when it fails.

It runs `condition_reports.worker` at idle priority with an empty environment: no key, no secret,
no settings. When it is slow, dead or talks nonsense it is killed, and the caller words the report
with the template; the next request starts a new one.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from condition_reports.plan import Plan
from condition_reports.release import Attempt
from condition_reports.worker import (
    BrokenFrame,
    DraftRequest,
    body_length,
    framed,
    response_in,
)
from twins.errors import TransientFault

_HEAD_BYTES = 4
_IDLE_PRIORITY = 19


class DraftAway(TransientFault):
    """The draft process gave no draft.

    Attributes:
        code: `timeout`, `process_ended`, `broken_frame` or the writer's own error.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"no draft: {code}; the template's text is released instead")


class DraftProcess:
    """One draft process and its successors.

    Args:
        writer: Which writer is asked.
        timeout_s: Seconds after which a draft is no longer waited for.
    """

    def __init__(self, writer: str, timeout_s: float) -> None:
        self._writer = writer
        self._timeout_s = timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._jobs = 0
        self.starts = 0

    @property
    def pid(self) -> int | None:
        """Process id, None while there is no process."""
        return self._process.pid if self._process else None

    async def draft(self, plan: Plan, seed: int) -> Attempt:
        """Return a draft of a plan.

        Raises:
            DraftAway: There is none; says why.
        """
        async with self._turn:
            self._jobs += 1
            request = DraftRequest(self._jobs, self._writer, seed, plan)
            try:
                # Not wait_for: that of Python 3.11 can swallow a cancellation.
                async with asyncio.timeout(self._timeout_s):
                    return await self._ask(request)
            except TimeoutError as error:
                await self.close()
                raise DraftAway("timeout") from error
            except (OSError, asyncio.IncompleteReadError) as error:
                await self.close()
                raise DraftAway("process_ended") from error
            except BrokenFrame as error:
                await self.close()
                raise DraftAway("broken_frame") from error

    async def close(self) -> None:
        """End the process; the next request starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()

    async def _ask(self, request: DraftRequest) -> Attempt:
        process = await self._running()
        if process.stdin is None or process.stdout is None:
            raise DraftAway("process_ended")
        process.stdin.write(framed(request))
        await process.stdin.drain()
        head = await process.stdout.readexactly(_HEAD_BYTES)
        response = response_in(await process.stdout.readexactly(body_length(head)))
        if response.job != request.job:
            raise BrokenFrame(f"answer to job {response.job} instead of {request.job}")
        if response.identity is None or response.draft is None:
            raise DraftAway(response.error)
        return Attempt(response.identity, request.seed, response.draft)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self.starts += 1
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "condition_reports.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # Only what Python needs to find the code: nothing of the gateway's environment.
            env={"PYTHONPATH": str(_ROOT), "PATH": os.defpath},
            # Ctrl-C is the supervisor's to understand.
            start_new_session=True,
            preexec_fn=_become_idle,
        )
        return self._process


_ROOT = Path(__file__).resolve().parent.parent


def _become_idle() -> None:
    os.nice(_IDLE_PRIORITY)
