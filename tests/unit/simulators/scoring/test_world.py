import math

import pytest

from simulators.incidents import Span
from simulators.scoring.climates import Climate
from simulators.scoring.world import Disturbance, Plan, World, happen, lagged

PLAN = Plan(600, starts_at=10, departs_at=100, arrives_at=400, delivered_at=500)
STILL = Climate({"temperature": 5.0}, {"temperature": 0.0}, air_minutes=12.0)


def world(*disturbances: Disturbance, climate: Climate = STILL) -> World:
    return happen(climate, PLAN, disturbances, (), None)


def test_air_comes_63_percent_of_the_way_in_its_time_constant() -> None:
    warm = Disturbance("door", Span(100, 300), {"temperature": 25.0})
    air = world(warm).levels["temperature"]
    assert air[99] == pytest.approx(5.0)
    assert air[111] == pytest.approx(5 + 20 * (1 - math.exp(-1)))
    assert air[299] == pytest.approx(25.0, abs=1e-4)


def test_goods_follow_the_air_from_its_temperature_at_the_start() -> None:
    air = [21.0] * 10 + [5.0] * 90 + [15.0] * 500
    goods = lagged(air, PLAN, 60.0)
    assert goods[10] == goods[100] == pytest.approx(5.0)
    assert goods[160] == pytest.approx(15 - 10 * math.exp(-1))


def test_readings_before_the_start_show_the_room() -> None:
    air = world().levels["temperature"]
    assert air[9] == 21.0
    assert air[10] == pytest.approx(5.0)


def test_a_box_that_is_open_is_light() -> None:
    light = world(Disturbance("door", Span(20, 25), is_open=True)).levels["illuminance"]
    assert [minute for minute, lux in enumerate(light) if lux > 50] == [20, 21, 22, 23, 24]


def test_the_phase_of_each_minute_follows_the_milestones() -> None:
    phases = PLAN.phases()
    assert len(phases) == PLAN.length
    assert [phases[at] for at in (99, 100, 399, 400, 499, 500)] == [
        "origin", "transit", "transit", "destination", "destination", "delivered",
    ]  # fmt: skip
