"""Shocks, the damage boundary and fatigue, by the fold and by the formulas.

The formulas are those of SPECIFICATION section 9, written once more in `tests/vectors/independent`.
"""

from __future__ import annotations

from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from tests.property.told import assert_same, slow_law, told
from tests.vectors.independent import fatigue, shipments, shocks
from tests.vectors.independent.history import Record, history_of

SECOND, MILLION = 1_000_000, 1_000_000
START = shipments.START
VALUES: dict[str, list[int]] = {
    "acceleration": [0, 10_000, 29_999, 30_000, 60_000, 200_001],
    "pulse_duration": [1, 500, 3_000, 11_000, 250_000],
    "velocity_change": [0, 500, 1_999, 2_000, 2_500, 12_345],
    "free_fall": [0, 1, 200_000, 400_000, 3_000_001],
}
WALKS = [[-3_000, -500, 500, 3_000], [-1, 0, 1], [-20_000, 20_000, 1], [0, 100, -100]]


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    policy: dict[str, Any] = {
        **shipments.TINY_POLICY,
        "observation": {"required": ["temperature"], "minimum_coverage": 0.9, "severity": "minor"},
        "wear": {
            "shock_from": draw(st.sampled_from([0.0, 29.9, 30.0])),
            "shock_full": draw(st.sampled_from([0, 1, 9])),
        },
    }
    if draw(st.integers(0, 4)):
        policy["shock"] = {"restitution": draw(st.sampled_from([0.0, 0.5, 0.333333, 1.0]))}
        if draw(st.integers(0, 2)):
            policy["shock"] |= {
                "critical_velocity_m_s": draw(st.sampled_from([0.5, 2.0, 1.999])),
                "critical_acceleration_g": 30.0,
                "severity": "major",
            }
    if draw(st.booleans()):
        policy["wear"] |= {
            "fatigue_quantity": draw(st.sampled_from(["temperature", "pressure"])),
            "fatigue_cycles": draw(st.sampled_from([50.0, 1e3, 1e4, 1.5e6, 1e9, 0.1])),
            "fatigue_exponent": draw(st.sampled_from([1.0, 2.5, 4.0, 9.87])),
        }
    return policy


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    found: list[Record] = [*shipments.begin(shipments.TINY_POLICY)]
    found += [shipments.bind(0, name, 300) for name in ("d1", "d2")]
    seqs: list[int | None] = draw(st.sampled_from([[None], [None, 1, 2], [1]]))
    devices, sensors = st.sampled_from(["d1", "d2"]), st.sampled_from(["s", "t"])
    soundness = st.sampled_from([0] * 9 + [1, 2, 4, 8])
    moments = draw(st.sampled_from([1, 3, 40]))
    for _ in range(draw(st.sampled_from([0, 3, 12, 50]))):
        quantity = draw(st.sampled_from(list(VALUES)))
        value, when = draw(st.sampled_from(VALUES[quantity])), draw(st.integers(1, moments))
        names = [draw(devices), draw(sensors)]
        seq, quality = draw(st.sampled_from(seqs)), draw(soundness)
        when = START + when * SECOND
        found.append([1, 1, *names, quantity, value, when, 1, seq, quality, None])
    walk, quantity = (
        draw(st.sampled_from(WALKS)),
        draw(st.sampled_from(["temperature", "pressure"])),
    )
    value, when = draw(st.sampled_from([5_000, 100_000])), START
    for _ in range(draw(st.sampled_from([0, 1, 3, 10, 60]))):
        value = max(0, value + draw(st.sampled_from(walk)))
        when += draw(st.sampled_from([0, 1, 60])) * SECOND
        names = [draw(st.sampled_from(["d1", "d1", "d2"])), "s"]
        seq = draw(st.sampled_from(seqs))
        found.append([1, 1, *names, quantity, value, when, 1, seq, draw(soundness), None])
    if draw(st.integers(0, 3)) == 0:
        name = draw(st.sampled_from(["start", "close"]))
        found.append(shipments.milestone(draw(st.integers(0, 60)) / 60, name))
    if draw(st.integers(0, 5)) == 0:
        found.append(shipments.detach(draw(st.integers(0, 60)) / 60, "d1"))
    return found


@slow_law
@given(histories(), policies(), st.sampled_from([0, 7, 5_000]), st.integers(0, 100))
def test_shocks_and_fatigue_are_what_the_formulas_say(
    history: list[Record], policy: dict[str, Any], later: int, cut: int
) -> None:
    as_of = START + (5_000 + later) * SECOND
    found = history_of(history, policy)
    some, wear = shocks.shocks(found, policy), policy["wear"]
    spent = fatigue.fatigue(found, wear)
    full = wear["shock_full"]
    shock_ppm = min(MILLION, some["count"] * MILLION // full) if full else 0
    fatigue_ppm = min(MILLION, spent * MILLION // fatigue.WHOLE)
    stated = {
        "shocks": some,
        "shock_ppm": shock_ppm,
        "fatigue_ppm": fatigue_ppm,
        "index_ppm": min(MILLION, shock_ppm + fatigue_ppm),
        "rules": shocks.fired(policy, some),
    }
    document = told(history, policy, as_of, cut)
    worn = document["statistics"]["wear"]
    said = {
        "shocks": document["statistics"]["shocks"],
        "shock_ppm": worn["shock_ppm"],
        "fatigue_ppm": worn.get("fatigue_ppm", 0),
        "index_ppm": worn["index_ppm"],
        "rules": [
            one
            for one in document["rules_fired"]
            if one["rule"] in ("damage_boundary", "shocks_undecided")
        ],
    }
    event(f"zones: {min(1, some['possible'])}, {min(1, some['unknown'])}")
    event(f"a fall is known: {some['drop'] is not None}")
    event(f"fatigue below all: {0 < fatigue_ppm < MILLION}")
    assert_same(said, stated)


def test_fall_that_no_document_can_state_is_stated_as_far_as_it_can() -> None:
    policy = {**shipments.TINY_POLICY, "shock": {"restitution": 0.0}}
    parts = {"acceleration": 100_000_000, "pulse_duration": 10_000_000}
    history = [
        *shipments.begin(policy),
        shipments.bind(0, "d1", 60),
        *(
            [1, 1, "d1", "s", name, value, shipments.at(1), 1, None, 0, None]
            for name, value in parts.items()
        ),
    ]
    said = told(history, policy, shipments.at(2), 0)["statistics"]["shocks"]
    assert said["drop"] == shocks.LARGEST
