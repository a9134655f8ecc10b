import json

import pytest

from contracts.artifact import FOLDER, Artifact


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return Artifact.load("TwinNFT")


def word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def test_an_error_of_the_contract_is_named_with_its_arguments(artifact: Artifact) -> None:
    # keccak("ERC721NonexistentToken(uint256)") begins with 7e273289.
    revert = bytes.fromhex("7e273289") + word(7)
    assert artifact.error_of(revert) == ("ERC721NonexistentToken", {"tokenId": 7})


def test_a_reason_of_solidity_is_named(artifact: Artifact) -> None:
    # Solidity documentation, "Panic via assert and Error via require".
    revert = bytes.fromhex("08c379a0") + word(32) + word(3) + b"why".ljust(32, b"\0")
    assert artifact.error_of(revert) == ("Error", {"reason": "why"})
    assert artifact.error_of(bytes.fromhex("4e487b71") + word(0x11)) == ("Panic", {"code": 0x11})


@pytest.mark.parametrize("revert", [b"", b"\x7e", bytes.fromhex("deadbeef"), b"\x7e\x27\x32\x89"])
def test_what_is_no_known_error_stays_unnamed(artifact: Artifact, revert: bytes) -> None:
    assert artifact.error_of(revert) is None


def test_the_head_of_a_token_is_two_storage_slots() -> None:
    layout = json.loads((FOLDER / "TwinNFT.json").read_text("utf-8"))["storageLayout"]
    head = next(
        kind for name, kind in layout["types"].items() if "(Head)" in name and "members" in kind
    )
    places = {member["label"]: (member["slot"], member["offset"]) for member in head["members"]}
    assert places == {
        "metadataDigest": ("0", 0),
        "version": ("1", 0),
        "asOf": ("1", 8),
        "severity": ("1", 16),
        "locked": ("1", 17),
    }
