import pytest

from twins.identity.asset_names import AssetNames

URN = "urn:epc:id:sscc:0614141.1234567890"
CANONICAL = "gs1:00:106141412345678908"
SPELLINGS = (
    URN,
    CANONICAL,
    "(00)106141412345678908",
    "https://id.gs1.org/00/106141412345678908",
    "urn:epc:id:sscc:061414.11234567890",
)


@pytest.mark.parametrize("kept", [URN, CANONICAL])
@pytest.mark.parametrize("text", SPELLINGS)
def test_asset_is_found_by_every_spelling_of_its_key(kept: str, text: str) -> None:
    assert AssetNames(["box-1", kept]).find(text) == kept


def test_asset_that_is_not_there_is_not_found() -> None:
    names = AssetNames(["box-1", URN])
    for text in ("box-2", "", "(00)", "(00)006141411234567890", "https://a.example/box-1"):
        assert names.find(text) is None
    assert names.find("box-1") == "box-1"


def test_exact_id_is_found_first_and_then_the_earlier_asset_of_a_key() -> None:
    other = "urn:epc:id:sscc:061414.11234567890"
    names = AssetNames([URN, other])
    assert names.find(other) == other
    assert names.find(CANONICAL) == URN
    names.add(URN)
    assert names.find("(00)106141412345678908") == URN
