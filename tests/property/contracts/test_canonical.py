import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import JsonValue, canonical_bytes, cid_of, digest_of_cid

scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(values)
def test_canonical_bytes_mean_the_same_value(value: JsonValue) -> None:
    assert json.loads(canonical_bytes(value)) == value


@given(values)
def test_canonical_bytes_are_a_fixed_point(value: JsonValue) -> None:
    once = canonical_bytes(value)
    assert canonical_bytes(json.loads(once)) == once


@given(st.dictionaries(st.text(), scalars), st.randoms(use_true_random=False))
def test_canonical_bytes_do_not_depend_on_the_order_of_keys(
    value: dict[str, Any], random: Random
) -> None:
    keys = list(value)
    random.shuffle(keys)
    assert canonical_bytes({key: value[key] for key in keys}) == canonical_bytes(value)


@given(st.binary(min_size=32, max_size=32))
def test_a_cid_gives_its_digest_back(digest: bytes) -> None:
    assert digest_of_cid(cid_of(digest)) == digest
