import pytest

from twins.errors import InvalidIdentifier
from twins.identity.element_string import parse_element_string
from twins.identity.gs1 import Gs1Key, KeyKind

ITEM = Gs1Key(KeyKind.SGTIN, "10614141123459", "987")


@pytest.mark.parametrize(
    "text",
    [
        "(01)10614141123459(21)987",
        "(21)987(01)10614141123459",
        "(01)10614141123459(17)261231(10)B1(21)987",
        "(01) 1 0614141 12345 9 (21) 987",
    ],
)
def test_key_is_read_in_any_order_among_dates_and_spaces(text: str) -> None:
    assert parse_element_string(text) == ITEM


def test_parenthesis_in_a_value_opens_with_a_backslash() -> None:
    key = Gs1Key(KeyKind.SGTIN, "10614141123459", "a(10)b(")
    assert parse_element_string(r"(01)10614141123459(21)a\(10)b\(") == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "()1",
        "(01)",
        "(01)10614141123459(21)",
        "(01)10614141123459(21)a(b",
        "(01)10614141123459(21)a\\b",
        "01)10614141123459",
        "x(01)10614141123459",
        "(1)10614141123459",
        "(00001)10614141123459",
    ],
)
def test_text_that_could_mean_two_things_or_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidIdentifier, match="element string"):
        parse_element_string(text)
