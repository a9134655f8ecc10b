"""What the twin says of records, as the condition document that is published."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import rfc8785
from hypothesis import settings

from contracts.canonical import canonical_bytes
from gateway.policies import policy_of
from tests.property.arrivals import EXAMPLES, law
from tests.vectors.independent import shipments
from tests.vectors.independent.history import Record
from tests.vectors.independent.message_pack import pack
from twins.bindings import folded_inputs
from twins.inputs import decode
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess, condition_document

slow_law = settings(law, max_examples=max(1, EXAMPLES // 4))
"""A law whose examples are whole journeys."""


def told(records: Iterable[Record], policy: dict[str, Any], as_of: int, cut: int) -> dict[str, Any]:
    """Return the document of records that come in two batches, the first of `cut` records."""
    parsed = policy_of(rfc8785.dumps(policy))
    log = {pack(one): one for one in records}
    inputs = [*folded_inputs(decode(one) for one in log)]
    twin = AssetTwin(shipments.ASSET)
    for some in (inputs[:cut], inputs[cut:]):
        twin = advance(twin, some, parsed)
    document: dict[str, Any] = json.loads(
        canonical_bytes(condition_document(assess(twin, parsed, as_of)))
    )
    return document


def differences(said: object, stated: object, path: str = "") -> list[str]:
    """Return where two documents differ, short enough to be read."""
    if isinstance(said, dict) and isinstance(stated, dict):
        return [
            line
            for name in sorted(said.keys() | stated.keys())
            for line in differences(said.get(name), stated.get(name), f"{path}.{name}")
        ]
    if isinstance(said, list) and isinstance(stated, list) and said != stated:
        alone = (
            [one for one in said if one not in stated],
            [one for one in stated if one not in said],
        )
        return [f"{path}: {alone[0]} is only said, {alone[1]} only stated"]
    return [] if said == stated else [f"{path}: {said} is said, {stated} is stated"]


def assert_same(said: object, stated: object) -> None:
    found = differences(said, stated)
    assert not found, "\n".join(found)
