from simulators.limits import Limit
from simulators.samples import Sample
from simulators.truth import excursion_labels

MINUTE = 60_000_000
UPPER = Limit("warm", "temperature", "upper", 8.0, hysteresis=0.5, delay_s=600)
SUM = Limit("warm-in-sum", "temperature", "upper", 8.0, 0.5, 1_200, "cumulative")


def series(*values: float, every: int = 5) -> list[Sample]:
    return [
        Sample("d", "t1", "temperature", value, number * every * MINUTE, number)
        for number, value in enumerate(values)
    ]


def spans(
    samples: list[Sample], limit: Limit, closes_at: int = 10**12
) -> list[tuple[int, int | None]]:
    labels = excursion_labels(samples, [limit], closes_at)
    return [
        (one.began_at // MINUTE, None if one.ended_at is None else one.ended_at // MINUTE)
        for one in labels
    ]


def test_a_run_that_lasts_exactly_its_delay_is_an_excursion() -> None:
    assert spans(series(5, 9, 9, 5), UPPER) == [(5, 15)]


def test_a_run_that_is_shorter_than_its_delay_is_none() -> None:
    assert spans(series(5, 9, 5, 9, 5), UPPER) == []


def test_a_value_equal_to_the_limit_is_inside() -> None:
    assert spans(series(8, 8, 8, 8, 8), UPPER) == []


def test_a_value_within_the_hysteresis_keeps_a_run_open_and_counts_no_time() -> None:
    assert spans(series(9, 7.8, 9, 5), UPPER) == [(0, 15)]
    assert spans(series(9, 7.8, 7.8, 5), UPPER) == []


def test_a_value_is_held_for_a_quarter_of_an_hour_at_most() -> None:
    assert spans(series(9, 5, every=60), UPPER) == [(0, 60)]
    assert spans(series(9, 5, every=60), Limit("w", "temperature", "upper", 8.0, 0.5, 901)) == []


def test_an_excursion_that_lasts_has_no_end_and_counts_nothing_beyond_the_close() -> None:
    assert spans(series(5, 9), UPPER) == [(5, None)]
    assert spans(series(5, 9), UPPER, closes_at=14 * MINUTE) == []


def test_a_cumulative_limit_adds_runs_up_and_begins_with_the_first_of_them() -> None:
    assert spans(series(9, 9, 5, 9, 9, 5, 9, 5), SUM) == [(0, 35)]
    assert spans(series(9, 9, 5, 9, 5), SUM) == []


def test_a_lower_limit_mirrors_an_upper_one() -> None:
    lower = Limit("cold", "temperature", "lower", 2.0, 0.5, 600)
    assert spans(series(3, 1, 1, 2.2, 3), lower) == [(5, 20)]


def test_every_peak_beyond_a_limit_is_an_excursion_of_its_own() -> None:
    shock = Limit("shock", "acceleration", "upper", 25.0)
    peaks = [
        Sample("d", "s1", "acceleration", g, at * MINUTE, at)
        for at, g in ((1, 30), (2, 25), (3, 90))
    ]
    assert spans(peaks, shock) == [(1, 1), (3, 3)]
