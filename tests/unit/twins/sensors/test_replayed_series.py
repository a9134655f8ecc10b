"""Stretches that repeat an earlier one; values from a congruential sequence, places by hand."""

from itertools import accumulate, repeat

from tests.unit.twins.samples import at
from twins.sensors.findings import FindingKind, SensorFinding, Subject
from twins.sensors.replayed_series import BLOCK, find_replays

SUBJECT = Subject("d1", "air", "temperature")


def restless(readings: int, seed: int = 1) -> list[int]:
    """Return values of no pattern: the generator of Park and Miller, brought to 4 to 6 °C."""
    states = accumulate(
        repeat(48_271, readings), lambda one, by: one * by % (2**31 - 1), initial=seed
    )
    return [4_000 + state % 200 * 10 for state in states][1:]


def replays_in(values: list[int]) -> list[SensorFinding]:
    return find_replays([at(300 * place) for place in range(len(values))], values, SUBJECT)


def test_stretch_that_comes_again_is_found_where_it_comes_again() -> None:
    values = restless(300)
    (found,) = replays_in([*values, *values[10 : 10 + 2 * BLOCK], *restless(50, 7)])
    assert found.kind == FindingKind.REPLAYED_SERIES
    # Its block from place 64 to 127 comes again at place 300 + 64 - 10.
    assert (found.since, found.until) == (at(300 * 354), at(300 * 427))
    assert found.readings == ((at(300 * 64), values[64]), (at(300 * 354), values[64]))
    assert found.text == "repeats 74 readings in turn, 6 h long, of 24.1 h before"


def test_series_of_its_own_noise_repeats_nothing() -> None:
    assert replays_in(restless(5_000)) == []


def test_constant_and_swinging_values_repeat_themselves_honestly() -> None:
    assert replays_in([5_000] * 1_000) == []
    assert replays_in([4_900, 5_000, 5_100, 5_000] * 250) == []


def test_short_series_has_nothing_to_repeat() -> None:
    assert replays_in([]) == []
    assert replays_in(restless(BLOCK)) == []
