import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import InvalidProof
from contracts.merkle import (
    EMPTY_ROOT,
    Frontier,
    audit_path,
    consistency_path,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "rfc6962.json"
RFC6962: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
LEAVES = [leaf_hash(bytes.fromhex(leaf)) for leaf in RFC6962["leaves_hex"]]
ROOTS = [bytes.fromhex(one) for one in RFC6962["roots"]]
AUDIT_PATHS = [tuple(map(bytes.fromhex, path)) for path in RFC6962["audit_paths_n8"]]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_root_equals_the_published_one(size: int) -> None:
    assert root(LEAVES[:size]) == ROOTS[size]


def test_frontier_grows_through_the_published_roots() -> None:
    frontier = Frontier()
    roots = [frontier.root()]
    for leaf in LEAVES:
        frontier = frontier.append(leaf)
        roots.append(frontier.root())
    assert roots == ROOTS
    assert frontier.size == len(LEAVES)


@pytest.mark.parametrize("index", range(len(LEAVES)))
def test_audit_path_equals_the_published_one(index: int) -> None:
    assert audit_path(index, LEAVES) == AUDIT_PATHS[index]


def test_consistency_paths_equal_the_example_of_the_rfc() -> None:
    # RFC 6962 section 2.1.3: seven leaves d0..d6; proofs for the trees of 3, 4 and 6.
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, m = node_hash(g, h), node_hash(i, j)
    assert consistency_path(3, LEAVES[:7]) == (c, d, g, m)
    assert consistency_path(4, LEAVES[:7]) == (m,)
    assert consistency_path(6, LEAVES[:7]) == (i, j, k)


@pytest.mark.parametrize(("first", "second"), list(pairwise(range(1, len(LEAVES) + 1))))
def test_a_tree_is_consistent_with_the_one_before(first: int, second: int) -> None:
    path = consistency_path(first, LEAVES[:second])
    assert verify_consistency(first, second, ROOTS[first], ROOTS[second], path)
    assert not verify_consistency(first, second, ROOTS[first - 1], ROOTS[second], path)


def test_consistency_holds_between_a_tree_and_itself_without_a_path() -> None:
    assert verify_consistency(8, 8, ROOTS[8], ROOTS[8], ())
    assert not verify_consistency(8, 8, ROOTS[8], ROOTS[7], ())
    assert not verify_consistency(8, 8, ROOTS[8], ROOTS[8], (ROOTS[1],))


def test_consistency_holds_from_the_empty_tree_without_a_path() -> None:
    assert verify_consistency(0, 8, EMPTY_ROOT, ROOTS[8], ())
    assert not verify_consistency(0, 8, ROOTS[1], ROOTS[8], ())
    assert not verify_consistency(0, 8, EMPTY_ROOT, ROOTS[8], (ROOTS[1],))


def test_consistency_fails_for_a_tree_that_shrank() -> None:
    assert not verify_consistency(8, 7, ROOTS[8], ROOTS[7], consistency_path(7, LEAVES))


def test_inclusion_fails_at_another_place_or_in_another_tree() -> None:
    path = audit_path(3, LEAVES)
    assert verify_inclusion(LEAVES[3], 3, 8, path, ROOTS[8])
    assert not verify_inclusion(LEAVES[3], 2, 8, path, ROOTS[8])
    assert not verify_inclusion(LEAVES[3], 3, 7, path, ROOTS[7])
    assert not verify_inclusion(LEAVES[2], 3, 8, path, ROOTS[8])
    assert not verify_inclusion(LEAVES[3], 3, 8, path[:-1], ROOTS[8])
    assert not verify_inclusion(LEAVES[3], 3, 8, (*path, ROOTS[1]), ROOTS[8])
    assert not verify_inclusion(LEAVES[3], 8, 8, path, ROOTS[8])


def test_a_node_cannot_be_passed_off_as_a_leaf() -> None:
    forged = LEAVES[0] + LEAVES[1]
    assert not verify_inclusion(leaf_hash(forged), 0, 1, (), ROOTS[2])


@pytest.mark.parametrize("index", [-1, 8])
def test_audit_path_refuses_a_leaf_outside_the_tree(index: int) -> None:
    with pytest.raises(InvalidProof, match=f"leaf {index} of 8"):
        audit_path(index, LEAVES)


@pytest.mark.parametrize("first", [0, 9])
def test_consistency_path_refuses_a_size_that_the_tree_never_had(first: int) -> None:
    with pytest.raises(InvalidProof, match=f"consistency of {first} with 8"):
        consistency_path(first, LEAVES)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        bytes(7),
        (3).to_bytes(8, "big") + bytes(32),
        (2).to_bytes(8, "big") + bytes(31),
        bytes(8) + bytes(32),
    ],
    ids=["empty", "short size", "peak missing", "peak torn", "peak too many"],
)
def test_frontier_refuses_damaged_bytes(stored: bytes) -> None:
    with pytest.raises(InvalidProof, match="frontier"):
        Frontier.from_bytes(stored)


def test_frontier_refuses_peaks_that_do_not_fit_its_size() -> None:
    with pytest.raises(InvalidProof, match="1 peaks over 3 leaves"):
        Frontier(3, (LEAVES[0],))
