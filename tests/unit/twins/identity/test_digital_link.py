import json
import re
from pathlib import Path

import pytest

from tests.unit.twins.identity.written_keys import element_string
from twins.errors import InvalidIdentifier
from twins.identity.digital_link import DigitalLink, canonical_uri, parse_digital_link
from twins.identity.element_string import parse_element_string
from twins.identity.gs1 import Gs1Key, KeyKind

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "gs1.json").read_text())
LINKS = VECTORS["digital_links"]
GTIN = "10614141123459"


@pytest.mark.parametrize(("uri", "stated"), LINKS["stated"].items())
def test_key_of_a_link_equals_that_of_the_gs1_syntax_engine(uri: str, stated: str) -> None:
    assert element_string(parse_digital_link(uri).key) == stated


@pytest.mark.parametrize("uri", LINKS["refused"])
def test_link_is_refused_that_the_gs1_syntax_engine_refuses(uri: str) -> None:
    with pytest.raises(InvalidIdentifier):
        parse_digital_link(uri)


@pytest.mark.parametrize(("stated", "uri"), [row[1:3] for row in VECTORS["keys"]["examples"]])
def test_canonical_uri_of_a_key_equals_the_one_made_by_hand(stated: str, uri: str) -> None:
    key = parse_element_string(stated)
    assert canonical_uri(key) == uri
    assert parse_digital_link(uri).key == key


def test_signs_are_encoded_that_the_standard_wants_encoded() -> None:
    key = Gs1Key(KeyKind.SGTIN, GTIN, "!\"%&'()*+,-./:;<=>?_")
    # URI Syntax 1.2 wants ! " % & ( ) * + , / : and RFC 3986 also < > ? in a path segment.
    encoded = "%21%22%25%26'%28%29%2A%2B%2C-.%2F%3A;%3C=%3E%3F_"
    assert canonical_uri(key) == f"https://id.gs1.org/01/{GTIN}/21/{encoded}"


def test_qualifiers_and_attributes_are_kept_beside_the_key() -> None:
    link = parse_digital_link(
        f"https://shop.example/p/01/{GTIN}/10/B%2F1/21/987?17=261231&s=a+b%26"
    )
    assert link == DigitalLink(
        Gs1Key(KeyKind.SGTIN, GTIN, "987"),
        (("10", "B/1"), ("21", "987")),
        (("17", "261231"), ("s", "a b&")),
    )
    assert link.uri == f"https://id.gs1.org/01/{GTIN}/10/B%2F1/21/987?17=261231&s=a%20b%26"
    assert canonical_uri(link.key) == f"https://id.gs1.org/01/{GTIN}/21/987"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"/01/{GTIN}/21/987/10/B1", "22, 10, 21 or 235, in this order"),
        (f"/01/{GTIN}/10/B1/22/A", "22, 10, 21 or 235, in this order"),
        (f"/01/{GTIN}/21/1/21/1", "each once"),
        (f"/01/{GTIN}/235/X/21/1", "22, 10, 21 or 235"),
        (f"/01/{GTIN}/254/1", re.escape("after (01)")),
        ("/00/106141412345678908/21/1", "may follow nothing"),
        ("/00/106141412345678907", "check digit 8 expected"),
        (f"/01/{GTIN}/21/%zz", "each % must begin"),
        (f"/01/{GTIN}/21/%C3", "each % must begin"),
        (f"/01/{GTIN}/21/%0A", "each % must begin"),
        ("/ARFKk4XB0CDKWcnpq", "compressed link must be expanded"),
        (f"/01/{GTIN}/ARFKk4XB0CDKWcnpq", "compressed link must be expanded"),
    ],
)
def test_link_is_refused_and_says_what_is_wrong(path: str, said: str) -> None:
    with pytest.raises(InvalidIdentifier, match=said):
        parse_digital_link(f"https://id.gs1.org{path}")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        f"/01/{GTIN}",
        f"//a/01/{GTIN}",
        f"https:///01/{GTIN}",
        f"https://[::1/01/{GTIN}",
        f"https://a/01/{GTIN}\n",
        "https://a/01/106141\t41123459",
        f"https://a/01/{GTIN}/21/a b",
        f"https://a/01/{GTIN}/21/é",
    ],
)
def test_text_that_is_no_web_uri_is_refused(uri: str) -> None:
    with pytest.raises(InvalidIdentifier, match="write it as https"):
        parse_digital_link(uri)
