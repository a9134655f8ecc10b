"""Who holds an asset, by name; an asset that was added without a holder names nobody."""

from __future__ import annotations

from .device_text import named

UNASSIGNED = "unassigned"
"""The holder of an asset that was added without one (SPECIFICATION, `asset.add`)."""

NOBODY = "nobody on record"


def is_held(holder: str) -> bool:
    """Tell whether a holder is somebody."""
    return holder not in {"", UNASSIGNED}


def holder_named(holder: str) -> str:
    """Return a holder's name, or that there is nobody."""
    return named(holder) if is_held(holder) else NOBODY
