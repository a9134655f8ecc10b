import pytest

from gateway.mqtt.rate_limit import RateLimit


def test_rate_limit_lets_one_second_pass_at_once() -> None:
    limit = RateLimit(10, now_s=100.0)
    assert limit.burst == 10
    assert limit.refill(10, now_s=500.0) == 10


@pytest.mark.parametrize("step_s", [0.001, 0.03, 0.25, 0.9])
def test_rate_limit_gives_its_rate_however_often_it_is_asked(step_s: float) -> None:
    limit = RateLimit(10, now_s=0.0)
    allowance, passed, now_s = 0, 0, 0.0
    while now_s < 100.0:
        now_s += step_s
        allowance = limit.refill(allowance, now_s)
        passed += allowance
        allowance = 0
    assert passed == pytest.approx(1000, abs=11)


def test_rate_limit_says_when_the_next_message_may_pass() -> None:
    limit = RateLimit(2, now_s=0.0)
    assert limit.wait_s(now_s=0.2) == pytest.approx(0.3)
    assert limit.refill(0, now_s=0.49) == 0
    assert limit.refill(0, now_s=0.5) == 1
    assert limit.wait_s(now_s=0.5) == pytest.approx(0.5)
