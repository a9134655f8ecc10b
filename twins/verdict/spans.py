"""Moments and lengths of time in words, exact or rounded to the side that promises less."""

from __future__ import annotations

import datetime as dt

from twins.readings import MICROSECONDS

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_PARTS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def moment_words(moment: int) -> str:
    """Return microseconds UTC as a date and a time of day, with the microseconds that it has."""
    text = (_EPOCH + dt.timedelta(microseconds=moment)).replace(tzinfo=None).isoformat(" ")
    return f"{text} UTC"


def at_least(span: int) -> str:
    """Return a length of time, up to the whole second: so much of it is enough."""
    return _words(-(-span // MICROSECONDS))


def at_most(span: int) -> str:
    """Return a length of time, down to the whole second: so much of it there is."""
    return _words(span // MICROSECONDS)


def _words(seconds: int) -> str:
    parts, rest = [], abs(seconds)
    for length, unit in _PARTS:
        count, rest = divmod(rest, length)
        if count:
            parts.append(f"{count} {unit}")
    text = " ".join(parts) or "0 s"
    return f"-{text}" if seconds < 0 else text
