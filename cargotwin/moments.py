"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from twins.errors import ConfigurationFault

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class InvalidMoment(ConfigurationFault):
    """A time on the command line cannot be used."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"{text!r} is no time with an offset; write one such as 2026-05-04T10:00:00Z"
        )


def microseconds(text: str) -> int:
    """Return an RFC 3339 time with offset as microseconds UTC.

    Raises:
        InvalidMoment: It is none, or has no offset.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidMoment(text) from error
    if moment.tzinfo is None:
        raise InvalidMoment(text)
    try:
        whole = moment.astimezone(UTC)
    except OverflowError as error:
        # In UTC it lies outside the years 1 to 9999.
        raise InvalidMoment(text) from error
    span = whole - _EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds


class InvalidDate(ConfigurationFault):
    """A date on the command line cannot be used."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} is no date; write one such as 2026-05-04")


def midnight(text: str) -> int:
    """Return the beginning of a date in UTC as microseconds.

    Raises:
        InvalidDate: It is no date as ISO 8601 writes it.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidDate(text) from error
    return (day - _EPOCH.date()).days * 86_400_000_000


def rfc3339(moment: int) -> str:
    """Return microseconds UTC as RFC 3339 text."""
    return (_EPOCH + timedelta(microseconds=moment)).isoformat().replace("+00:00", "Z")
