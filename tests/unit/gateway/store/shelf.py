"""A derived store that can be opened again, and readings put into it."""

from pathlib import Path

from gateway.store.derived import DerivedStore
from gateway.store.reading_store import ChunkLimits
from twins.readings import Reading

SMALL = ChunkLimits(chunk_rows=2, fresh_rows=3, fresh_slices=4, series_at_once=1)
"""With these nearly every reading is moved into a chunk, and chunks are parted all the time."""


class Shelf:
    """A store in a folder that can be opened again."""

    def __init__(self, folder: Path, limits: ChunkLimits | None = None) -> None:
        self.path = folder / "derived.db"
        self._limits = limits
        self.store = DerivedStore(self.path, limits)

    def reopen(self) -> DerivedStore:
        self.store.close()
        self.store = DerivedStore(self.path, self._limits)
        return self.store


def add_one(store: DerivedStore, reading: Reading, position: int) -> bool:
    """Store a reading; tell whether it was new."""
    key = (reading.device, reading.sensor, reading.quantity)
    return bool(store.readings.add({key: [(reading, b"", position)]})[key])


def add(store: DerivedStore, *readings: Reading) -> None:
    """Store readings that are all new, one after the other."""
    for position, reading in enumerate(readings):
        assert add_one(store, reading, position)
