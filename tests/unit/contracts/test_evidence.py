import hashlib
import hmac

from contracts.evidence import Evidence, evidence_of, leaf_of, salt_of

KEY = bytes(range(32))


def test_leaf_is_the_salted_hash_of_the_specification() -> None:
    salt = hmac.new(KEY, b"record", hashlib.sha256).digest()[:16]
    assert salt_of(KEY, b"record") == salt
    assert leaf_of(KEY, b"record") == hashlib.sha256(b"\0" + salt + b"record").digest()


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
