"""What the coverage outlook promises, against the rule that fires: the share cut off to ppm."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.twins.samples import policy
from twins.verdict.coverage_outlook import missing_of, time_to_lose, time_to_reach
from twins.verdict.figures import Coverage, CoverageOf

PPM = 1_000_000
PLANNED = st.integers(1, 10**14)
MINIMUM = st.integers(1, PPM)


@st.composite
def coverages(draw: st.DrawFn) -> Coverage:
    planned = draw(PLANNED)
    observed = draw(st.integers(0, planned))
    one = CoverageOf("temperature", observed, observed * PPM // planned, 0, None)
    return Coverage(0, planned, one.ratio_ppm, (one,))


def fires(observed: int, planned: int, minimum: int) -> bool:
    return observed * PPM // planned < minimum


@given(coverages(), MINIMUM)
def test_so_much_more_observed_and_no_less_ends_the_rule(coverage: Coverage, minimum: int) -> None:
    (one,) = coverage.quantities
    more = time_to_reach(one, coverage, policy(minimum_coverage_ppm=minimum))
    if more is None:
        assert minimum == PPM
        assert fires(one.observed + 10**18, coverage.planned + 10**18, minimum)
        return
    assert not fires(one.observed + more, coverage.planned + more, minimum)
    if more:
        assert fires(one.observed + more - 1, coverage.planned + more - 1, minimum)


@given(coverages(), MINIMUM)
def test_so_much_filled_and_no_less_ends_the_rule(coverage: Coverage, minimum: int) -> None:
    (one,) = coverage.quantities
    missing = missing_of(one, coverage, policy(minimum_coverage_ppm=minimum))
    assert not fires(one.observed + missing, coverage.planned, minimum)
    if missing:
        assert fires(one.observed + missing - 1, coverage.planned, minimum)


@given(coverages(), MINIMUM)
def test_so_much_missed_and_no_more_keeps_the_rule(coverage: Coverage, minimum: int) -> None:
    (one,) = coverage.quantities
    left = time_to_lose(one, coverage, policy(minimum_coverage_ppm=minimum))
    assert left is not None
    assert fires(one.observed, coverage.planned + left + 1, minimum)
    if not fires(one.observed, coverage.planned, minimum):
        assert not fires(one.observed, coverage.planned + left, minimum)
