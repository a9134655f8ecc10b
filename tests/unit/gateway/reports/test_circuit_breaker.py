from gateway.reports.circuit_breaker import CircuitBreaker


def failing(times: int, at_s: float = 0.0) -> CircuitBreaker:
    breaker = CircuitBreaker(failures=3, pause_s=5, longest_pause_s=60)
    for _ in range(times):
        breaker.failed(at_s)
    return breaker


def test_two_failures_in_a_row_leave_it_closed_and_the_third_opens_it() -> None:
    assert failing(2).state(0) == "closed"
    assert failing(3).state(0) == "open"


def test_success_in_between_begins_the_count_anew() -> None:
    breaker = failing(2)
    breaker.succeeded()
    breaker.failed(0)
    breaker.failed(0)
    assert breaker.state(0) == "closed"


def test_one_trial_is_let_through_after_the_pause() -> None:
    breaker = failing(3, at_s=100)
    assert [breaker.state(at) for at in (104.9, 105)] == ["open", "half_open"]
    breaker.succeeded()
    assert breaker.state(105) == "closed"


def test_each_failed_trial_doubles_the_pause_up_to_the_longest() -> None:
    breaker = failing(3)
    pauses, now = [], 0.0
    for _ in range(6):
        pause = next(s for s in range(1, 1_000) if breaker.state(now + s) == "half_open")
        pauses.append(pause)
        now += pause
        breaker.failed(now)
    assert pauses == [5, 10, 20, 40, 60, 60]


def test_failures_without_end_are_counted() -> None:
    assert failing(5_000).state(59) == "open"
    assert failing(5_000).state(60) == "half_open"
