"""Who holds an asset, in words: an asset that is added without a holder names nobody."""

from __future__ import annotations

UNASSIGNED = "unassigned"
"""The holder of an asset that was added without one."""


def holder_words(holder: str) -> str:
    """Return the possessing party, or that none was named."""
    return "nobody named yet" if holder in {"", UNASSIGNED} else holder
