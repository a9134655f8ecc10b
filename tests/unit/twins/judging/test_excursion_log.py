"""Excursions that are over are counted, and the weightiest kept; expected values by hand."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.twins.samples import at, bind, boundary, fold, policy, read
from twins.inputs import Input
from twins.judging.excursion_log import KEPT, added_to, joined_excursions, weightiest
from twins.judging.excursions import Excursion

BY = policy(boundary("warm"), boundary("cold", 2_000, is_upper=False))


def over(began: int, outside: int, extreme: int = 9_000, boundary_id: str = "warm") -> Excursion:
    ends = began + outside
    return Excursion(
        boundary_id, "d1", "t", "temperature", began, began, ends, extreme, began, outside
    )


def test_first_and_longest_are_kept_oldest_first() -> None:
    first, short, long, longer = over(0, 1), over(10, 2), over(20, 30), over(60, 40)
    assert weightiest([longer, short, long, first], 3, is_upper=True) == (first, longer)
    assert weightiest([longer, short, long, first], 4, is_upper=True) == (first, long, longer)
    assert weightiest([longer, short, long, first], 5, is_upper=True) == (
        first,
        short,
        long,
        longer,
    )


def test_the_farthest_out_is_kept_to_its_side_however_short_it_is() -> None:
    mild, far, cool, first = (
        over(10, 5, 9_000),
        over(20, 1, 12_000),
        over(30, 1, 8_100),
        over(0, 5, 9_500),
    )
    assert weightiest([mild, far, cool, first], 3, is_upper=True) == (first, far)
    assert weightiest([mild, far, cool, first], 3, is_upper=False) == (first, mild, cool)


def test_one_that_lasts_weighs_more_than_any_that_is_over() -> None:
    lasts = over(50, 1, 8_500)
    lasts.ended_at = None
    longer = [over(0, 9), over(20, 9), over(30, 9)]
    assert weightiest([*longer, lasts], 3, is_upper=True) == (over(0, 9), lasts)


def test_all_are_counted_and_no_more_than_the_bound_is_kept() -> None:
    many = [over(10 * place, 1 + place % 7) for place in range(3 * KEPT)]
    (log,) = added_to((), many, BY)
    assert (log.count, log.newest_alarm_at) == (3 * KEPT, many[-1].alarmed_at)
    assert KEPT - 2 <= len(log.kept) <= KEPT
    assert log.kept[0] == many[0]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40),
    st.lists(st.integers(0, 40), max_size=3),
    st.integers(3, 9),
)
def test_what_is_kept_does_not_depend_on_the_stretches_that_are_joined(
    some: list[tuple[int, int]], cuts: list[int], most: int
) -> None:
    excursions = [over(10 * place, *one) for place, one in enumerate(some)]
    ends = [0, *sorted(min(one, len(some)) for one in cuts), len(some)]
    for is_upper in (True, False):
        left: tuple[Excursion, ...] = ()
        for start, stop in pairwise(ends):
            part = weightiest(excursions[start:stop], most, is_upper=is_upper)
            left = weightiest([*left, *part], most, is_upper=is_upper)
        assert left == weightiest(excursions, most, is_upper=is_upper)


def test_logs_of_boundaries_stand_in_the_order_of_their_names() -> None:
    warm, cold = over(0, 1), over(10, 1, 1_000, "cold")
    joined = joined_excursions(added_to((), [warm], BY), added_to((), [cold, warm], BY))
    assert [(one.boundary, one.count) for one in joined] == [("cold", 1), ("warm", 2)]


def test_a_sensor_that_is_wrong_with_every_reading_does_not_make_a_twin_grow() -> None:
    by = policy(boundary("shock", 60_000, quantity="acceleration"))
    inputs: list[Input] = [bind(0)]
    inputs += [read(1 + place, 61_000, quantity="acceleration") for place in range(2 * KEPT)]
    twin = fold(inputs, by)
    (log,) = fold([*inputs, read(10_000, 1, quantity="acceleration")], by).past.excursions
    assert (log.count, log.newest_alarm_at) == (2 * KEPT, at(2 * KEPT))
    assert len(twin.excursions) <= KEPT
