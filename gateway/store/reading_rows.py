"""Readings of one series as rows of numbers, packed: what a stored chunk holds.

A row is `observed_at, seq, value, marks, position`, each a signed number of 64 bits in the byte
order of the machine; the few signatures stand beside them.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from twins.readings import Reading

SeriesKey = tuple[str, str, str]
"""Device, sensor and quantity."""

PlacedReading = tuple[Reading, bytes, int]
"""A reading, the bytes of its record, and its position in the journal."""

Row = tuple[int, int, int, int, bytes | None, int]
"""Moment, counter, value, marks, signature and position; all but the last are its identity."""

_COLUMNS = 5
ROW_BYTES = 8 * _COLUMNS
_NO_SEQ = -1
_OFFSET = 1 << 63
"""Makes a signed number of 64 bits one without a sign, in the same order."""
_CLOCK_SOURCE = 256
"""What a clock source counts in a row's marks; quality takes the bits below."""


class Rows:
    """Rows of one series.

    Args:
        numbers: The columns of one row behind those of another.
        signatures: By the index of its row; unsigned readings have none.
    """

    __slots__ = ("numbers", "signatures")

    def __init__(self, numbers: array[int], signatures: dict[int, bytes]) -> None:
        self.numbers = numbers
        self.signatures = signatures

    def __len__(self) -> int:
        return len(self.numbers) // _COLUMNS

    @property
    def moments(self) -> array[int]:
        """When each was observed, microseconds UTC."""
        return self.numbers[::_COLUMNS]

    @property
    def values(self) -> array[int]:
        """What each says, in its quantity's steps."""
        return self.numbers[2::_COLUMNS]

    @property
    def qualities(self) -> list[int]:
        """The quality bits of each."""
        return [marks % _CLOCK_SOURCE for marks in self.numbers[3::_COLUMNS]]

    @property
    def positions(self) -> array[int]:
        """The place of each in the journal."""
        return self.numbers[4::_COLUMNS]

    def append(self, other: Rows) -> None:
        """Add the rows of another behind these."""
        before = len(self)
        self.numbers += other.numbers
        for index, signature in other.signatures.items():
            self.signatures[before + index] = signature

    def part(self, start: int, end: int) -> Rows:
        """Return the rows from one index up to another."""
        signatures = {
            index - start: signature
            for index, signature in self.signatures.items()
            if start <= index < end
        }
        return Rows(self.numbers[start * _COLUMNS : end * _COLUMNS], signatures)

    def between(self, start: int, end: int) -> Rows:
        """Return the rows with start ≤ moment < end; they must be in order."""
        moments = self.moments
        if moments and start <= moments[0] and moments[-1] < end:
            return self
        return self.part(bisect_left(moments, start), bisect_left(moments, end))

    def parted(self, least: int) -> Iterator[Rows]:
        """Yield the rows in parts of at least so many, if they are, and fewer than twice that."""
        start, size = 0, len(self)
        while start < size:
            end = size if size - start < 2 * least else start + least
            yield self.part(start, end)
            start = end

    def key_at(self, index: int) -> bytes:
        """Return the place of a row among those of its series."""
        moment, seq, value, marks, _ = self.numbers[index * _COLUMNS : (index + 1) * _COLUMNS]
        return key_of((moment, seq, value, marks, self.signatures.get(index), 0))

    def tuples(self) -> Iterator[Row]:
        """Yield each row by itself."""
        signature = self.signatures.get
        for index, (moment, seq, value, marks, position) in enumerate(self._each()):
            yield moment, seq, value, marks, signature(index), position

    def placed(self, key: SeriesKey) -> list[tuple[int, Reading]]:
        """Return (position, reading) of each row.

        Args:
            key: The series that the rows are of.
        """
        device, sensor, quantity = key
        signature = self.signatures.get
        return [
            (
                position,
                Reading(
                    1,
                    device,
                    sensor,
                    quantity,
                    value,
                    moment,
                    marks // _CLOCK_SOURCE,
                    None if seq == _NO_SEQ else seq,
                    marks % _CLOCK_SOURCE,
                    signature(index),
                ),
            )
            for index, (moment, seq, value, marks, position) in enumerate(self._each())
        ]

    def _each(self) -> Iterable[tuple[int, int, int, int, int]]:
        numbers = iter(self.numbers)
        return zip(numbers, numbers, numbers, numbers, numbers, strict=True)

    def packed(self) -> tuple[bytes, bytes]:
        """Return the numbers and the signatures as bytes, for `unpacked`."""
        return self.numbers.tobytes(), _signatures.encode(self.signatures)


_signatures = msgspec.msgpack.Encoder()
_signatures_decoder = msgspec.msgpack.Decoder(dict[int, bytes])


def unpacked(numbers: bytes, signatures: bytes) -> Rows:
    """Return the rows that `Rows.packed` has packed."""
    return Rows(array("q", numbers), _signatures_decoder.decode(signatures))


def rows_of(placed: Sequence[PlacedReading]) -> Rows:
    """Return the rows of readings, in the order given."""
    numbers = array(
        "q",
        [
            number
            for reading, _, position in placed
            for number in (
                reading.observed_at,
                _NO_SEQ if reading.seq is None else reading.seq,
                reading.value,
                reading.quality + _CLOCK_SOURCE * reading.clock_source,
                position,
            )
        ],
    )
    signatures = {
        index: reading.signature
        for index, (reading, _, _) in enumerate(placed)
        if reading.signature is not None
    }
    return Rows(numbers, signatures)


def rows_of_tuples(tuples: Iterable[Row]) -> Rows:
    """Return rows in the order given."""
    numbers, signatures = array("q"), {}
    for index, (moment, seq, value, marks, signature, position) in enumerate(tuples):
        numbers.extend((moment, seq, value, marks, position))
        if signature is not None:
            signatures[index] = signature
    return Rows(numbers, signatures)


def row_of(placed: PlacedReading) -> Row:
    """Return the row of one reading."""
    (row,) = rows_of([placed]).tuples()
    return row


def key_of(row: Row) -> bytes:
    """Return a row's place among those of its series, and its identity: the same in no two of them.

    Keys in the order of bytes are in the order of moments, and `key_from` of a moment lies before
    all that were observed then.
    """
    moment, seq, value, marks, signature, _ = row
    behind = b"" if signature is None else b"\x00" + signature
    numbers = (moment + _OFFSET, seq + _OFFSET, value + _OFFSET, marks)
    return b"".join([number.to_bytes(8, "big") for number in numbers]) + behind


def key_from(moment: int) -> bytes:
    """Return the place from which on rows were observed at a moment or later."""
    return (moment + _OFFSET).to_bytes(8, "big")
