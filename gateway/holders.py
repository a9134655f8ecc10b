"""Who holds an asset, in words: an asset that is added without a holder names nobody."""

from __future__ import annotations

from condition_reports.fact_holders import is_held


def holder_words(holder: str) -> str:
    """Return the possessing party, or that none was named."""
    return holder if is_held(holder) else "nobody named yet"
