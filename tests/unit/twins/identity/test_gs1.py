import re

import pytest

from twins.errors import InvalidIdentifier
from twins.identity.gs1 import Gs1Key, KeyKind, key_of_elements

GTIN = "10614141123459"


@pytest.mark.parametrize(
    ("kind", "wrong", "expected"),
    [
        # Check digits of tests/vectors/gs1.json, one digit changed.
        (KeyKind.SSCC, "106141412345678907", "check digit 8 expected, not 7"),
        (KeyKind.GTIN, "06291041500210", "check digit 3 expected, not 0"),
        (KeyKind.GLN, "4012345000116", "check digit 5 expected, not 6"),
        (KeyKind.PGLN, "0614141123455", "check digit 2 expected, not 5"),
        (KeyKind.GRAI, "00614141123459X", "check digit 2 expected, not 9"),
        (KeyKind.GDTI, "0614141123459X", "check digit 2 expected, not 9"),
    ],
)
def test_wrong_check_digit_is_refused_with_the_one_expected(
    kind: KeyKind, wrong: str, expected: str
) -> None:
    with pytest.raises(InvalidIdentifier, match=expected) as refused:
        Gs1Key(kind, wrong)
    assert refused.value.text == wrong


@pytest.mark.parametrize(
    ("kind", "value", "qualifier"),
    [
        (KeyKind.SSCC, "10614141234567890", ""),
        (KeyKind.SSCC, "1061414123456789O8", ""),
        (KeyKind.SSCC, "١٠٦١٤١٤١٢٣٤٥٦٧٨٩٠٨", ""),
        (KeyKind.GTIN, GTIN[1:], ""),
        (KeyKind.SGTIN, GTIN, ""),
        (KeyKind.SGTIN, GTIN, "x" * 21),
        (KeyKind.SGTIN, GTIN, "a b"),
        (KeyKind.SGTIN, GTIN, "a#b"),
        (KeyKind.SGTIN, GTIN, "é"),
        (KeyKind.SGTIN, GTIN, "a\n"),
        (KeyKind.UPUI, GTIN, "x" * 29),
        (KeyKind.GTIN, GTIN, "987"),
        (KeyKind.SGLN, "4012345000115", "0"),
        (KeyKind.GRAI, "10614141123459", ""),
        (KeyKind.GRAI, "00614141123452" + "x" * 17, ""),
        (KeyKind.GDTI, "0614141123452" + "x" * 18, ""),
        (KeyKind.GIAI, "ABC1", ""),
        (KeyKind.GIAI, "4000001" + "x" * 24, ""),
        (KeyKind.CPID, "0614141abc", ""),
        (KeyKind.CPID, "0614141A+B", ""),
        (KeyKind.CPI, "0614141AB", "012"),
        (KeyKind.CPI, "0614141AB", "1234567890123"),
    ],
)
def test_key_is_refused_that_breaks_the_length_or_the_characters_of_its_ai(
    kind: KeyKind, value: str, qualifier: str
) -> None:
    with pytest.raises(InvalidIdentifier):
        Gs1Key(kind, value, qualifier)


def test_every_sign_of_character_set_82_and_of_set_39_may_stand_in_a_value() -> None:
    # GS1 General Specifications, figures 7.11-1 and 7.11-2.
    signs = "!\"%&'()*+,-./:;<=>?_"
    assert len(signs) == 82 - 62
    assert Gs1Key(KeyKind.SGTIN, GTIN, signs).qualifier == signs
    assert Gs1Key(KeyKind.CPID, "0614141#-/AZ09").value == "0614141#-/AZ09"


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("02345673", "00000002345673"),
        ("416000336108", "00416000336108"),
        ("9506000134352", "09506000134352"),
        ("10614141123459", "10614141123459"),
    ],
)
def test_short_gtin_is_brought_to_14_digits(short: str, full: str) -> None:
    assert key_of_elements([("01", short)], short) == Gs1Key(KeyKind.GTIN, full)


@pytest.mark.parametrize("length", [7, 9, 10, 11, 15])
def test_gtin_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(InvalidIdentifier, match="8, 12, 13 or 14 digits"):
        key_of_elements([("01", "0" * length)], "")


def test_serial_names_the_item_whatever_its_batch_and_variant() -> None:
    serial, batch, variant = ("21", "987"), ("10", "B1"), ("22", "2A")
    item = Gs1Key(KeyKind.SGTIN, GTIN, "987")
    assert key_of_elements([("01", GTIN), batch, serial, variant], "") == item
    assert key_of_elements([("01", GTIN), variant, batch], "") == Gs1Key(KeyKind.LGTIN, GTIN, "B1")
    assert key_of_elements([("01", GTIN), variant], "") == Gs1Key(KeyKind.VARIANT, GTIN, "2A")


def test_qualifier_beside_the_key_is_checked_too() -> None:
    with pytest.raises(InvalidIdentifier, match=re.escape("batch (10)")):
        key_of_elements([("01", GTIN), ("10", "x" * 21), ("21", "987")], "")


def test_extension_0_means_a_gln_without_extension() -> None:
    gln = Gs1Key(KeyKind.GLN, "4012345000115")
    assert key_of_elements([("414", "4012345000115"), ("254", "0")], "") == gln


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ([], "it has none"),
        ([("21", "987")], "it has none"),
        ([("00", "106141412345678908"), ("01", GTIN)], re.escape("it has (00) and (01)")),
        ([("01", GTIN), ("21", "1"), ("21", "2")], re.escape("states (21) twice")),
    ],
)
def test_elements_without_one_clear_key_are_refused(
    elements: list[tuple[str, str]], said: str
) -> None:
    with pytest.raises(InvalidIdentifier, match=said):
        key_of_elements(elements, "read")


def test_key_is_told_in_words() -> None:
    words = "GTIN 10614141123459, serial number 987"
    assert Gs1Key(KeyKind.SGTIN, GTIN, "987").words == words
    assert Gs1Key(KeyKind.SSCC, "106141412345678908").words == "SSCC 106141412345678908"
