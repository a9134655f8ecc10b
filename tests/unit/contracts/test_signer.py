import stat
from pathlib import Path

import pytest
from eth_account import Account

from contracts.errors import UnusableKey
from contracts.signer import AttesterKey, ChainKey, is_attested_by

# The first account of the BIP-39 phrase that Ethereum test nodes share.
TEST_ACCOUNT = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
KNOWN_ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
# RFC 8032 section 7.1, test 2.
RFC8032_SEED = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
ED25519_PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
ED25519_SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)
TRANSFER = {
    "to": KNOWN_ADDRESS,
    "value": 1,
    "nonce": 0,
    "gas": 21_000,
    "maxFeePerGas": 10**9,
    "maxPriorityFeePerGas": 1,
    "chainId": 1337,
    "type": 2,
}


def stored(path: Path, content: str, mode: int = 0o600) -> Path:
    path.write_text(content)
    path.chmod(mode)
    return path


def test_a_chain_key_is_created_once_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "chain.key"
    created = ChainKey.load_or_create(path)
    assert ChainKey.load_or_create(path).address == created.address
    assert ChainKey.load_or_create(tmp_path / "other.key").address != created.address


@pytest.mark.parametrize("kind", [ChainKey, AttesterKey])
def test_a_created_key_file_belongs_to_its_owner_alone(
    tmp_path: Path, kind: type[ChainKey] | type[AttesterKey]
) -> None:
    path = tmp_path / "one.key"
    kind.load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["one.key"]


def test_a_chain_key_has_the_address_of_its_secret(tmp_path: Path) -> None:
    path = stored(tmp_path / "chain.key", TEST_ACCOUNT + "\n")
    assert ChainKey.load_or_create(path).address == KNOWN_ADDRESS


def test_a_chain_key_signs_what_recovers_to_its_address() -> None:
    raw, transaction_hash = ChainKey(bytes.fromhex(TEST_ACCOUNT)).sign(TRANSFER)
    assert Account.recover_transaction(raw) == KNOWN_ADDRESS
    assert transaction_hash.startswith("0x")


def test_an_attester_key_signs_as_rfc_8032_shows() -> None:
    key = AttesterKey(bytes.fromhex(RFC8032_SEED))
    assert key.public_key.hex() == ED25519_PUBLIC
    assert key.sign(b"\x72").hex() == ED25519_SIGNATURE


def test_an_attestation_holds_for_its_key_and_message_only() -> None:
    key = AttesterKey(bytes.fromhex(RFC8032_SEED))
    other = AttesterKey(bytes(32))
    signature = key.sign(b"message")
    assert is_attested_by(key.public_key, b"message", signature)
    assert not is_attested_by(key.public_key, b"massage", signature)
    assert not is_attested_by(other.public_key, b"message", signature)
    assert not is_attested_by(key.public_key[:31], b"message", signature)


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        (TEST_ACCOUNT, 0o644, "chmod 600"),
        (TEST_ACCOUNT[:-2], 0o600, "32 bytes"),
        ("no key at all", 0o600, "does not hold a key"),
        ("00" * 32, 0o600, "no secp256k1 key"),
        ("ff" * 32, 0o600, "no secp256k1 key"),
    ],
)
def test_an_unusable_key_file_is_refused_with_its_reason(
    tmp_path: Path, content: str, mode: int, reason: str
) -> None:
    path = stored(tmp_path / "chain.key", content, mode)
    with pytest.raises(UnusableKey, match=reason) as caught:
        ChainKey.load_or_create(path)
    assert content not in str(caught.value)
    assert str(path) in str(caught.value)


def test_keys_do_not_show_themselves() -> None:
    secret = bytes.fromhex(TEST_ACCOUNT)
    shown = f"{ChainKey(secret)!r} {AttesterKey(secret)!r}"
    assert TEST_ACCOUNT not in shown
    assert repr(secret) not in shown
