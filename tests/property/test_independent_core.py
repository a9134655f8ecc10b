"""The core estimate and its boundaries, by the fold and by the words of SPECIFICATION section 9."""

from __future__ import annotations

from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from tests.property.told import assert_same, slow_law, told
from tests.vectors.independent import core, shipments
from tests.vectors.independent.boundaries import watches
from tests.vectors.independent.history import Record, history_of, let_speak

SECOND = 1_000_000
START = shipments.START
CORE: dict[str, Any] = {
    "id": "core",
    "quantity": "temperature",
    "side": "upper",
    "limit": 8.0,
    "severity": "major",
    "title": "The product not above 8 °C",
    "of": "core",
}
BOUNDARIES: list[dict[str, Any]] = [
    CORE,
    {**CORE, "hysteresis": 0.5, "delay_s": 100},
    {**CORE, "hysteresis": 0.5, "delay_s": 1_800, "mode": "cumulative"},
    {**CORE, "side": "lower", "limit": 5.1, "delay_s": 600},
    {**CORE, "limit": 5.0, "hysteresis": 0.1, "phases": ["transit", "delivered"]},
    {**CORE, "limit": 5.0, "delay_s": 300, "mode": "cumulative", "phases": ["origin"]},
]


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    observation: dict[str, Any] = {
        "required": ["temperature"],
        "minimum_coverage": 0.9,
        "severity": "minor",
    }
    if draw(st.booleans()):
        observation["maximum_hold_s"] = draw(st.sampled_from([120, 600, 7_200]))
    if draw(st.integers(0, 4)) == 0:
        observation["ignore_first_s"] = draw(st.sampled_from([100, 1_801]))
    return {
        **shipments.TINY_POLICY,
        "observation": observation,
        "core": {"time_constant_s": draw(st.sampled_from([300, 1_600, 1_601, 5_000, 100_000]))},
        "boundary": [draw(st.sampled_from(BOUNDARIES))],
    }


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """Return what sensors read in hours, with gaps, and who held the asset meanwhile."""
    found: list[Record] = [*shipments.begin(shipments.TINY_POLICY), shipments.bind(0, "d1", 300)]
    moment, base = (
        START + draw(st.sampled_from([0, 0, 777_777])),
        draw(st.sampled_from([5_000, 8_000, 8_000])),
    )
    sensors = draw(st.sampled_from(["a", "a", "a", "ab", "abc"]))
    paces = draw(st.sampled_from([[60, 300], [300, 600], [600, 1_800], [1, 60, 6_000]]))
    values = [base + one for one in draw(st.sampled_from([[-1, 0, 1], [-3_000, 0, 500, 4_000]]))]
    for _ in range(draw(st.sampled_from([1, 4, 12, 30]))):
        moment += draw(st.sampled_from(paces)) * SECOND + draw(st.sampled_from([0, 0, 1, 777]))
        for sensor in sensors:
            value, quality = draw(st.sampled_from(values)), draw(st.sampled_from([0] * 20 + [1]))
            found.append([1, 1, "d1", sensor, "temperature", value, moment, 1, None, quality, None])
    minutes = st.integers(0, (moment - START) // (60 * SECOND))
    names = st.lists(st.sampled_from(["start", "departure", "delivery"]), max_size=2)
    found += [shipments.milestone(draw(minutes), name) for name in draw(names)]
    if draw(st.integers(0, 4)) == 0:
        found.append(shipments.milestone(draw(minutes), "close"))
    if draw(st.integers(0, 4)) == 0:
        found.append(shipments.handover("offered", draw(minutes), "maker", "carrier", "n1"))
        found.append(shipments.handover("accepted", draw(minutes), "maker", "carrier", "n1"))
    if draw(st.integers(0, 7)) == 0:
        found.append(shipments.detach(draw(minutes), "d1"))
    return found


@slow_law
@given(histories(), policies(), st.sampled_from([0, 7, 100, 9_000]), st.integers(0, 60))
def test_core_and_its_boundaries_are_what_the_words_say(
    history: list[Record], policy: dict[str, Any], later: int, cut: int
) -> None:
    as_of = max(one[6] for one in history if one[0] == 1) + later * SECOND
    found = history_of(history, policy)
    let_speak(found)
    ignored = policy["observation"].get("ignore_first_s", 0) * SECOND
    judged_from = -(2**63) if found.planned_from is None else found.planned_from + ignored
    judged = watches(found, policy, judged_from, as_of)[1].get("temperature", [])
    end = as_of if found.closed_at is None else found.closed_at
    time_constant = policy["core"]["time_constant_s"] * SECOND
    (boundary,) = policy["boundary"]
    excursions = core.core_excursions(boundary, found, judged, time_constant, judged_from, end)
    stated = {
        "core": core.core_now(judged, time_constant, end),
        "excursions": excursions,
    }
    document = told(history, policy, as_of, cut)
    fired = [one for one in document["rules_fired"] if one["rule"] == "boundary:core"]
    said = {
        "core": document["statistics"]["judged"][0]["core"],
        "excursions": [one for some in fired for one in some["excursions"]],
    }
    event(f"excursions: {min(len(excursions), 3)}")
    event(f"stated: {stated['core'] is not None}")
    if len(excursions) <= 20:
        assert_same(said, stated)
