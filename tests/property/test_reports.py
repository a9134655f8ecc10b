from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from condition_reports.release import release
from condition_reports.verifier import Rejected, Verified, verify_text
from tests.unit.condition_reports.random_facts import random_facts, seeded
from tests.unit.condition_reports.scenes import (
    ASSET,
    DEMANDING,
    VACCINE,
    at,
    bound,
    facts_from,
    handover,
    reading,
    scene,
)
from tests.unit.twins.maps import circle
from tests.unit.twins.maps import document as plan_document
from twins.inputs import (
    Decision,
    DecisionOutcome,
    HandoverPhase,
    Input,
    Milestone,
    MilestoneName,
    Plan,
)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(
        st.tuples(st.integers(0, 300), st.floats(-190, 60), st.sampled_from([0, 0, 0, 1, 2])),
        max_size=40,
    ),
    light=st.lists(st.tuples(st.integers(0, 300), st.floats(0, 500)), max_size=8),
    peaks=st.lists(st.tuples(st.integers(0, 300), st.floats(0, 90)), max_size=5),
    phases=st.lists(st.sampled_from(HandoverPhase), max_size=6),
    title=st.text(max_size=80),
    holder=st.text(max_size=40),
    seed=st.integers(),
)
def test_whatever_the_sensors_say_there_is_a_verified_report(
    values: list[tuple[int, float, int]],
    light: list[tuple[int, float]],
    peaks: list[tuple[int, float]],
    phases: list[HandoverPhase],
    title: str,
    holder: str,
    seed: int,
) -> None:
    inputs: list[Input] = [
        *(reading(minute, value, quality=quality) for minute, value, quality in values),
        *(reading(minute, value, "illuminance") for minute, value in light),
        *(reading(minute, value, "acceleration") for minute, value in peaks),
        *(handover(10 * at, "northlab", "b", phase, "n") for at, phase in enumerate(phases)),
    ]
    facts = facts_from(scene(VACCINE, inputs, 301, title, holder))
    report = release(facts, seed=seed)
    assert isinstance(verify_text(report.text, facts), Verified)


moments = st.integers(0, 300)
fives = moments.map(lambda minute: minute - minute % 5)
levels = st.floats(-30, 30) | st.sampled_from([3.5, 4.0, 7.6, 8.0, 8.4])
devices = st.sampled_from(["logger-17", "logger-18", "logger-19"])
parties = st.sampled_from(["northlab", "coldhaul", "clinic"])
PULSE_PARTS = st.sampled_from(["acceleration", "velocity_change", "pulse_duration", "free_fall"])


def handed_over(offers: list[tuple[int, str, set[HandoverPhase]]]) -> Iterator[Input]:
    """Yield offers after one another, each of the holder, and what is answered to it."""
    holder, minute = "northlab", 0
    for number, (later, taker, answers) in enumerate(offers):
        minute += later
        offered, nonce = HandoverPhase.OFFERED, f"n{number}"
        yield handover(minute, holder, taker, offered, nonce, seal="S")
        for answer in sorted(answers - {offered}):
            minute += later
            yield handover(minute, holder, taker, answer, nonce, seal="S" if later % 2 else "T")
        if HandoverPhase.ACCEPTED in answers and holder != taker:
            holder = taker


@settings(max_examples=40, deadline=None)
@given(
    values=st.lists(st.tuples(fives, levels, devices), max_size=60),
    steady=st.lists(st.tuples(levels, devices), max_size=3),
    shocks=st.lists(st.tuples(moments, st.sets(PULSE_PARTS), st.floats(0, 90)), max_size=6),
    charge=st.lists(st.tuples(moments, st.floats(0, 100)), max_size=2),
    fixes=st.lists(st.tuples(fives, st.floats(49.9, 50.1), st.floats(7.9, 8.1)), max_size=8),
    is_planned=st.booleans(),
    offers=st.lists(
        st.tuples(st.integers(1, 25), parties, st.sets(st.sampled_from(HandoverPhase))), max_size=4
    ),
    milestones=st.lists(st.tuples(moments, st.sampled_from(MilestoneName)), max_size=3),
    decisions=st.lists(moments, max_size=1),
    seed=st.integers(),
)
def test_whatever_any_rule_finds_there_is_a_verified_report(
    values: list[tuple[int, float, str]],
    steady: list[tuple[float, str]],
    shocks: list[tuple[int, set[str], float]],
    charge: list[tuple[int, float]],
    fixes: list[tuple[int, float, float]],
    is_planned: bool,  # noqa: FBT001 - Hypothesis draws it
    offers: list[tuple[int, str, set[HandoverPhase]]],
    milestones: list[tuple[int, MilestoneName]],
    decisions: list[int],
    seed: int,
) -> None:
    plan = plan_document(
        [circle("A", 50.0, 8, role="origin"), circle("C", 50.04, 8, arrives_by=at(120))],
        route=[[50, 8], [50.04, 8]],
        corridor_m=300,
    )
    inputs: list[Input] = [
        bound("logger-18"),
        bound("logger-19", 5),
        *(reading(minute, value, device=device) for minute, value, device in values),
        *(
            reading(minute, value, device=device, sensor="steady")
            for value, device in steady
            for minute in range(0, 500, 5)
        ),
        *(
            reading(minute, value, part, sensor="shock")
            for minute, parts, value in shocks
            for part in parts
        ),
        *(reading(minute, value, "battery") for minute, value in charge),
        *(reading(minute, north, "latitude", sensor="gps") for minute, north, _ in fixes),
        *(reading(minute, east, "longitude", sensor="gps") for minute, _, east in fixes),
        *([Plan(1, ASSET, plan, at(0))] if is_planned else []),
        *handed_over(offers),
        *(Milestone(1, ASSET, name, at(minute)) for minute, name in milestones),
        *(
            Decision(1, ASSET, DecisionOutcome.RELEASED, "qa", "seen", at(minute))
            for minute in decisions
        ),
    ]
    facts = facts_from(scene(DEMANDING, inputs, 501))
    report = release(facts, seed=seed)
    assert isinstance(verify_text(report.text, facts), Verified)


@settings(max_examples=100, deadline=None)
@given(text=st.text(), seed=st.integers(0, 2**32))
def test_no_other_text_is_ever_verified(text: str, seed: int) -> None:
    assert isinstance(verify_text(text, random_facts(seeded(seed))), Rejected)
