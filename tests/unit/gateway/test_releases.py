from gateway.releases import released_at
from tests.unit.twins.samples import (
    at,
    bind,
    boundary,
    close,
    commission,
    decide,
    fold,
    hand_over,
    policy,
    read,
)
from twins.inputs import DecisionOutcome, HandoverPhase, Input
from twins.policy.condition_policy import ConditionPolicy
from twins.twin import settled_at
from twins.verdict.condition import assess

BY = policy(boundary())
WARM_ONCE = [read(10, 9_000), read(20, 5_000)]


def released(*inputs: Input, until: float, by: ConditionPolicy = BY) -> int | None:
    """Return what is said of a release, judged at `until` seconds."""
    twin = settled_at(fold([commission(0), bind(0), *inputs], by), at(until), by)
    return released_at(twin, by, assess(twin, by, at(until)))


def test_release_after_an_excursion_that_is_over_answers_it() -> None:
    assert released(*WARM_ONCE, decide(30), until=60) == at(30)


def test_without_a_release_nothing_is_answered() -> None:
    assert released(*WARM_ONCE, until=60) is None
    for outcome in set(DecisionOutcome) - {DecisionOutcome.RELEASED}:
        assert released(*WARM_ONCE, decide(30, outcome), until=60) is None


def test_release_that_was_taken_back_answers_nothing() -> None:
    taken_back = decide(40, DecisionOutcome.QUARANTINED)
    assert released(*WARM_ONCE, decide(30), taken_back, until=60) is None


def test_release_does_not_answer_an_excursion_that_came_after_it() -> None:
    again = [read(40, 9_000), read(50, 5_000)]
    assert released(*WARM_ONCE, decide(30), *again, until=60) is None


def test_release_does_not_answer_goods_that_are_outside_still() -> None:
    assert released(read(10, 9_000), decide(30), until=60) is None


def test_release_after_the_close_answers_what_lasted_up_to_it() -> None:
    assert released(read(10, 9_000), close(20), decide(30), until=60) == at(30)


def test_release_does_not_answer_silence_that_began_after_it() -> None:
    by = policy(boundary(), minimum_coverage_ppm=500_000, hold=100)
    told = [*WARM_ONCE, decide(30)]
    assert released(*told, until=100, by=by) == at(30)
    # Observed up to 120 s: from 240 s on less than half of the time was, and after 15 min
    # unobserved that weighs something.
    assert released(*told, until=1_100, by=by) is None


def test_release_settles_no_dispute_between_the_parties() -> None:
    offered = hand_over(HandoverPhase.OFFERED, 12)
    disputed = hand_over(HandoverPhase.DISPUTED, 14)
    assert released(*WARM_ONCE, offered, disputed, decide(30), until=60) is None
