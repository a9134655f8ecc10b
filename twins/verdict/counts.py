"""Numbers beside the things that they count, as people read them."""

from __future__ import annotations


def noun(count: int, one: str, several: str = "") -> str:
    """Return the form of a noun, and of what hangs on it, that agrees with a number.

    Args:
        count: The number.
        one: The form for exactly one.
        several: The form for every other number, where it is more than an s behind.
    """
    return one if count == 1 else several or f"{one}s"


def counted(count: int, one: str, several: str = "") -> str:
    """Return a number with the thing that it counts: "1 entry", "2 entries", "1,000 readings".

    Args:
        count: The number.
        one: The thing, in the singular.
        several: Its plural, where it is more than an s behind.
    """
    return f"{count:,} {noun(count, one, several)}"
