from simulators.limits import KineticLimit
from simulators.scoring.kinetic import kinetic_band
from simulators.scoring.labels import envelope

DAY = 1440


def of(truth: list[float], limit: KineticLimit, error: float = 0.1) -> tuple[bool, bool, bool]:
    shown = envelope(truth, range(len(truth)), error)
    band = kinetic_band(limit, truth, shown, [True] * len(truth))
    return band.is_true, band.is_must, band.is_may


# MKT of equal times at 5 and 25 °C: exp(-10000/278.15) = 2.4394e-16 and exp(-10000/298.15) =
# 2.7153e-15, mean 1.4796e-15, 10000/-ln = 292.85 K: 19.7 °C, by hand.
def test_a_shipment_shorter_than_a_window_is_judged_as_a_whole() -> None:
    truth = [5.0] * 300 + [25.0] * 300
    assert of(truth, KineticLimit(19.5, 24, 8.0)) == (True, True, True)
    assert of(truth, KineticLimit(19.9, 24, 8.0)) == (False, False, False)


def test_only_windows_that_hold_an_excursion_are_judged() -> None:
    truth = [7.5] * 2 * DAY
    assert of(truth, KineticLimit(7.0, 24, 8.0)) == (False, False, False)
    truth[DAY : DAY + 30] = [9.0] * 30
    assert of(truth, KineticLimit(7.0, 24, 8.0)) == (True, True, True)


def test_the_highest_window_counts_and_not_the_whole_time() -> None:
    truth = [3.0] * 3 * DAY + [9.5] * DAY + [3.0] * DAY
    assert of(truth, KineticLimit(9.0, 24, 8.0)) == (True, True, True)
    assert of(truth, KineticLimit(9.0)) == (False, False, False)


def test_what_lies_within_the_error_of_the_limit_may_be_found() -> None:
    truth = [9.0] * DAY
    assert of(truth, KineticLimit(9.1, 24, 8.0)) == (False, False, True)
    assert of(truth, KineticLimit(8.95, 24, 8.0)) == (True, False, True)
