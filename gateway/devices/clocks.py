"""How far a device's clock seems to be off, in people's words; never applied to a reading."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.codecs.wrong_zone import span_text, zone_error_us
from twins.readings import ClockSource, Quality, Reading

NOTABLE_OFFSET_US = 60 * 1_000_000
"""A clock that is off by less is not spoken of: messages take their time on the way too."""


def offset_us(arrivals: Iterable[tuple[int, Reading]]) -> int | None:
    """Return by how much a device's clock runs ahead at least; negative where it lags at most.

    It is what is left when the time on the way was shortest, as with the running gateway.

    Args:
        arrivals: When the message of a reading came, microseconds UTC, and the reading.
    """
    ahead = (
        one.observed_at - received_at
        for received_at, one in arrivals
        if one.clock_source == ClockSource.DEVICE and not one.quality & Quality.HISTORICAL
    )
    return max(ahead, default=None)


def notable_offset_us(offset_us: int | None) -> int | None:
    """Return a clock's offset where it is worth a person's attention."""
    return offset_us if offset_us is not None and abs(offset_us) > NOTABLE_OFFSET_US else None


def clock_text(offset_us: int) -> str:
    """Return what to say of a clock that is off by a notable time, and what to do.

    Args:
        offset_us: By how much it runs ahead at least; negative where it lags at most.
    """
    zone = zone_error_us(offset_us)
    if zone is not None:
        return (
            f"{span_text(zone)} {_side(zone)} the gateway's, a whole number of hours or half "
            "hours: the likely cause is a wrong time zone. Set the zone, on the device or in its "
            "format (option zone); its times are kept as they are read now."
        )
    if offset_us > 0:
        return (
            f"ahead of the gateway's by at least {span_text(offset_us)}. Its times are kept as it "
            "says them: set its clock."
        )
    return (
        f"behind the gateway's by up to {span_text(offset_us)}. Its times are kept as it says "
        "them: set its clock, unless its messages are held up on the way."
    )


def zone_sentence(offset_us: int | None) -> str:
    """Return what a zone that seems to be wrong takes from a device's guarantee; else nothing."""
    zone = None if offset_us is None else zone_error_us(offset_us)
    if zone is None:
        return ""
    return (
        f"Its times seem to be wrong by {span_text(zone)}, likely by a wrong time zone; until the "
        f"zone is set, each reading is judged that much too {'late' if zone > 0 else 'early'}."
    )


def _side(offset_us: int) -> str:
    return "ahead of" if offset_us > 0 else "behind"
