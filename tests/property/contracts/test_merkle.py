import hashlib

from hypothesis import given
from hypothesis import strategies as st

from contracts.merkle import (
    Frontier,
    audit_path,
    consistency_path,
    leaf_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

leaves = st.lists(st.binary(max_size=8).map(leaf_hash), min_size=1, max_size=70)


def grown(hashes: list[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in hashes:
        frontier = frontier.append(leaf)
    return frontier


@given(leaves, st.data())
def test_every_leaf_is_included_and_no_other_hash_is(
    hashes: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(hashes) - 1))
    path = audit_path(index, hashes)
    assert verify_inclusion(hashes[index], index, len(hashes), path, root(hashes))
    assert not verify_inclusion(leaf_hash(b"not a leaf"), index, len(hashes), path, root(hashes))


@given(leaves, st.data())
def test_a_changed_path_proves_nothing(hashes: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(hashes) - 1))
    path = list(audit_path(index, hashes))
    if path:
        changed = data.draw(st.integers(0, len(path) - 1))
        path[changed] = bytes([path[changed][0] ^ 1]) + path[changed][1:]
        assert not verify_inclusion(hashes[index], index, len(hashes), path, root(hashes))


@given(leaves, st.data())
def test_every_earlier_tree_is_consistent(hashes: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(hashes)))
    roots = root(hashes[:first]), root(hashes)
    path = consistency_path(first, hashes)
    assert verify_consistency(first, len(hashes), *roots, path)


@given(leaves, st.data())
def test_a_rewritten_leaf_breaks_consistency(hashes: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(hashes)))
    rewritten = data.draw(st.integers(0, first - 1))
    honest = root(hashes[:first])
    forged = [*hashes]
    forged[rewritten] = leaf_hash(b"rewritten afterwards")
    path = consistency_path(first, forged)
    assert not verify_consistency(first, len(forged), honest, root(forged), path)


@given(leaves)
def test_a_frontier_survives_being_stored(hashes: list[bytes]) -> None:
    frontier = grown(hashes)
    restored = Frontier.from_bytes(frontier.to_bytes())
    assert restored == frontier
    more = leaf_hash(b"one more")
    assert restored.append(more).root() == root([*hashes, more])


@given(leaves, st.data())
def test_leaves_may_come_one_by_one_or_many_at_once(
    hashes: list[bytes], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(hashes)))
    frontier = grown(hashes[:cut]).extend(hashes[cut:])
    assert frontier == grown(hashes)
    # RFC 6962 section 2.1: the root is that of the tree over all leaves, by its recursive words.
    assert frontier.root() == by_the_rfc(hashes)


def by_the_rfc(hashes: list[bytes]) -> bytes:
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while 2 * split < len(hashes):
        split *= 2
    left, right = by_the_rfc(hashes[:split]), by_the_rfc(hashes[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()
