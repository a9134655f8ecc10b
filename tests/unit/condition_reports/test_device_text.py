import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from condition_reports.device_text import named, quoted
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


def test_title_of_nothing_says_so() -> None:
    assert quoted("\u200b") == "“untitled”"


@pytest.mark.parametrize("text", ["coldhaul", "urn:epc:id:sscc:4012345.1234567890", "a_b-c"])
def test_id_stands_bare(text: str) -> None:
    assert named(text) == text


@pytest.mark.parametrize("text", ["cold haul", "ends.", "-first", "ünal"])
def test_other_name_stands_in_quotation_marks(text: str) -> None:
    assert named(text).startswith("“")
