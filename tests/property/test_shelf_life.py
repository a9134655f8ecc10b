"""Laws of shelf life that hold for every series."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from tests.property.arrivals import law
from twins.temperature.shelf_life import (
    Q10,
    Arrhenius,
    ShelfLife,
    SquareRoot,
    life_left,
    rate_sum,
    rates_of,
    used_up_at,
)

MODELS = st.sampled_from([Arrhenius(100_000), Q10(2_500_000), SquareRoot(-10_000)])
GOODS = st.builds(
    ShelfLife, life=st.integers(1, 100_000), reference=st.sampled_from([0, 5_000]), model=MODELS
)
STRETCHES = st.lists(
    st.tuples(st.integers(1, 5_000), st.integers(-30_000, 40_000)), min_size=1, max_size=20
)


@law
@given(GOODS, STRETCHES, st.data())
def test_sum_of_rates_is_the_same_however_it_is_cut(
    goods: ShelfLife, stretch: list[tuple[int, int]], data: st.DataObject
) -> None:
    times = list(accumulate((span for span, _ in stretch), initial=0))
    until = times.pop()
    values = [value for _, value in stretch]
    moment = data.draw(st.integers(0, until - 1))
    place = sum(1 for one in times if one <= moment)
    before = rate_sum(goods, times[:place], values[:place], moment)
    after = rate_sum(goods, [moment, *times[place:]], values[place - 1 :], until)
    assert before + after == rate_sum(goods, times, values, until)


@law
@given(GOODS, st.integers(-30_000, 40_000), st.integers(0, 10**16))
def test_life_ends_at_the_stated_moment_if_the_temperature_stays(
    goods: ShelfLife, value: int, now: int
) -> None:
    end = used_up_at(goods.life, rates_of(goods)(value), now)
    if end is not None:
        assert life_left(goods, rate_sum(goods, [now], [value], end)) >= 0
        assert life_left(goods, rate_sum(goods, [now], [value], end + 1)) <= 0
