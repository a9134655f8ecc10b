import json
from pathlib import Path

import pytest

from tests.unit.twins.identity.written_keys import epc_urn
from twins.errors import InvalidIdentifier
from twins.identity.element_string import parse_element_string
from twins.identity.epc import is_epc_urn, parse_epc_urn

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "gs1.json").read_text())
PAIRS = [row[:2] for row in VECTORS["keys"]["examples"]]


@pytest.mark.parametrize(("urn", "stated"), PAIRS)
def test_urn_and_element_string_of_the_tag_data_standard_are_the_same_key(
    urn: str, stated: str
) -> None:
    key = parse_element_string(stated)
    assert parse_epc_urn(urn) == key
    assert epc_urn(key, 7) == urn


@pytest.mark.parametrize(
    ("urn", "stated"),
    [
        # Made by hand: a company prefix of 12 digits leaves no digit for a location.
        ("urn:epc:id:sgln:952132100000..0", "(414)9521321000001"),
        ("urn:epc:id:pgln:952132100000.", "(417)9521321000001"),
        ("urn:epc:id:sgln:952132100000..a.b", "(414)9521321000001(254)a.b"),
        ("urn:epc:id:sgtin:061414112345.1.a.b", "(01)10614141123459(21)a.b"),
        ("URN:EPC:id:sscc:061414.11234567890", "(00)106141412345678908"),
        ("urn:epc:id:giai:0614141.a.b", "(8004)0614141a.b"),
        ("urn:epc:id:sgtin:0614141.112345.*", "(01)10614141123459(21)*"),
        ("urn:epc:idpat:grai:0614141.12345.*", "(8003)00614141123452"),
        ("urn:epc:idpat:gdti:0614141.12345.*", "(253)0614141123452"),
        ("urn:epc:idpat:cpi:0614141.5PQ7.*", "(8010)06141415PQ7"),
    ],
)
def test_urn_states_the_key_wherever_its_prefix_ends(urn: str, stated: str) -> None:
    assert parse_epc_urn(urn) == parse_element_string(stated)


@pytest.mark.parametrize(
    ("urn", "said"),
    [
        ("urn:epc:id:sgtin:0614141.12345.1", "6 digits follow a company prefix of 7"),
        ("urn:epc:id:sgtin:06141.11234567.1", "6 to 12 digits"),
        ("urn:epc:id:sgtin:0614141.112345", "three parts"),
        ("urn:epc:id:sgtin:0614141.112345.", "serial is empty"),
        ("urn:epc:id:grai:0614141.12345.", "serial is empty"),
        ("urn:epc:id:sgtin:0614141.112345.%2", "hexadecimal"),
        ("urn:epc:id:sgtin:0614141.112345.a/b", "write it as urn:epc"),
        ("urn:epc:id:sgtin:0614141.112345.1\n", "write it as urn:epc"),
        ("urn:epc:id:sgtin:0614141.112345." + "1" * 21, "1 to 20"),
        ("urn:epc:id:sscc:0614141", "two parts"),
        ("urn:epc:id:sscc:0614141.1234567890.1", "10 digits"),
        ("urn:epc:id:gid:1.2.3", "write it as urn:epc"),
        ("urn:epc:idpat:sgtin:0614141.112345.7", "pattern"),
        ("urn:epc:id:giai:0614141." + "a" * 24, "up to 30"),
    ],
)
def test_urn_is_refused_and_says_what_is_wrong(urn: str, said: str) -> None:
    with pytest.raises(InvalidIdentifier, match=said):
        parse_epc_urn(urn)


def test_urn_of_another_scheme_is_no_gs1_key() -> None:
    assert is_epc_urn("urn:epc:id:sscc:anything")
    assert not is_epc_urn("urn:epc:id:gid:1.2.3")
    assert not is_epc_urn("urn:epc:")
    assert not is_epc_urn("urn:uuid:0")
