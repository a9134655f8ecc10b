import msgspec
import pytest

from gateway.access.passwords import DECOY, StoredPassword, is_password, stored_password

# RFC 7914 section 12, N = 16384, r = 8, p = 1. It is published for 64 bytes; PBKDF2 makes blocks of
# 32, so that the first 32 of them are what 32 bytes give.
RFC_SALT = b"SodiumChloride"
RFC_HASH = bytes.fromhex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2")


def test_scrypt_is_that_of_its_standard() -> None:
    stored = msgspec.structs.replace(DECOY, salt=RFC_SALT, hash=RFC_HASH, n=16_384)
    assert is_password(b"pleaseletmein", stored)


def test_a_password_is_known_again_and_another_is_not() -> None:
    stored = stored_password(b"open sesame", bytes(range(16)))
    assert is_password(b"open sesame", stored)
    assert not is_password(b"open sesam", stored)


def test_equal_passwords_are_kept_unlike_under_unlike_salts() -> None:
    hashes = {stored_password(b"same", bytes([one]) * 16).hash for one in range(2)}
    assert len(hashes) == 2


@pytest.mark.parametrize("n", [2**14, 2**15 + 1, 2**18])
def test_a_cost_that_is_weak_or_none_or_beyond_memory_is_refused(n: int) -> None:
    fields = {"salt": "A" * 24, "hash": "A" * 43 + "=", "n": n}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(fields, StoredPassword)
