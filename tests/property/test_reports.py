import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from condition_reports.facts import Facts
from condition_reports.release import release
from condition_reports.verifier import Rejected, Verified, verify_text
from tests.unit.condition_reports.mutations import MUTATIONS
from tests.unit.condition_reports.random_facts import random_facts, seeded
from tests.unit.condition_reports.scenes import VACCINE, facts_from, handover, reading, scene
from twins.inputs import HandoverPhase, Input

SOUND_REPORTS = 2_000
MUTATED_REPORTS = 300


@pytest.fixture(scope="module")
def sound_reports() -> list[tuple[Facts, str]]:
    random = seeded("sound reports")
    drawn = (random_facts(random) for _ in range(SOUND_REPORTS))
    return [(facts, release(facts, seed=seed).text) for seed, facts in enumerate(drawn)]


def test_no_sound_report_is_rejected(sound_reports: list[tuple[Facts, str]]) -> None:
    for facts, text in sound_reports:
        assert isinstance(verify_text(text, facts), Verified)


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_mutation_is_caught(name: str, sound_reports: list[tuple[Facts, str]]) -> None:
    random = seeded(name)
    mutated = 0
    for facts, text in sound_reports:
        changed = MUTATIONS[name](text, facts, random)
        if changed is None or changed == text:
            continue
        assert isinstance(verify_text(changed, facts), Rejected), changed
        mutated += 1
        if mutated == MUTATED_REPORTS:
            return
    pytest.fail(f"{name} applied to {mutated} reports only")


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


@settings(max_examples=100, deadline=None)
@given(text=st.text(), seed=st.integers(0, 2**32))
def test_no_other_text_is_ever_verified(text: str, seed: int) -> None:
    assert isinstance(verify_text(text, random_facts(seeded(seed))), Rejected)
