import pytest

from gateway.codecs.json_text import parse, parse_object
from gateway.codecs.refusals import DuplicateKey, InvalidJson, NotAnObject, TooDeeplyNested


@pytest.mark.parametrize(
    ("payload", "says"),
    [
        (b"", "character 0"),
        (b"{", "character 1"),
        (b'{"a": 1} trailing', "character 9"),
        (b'{"a": "\xff"}', "byte 7 is not UTF-8"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"\\udfff": 1}', "surrogate"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b"\xef\xbb\xbf{}", "character 0"),
        (b"{'a': 1}", "character 1"),
    ],
)
def test_text_that_is_not_json_is_refused_with_the_place(payload: bytes, says: str) -> None:
    with pytest.raises(InvalidJson, match=says):
        parse(payload)


def test_surrogate_pair_is_one_character() -> None:
    assert parse(b'"\\ud83d\\ude9a"') == "\N{DELIVERY TRUCK}"


def test_key_that_stands_twice_is_refused_at_any_depth() -> None:
    with pytest.raises(DuplicateKey, match="'b'"):
        parse(b'{"a": [{"b": 1, "c": 2, "b": 3}]}')


def test_nesting_beyond_the_stack_is_refused() -> None:
    with pytest.raises(TooDeeplyNested):
        parse(b"[" * 200_000)


@pytest.mark.parametrize("payload", [b"[]", b"1", b'"text"', b"null", b"true"])
def test_other_values_are_no_object(payload: bytes) -> None:
    with pytest.raises(NotAnObject):
        parse_object(payload)


def test_integer_of_any_length_is_read_without_a_crash() -> None:
    assert parse(b"9" * 100_000) == float("inf")
