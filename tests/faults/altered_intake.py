"""Intake under faults that no other process can make: `python -m tests.faults.altered_intake`.

SLOW_COMMIT_S: every commit takes so many seconds longer, as on a slow disk.
CLOCK_STEP_S and CLOCK_STEP_EVERY_S: the clock is set by so many seconds, forth and back in turn.
"""

import os
import sys
import time
from typing import Any

from typing_extensions import override

from gateway import clock
from gateway.bootstrap import __main__ as bootstrap
from gateway.bootstrap import intake
from gateway.store.journal import JournalWriter

SLOW_COMMIT_S = float(os.environ.get("SLOW_COMMIT_S", "0"))
CLOCK_STEP_S = float(os.environ.get("CLOCK_STEP_S", "0"))
CLOCK_STEP_EVERY_S = float(os.environ.get("CLOCK_STEP_EVERY_S", "1"))


class SlowJournal(JournalWriter):
    @override
    def append(self, *batch: Any, **more: Any) -> int:
        time.sleep(SLOW_COMMIT_S)
        return super().append(*batch, **more)


def stepping_now_us() -> int:
    is_set = int(time.monotonic() / CLOCK_STEP_EVERY_S) % 2
    return clock.now_us() + round(is_set * CLOCK_STEP_S * 1e6)


if __name__ == "__main__":
    # The composition root builds whatever bears these names.
    vars(intake).update(JournalWriter=SlowJournal, now_us=stepping_now_us)
    bootstrap.main(sys.argv[1:])
