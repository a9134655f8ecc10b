"""The reasons for which an input may stand in quarantine, as a filter names them."""

from __future__ import annotations

from gateway.codecs.base import Reason
from gateway.intake.speaking import WITHOUT_RIGHT

from .problems import InvalidParameter

REASONS = frozenset(
    {
        *(one.value for one in Reason),
        WITHOUT_RIGHT,
        "malformed_packet",
        "too_many_devices",
        "too_many_sensors",
        "unknown_asset",
    }
)
"""SPECIFICATION.md, section 16: those of the formats, and those of intake."""


def check_reason(reason: str, kept: frozenset[str]) -> None:
    """Refuse a reason that nothing was ever quarantined for: its list would be empty for ever.

    Args:
        reason: As somebody asks for it; empty for any.
        kept: Reasons of what is kept, also of another release.

    Raises:
        InvalidParameter: It is none; names those that there are.
    """
    if reason and reason not in REASONS and reason not in kept:
        raise InvalidParameter("reason", reason, f"one of {', '.join(sorted(REASONS | kept))}")
