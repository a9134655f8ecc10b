"""Repetitions among readings that carry a counter and no time of their own.

Identity is (device, sensor, quantity, epoch, seq): a restart of the device's counter opens an
epoch. What a device may send again is what it holds unacknowledged, so of each series the newest
counters are remembered, at least as many as a device may have in flight.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Mapping

import msgspec

SeriesKey = tuple[str, str, str]

SMALLEST_WINDOW = 64
_UNSEEN = 0
_SEPARATOR = "\t"


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    epoch: int
    highest: int
    seen: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Stored)


class SequenceWindow:
    """The newest counters of one series within its present epoch.

    Args:
        width: How many counters up to the highest are remembered at most, a power of two.

    Attributes:
        epoch: How often the counter was seen to restart.
        highest: Highest counter of the epoch, -1 before the first.
    """

    __slots__ = ("_seen", "_width", "epoch", "highest")

    def __init__(self, width: int) -> None:
        self.epoch = 0
        self.highest = -1
        self._width = width
        self._seen = array("I", bytes(4 * SMALLEST_WINDOW))

    def take(self, seq: int, value: int) -> bool:
        """Note a reading; tell whether it is new, and not one that was taken before.

        A counter that was seen with the same value is a repetition. One that was seen with another
        value, or lies further back than any message in flight, is the first of a new epoch.
        """
        mark = _mark(value)
        if seq > self.highest:
            self._advance(seq)
        elif seq <= self.highest - self._width:
            self._restart(seq)
        else:
            seen = self._at(seq)
            if seen == mark:
                return False
            if seen != _UNSEEN:
                self._restart(seq)
        self._grow_to(seq)
        self._seen[seq % len(self._seen)] = mark
        return True

    def to_bytes(self) -> bytes:
        """Return the window to store it."""
        return _encoder.encode(_Stored(self.epoch, self.highest, self._seen.tobytes()))

    @classmethod
    def from_bytes(cls, data: bytes, width: int) -> SequenceWindow:
        """Return a stored window."""
        stored = _decoder.decode(data)
        window = cls(width)
        window.epoch, window.highest = stored.epoch, stored.highest
        window._seen = array("I", stored.seen)
        return window

    def _at(self, seq: int) -> int:
        size = len(self._seen)
        return self._seen[seq % size] if seq > self.highest - size else _UNSEEN

    def _advance(self, seq: int) -> None:
        """Move the window up; what it skips was not seen."""
        size = len(self._seen)
        if size < self._width and seq >= size:
            self._widen(seq)
            size = len(self._seen)
        first = max(self.highest + 1, seq - size + 1)
        for skipped in range(first, seq):
            self._seen[skipped % size] = _UNSEEN
        self.highest = seq

    def _restart(self, seq: int) -> None:
        self.epoch += 1
        self.highest = seq
        self._seen = array("I", bytes(4 * SMALLEST_WINDOW))

    def _grow_to(self, seq: int) -> None:
        """Make room for a late counter that the present array is too short for."""
        while seq <= self.highest - len(self._seen):
            self._widen(self.highest)

    def _widen(self, highest: int) -> None:
        """Double the array and put each counter where it belongs there."""
        old = self._seen
        size = len(old) * 2
        self._seen = array("I", bytes(4 * size))
        for seq in range(max(0, self.highest - len(old) + 1), self.highest + 1):
            if seq > highest - size:
                self._seen[seq % size] = old[seq % len(old)]


class Sequences:
    """The windows of all series that count without a clock.

    Args:
        stored: Windows by stored name, as `changed` returned them.
        in_flight: Most readings that a device may have unacknowledged.
    """

    def __init__(self, stored: Mapping[str, bytes], in_flight: int) -> None:
        width = SMALLEST_WINDOW
        while width < in_flight:
            width *= 2
        self._width = width
        self._windows = {
            _key(name): SequenceWindow.from_bytes(data, width) for name, data in stored.items()
        }
        self._changed: set[SeriesKey] = set()

    def take(self, series: SeriesKey, seq: int, value: int) -> bool:
        """Note a reading of a series; tell whether it is new."""
        window = self._windows.get(series)
        if window is None:
            window = self._windows[series] = SequenceWindow(self._width)
        if not window.take(seq, value):
            return False
        self._changed.add(series)
        return True

    def take_changed(self) -> dict[str, bytes]:
        """Return the windows that changed since this was asked last, by stored name."""
        changed, self._changed = self._changed, set()
        return {_SEPARATOR.join(key): self._windows[key].to_bytes() for key in changed}


def _key(name: str) -> SeriesKey:
    device, sensor, quantity = name.split(_SEPARATOR)
    return device, sensor, quantity


def _mark(value: int) -> int:
    """Return 32 bits that stand for a value and are never those of "unseen"."""
    return zlib.crc32(value.to_bytes(8, "big", signed=True)) or 1
