"""Signatures under handovers, made by other code than that which checks them."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_keys import keys
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from contracts.typed_handover import typed_handover
from gateway.access.handover_signatures import (
    InvalidSigner,
    SignatureVerdict,
    signature_of_text,
    signer_of_text,
    statement_bytes,
    verify_handover,
)
from tests.vectors.independent import ed25519, secp256k1
from tests.vectors.independent.keccak import keccak as independent_keccak
from twins.inputs import Handover, HandoverPhase, HandoverStatement, decode, statement_of

# RFC 8032 section 7.1, test 1; in hexadecimal and as x of a JWK (RFC 8037 appendix A.2).
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
PARTY = f"ed25519:{KEY}"
# The first account of the BIP-39 phrase that Ethereum test nodes share.
WALLET_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
WALLET = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
STATEMENT = HandoverStatement(
    "urn:epc:id:sscc:0614141.1234567890",
    "maker",
    "spedition:1",
    1_767_227_460_000_000,
    HandoverPhase.ACCEPTED,
    "n-1",
    "Köln, Tor 4",
    "A€/17",
)
MESSAGE = statement_bytes(STATEMENT)


def by_key(message: bytes = MESSAGE) -> Handover:
    return Handover(1, message, PARTY, ed25519.sign(SEED, message))


def by_wallet(statement: HandoverStatement = STATEMENT) -> Handover:
    signed = Account.sign_typed_data(WALLET_KEY, full_message=typed_handover(statement))
    return Handover(1, statement_bytes(statement), WALLET, bytes(signed.signature))


BOTH = pytest.mark.parametrize("handover", [by_key(), by_wallet()], ids=["ed25519", "wallet"])


def changed(handover: Handover, **fields: object) -> Handover:
    return msgspec.structs.replace(handover, **fields)


def test_handover_without_signature_is_unsigned() -> None:
    assert verify_handover(Handover(1, MESSAGE)) is SignatureVerdict.UNSIGNED


@BOTH
def test_signature_of_the_signer_is_valid(handover: Handover) -> None:
    assert verify_handover(handover) is SignatureVerdict.VALID


FIELDS: list[dict[str, object]] = [
    {"asset": "urn:epc:id:sscc:0614141.1234567891"},
    {"from_party": "thief"},
    {"to_party": "thief"},
    {"observed_at": STATEMENT.observed_at + 1},
    {"phase": HandoverPhase.REFUSED},
    {"nonce": "n-2"},
    {"place": ""},
    {"seal": "A€/18"},
    {"schema": "cargotwin.handover.v2"},
]


@BOTH
@pytest.mark.parametrize("fields", FIELDS, ids=lambda one: next(iter(one)))
def test_signature_covers_every_field(handover: Handover, fields: dict[str, object]) -> None:
    other = statement_bytes(msgspec.structs.replace(STATEMENT, **fields))
    assert verify_handover(changed(handover, statement=other)) is SignatureVerdict.WRONG


def test_typed_data_is_hashed_as_the_standard_says() -> None:
    """EIP-712, "Definition of hashStruct" and "encodeData", computed here field by field."""
    domain_type = keccak(b"EIP712Domain(string name,string version)")
    domain = keccak(domain_type + keccak(b"Cargotwin") + keccak(b"1"))
    kind = (
        b"Handover(string schema,string asset,string from,string to,string phase,string nonce,"
        b"string place,string seal,int64 observed_at)"
    )
    texts = (
        "cargotwin.handover.v1",
        "urn:epc:id:sscc:0614141.1234567890",
        "maker",
        "spedition:1",
        "accepted",
        "n-1",
        "Köln, Tor 4",
        "A€/17",
    )
    hashes = b"".join(keccak(one.encode()) for one in texts)
    struct = keccak(keccak(kind) + hashes + (1_767_227_460_000_000).to_bytes(32, "big"))
    digest = keccak(b"\x19\x01" + domain + struct)
    key = keys.PrivateKey(bytes.fromhex(WALLET_KEY[2:]))
    r, s, v = (found := key.sign_msg_hash(digest)).r, found.s, found.v
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v + 27])
    assert verify_handover(Handover(1, MESSAGE, WALLET, signature)) is SignatureVerdict.VALID
    assert signature == by_wallet().signature


VECTORS = json.loads(
    (Path(__file__).resolve().parents[3] / "vectors" / "signed_handover.json").read_text("utf-8")
)["vectors"]


@pytest.mark.parametrize(
    "vector", VECTORS, ids=lambda one: f"{one['fields']['phase']}-{one['signer'][:8]}"
)
def test_signed_handovers_of_the_vectors_are_valid(vector: dict[str, Any]) -> None:
    record = decode(bytes.fromhex(vector["record"]))
    assert isinstance(record, Handover)
    assert verify_handover(record) is SignatureVerdict.VALID
    assert record.signer == vector["signer"]
    document = typed_handover(statement_of(record))
    assert document["message"] == vector["fields"]
    message = encode_typed_data(full_message=document)
    assert keccak(b"\x19" + message.version + message.header + message.body) == bytes.fromhex(
        vector["typed_data_digest"]
    )


def test_code_that_makes_the_vectors_signs_as_the_example_of_the_standard() -> None:
    """EIP-712, the example Mail: its digest, and the signature of the key keccak256("cow")."""
    secret = independent_keccak(b"cow")
    digest = bytes.fromhex("be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2")
    assert secp256k1.address(secret) == "0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826"
    assert secp256k1.sign(secret, digest) == bytes.fromhex(
        "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
        "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c"
    )


def test_other_form_of_a_wallets_signature_is_none() -> None:
    """EIP-2: with n - s and the other v the same key would have signed it a second time."""
    signature = by_wallet().signature or b""
    s = int.from_bytes(signature[32:64], "big")
    mirrored = signature[:32] + (ORDER - s).to_bytes(32, "big") + bytes([55 - signature[64]])
    handover = changed(by_wallet(), signature=mirrored)
    assert verify_handover(handover) is SignatureVerdict.WRONG


@pytest.mark.parametrize(
    "fields",
    [
        {"signer": None},
        {"signature": None},
        {"signer": ""},
        {"signer": "maker"},
        {"signer": f"ed25519:{KEY.upper()}"},
        {"signer": f"ed25519:{X}"},
        {"signer": "ed25519:"},
        {"signer": "ed25519:" + "01" + "00" * 31},  # of order 1: RFC 8032 decodes it, all can sign
        {"signer": "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"},
        {"statement": MESSAGE.replace(b",", b", ")},
        {"statement": MESSAGE.replace(b'{"', b'{"also":1,"')},
        {"statement": b"[]"},
    ],
    ids=str,
)
def test_what_is_not_written_in_the_one_form_of_records_is_malformed(
    fields: dict[str, object],
) -> None:
    assert verify_handover(changed(by_key(), **fields)) is SignatureVerdict.MALFORMED


@given(
    st.sampled_from([PARTY, WALLET]), st.binary(max_size=70) | st.binary(min_size=64, max_size=65)
)
def test_no_bytes_but_the_signature_are_one(signer: str, signature: bytes) -> None:
    assert verify_handover(Handover(1, MESSAGE, signer, signature)) is SignatureVerdict.WRONG


@given(st.binary(min_size=64, max_size=64), st.sampled_from([0, 1, 26, 27, 28, 29, 255]))
def test_no_number_for_a_signature_ends_in_an_error(numbers: bytes, v: int) -> None:
    handover = Handover(1, MESSAGE, WALLET, numbers + bytes([v]))
    assert verify_handover(handover) is SignatureVerdict.WRONG


@pytest.mark.parametrize(
    ("text", "signer"),
    [
        (PARTY, PARTY),
        (f"ed25519:{KEY.upper()}", PARTY),
        (f"ed25519:{X}", PARTY),
        ("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", WALLET),
    ],
)
def test_signer_has_one_name_however_it_is_written(text: str, signer: str) -> None:
    assert signer_of_text(text) == signer


@pytest.mark.parametrize(
    "text",
    [
        "",
        "maker",
        KEY,
        "0x12",
        "ed25519:xyz",
        WALLET[2:],
        f"{WALLET}0",
        "ed25519:" + '{"a":' * 20_000,
        "ed25519:" + json.dumps({"kty": "OKP", "crv": "Ed25519", "x": X}),
    ],
    ids=lambda one: one[:20],
)
def test_signer_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidSigner, match="a wallet's address 0x"):
        signer_of_text(text)


def test_signature_is_read_from_hexadecimal() -> None:
    assert signature_of_text("0x0AfF") == signature_of_text("0aff") == b"\x0a\xff"
    with pytest.raises(InvalidSigner):
        signature_of_text("0xzz")


@pytest.mark.parametrize(("written", "meant"), [(0, 27), (1, 28), (27, 27), (28, 28), (5, 5)])
def test_last_byte_of_a_wallets_signature_counts_from_27(written: int, meant: int) -> None:
    assert signature_of_text("00" * 64 + f"{written:02x}") == bytes(64) + bytes([meant])
