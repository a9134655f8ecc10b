"""What every event of a twin has."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import TypeVar

import msgspec

_Fact = TypeVar("_Fact", bound=Hashable)


def _tag(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


class EventRecord(msgspec.Struct, frozen=True, tag_field="event", tag=_tag):
    """A past-tense fact; every event has the moment at which it came true, microseconds UTC."""

    asset: str
    at: int


def added(before: Iterable[_Fact], after: Iterable[_Fact]) -> list[_Fact]:
    """Return what the second has more often than the first, in its order."""
    return list((Counter(after) - Counter(before)).elements())
