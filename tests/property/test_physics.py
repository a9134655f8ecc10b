import math

from hypothesis import given
from hypothesis import strategies as st

from simulators.physics import (
    Ambient,
    Container,
    ThermalState,
    advance_state,
    ambient_celsius,
    generator,
    handling_peak_g,
    light_lux,
    noisy,
)

CELSIUS = st.floats(-40, 60)
CONSTANT = st.floats(1, 500)
CONTAINERS = st.builds(Container, CONSTANT, CONSTANT, CONSTANT, CONSTANT, CONSTANT)
LEAKY_CONTAINERS = st.builds(
    Container, st.floats(1, 100), st.floats(1, 100), CONSTANT, st.floats(10, 500), CONSTANT
)
STATES = st.builds(ThermalState, CELSIUS, CELSIUS)
SET_POINTS = st.none() | CELSIUS
MINUTES = st.floats(0.01, 1000)
ROUNDING = 1e-9


@given(
    state=STATES,
    container=CONTAINERS,
    outside=CELSIUS,
    set_point=SET_POINTS,
    is_open=st.booleans(),
    minutes=MINUTES,
)
def test_no_temperature_leaves_the_range_of_what_surrounds_it(
    *,
    state: ThermalState,
    container: Container,
    outside: float,
    set_point: float | None,
    is_open: bool,
    minutes: float,
) -> None:
    around = [state.air_celsius, state.product_celsius, outside]
    around += [] if set_point is None else [set_point]
    after = advance_state(
        state,
        container,
        outside_celsius=outside,
        set_point_celsius=set_point,
        is_open=is_open,
        minutes=minutes,
    )
    for celsius in (after.air_celsius, after.product_celsius):
        assert min(around) - ROUNDING <= celsius <= max(around) + ROUNDING


@given(celsius=CELSIUS, container=CONTAINERS, is_open=st.booleans(), minutes=MINUTES)
def test_equal_temperatures_everywhere_stay_as_they_are(
    *, celsius: float, container: Container, is_open: bool, minutes: float
) -> None:
    after = advance_state(
        ThermalState(celsius, celsius),
        container,
        outside_celsius=celsius,
        set_point_celsius=celsius,
        is_open=is_open,
        minutes=minutes,
    )
    assert math.isclose(after.air_celsius, celsius, abs_tol=1e-9)
    assert math.isclose(after.product_celsius, celsius, abs_tol=1e-9)


@given(STATES, LEAKY_CONTAINERS, CELSIUS)
def test_a_container_without_cooling_comes_to_the_temperature_outside(
    state: ThermalState, container: Container, outside: float
) -> None:
    for _ in range(60):
        state = advance_state(
            state,
            container,
            outside_celsius=outside,
            set_point_celsius=None,
            is_open=True,
            minutes=1000,
        )
    assert math.isclose(state.product_celsius, outside, abs_tol=0.01)


@given(CONTAINERS, st.floats(20, 60), st.floats(-30, 0), MINUTES)
def test_an_open_door_never_keeps_the_goods_colder(
    container: Container, outside: float, inside: float, minutes: float
) -> None:
    cold = ThermalState(inside, inside)

    def product_after(*, is_open: bool) -> float:
        return advance_state(
            cold,
            container,
            outside_celsius=outside,
            set_point_celsius=inside,
            is_open=is_open,
            minutes=minutes,
        ).product_celsius

    assert product_after(is_open=True) >= product_after(is_open=False) - ROUNDING


@given(st.floats(-30, 40), st.floats(0, 15), st.floats(0, 24), st.integers(0, 2**51))
def test_the_outside_air_swings_around_its_mean_once_a_day(
    mean: float, swing: float, hour: float, moment: int
) -> None:
    ambient = Ambient(mean, swing, hour)
    now = ambient_celsius(ambient, moment)
    half_a_day_later = ambient_celsius(ambient, moment + 12 * 3_600_000_000)
    assert mean - swing - ROUNDING <= now <= mean + swing + ROUNDING
    assert math.isclose(now + half_a_day_later, 2 * mean, abs_tol=1e-6)


def test_the_outside_air_is_warmest_at_its_stated_hour() -> None:
    ambient = Ambient(20.0, 5.0, warmest_hour=15.0)
    assert math.isclose(ambient_celsius(ambient, 15 * 3_600_000_000), 25.0)
    assert math.isclose(ambient_celsius(ambient, 3 * 3_600_000_000), 15.0)


def test_one_time_constant_covers_the_known_share_of_the_way() -> None:
    # Newton's law: after one time constant 1 - 1/e of the difference is gone. The contact with
    # the product and the door are made too slow to matter.
    container = Container(60.0, 1e12, 1e12, 1e12, 1e12)
    after = advance_state(
        ThermalState(0.0, 0.0),
        container,
        outside_celsius=10.0,
        set_point_celsius=None,
        is_open=False,
        minutes=60.0,
    )
    assert math.isclose(after.air_celsius, 10 * (1 - 1 / math.e), rel_tol=1e-6)


@given(st.integers())
def test_noise_repeats_with_its_seed_and_keeps_within_three_deviations(seed: int) -> None:
    first = [noisy(5.0, 0.1, generator(str(seed))) for _ in range(2)]
    assert first[0] == first[1]
    assert 4.7 - ROUNDING <= first[0] <= 5.3 + ROUNDING


@given(st.integers())
def test_light_tells_an_open_container_from_a_closed_one(seed: int) -> None:
    rng = generator(str(seed))
    assert light_lux(is_open=False, rng=rng) < 20 < light_lux(is_open=True, rng=rng)


@given(st.integers())
def test_ordinary_handling_harms_nothing(seed: int) -> None:
    assert 0 < handling_peak_g(generator(str(seed))) <= 8
