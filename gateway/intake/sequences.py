"""Repetitions among readings that carry a counter, no time of their own, and no DUP.

Identity is (device, sensor, quantity, epoch, seq): a restart of the device's counter opens an
epoch. What a device sends again by itself is among the newest that it sent, so of each series the
newest counters are remembered, with their values and arrivals. A counter that comes again with the
value that it had is a repetition where it comes soon, or where it stands so high that a restarted
counter cannot have reached it; otherwise the counter has restarted.
"""

from __future__ import annotations

import zlib
from array import array
from collections import OrderedDict
from collections.abc import Mapping

import msgspec

from twins.readings import MICROSECONDS, Reading

SeriesKey = tuple[str, str, str]

WIDTH = 256
"""How many counters up to the highest are remembered of a series."""
SOON_S = 120
"""A device without an answer sends again within this time; one that was away longer sets DUP."""
MOST_SERIES = 20_000
"""Series of which anything is remembered; the one that was silent longest gives way."""

_SEPARATOR = "\t"
_UNSEEN = 0


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    epoch: int
    highest: int
    marks: bytes
    arrivals: bytes


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Stored)


class SequenceWindow:
    """The newest counters of one series within its present epoch.

    Attributes:
        epoch: How often the counter was seen to restart.
        highest: Highest counter of the epoch, -1 before the first.
    """

    __slots__ = ("_arrivals", "_marks", "epoch", "highest")

    def __init__(self) -> None:
        self.epoch = 0
        self.highest = -1
        self._forget_all()

    def take(self, seq: int, value: int, received_at: int) -> bool:
        """Note a reading; tell whether it is new, and not one that was taken before.

        Args:
            seq: The device's counter.
            value: In the quantity's steps.
            received_at: Microseconds UTC.
        """
        arrival_s = received_at // MICROSECONDS & 0xFFFFFFFF
        place, mark = seq % WIDTH, _mark(value)
        if seq > self.highest:
            self._advance(seq)
        elif seq <= self.highest - WIDTH:
            self._restart(seq)
        elif self._marks[place] == mark and self._is_again(seq, arrival_s):
            return False
        elif self._marks[place] != _UNSEEN:
            self._restart(seq)
        self._marks[place], self._arrivals[place] = mark, arrival_s
        return True

    def to_bytes(self) -> bytes:
        """Return the window to store it."""
        marks, arrivals = self._marks.tobytes(), self._arrivals.tobytes()
        return _encoder.encode(_Stored(self.epoch, self.highest, marks, arrivals))

    @classmethod
    def from_bytes(cls, data: bytes) -> SequenceWindow:
        """Return a stored window."""
        stored = _decoder.decode(data)
        window = cls()
        window.epoch, window.highest = stored.epoch, stored.highest
        window._marks = array("I", stored.marks)
        window._arrivals = array("I", stored.arrivals)
        return window

    def _is_again(self, seq: int, arrival_s: int) -> bool:
        has_restarted_hardly = seq >= WIDTH and seq > self.highest // 2
        return has_restarted_hardly or arrival_s - self._arrivals[seq % WIDTH] <= SOON_S

    def _advance(self, seq: int) -> None:
        """Move the window up; what it skips was not seen."""
        if seq - self.highest >= WIDTH:
            self._forget_all()
        else:
            for skipped in range(self.highest + 1, seq):
                self._marks[skipped % WIDTH] = _UNSEEN
        self.highest = seq

    def _restart(self, seq: int) -> None:
        self.epoch += 1
        self.highest = seq
        self._forget_all()

    def _forget_all(self) -> None:
        self._marks = array("I", bytes(4 * WIDTH))
        self._arrivals = array("I", bytes(4 * WIDTH))


class Sequences:
    """The windows of all series that count without a clock.

    Args:
        stored: Windows by stored name, as `take_changed` returned them.
    """

    def __init__(self, stored: Mapping[str, bytes]) -> None:
        self._windows: OrderedDict[SeriesKey, SequenceWindow] = OrderedDict(
            (_key(name), SequenceWindow.from_bytes(data)) for name, data in stored.items()
        )
        self._changed: set[SeriesKey] = set()

    def take(self, reading: Reading, seq: int, received_at: int) -> bool:
        """Note a reading; tell whether it is new."""
        series = (reading.device, reading.sensor, reading.quantity)
        window = self._windows.get(series)
        if window is None:
            if len(self._windows) >= MOST_SERIES:
                gone, _ = self._windows.popitem(last=False)
                self._changed.add(gone)
            window = self._windows[series] = SequenceWindow()
        else:
            self._windows.move_to_end(series)
        if not window.take(seq, reading.value, received_at):
            return False
        self._changed.add(series)
        return True

    def take_changed(self) -> dict[str, bytes | None]:
        """Return what changed since this was asked last, by stored name; None where it is gone."""
        changed, self._changed = self._changed, set()
        windows = self._windows
        return {
            _SEPARATOR.join(key): windows[key].to_bytes() if key in windows else None
            for key in changed
        }


def _key(name: str) -> SeriesKey:
    device, sensor, quantity = name.split(_SEPARATOR)
    return device, sensor, quantity


def _mark(value: int) -> int:
    """Return 32 bits that stand for a value and are never those of "unseen"."""
    return zlib.crc32(value.to_bytes(8, "big", signed=True)) or 1
