"""What a statement is made of before its section is known."""

from __future__ import annotations

from .shapes import Kind

Part = tuple[Kind, str, dict[str, str]]
"""Shape, prefix of the slots, and values by slot."""


def values_of(fact: object, *names: str) -> dict[str, str]:
    """Return members of a fact by the names that they have as slots."""
    return {name: getattr(fact, name) for name in names}
