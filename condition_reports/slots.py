"""Slots: the places in a draft where code puts the facts, and what may stand around them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from twins.errors import CargotwinError

_SLOT = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_VALUE = re.compile(r"\d|[{}<>%°=+~]|[^\x20-\x7e]|(?<![A-Za-z])[-_]|[-_](?![A-Za-z])")
_GLUED = re.compile(r"[^ (]\{|\}[^ ,;:.!?)]")
_VALUE_WORD = re.compile(
    r"\b(?:[KMmµ]?(?:Pa|g|lx|RH|V|bar)|[hCF]|min|minutes?|hours?|days?|seconds?|degrees?|percent"
    r"|celsius|fahrenheit|kelvin|UTC|Z"
    r"|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?"
    r"|thousands?|twice|half)\b"
)


class UnsoundDraft(CargotwinError):
    """A draft breaks the contract of slots.

    Attributes:
        code: value_outside_slot, glued_slot, unknown_slot, missing_slot, repeated_slot or
            wrong_sections.
        found: What breaks it.
    """

    def __init__(self, code: str, found: str) -> None:
        self.code = code
        self.found = found
        super().__init__(f"draft refused, {code}: {found!r}")


def slots_in(text: str) -> tuple[str, ...]:
    """Return the names of the slots in a draft, in order, repeats included."""
    return tuple(_SLOT.findall(text))


def check_draft(text: str, slots: frozenset[str]) -> None:
    """Check that a draft holds each of some slots exactly once, and no value beside them.

    Raises:
        UnsoundDraft: It does not.
    """
    around = _SLOT.sub(" ", text)
    stray = _VALUE.search(around) or _VALUE_WORD.search(around)
    if stray:
        raise UnsoundDraft("value_outside_slot", stray[0])
    glued = _GLUED.search(text)
    if glued:
        raise UnsoundDraft("glued_slot", glued[0])
    seen: set[str] = set()
    for name in slots_in(text):
        if name not in slots:
            raise UnsoundDraft("unknown_slot", name)
        if name in seen:
            raise UnsoundDraft("repeated_slot", name)
        seen.add(name)
    for name in sorted(slots - seen):
        raise UnsoundDraft("missing_slot", name)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a draft with every slot replaced by its value.

    Values are put in at once: a brace inside a value opens no slot.

    Raises:
        UnsoundDraft: A slot is unknown, missing or repeated, or a value stands outside a slot.
    """
    check_draft(text, frozenset(values))
    return _SLOT.sub(lambda slot: values[slot[1]], text)
