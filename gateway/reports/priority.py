"""How much of the processors another process gets while others want them."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

_LOWEST = 19


def lower_priority(pid: int) -> None:
    """Give a process the lowest niceness."""
    os.setpriority(os.PRIO_PROCESS, pid, _LOWEST)


def run_when_idle(pid: int) -> None:
    """Let a process that leads a session of its own compute only while nothing else does."""
    lower_priority(pid)
    if sys.platform != "linux":
        return
    os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
    # sched(7), autogroup: between sessions the niceness of the group decides, not that of the
    # process. Where the kernel has no groups, or lets nobody set them now, the latter must do.
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(_LOWEST), encoding="ascii")
