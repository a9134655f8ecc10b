"""What a person states of a file, and what becomes of a row that cannot be used."""

from __future__ import annotations

import msgspec

from .decimals import DecimalMark
from .local_times import DateOrder
from .zones import Ambiguous


class Layout(msgspec.Struct, frozen=True):
    """What a person states of a file; what is None is read from the file, never assumed.

    Attributes:
        zone: IANA zone or offset of times that state none.
        time_columns: Headers of the column of times, or of date and time of day.
        time_format: How times are written: a `strptime` format, epoch_s, epoch_ms or epoch_us.
        date_order: Order of day, month and year.
        decimal: The decimal mark.
        ambiguous: Which is meant by a time that the clocks show twice.
    """

    zone: str | None = None
    time_columns: tuple[str, ...] = ()
    time_format: str | None = None
    date_order: DateOrder | None = None
    decimal: DecimalMark | None = None
    ambiguous: Ambiguous | None = None


class RefusedRow(msgspec.Struct, frozen=True):
    """A row that cannot be used, its line, and why."""

    line: int
    reason: str
