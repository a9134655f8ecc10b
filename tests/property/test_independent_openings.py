"""Openings and silences of levels that nobody requires, by the fold and by whole intervals."""

from __future__ import annotations

from typing import Any

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from gateway.policies import policy_of
from tests.property.told import assert_same, slow_law, told
from tests.vectors.independent import condition as independent
from tests.vectors.independent import shipments
from tests.vectors.independent.history import Record
from tests.vectors.independent.message_pack import pack

LEVELS: dict[str, tuple[str, float, list[int]]] = {
    "illuminance": ("upper", 50.0, [0, 900_000]),
    "contact": ("lower", 1, [0, 1]),
    "humidity": ("upper", 75.0, [40_000, 90_000]),
}
"""By quantity the side and the limit of its boundary, and what is read of it."""


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    boundaries = [
        {
            "id": f"{quantity}-{mode}",
            "quantity": quantity,
            "side": side,
            "limit": limit,
            "delay_s": delay,
            "mode": mode,
            "severity": "minor",
            "disposition": draw(st.sampled_from(["container_open", "unknown"])),
            "title": "Closed",
        }
        for quantity, (side, limit, _) in LEVELS.items()
        for mode, delay in (
            ("single", draw(st.sampled_from([0, 0, 240]))),
            ("cumulative", draw(st.sampled_from([0, 600]))),
        )
        if draw(st.booleans())
    ]
    return {**shipments.POLICY, "boundary": boundaries}


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    found: list[Record] = [shipments.bind(0, name, 300) for name in ("d1", "d2")]
    for _ in range(draw(st.sampled_from([1, 12, 60]))):
        quantity = draw(st.sampled_from(sorted(LEVELS)))
        device = draw(st.sampled_from(["d1", "d2"]))
        value, minute = draw(st.sampled_from(LEVELS[quantity][2])), draw(st.integers(1, 120))
        quality, when = draw(st.sampled_from([0, 0, 0, 1])), shipments.at(minute)
        found.append([1, 1, device, "s", quantity, value, when, 1, None, quality, None])
    if draw(st.booleans()):
        name = draw(st.sampled_from(["start", "close"]))
        found.append(shipments.milestone(draw(st.integers(0, 120)), name))
    return found


@slow_law
@given(histories(), policies(), st.integers(0, 90), st.integers(0, 60))
def test_openings_and_gaps_are_those_of_the_specification(
    history: list[Record], policy: dict[str, Any], later: int, cut: int
) -> None:
    log = [*{pack(one): one for one in [*shipments.begin(policy), *history]}.values()]
    as_of = shipments.at(120 + later)
    digest = policy_of(rfc8785.dumps(policy)).digest.hex()
    stated = independent.assess(shipments.ASSET, log, policy, digest, as_of)
    assert_same(told(log, policy, as_of, cut), stated)
