import pytest

from condition_reports.slots import UnsoundDraft, check_draft, fill


def code_of(text: str, *slots: str) -> str:
    with pytest.raises(UnsoundDraft) as refused:
        check_draft(text, frozenset(slots))
    return refused.value.code


def test_fill_puts_every_value_in_its_place() -> None:
    assert fill("From {low} to {high}.", {"low": "2 °C", "high": "8 °C"}) == "From 2 °C to 8 °C."


def test_fill_opens_no_slot_inside_a_value() -> None:
    assert fill("{a} and {b}.", {"a": "{b}", "b": "x"}) == "{b} and x."


@pytest.mark.parametrize(
    "text",
    [
        "At {low} or 8.",
        "At {low} °C.",
        "At {low} percent.",
        "At {low} degrees.",
        "At {low} twelve.",
        "At {low} {.",
        "At {low} “so”.",
        "Waited {low} hours.",
        "At -{low}.",
        "At - {low}.",
        "At _{low}.",
        "At +{low}.",
        "At ~{low}.",
        "At {low}- and more.",
    ],
)
def test_draft_with_a_value_outside_a_slot_is_refused(text: str) -> None:
    assert code_of(text, "low") == "value_outside_slot"


@pytest.mark.parametrize(
    "text",
    ["To{low}.", "To {low}more.", "To '{low}.", "To {low}'s.", "To .{low}.", "To {low}{low}."],
)
def test_draft_with_a_slot_that_words_or_marks_touch_is_refused(text: str) -> None:
    assert code_of(text, "low") == "glued_slot"


@pytest.mark.parametrize(
    "text", ["({low}).", "{low}: so.", "A well-kept, so-called {low}; the sensors' own.", "{low}"]
)
def test_slot_stands_between_blanks_brackets_and_stops(text: str) -> None:
    check_draft(text, frozenset({"low"}))


def test_draft_with_an_unknown_slot_is_refused() -> None:
    assert code_of("At {low} and {other}.", "low") == "unknown_slot"


def test_draft_without_a_required_slot_is_refused() -> None:
    assert code_of("At {low}.", "low", "high") == "missing_slot"


def test_draft_with_a_slot_twice_is_refused() -> None:
    assert code_of("At {low} and {low}.", "low") == "repeated_slot"
