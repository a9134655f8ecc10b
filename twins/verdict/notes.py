"""Rules that only keep something on record: they weigh nothing and say nothing of the goods."""

from __future__ import annotations

from twins.policy.condition_policy import Disposition, Severity

from .counts import counted
from .rules import RuleFired


def is_note(rule: RuleFired) -> bool:
    """Tell whether a rule that fired is a note, and no alarm."""
    return rule.severity is Severity.NONE and rule.disposition is Disposition.CONFORMANT


def note_words(rule: str, text: str, count: int) -> str:
    """Return what a note keeps on record, in a sentence.

    Args:
        rule: Name of the rule.
        text: The rule in people's words.
        count: What it counts.
    """
    if rule == "before_start":
        return f"Before the start, limits were passed {counted(count, 'time')}."
    if rule == "after_close":
        return f"After the close, {counted(count, 'reading')} outside a limit came."
    return f"This does not hold: {text}."
