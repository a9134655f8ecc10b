from itertools import pairwise

from benchmarks.histories import (
    ASSET,
    BEGAN_AT,
    DAYS,
    DEVICE,
    MINUTE,
    beginning,
    policy_bytes,
    readings,
    vaccine_policy,
)
from gateway.policies import digest_of
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess

HOUR = 60 * MINUTE


def test_history_is_of_one_logger_every_minute_for_three_months() -> None:
    history = readings()
    assert len(history) == DAYS * 24 * 60 == 129_600
    assert {one.device for one in history} == {DEVICE}
    assert {later.observed_at - one.observed_at for one, later in pairwise(history)} == {MINUTE}
    assert history[0].observed_at == BEGAN_AT


def test_history_is_the_same_every_time() -> None:
    assert readings(3) == readings(3) == readings(5)[: 3 * 1_440]


def test_history_is_calm_but_for_forty_minutes_every_ten_days() -> None:
    warm = [one for one in readings() if one.value > 8_000]
    outside = [one.observed_at for one in readings() if not 3_000 <= one.value <= 7_000]
    assert 0 < len(warm) <= len(outside) <= 9 * 40
    times = {at - BEGAN_AT for at in outside}
    assert all(5 * 24 * HOUR <= at % (10 * 24 * HOUR) < 5 * 24 * HOUR + 40 * MINUTE for at in times)


def test_history_is_judged_under_the_vaccine_policy_and_breaks_it() -> None:
    policy = vaccine_policy()
    assert (policy.id, policy.digest) == ("vaccine-2-8", digest_of(policy_bytes()))
    twin = advance(AssetTwin(ASSET), [*beginning(), *readings(30)], policy)
    condition = assess(twin, policy, BEGAN_AT + 30 * 24 * HOUR)
    assert "boundary:above-8-in-sum" in {one.rule for one in condition.rules_fired}
    assert condition.coverage.ratio_ppm > 999_000
