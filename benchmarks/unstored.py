"""Intake without its store: `python -m benchmarks.unstored intake SETTINGS`.

The same process as `python -m gateway.bootstrap intake`, but for the journal's commit, which
returns at once. What it acknowledges is lost: it is the yardstick for what durability costs.
"""

from __future__ import annotations

import sys

from typing_extensions import override

from gateway.bootstrap import __main__ as bootstrap
from gateway.bootstrap import intake
from gateway.store.journal import JournalWriter


class UnstoredJournal(JournalWriter):
    """A journal that takes every batch and keeps none."""

    _batches = 0

    @property
    @override
    def last_batch(self) -> int:
        """How many batches it was given."""
        return self._batches

    @override
    def append(self, *_batch: object, **_more: object) -> int:
        """Forget a batch."""
        self._batches += 1
        return self._batches


if __name__ == "__main__":
    # The composition root builds whatever bears this name.
    vars(intake)["JournalWriter"] = UnstoredJournal
    bootstrap.main(sys.argv[1:])
