"""What became of an input that could not be used."""

from __future__ import annotations

import msgspec


class QuarantineSettled(msgspec.Struct, frozen=True, array_like=True, tag=9, gc=False):
    """A quarantined input was decoded after all, or a person discarded it.

    Attributes:
        schema: Version of the record's layout, 1.
        position: Place of the quarantined input in the journal.
        outcome: `decoded` or `discarded`.
        reason: Why, in a person's words.
        by: Id of the person's party or role; never a personal name.
        settled_at: Microseconds UTC.
    """

    schema: int
    position: int
    outcome: str
    reason: str
    by: str
    settled_at: int
