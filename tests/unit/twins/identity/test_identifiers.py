import json
from collections.abc import Callable
from pathlib import Path

import pytest

from twins.errors import InvalidIdentifier
from twins.identity.identifiers import (
    asset_id,
    check_digit,
    device_id,
    digital_link_of,
    entered_id,
    identity_of,
    key_of,
    party_id,
    stated_key,
)

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "gs1.json").read_text())


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


@pytest.mark.parametrize(
    ("canonical", "spellings"), [(row[3], row) for row in VECTORS["keys"]["examples"]]
)
def test_every_spelling_of_a_key_has_the_same_canonical_id(
    canonical: str, spellings: list[str]
) -> None:
    assert {identity_of(one) for one in spellings} == {canonical}
    assert asset_id(canonical) == canonical
    assert digital_link_of(canonical) == spellings[2]


@pytest.mark.parametrize("text", ["pallet-7", "0", "urn:epc:id:gid:1.2.3", "09506000134352"])
def test_plain_id_is_its_own_canonical_id_and_states_no_key(text: str) -> None:
    assert asset_id(text) == entered_id(text) == identity_of(text) == text
    assert key_of(text) is None
    assert digital_link_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "urn:epc:id:sscc:4012345.1",
        "(00)106141412345678907",
        "https://example.com/",
        "gs1:",
        "gs1:00",
        "gs1:00:106141412345678907",
        "gs1:00:106141412345678908:",
    ],
)
def test_wrong_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdentifier):
        stated_key(text)


def test_legal_id_of_an_older_journal_stays_though_its_key_is_wrong() -> None:
    wrong = "urn:epc:id:sscc:4012345.1"
    assert asset_id(wrong) == entered_id(wrong) == identity_of(wrong) == wrong
    assert key_of(wrong) is None


def test_entered_urn_stays_as_devices_send_it_and_a_link_becomes_canonical() -> None:
    urn = "urn:epc:id:sscc:0614141.1234567890"
    assert entered_id(urn) == urn
    assert entered_id("https://a.example/00/106141412345678908") == "gs1:00:106141412345678908"
    # A percent sign is none of an id's characters.
    assert entered_id("urn:epc:id:giai:0614141.32a%2Fb") == "gs1:8004:061414132a.2Fb"
    assert entered_id("no id/at all") == "no id/at all"
    with pytest.raises(InvalidIdentifier, match="check digit 8 expected"):
        entered_id("(00)106141412345678907")


def test_longest_item_of_signs_alone_fits_into_an_id() -> None:
    text = f"(01)10614141123459(21){'/' * 20}"
    assert len(asset_id(entered_id(text))) == 85
    assert key_of(entered_id(text)) == key_of(text)
