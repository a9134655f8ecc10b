"""Where intake's time goes under full load: `python -m benchmarks.profile` with py-spy at hand.

Prints the share of each of our modules in the samples of both threads; a sample belongs to the
innermost of our modules on its stack.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from .gateways import intake_alone
from .loads import offering, outcome_of, wait_until_warm
from .processes import program
from .stages import Bench

SECONDS = 8.0
_RATE = "400"
_OURS = re.compile(r"\(((?:gateway|twins)/[\w/]+\.py):\d+\)$")
_IDLE = ("concurrent/futures/thread.py", "_watch_parent")
"""Where the journal's thread waits for a batch, and another one for the end of the parent."""


def shares(stacks: Iterable[str]) -> dict[str, float]:
    """Return the share of each module in py-spy's raw format, largest first.

    Args:
        stacks: Lines of frames from the outermost to the innermost, and how often each was seen.
    """
    counts: Counter[str] = Counter()
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if any(one in frames[-1] for one in _IDLE):
            continue
        found = (_OURS.search(frame) for frame in reversed(frames))
        counts[next((one[1] for one in found if one), "elsewhere")] += int(count)
    total = counts.total()
    return {name: count / total for name, count in counts.most_common()}


def main() -> None:
    """Profile intake and print the shares."""
    bench = Bench(Path.cwd(), SECONDS)
    with bench.folder() as folder, intake_alone(folder) as gateway:
        recorded = folder / "profile.raw"
        command = [program("py-spy") or "py-spy", "record", "--rate", _RATE, "--threads"]
        command += ["--duration", str(int(SECONDS)), "--format", "raw", "--output", str(recorded)]
        command += ["--pid", str(gateway.intake.pid)]
        with offering(gateway.url, folder, SECONDS) as load:
            wait_until_warm(load)
            recording = threading.Thread(target=subprocess.run, args=(command,))
            recording.start()
            outcome = outcome_of(load)
            recording.join()
        for name, share in shares(recorded.read_text().splitlines()).items():
            sys.stdout.write(f"{share:6.1%}  {name}\n")
    sys.stdout.write(f"{outcome.readings_per_s:,.0f} readings/s while it was watched\n")


if __name__ == "__main__":
    main()
