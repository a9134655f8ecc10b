import pytest

from twins.verdict.counts import counted, noun


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 entries"), (1, "1 entry"), (2, "2 entries"), (1_000, "1,000 entries")],
)
def test_a_number_agrees_with_the_thing_that_it_counts(count: int, text: str) -> None:
    assert counted(count, "entry", "entries") == text


def test_a_plural_that_is_not_stated_has_an_s_behind() -> None:
    assert [noun(count, "batch waits", "batches wait") for count in (1, 2)] == [
        "batch waits",
        "batches wait",
    ]
    assert [noun(count, "reading") for count in (0, 1, 2)] == ["readings", "reading", "readings"]
