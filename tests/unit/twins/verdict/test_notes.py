import pytest

from twins.policy.condition_policy import Disposition, Severity
from twins.verdict.notes import is_note, note_words
from twins.verdict.rules import RuleFired


@pytest.mark.parametrize(
    ("severity", "disposition", "is_one"),
    [
        (Severity.NONE, Disposition.CONFORMANT, True),
        # Coverage of the first minutes weighs nothing, and says that nothing is known.
        (Severity.NONE, Disposition.UNKNOWN, False),
        (Severity.MINOR, Disposition.CONFORMANT, False),
    ],
)
def test_note_weighs_nothing_and_says_nothing_of_the_goods(
    severity: Severity, disposition: Disposition, *, is_one: bool
) -> None:
    assert is_note(RuleFired("before_start", severity, disposition, "Believed")) is is_one


def test_note_is_told_in_a_sentence_that_agrees_with_its_count() -> None:
    assert note_words("before_start", "", 1) == "Before the start, limits were passed 1 time."
    assert note_words("before_start", "", 3) == "Before the start, limits were passed 3 times."
    assert note_words("of_tomorrow", "Kept dry", 0) == "This does not hold: Kept dry."
