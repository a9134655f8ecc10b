from simulators.limits import Limit
from simulators.scoring.labels import Bands, Broken, bands, envelope
from simulators.scoring.seeing import Seen

WARM = Limit("warm", "temperature", "upper", 8.0, hysteresis=0.5, delay_s=180)
NEVER = Limit("never", "temperature", "upper", 8.0)
SUM = Limit("warm-in-sum", "temperature", "upper", 8.0, 0.5, 240, "cumulative")


def labels(
    truth: list[float],
    limit: Limit = WARM,
    *,
    error: float = 0.2,
    oldest: int = 0,
    unseen: range = range(0),
    unsure: range = range(0),
    active: range = range(100),
) -> Bands:
    minutes = range(len(truth))
    since = [max(0, minute - oldest) for minute in minutes]
    seen = Seen(
        since,
        [minute not in unseen for minute in minutes],
        [minute not in unseen and minute not in unsure for minute in minutes],
    )
    return bands(
        limit, truth, envelope(truth, since, error), seen, [minute in active for minute in minutes]
    )


def test_what_breaks_a_limit_by_more_than_the_error_for_its_delay_must_be_found() -> None:
    found = labels([5, 9, 9, 9, 5])
    assert found.true == found.must == found.may == (Broken(1, 4, 4),)
    assert found.either == ()


def test_what_is_shorter_than_its_delay_must_not_be_found() -> None:
    assert labels([5, 9, 9, 5]) == Bands()


def test_what_breaks_a_limit_by_less_than_the_error_may_be_found() -> None:
    found = labels([5, 8.1, 8.1, 8.1, 5])
    assert (found.true, found.must) == ((Broken(1, 4, 4),), ())
    assert found.either == found.may == (Broken(1, 4, 4),)


def test_what_stays_below_a_limit_by_less_than_the_error_may_be_found_though_it_is_not_true() -> (
    None
):
    found = labels([5, 7.9, 7.9, 7.9, 5])
    assert (found.true, found.must) == ((), ())
    assert len(found.either) == 1


def test_a_delay_that_only_just_passes_between_two_readings_may_be_found() -> None:
    found = labels([5, 5, 9, 9, 9, 5, 5], oldest=1)
    assert found.true == (Broken(2, 5, 5),)
    assert (found.must, len(found.either)) == ((), 1)
    assert labels([5, 5, 9, 9, 9, 9, 5, 5], oldest=1).must == (Broken(3, 6, 6),)


def test_time_in_which_nobody_looked_counts_for_nothing_and_ends_no_run() -> None:
    assert labels([5, 9, 5, 9, 9, 5], unseen=range(2, 3)).must == (Broken(1, 5, 5),)
    assert labels([5, 9, 9, 9, 5], unseen=range(2, 3)) == Bands()


def test_a_run_that_too_few_may_have_seen_to_end_need_not_be_found_as_one() -> None:
    found = labels([5, 9, 9, 5, 9, 9, 5], unsure=range(3, 4))
    assert (found.true, found.must) == ((), ())
    assert found.either == (Broken(1, 5, 6),)


def test_a_value_within_the_hysteresis_keeps_a_run_open_and_counts_no_time() -> None:
    assert labels([5, 9, 7.7, 9, 9, 5], error=0.1).must == (Broken(1, 5, 5),)
    assert labels([5, 9, 7.7, 7.7, 9, 5], error=0.1).must == ()


def test_a_limit_without_a_delay_is_broken_by_its_first_minute() -> None:
    assert labels([5, 9, 5], NEVER).must == (Broken(1, 1, 2),)


def test_a_phase_in_which_a_limit_does_not_judge_ends_the_run() -> None:
    assert labels([9] * 6, active=range(3)).must == (Broken(0, 3, 3),)
    assert labels([9] * 6, active=range(2)) == Bands()


def test_a_cumulative_limit_adds_runs_up() -> None:
    found = labels([9, 9, 5, 9, 5, 9, 5], SUM)
    assert found.must == (Broken(0, 6, 6),)
    assert labels([9, 9, 5, 9, 5], SUM) == Bands()


def test_a_lower_limit_mirrors_an_upper_one() -> None:
    cold = Limit("cold", "temperature", "lower", 2.0, 0.5, 180)
    assert labels([3, 1, 1, 1, 3], cold).must == (Broken(1, 4, 4),)
    assert labels([3, 1.9, 1.9, 1.9, 3], cold).must == ()
    assert len(labels([3, 2.1, 2.1, 2.1, 3], cold).either) == 1


def test_an_excursion_holds_another_that_lies_within_it() -> None:
    lasting, ended = Broken(1, 2, None), Broken(1, 2, 5)
    assert lasting.holds(ended)
    assert ended.holds(Broken(2, 3, 5))
    assert not ended.holds(lasting)
    assert not ended.holds(Broken(0, 2, 5))
    assert not ended.holds(Broken(1, 2, 6))
