import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condition_reports.device_text import asset_named, named, quoted
from condition_reports.grammar import sentences_in

from .hostile import HOSTILE


def assert_harmless(shown: str) -> None:
    assert unicodedata.normalize("NFC", shown) == shown
    assert all(unicodedata.category(one)[0] != "C" for one in shown)
    assert not set(shown) & set('{}<>"\n\r\u2028\u2029')
    assert shown[1:-1].count("“") == shown[1:-1].count("”") == 0
    assert sentences_in(f"A {shown} b.") == (f"A {shown} b.",)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_title_is_harmless_whatever_was_typed(text: str) -> None:
    assert_harmless(quoted(text))
    assert len(quoted(text)) <= 62


@given(st.text())
def test_names_are_harmless_whatever_was_sent(text: str) -> None:
    assert_harmless(quoted(text))
    assert_harmless(named(text))


def test_title_keeps_what_people_write() -> None:
    assert quoted("Blåbär & hallon, 2\u20138 °C (#7)") == "“Blåbär & hallon, 2\u20138 °C (#7)”"


def test_title_leaves_out_half_a_character() -> None:
    assert quoted("a\ud800b") == "“ab”"


@pytest.mark.parametrize(
    "invisible", list("\u3164\u115f\u1160\uffa0\u034f\u17b4\ufe0f\U000e0101\u180b")
)
def test_title_leaves_out_letters_and_marks_that_nobody_sees(invisible: str) -> None:
    assert quoted(f"a{invisible}b") == "“ab”"
    assert quoted(invisible) == "“untitled”"


@pytest.mark.parametrize("mark", ["\u02ba", "\u02ee", "''", "'\U0001f4a5'"])
def test_title_leaves_out_what_looks_like_a_quotation_mark(mark: str) -> None:
    shown = quoted(f"pallet{mark}, which is fine, {mark}a")
    assert mark not in shown
    assert "''" not in shown


def test_title_begins_with_no_mark_that_would_sit_on_the_quotation_mark() -> None:
    assert quoted("\u0338\u20ddpallet e\u0301") == "“pallet é”"
    assert quoted(" \u0338pallet") == "“pallet”"


def test_title_of_nothing_says_so() -> None:
    assert quoted("\u200b") == "“untitled”"


@pytest.mark.parametrize("text", ["coldhaul", "urn:epc:id:sscc:4012345.1234567890", "a_b-c"])
def test_id_stands_bare(text: str) -> None:
    assert named(text) == text


@pytest.mark.parametrize("text", ["cold haul", "ends.", "-first", "ünal"])
def test_other_name_stands_in_quotation_marks(text: str) -> None:
    assert named(text).startswith("“")


@pytest.mark.parametrize(
    "word",
    [
        "conformant",
        "nobody",
        "NOT",
        "no",
        "above",
        "damaged",
        "qa:all-released",
        "nobody-on-record",
    ],
)
def test_id_that_is_a_word_of_reports_stands_in_quotation_marks(word: str) -> None:
    assert named(word) == f"“{word}”"


@pytest.mark.parametrize("value", ["8.0", "1", "2026-11-20", "09:41", "-18", "12h", "2h05min"])
def test_id_that_looks_like_a_value_stands_in_quotation_marks(value: str) -> None:
    assert named(value) == f"“{value}”"


@pytest.mark.parametrize("text", ["4012345000009", "temperature", "d1", "2026-11-20-a"])
def test_gs1_key_quantity_and_id_with_a_letter_stand_bare(text: str) -> None:
    assert named(text) == text


@pytest.mark.parametrize("text", ["1", "open", "8.0", "ends.", "ends:", "a" * 96, "bag-1"])
def test_every_legal_id_of_an_asset_stands_as_it_is(text: str) -> None:
    assert asset_named(text) == text


@pytest.mark.parametrize("text", ["", "a b", "-first", "a" * 97, "x) is fine (y"])
def test_what_cannot_be_the_id_of_an_asset_stands_in_quotation_marks(text: str) -> None:
    assert asset_named(text).startswith("“")
    assert_harmless(asset_named(text))
