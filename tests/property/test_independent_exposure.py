"""Windows of mean kinetic temperature and shelf life, by the fold and by the formulas.

The formulas are those of SPECIFICATION section 9, written once more in `tests/vectors/independent`.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from tests.property.told import assert_same, slow_law, told
from tests.vectors.independent import exposure, shipments
from tests.vectors.independent.boundaries import Judgement, watches
from tests.vectors.independent.history import History, Record, history_of, let_speak
from tests.vectors.independent.quantities import steps

SECOND, HOUR = 1_000_000, 3_600_000_000
START = shipments.START
RULES = ("mean_kinetic_temperature", "shelf_life", "shelf_life_left")
MODELS: list[dict[str, Any]] = [
    {"model": "arrhenius", "activation_kj_per_mol": 83.144},
    {"model": "arrhenius", "activation_kj_per_mol": 10.0},
    {"model": "q10", "q10": 2.5},
    {"model": "q10", "q10": 1.0},
    {"model": "square_root", "minimum": -7.5},
    {"model": "square_root", "minimum": 4.9},
]


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    kinetic = {"limit": draw(st.sampled_from([5.0, 7.5, 8.0])), "severity": "major"}
    if draw(st.integers(0, 3)):
        above = draw(st.sampled_from([4.999, 5.0, 8.0]))
        kinetic |= {"window_h": draw(st.sampled_from([1, 1, 2, 5])), "above": above}
    return {
        **shipments.TINY_POLICY,
        "observation": {
            "required": ["temperature"],
            "minimum_coverage": 0.9,
            "severity": "minor",
            "maximum_hold_s": draw(st.sampled_from([600, 1_800])),
        },
        "mean_kinetic_temperature": kinetic,
        "shelf_life": {
            **draw(st.sampled_from(MODELS)),
            "days": draw(st.sampled_from([0.05, 0.25, 1.0])),
            "reference": draw(st.sampled_from([5.0, 25.0])),
            "severity": "major",
            "warn_left": draw(st.sampled_from([0.0, 0.5, 0.9])),
        },
    }


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    """Return up to a day of one to three sensors that fall silent now and then."""
    found: list[Record] = [*shipments.begin(shipments.TINY_POLICY), shipments.bind(0, "d1", 300)]
    moment = START
    sensors = draw(st.sampled_from(["a", "a", "ab", "abc"]))
    paces = draw(st.sampled_from([[60, 300], [300, 600], [600, 601, 3_600], [1, 60, 7_200]]))
    values = draw(
        st.sampled_from([[5_000, 5_001, 8_000, 8_001], [0, 2_000, 9_000], [4_900, 25_000]])
    )
    for _ in range(draw(st.sampled_from([1, 5, 20, 40]))):
        moment += draw(st.sampled_from(paces)) * SECOND + draw(st.sampled_from([0, 0, 1, 777]))
        for sensor in sensors:
            value, quality = draw(st.sampled_from(values)), draw(st.sampled_from([0] * 20 + [1]))
            late = moment + draw(st.sampled_from([0, 0, SECOND, 30 * SECOND]))
            found.append([1, 1, "d1", sensor, "temperature", value, late, 1, None, quality, None])
    minutes = st.integers(0, (moment - START) // (60 * SECOND))
    if draw(st.integers(0, 3)) == 0:
        found.append(shipments.milestone(draw(minutes), draw(st.sampled_from(["start", "close"]))))
    if draw(st.integers(0, 7)) == 0:
        found.append(shipments.detach(draw(minutes), "d1"))
    return found


def temperatures(found: History, policy: dict[str, Any], as_of: int) -> list[Judgement]:
    let_speak(found)
    start = -(2**63) if found.planned_from is None else found.planned_from
    _, judged = watches(found, policy, start, as_of)
    return judged.get("temperature", [])


@slow_law
@given(histories(), policies(), st.sampled_from([0, 7, 400, 90_000]), st.integers(0, 60))
def test_windows_and_shelf_life_are_what_the_formulas_say(
    history: list[Record], policy: dict[str, Any], later: int, cut: int
) -> None:
    last = max(one[6] for one in history if one[0] == 1)
    as_of = last + later * SECOND
    found = history_of(history, policy)
    judged = temperatures(found, policy, as_of)
    spans = exposure.spans_of(judged)
    now = judged[-1].value(is_upper=True) if judged else None
    kinetic_limit, life = policy["mean_kinetic_temperature"], policy["shelf_life"]
    window = None
    if "window_h" in kinetic_limit:
        above = steps(kinetic_limit["above"], "temperature")
        length = kinetic_limit["window_h"] * HOUR
        window = exposure.highest_window(spans, length, above)
    is_closed = found.closed_at is not None
    judging = exposure.kinetic_of(spans)
    planned = None
    if found.planned_from is not None:
        end = as_of if found.closed_at is None else found.closed_at
        planned = (found.planned_from, end)
    member = exposure.shelf_life(life, spans, now, as_of, planned, is_closed=is_closed)
    limiting = judging
    if "window_h" in kinetic_limit:
        limiting = None if window is None else window["mean_kinetic_celsius"]
    rules = exposure.fired(policy, limiting, member["left"])
    stated = {
        "window": window,
        "kinetic": judging,
        "shelf_life": member,
        "rules": rules,
    }
    document = told(history, policy, as_of, cut)
    (one,) = document["statistics"]["judged"] or [{}]
    said = {
        "window": one.get("highest_window"),
        "kinetic": one.get("mean_kinetic_celsius"),
        "shelf_life": document["shelf_life"],
        "rules": [one for one in document["rules_fired"] if one["rule"] in RULES],
    }
    event(f"window: {window is not None}")
    event(f"used up: {member['left'] <= 0}")
    event(f"used up at is known: {member['used_up_at'] is not None}")
    for rule in rules:
        event(rule["rule"])
    assert_same(said, stated)


@pytest.mark.parametrize(
    ("value", "left", "used_up_at"),
    [
        # In 2853 at this rate, which no integer of a document can state.
        (-60_000, 63_071_999_378_270, None),
        # An open Pt100 tells this.
        (850_000, -exposure.LARGEST, shipments.at(4)),
    ],
)
def test_life_that_no_document_can_state_is_stated_as_far_as_it_can(
    value: int, left: int, used_up_at: int | None
) -> None:
    policy = {
        **shipments.TINY_POLICY,
        "observation": {"required": ["temperature"], "minimum_coverage": 0.9, "severity": "minor"},
        "shelf_life": {
            "model": "q10",
            "q10": 2.5,
            "days": 730.0,
            "reference": 5.0,
            "severity": "major",
        },
    }
    reading = [1, 1, "d1", "a", "temperature", value, shipments.at(0), 1, None, 0, None]
    history = [*shipments.begin(policy), shipments.bind(0, "d1", 300), reading]
    said = told(history, policy, shipments.at(4), 0)["shelf_life"]
    assert (said["left"], said["used_up_at"]) == (left, used_up_at)
