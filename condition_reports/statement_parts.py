"""A statement, and what it is made of before its section is known.

A kind is a shape: it says that an excursion ended, not when. Its values stand beside it and never
travel to a writer.
"""

from __future__ import annotations

import msgspec

from .shapes import Kind, Section


class Statement(msgspec.Struct, frozen=True):
    """One thing that a report must say: its place, its shape and its values by slot.

    `prefix` tells slots of like statements in one section apart, as in `{ex1_limit}`.
    """

    section: Section
    kind: Kind
    prefix: str
    values: dict[str, str]


Part = tuple[Kind, str, dict[str, str]]
"""Shape, prefix of the slots, and values by slot."""


def values_of(fact: object, *names: str) -> dict[str, str]:
    """Return members of a fact by the names that they have as slots."""
    return {name: getattr(fact, name) for name in names}
