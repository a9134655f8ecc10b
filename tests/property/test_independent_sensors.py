"""What series show of their sensors, by the fold and by the words of SPECIFICATION section 9."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from tests.property.told import assert_same, slow_law, told
from tests.vectors.independent import sensors, shipments
from tests.vectors.independent.boundaries import watches
from tests.vectors.independent.history import Record, history_of, let_speak

SECOND, MINUTE = 1_000_000, 60_000_000
START = shipments.START
LIMITS = {
    "stuck_after_s": {"temperature": 600},
    "largest_step_per_minute": {"temperature": 1.0},
    "battery_low": 20.0,
}
POLICY: dict[str, Any] = {
    **shipments.TINY_POLICY,
    "observation": {"required": ["temperature"], "minimum_coverage": 0.9, "severity": "minor"},
    "sensors": LIMITS,
}
POLICIES = [
    POLICY,
    {**POLICY, "observation": {**POLICY["observation"], "maximum_hold_s": 180}},
    {**POLICY, "sensors": {**LIMITS, "stuck_after_s": {"temperature": 60}}},
    {**POLICY, "sensors": {}},
]
STEPS = {
    "calm": [0, 0, 0, 100, -100],
    "stuck": [0] * 12 + [100, -100],
    "restless": [0, 0, 1_000, 1_001, -1_001, 3_000, -3_000, 2_000],
    "turns": [0],
}


@st.composite
def series(draw: st.DrawFn, device: str, sensor: str, quantity: str) -> list[Record]:
    """Return what one sensor reads: a mood that may change, its counter, its doubts."""
    value, moment = draw(st.sampled_from([5_000, 19_900])), START + draw(st.integers(0, 5)) * MINUTE
    counters = [draw(st.sampled_from([0, 250, 65_530])), draw(st.sampled_from([40, 1_000]))]
    found: list[Record] = []
    has_seq = draw(st.booleans())
    pace = draw(st.sampled_from([[60], [60, 60, 120], [30, 60], [0, 60], [60, 60, 60, 1_000]]))
    clones = draw(st.sampled_from([0, 0, 0.5, 0.9]))
    for _ in range(draw(st.integers(1, 4))):
        steps = STEPS[draw(st.sampled_from(list(STEPS)))]
        odd = draw(st.sampled_from([0, 3_000])) if steps == [0] else 0
        for _ in range(draw(st.sampled_from([1, 5, 15, 40]))):
            moment += draw(st.sampled_from(pace)) * SECOND
            value = max(0, min(90_000, value + draw(st.sampled_from(steps))))
            is_clone = draw(st.floats(0, 1)) < clones
            counters[is_clone] += draw(st.sampled_from([1, 1, 1, 1, 1, 2, -3]))
            counters[is_clone] = max(0, counters[is_clone]) % 65_536
            jumps = odd and draw(st.sampled_from([0, 0, 1]))
            read = value + (odd + draw(st.sampled_from([0, 0, 500, 1_500])) if jumps else 0)
            quality, clock = draw(st.sampled_from([(0, 1)] * 20 + [(1, 1), (4, 1), (8, 1), (0, 3)]))
            seq = counters[is_clone] if has_seq else None
            record = [1, 1, device, sensor, quantity, read, moment, clock, seq, quality, None]
            found.append(record)
            if draw(st.integers(0, 40)) == 0:
                found.append([*record[:5], read + 100, *record[6:]])
    return found


@st.composite
def histories(draw: st.DrawFn) -> list[Record]:
    names = [("d1", "a", "temperature"), ("d1", "a", "battery"), ("d1", "a", "acceleration")]
    found: list[Record] = [*shipments.begin(POLICY), shipments.bind(0, "d1", 60)]
    for name in draw(st.sampled_from([names[:1], names[:1], names[:2], names[1:]])):
        found += draw(series(*name))
    last = max(one[6] for one in found if one[0] == 1)
    inside = st.integers(0, (last - START) // MINUTE + 20)
    if draw(st.integers(0, 3)) == 0:
        minute = draw(inside)
        found.append(shipments.detach(minute, "d1"))
        found.append(shipments.bind(minute + draw(st.integers(0, 3)), "d1", 60))
    if draw(st.integers(0, 3)) == 0:
        milestone = draw(st.sampled_from(["start", "close"]))
        found.append(shipments.milestone(draw(inside), milestone))
    return found


def end_of(history: list[Record]) -> int:
    places = {1: 6, 3: 5, 4: 4, 5: 5, 7: 6, 12: 5}
    return max(int(one[places[one[0]]]) for one in history)


@slow_law
@given(histories(), st.sampled_from(POLICIES), st.sampled_from([0, 7, 5_000]), st.integers(0, 200))
def test_series_shows_of_its_sensor_what_the_rules_say(
    history: list[Record], policy: dict[str, Any], later: int, cut: int
) -> None:
    as_of = end_of(history) + later * SECOND
    found = history_of(history, policy)
    let_speak(found)
    told_of = sensors.sensors_of(found, policy, as_of)
    stated = sensors.document(told_of.findings(), told_of.gaps)
    written = told(history, policy, as_of, cut)["sensors"]
    said = {name: written[name] for name in stated}
    said["running"] = [one for one in said["running"] if one["kind"] not in ("silent", "missing")]
    for kind in stated["counts"]:
        event(kind)
    for one in stated["running"]:
        event(f"{one['kind']} holds")
    assert_same(said, stated)


WITHOUT_TRUST = ("stuck", "drift", "cloned_id", "copied_series", "disagreement")
TOGETHER = {
    "stuck_after_s": {"temperature": 3_600},
    "largest_step_per_minute": {"temperature": 1.0},
    "drift": {"temperature": 0.5},
    "disagreement": {"temperature": 1.5},
}


@st.composite
def joint_policies(draw: st.DrawFn) -> dict[str, Any]:
    observation = {**POLICY["observation"]}
    if draw(st.booleans()):
        observation["maximum_hold_s"] = draw(st.sampled_from([600, 1_800]))
    section: dict[str, Any] = {**TOGETHER, "quorum": draw(st.sampled_from([1, 1, 2, 3]))}
    if draw(st.booleans()):
        section["calibration_days"] = draw(st.sampled_from([1, 30]))
    return {**POLICY, "observation": observation, "sensors": section}


SENSORS = [
    ["d1a", "d1b"],
    ["d1a", "d2a"],
    ["d1a", "d1b", "d1c"],
    ["d1a", "d2a", "d3a"],
    ["d1a", "d1b", "d2a"],
    ["d1a", "d2a", "d2b", "d3a"],
    ["d1a", "d2a", "d3a", "d4a"],
    ["d1a", "d1b", "d2a", "d3a", "d3b"],
]
"""Device and sensor."""


def troubled(rng: random.Random, mood: str, number: int, read: int) -> int:
    """Return what a sensor in trouble reads instead."""
    if mood == "drift":
        return read + rng.choice([600, 700]) * (1 if number % 90 < 60 else -1)
    if mood == "stuck":
        return 5_000 if number // 40 % 2 == 0 else read
    if mood == "turns":
        return read + (rng.choice([3_000, 3_100]) if rng.random() < 0.2 else 0)
    return read + (1_600 if mood == "apart" and number // 25 % 2 else 0)


def stated_by_people(rng: random.Random, device: str, minutes: int) -> list[Record]:
    """Return calibrations, a device that is away for a while, and a milestone."""
    found: list[Record] = []
    for _ in range(rng.choice([0, 0, 1, 2])):
        minute, days = rng.choice([0, rng.randrange(minutes)]), rng.choice([1, 30])
        said = shipments.at(rng.randrange(-60, minutes) - days * 1_440)
        found.append([12, *shipments.bind(minute, device, rng.choice([60, 300]))[1:], said])
    if rng.random() < 0.2:
        away = rng.randrange(minutes)
        found.append(shipments.detach(away, device))
        found.append(shipments.bind(away + rng.choice([0, 1, 30]), device, 60))
    if rng.random() < 0.2:
        name = rng.choice(["start", "close"])
        found.append(shipments.milestone(rng.randrange(minutes), name))
    return found


def joint_history(seed: int) -> list[Record]:
    """Return what up to five sensors of up to four devices read in some hours.

    They follow one temperature; one of them may drift, jump, repeat itself or copy another.
    """
    rng = random.Random(seed)  # noqa: S311 - examples, no secrets
    sensors = rng.choice(SENSORS)
    mood = rng.choice(["noise", "drift", "copy", "copy", "stuck", "turns", "apart"])
    step, count = rng.choice([(60, 60), (300, 70), (300, 150), (900, 60)])
    odd, lost, late = rng.choice(sensors), rng.choice([0, 0.05, 0.3]), rng.choice([0, 0, 7])
    devices = sorted({one[:2] for one in sensors})
    found = [shipments.bind(0, one, rng.choice([60, 300])) for one in devices]
    value, last = 5_000, 5_000
    for number in range(1, count):
        value += rng.choice([0, 100, -100, 20])
        for place, name in enumerate(sensors):
            if rng.random() < lost:
                continue
            read = value + (10 * place if mood == "copy" else rng.choice([0, 50, -50]))
            if name == odd:
                same = last + (rng.random() < 0.01)
                read = same if mood == "copy" else troubled(rng, mood, number, read)
            last = read
            when = START + (number * step + place * late) * SECOND
            quality = 1 if rng.random() < 0.01 else 0
            record = [1, 1, name[:2], name[2], "temperature", read, when, 1, None, quality, None]
            found.append(record)
            if rng.random() < 0.01:
                found.append([*record[:5], read + 900, when, 1, 1, rng.choice([0, 1]), None])
    return found + stated_by_people(rng, odd[:2], count * step // 60)


@slow_law
@given(
    st.integers(0, 2**32), joint_policies(), st.sampled_from([0, 60, 5_000]), st.integers(0, 400)
)
def test_sensors_show_of_each_other_what_the_rules_say(
    seed: int, policy: dict[str, Any], later: int, cut: int
) -> None:
    history = [*shipments.begin(policy), *joint_history(seed)]
    as_of = end_of(history) + later * SECOND
    found = history_of(history, policy)
    let_speak(found)
    end = as_of if found.closed_at is None else found.closed_at
    start = -(2**63) if found.planned_from is None else found.planned_from
    judged = watches(found, policy, start, as_of)[1].get("temperature", [])
    told_of = sensors.sensors_of(found, policy, end, history)
    stated: dict[str, Any] = {
        **sensors.document(told_of.findings(), told_of.gaps),
        "coverage": [told_of.coverage("temperature", judged, end)],
    }
    document = told(history, policy, as_of, cut)
    said = {name: document["sensors"][name] for name in ("running", "over", "counts")}
    said["coverage"] = document["coverage"]["quantities"]
    fired = {one["rule"]: one["count"] for one in document["rules_fired"]}
    assert fired.get("sensors", 0) == len(said["running"])
    over = sum(stated["counts"].get(kind, 0) for kind in WITHOUT_TRUST)
    assert fired.get("sensors_before", 0) == over
    said["running"] = [one for one in said["running"] if one["kind"] not in ("silent", "missing")]
    for kind in stated["counts"]:
        event(kind)
    for one in stated["running"]:
        event(f"{one['kind']} holds")
    assert_same(said, stated)
