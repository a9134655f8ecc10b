import hashlib
import json
from pathlib import Path
from typing import Any, cast

import pytest

from contracts.canonical import JsonValue, canonical_bytes, cid_of, digest, digest_of_cid
from contracts.errors import InvalidContentIdentifier, NotCanonicalizable

VECTORS = Path(__file__).parents[2] / "vectors"
RFC8785: list[dict[str, Any]] = json.loads((VECTORS / "rfc8785.json").read_text("utf-8"))["vectors"]
CID_OF_TEXT: dict[str, str] = json.loads((VECTORS / "cid.json").read_text("utf-8"))["vectors"]
ABC = hashlib.sha256(b"abc").digest()


@pytest.mark.parametrize("vector", RFC8785, ids=lambda vector: vector["name"])
def test_canonical_bytes_equal_the_published_form(vector: dict[str, Any]) -> None:
    assert canonical_bytes(vector["input"]).hex() == vector["canonical_hex"]


@pytest.mark.parametrize("vector", RFC8785, ids=lambda vector: vector["name"])
def test_digest_equals_the_published_hash(vector: dict[str, Any]) -> None:
    assert digest(vector["input"]).hex() == vector["sha256"]


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), float("nan"), float("inf"), {1: "number as key"}, "\ud800", {"x": object()}],
    ids=["too large", "too small", "NaN", "infinite", "key", "lone surrogate", "no JSON"],
)
def test_canonical_bytes_refuses_what_has_no_canonical_form(value: object) -> None:
    with pytest.raises(NotCanonicalizable, match="no canonical JSON form"):
        canonical_bytes(cast("JsonValue", value))


def test_cid_is_the_digest_behind_version_codec_and_hash() -> None:
    assert cid_of(ABC) == (
        "f01551220ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@pytest.mark.parametrize(("text", "cid"), list(CID_OF_TEXT.items()))
def test_digest_of_cid_reads_base32(text: str, cid: str) -> None:
    assert digest_of_cid(cid) == hashlib.sha256(text.encode()).digest()


def test_digest_of_cid_reads_base16() -> None:
    assert digest_of_cid(cid_of(ABC)) == ABC


def test_cid_of_refuses_a_digest_of_another_length() -> None:
    with pytest.raises(InvalidContentIdentifier, match="32 bytes"):
        cid_of(ABC[:31])


@pytest.mark.parametrize(
    ("cid", "reason"),
    [
        ("", "begin with f"),
        ("QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWnPbdG", "begin with f"),  # CIDv0
        ("fzz", "non-hexadecimal"),
        ("b1", "base32|Non-base32"),
        ("f01711220" + ABC.hex(), "codec raw"),  # dag-cbor
        ("f01551120" + ABC.hex(), "sha2-256"),  # sha1
        ("f01551220" + ABC.hex()[:-2], "32 bytes"),
        ("f01551220" + ABC.hex() + "00", "32 bytes"),
        ("f01551220" + ABC.hex().upper(), "lower case"),
        ("f0155 1220" + ABC.hex(), "one way"),
    ],
)
def test_digest_of_cid_refuses_what_names_no_document(cid: str, reason: str) -> None:
    with pytest.raises(InvalidContentIdentifier, match=reason):
        digest_of_cid(cid)
