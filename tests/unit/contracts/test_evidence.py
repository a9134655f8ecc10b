import hashlib
import hmac

import msgspec
import pytest

from contracts.evidence import (
    Evidence,
    GrowingEvidence,
    evidence_of,
    is_signed,
    leaf_of,
    leaves_of,
    salt_of,
)
from twins.inputs import Milestone, MilestoneName, encode
from twins.readings import Reading

KEY = bytes(range(32))


def test_leaf_is_the_salted_hash_of_the_specification() -> None:
    salt = hmac.new(KEY, b"record", hashlib.sha256).digest()[:16]
    assert salt_of(KEY, b"record") == salt
    assert leaf_of(KEY, b"record") == hashlib.sha256(b"\0" + salt + b"record").digest()


@pytest.mark.parametrize("length", [0, 1, 32, 64, 65, 200])
def test_leaves_of_many_records_are_those_of_each_alone_whatever_the_key(length: int) -> None:
    key = bytes(range(200))[:length]
    records = [bytes([size % 256]) * size for size in (0, 1, 55, 64, 97, 5_000)]
    # The salt by the standard library's HMAC, SPECIFICATION section 7.
    salts = [hmac.new(key, one, hashlib.sha256).digest()[:16] for one in records]
    expected = [
        hashlib.sha256(b"\0" + salt + one).digest()
        for salt, one in zip(salts, records, strict=True)
    ]
    assert leaves_of(key, records) == expected
    assert leaves_of(key, []) == []


def test_evidence_is_the_rfc6962_root_over_the_leaves() -> None:
    first, second, third = (leaf_of(KEY, one) for one in (b"a", b"b", b"c"))
    left = hashlib.sha256(b"\1" + first + second).digest()
    root = hashlib.sha256(b"\1" + left + third).digest()
    found = evidence_of(KEY, [b"a", b"b", b"c"])
    assert found == Evidence(3, root)
    assert found.document() == {"size": 3, "root": root.hex()}


def test_evidence_depends_on_order_key_and_every_record() -> None:
    same = evidence_of(KEY, [b"a", b"b"])
    others = [
        evidence_of(KEY, [b"b", b"a"]),
        evidence_of(KEY[::-1], [b"a", b"b"]),
        evidence_of(KEY, [b"a"]),
        evidence_of(KEY, []),
    ]
    assert same not in others


def test_evidence_of_nothing_is_the_hash_of_nothing() -> None:
    assert evidence_of(KEY, []) == Evidence(0, hashlib.sha256(b"").digest())


def reading(signature: bytes | None, *, observed_at: int = 0, device: str = "d1") -> bytes:
    return encode(Reading(1, device, "air", "temperature", 5_000, observed_at, 1, 7, 0, signature))


@pytest.mark.parametrize("signature", [bytes(64), b"\xc0" * 64, bytes(range(64))])
def test_reading_with_a_signature_is_told_by_its_record(signature: bytes) -> None:
    assert is_signed(reading(signature))


@pytest.mark.parametrize(
    "record",
    [
        reading(None),
        reading(bytes(63)),
        reading(b""),
        # The last 66 bytes are those of a shorter signature.
        reading(bytes(64) + b"\xc4\x40" + bytes(64)),
        encode(Milestone(1, "a", MilestoneName.START, 0, "x" * 70)),
        b"",
        b"\x9b\x01",
    ],
)
def test_no_other_record_is_a_signed_reading(record: bytes) -> None:
    assert not is_signed(record)


def test_evidence_counts_the_signed_readings() -> None:
    found = evidence_of(KEY, [reading(bytes(64)), reading(None), reading(bytes(64), device="d2")])
    assert found.signed == 2
    assert found.document() == {"size": 3, "root": found.root.hex(), "signed": 2}


def test_growing_evidence_is_that_of_the_whole_log_also_when_it_was_stored_between() -> None:
    log = [reading(bytes(64), observed_at=one) if one % 3 else b"other" for one in range(20)]
    growing = GrowingEvidence()
    for start in range(0, 20, 7):
        growing = GrowingEvidence.from_bytes(growing.to_bytes()).extend(KEY, log[start : start + 7])
    assert growing.evidence == evidence_of(KEY, log)
    assert (growing.size, growing.signed) == (20, 13)


def test_view_of_a_record_is_told_as_the_record_is() -> None:
    assert is_signed(msgspec.Raw(reading(bytes(64))))
    assert not is_signed(msgspec.Raw(reading(None)))
