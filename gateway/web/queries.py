"""What a reader may ask for in a query string, checked and with the unit of each parameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from twins.readings import MICROSECONDS, QUANTITIES

from .problems import InvalidParameter
from .values import microseconds

_Item = TypeVar("_Item")
LONGEST_STEP_S = 366 * 86_400


class ReadingsQuery(msgspec.Struct, frozen=True):
    """Which readings are asked for; all times in microseconds, step 0 for about 300 buckets."""

    quantity: str
    start: int | None
    end: int | None
    step: int


def readings_query(query: Mapping[str, str], quantity: str) -> ReadingsQuery:
    """Return the readings that a query string asks for.

    Args:
        query: The query string.
        quantity: The quantity where the query names none.

    Raises:
        InvalidParameter: A parameter has a value that it cannot have.
    """
    quantity = query.get("quantity", quantity)
    if quantity not in QUANTITIES:
        raise InvalidParameter("quantity", quantity, ", ".join(QUANTITIES))
    start, end = _moment(query, "from"), _moment(query, "to")
    if start is not None and end is not None and start >= end:
        raise InvalidParameter("to", query["to"], "a moment after `from`")
    step = _whole(query, "step", 0, LONGEST_STEP_S, 0) * MICROSECONDS
    return ReadingsQuery(quantity, start, end, step)


def slice_of(
    query: Mapping[str, str], items: Sequence[_Item], size: int, limit: int
) -> tuple[Sequence[_Item], str | None]:
    """Return the part of a list that a query asks for, and the cursor of the next part."""
    start = _whole(query, "cursor", 0, len(items), 0)
    end = start + _whole(query, "limit", 1, limit, size)
    return items[start:end], str(end) if end < len(items) else None


def position_of(query: Mapping[str, str]) -> int | None:
    """Return the position before which a list goes on, None from its beginning."""
    return _whole(query, "cursor", 0, 2**63 - 1, 0) if "cursor" in query else None


def size_of(query: Mapping[str, str], size: int, limit: int) -> int:
    """Return how many items are asked for."""
    return _whole(query, "limit", 1, limit, size)


def _moment(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name)
    if not text:
        return None
    try:
        # A "+" that was not escaped arrives as a space: 2026-11-20T09:41:00 00:00.
        return microseconds(text.replace(" ", "+"))
    except (ValueError, OverflowError) as error:
        allowed = "an RFC 3339 moment with its zone, such as 2026-11-20T09:41:00Z"
        raise InvalidParameter(name, text, allowed) from error


def _whole(query: Mapping[str, str], name: str, lowest: int, highest: int, absent: int) -> int:
    text = query.get(name)
    if text is None:
        return absent
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(highest))
    if not is_number or not lowest <= int(text) <= highest:
        raise InvalidParameter(name, text, f"a whole number from {lowest} to {highest}")
    return int(text)
