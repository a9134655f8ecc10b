import pytest

from gateway.exports.names import asset_uri, device_uri, party_uri, place_uri, policy_uri
from tests.unit.gateway.exports.checking import is_uri


@pytest.mark.parametrize(
    ("asset", "expected"),
    [
        # The check digit is that of the EPC Tag Data Standard's own example, section 7.1.
        ("urn:epc:id:sgtin:0614141.112345.400", "https://id.gs1.org/01/10614141123459/21/400"),
        ("gs1:01:10614141123459:21:400", "https://id.gs1.org/01/10614141123459/21/400"),
        ("box-1", "urn:cargotwin:asset:obj:box-1"),
        ("SGTIN-4711", "urn:cargotwin:asset:obj:SGTIN-4711"),
    ],
)
def test_asset_is_named_by_its_digital_link_where_its_id_is_a_gs1_key(
    asset: str, expected: str
) -> None:
    assert asset_uri(asset) == expected


def test_asset_and_device_of_one_name_have_different_uris() -> None:
    assert asset_uri("seven") != device_uri("seven") == "urn:cargotwin:device:obj:seven"


def test_thirteen_digits_that_check_are_the_gln_of_a_party_or_of_a_place() -> None:
    # GLN of the GS1 samples, tests/vectors/epcis/gs1/documents.json.
    assert party_uri("4012345000054") == "https://id.gs1.org/417/4012345000054"
    assert place_uri("4012345000054") == "https://id.gs1.org/414/4012345000054"


def test_thirteen_digits_that_do_not_check_are_a_plain_name() -> None:
    assert party_uri("4012345000055") == "urn:cargotwin:party:4012345000055"


def test_place_may_be_a_web_address_a_urn_or_any_words() -> None:
    assert place_uri("https://id.example.org/dock/4") == "https://id.example.org/dock/4"
    assert place_uri("urn:epc:id:sgln:4012345.00005.0") == "https://id.gs1.org/414/4012345000054"
    assert place_uri("Zürich, dock 4") == "urn:cargotwin:loc:Z%C3%BCrich%2C%20dock%204"


@pytest.mark.parametrize("hostile", ["<a b>", 'x"y', "https://a b/", "a\u202eb", "%", "geo:1,2"])
def test_whatever_people_write_the_name_is_a_uri(hostile: str) -> None:
    for uri in (party_uri(hostile), place_uri(hostile), device_uri(hostile), asset_uri(hostile)):
        assert is_uri(uri)
    assert is_uri(policy_uri(hostile, "ab" * 32, hostile))
