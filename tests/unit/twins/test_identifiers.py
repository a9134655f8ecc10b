import json
from collections.abc import Callable
from pathlib import Path

import pytest

from twins.errors import InvalidIdentifier
from twins.identifiers import asset_id, check_digit, device_id, party_id

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "gs1.json").read_text())


@pytest.mark.parametrize(("digits", "expected"), VECTORS["check_digits"].items())
def test_check_digit_equals_the_published_one(digits: str, expected: int) -> None:
    assert check_digit(digits) == expected


@pytest.mark.parametrize("text", ["", "12a", "١٢٣", "²", "-1", " 1"])
def test_check_digit_is_refused_for_anything_but_digits(text: str) -> None:
    with pytest.raises(InvalidIdentifier, match="digits only"):
        check_digit(text)


@pytest.mark.parametrize("make", [asset_id, device_id, party_id])
@pytest.mark.parametrize("text", ["pallet-7", "urn:epc:id:sgtin:4012345.011111.987", "0", "a" * 96])
def test_id_is_taken_as_it_stands(make: Callable[[str], str], text: str) -> None:
    assert make(text) == text


@pytest.mark.parametrize("make", [asset_id, device_id, party_id])
@pytest.mark.parametrize(
    "text", ["", "a/b", "a+", "#", "$SYS", "-a", ".", "..", "a b", "a\n", "é", "a" * 97]
)
def test_id_is_refused_that_could_break_a_topic_a_path_or_a_page(
    make: Callable[[str], str], text: str
) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        make(text)
    assert refused.value.text == text
