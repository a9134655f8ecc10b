import json
from decimal import Decimal
from pathlib import Path

import pytest

from twins.wear.shock import (
    Damage,
    Pulse,
    damage_zone,
    drop_height_of,
    equivalent_drop_height,
    free_fall_height,
    half_sine_velocity_change,
    velocity_change_of,
)

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "shock.json").read_text())
MILLION = 1_000_000
HALF = 500_000


def millionths(text: str) -> int:
    return int(Decimal(text) * MILLION)


def pulse(
    peak: int | None = None,
    duration: int | None = None,
    velocity_change: int | None = None,
    free_fall: int | None = None,
) -> Pulse:
    return Pulse(1, "d", "s", peak, duration, velocity_change, free_fall)


@pytest.mark.parametrize("vector", VECTORS["half_sine"], ids=lambda one: str(one["peak_g"]))
def test_half_sine_pulse_changes_the_velocity_by_the_reference(vector: dict[str, str]) -> None:
    found = half_sine_velocity_change(
        int(vector["peak_g"]) * 1000, int(vector["duration_ms"]) * 1000
    )
    assert found == millionths(vector["velocity_change_m_s"])


@pytest.mark.parametrize("vector", VECTORS["drop"], ids=lambda one: one["restitution"])
def test_equivalent_drop_height_equals_the_reference(vector: dict[str, str]) -> None:
    velocity, restitution = vector["velocity_change_m_s"], vector["restitution"]
    found = equivalent_drop_height(millionths(velocity), millionths(restitution))
    assert found == millionths(vector["height_m"])


@pytest.mark.parametrize("vector", VECTORS["free_fall"], ids=lambda one: one["duration_s"])
def test_height_of_a_free_fall_equals_the_reference(vector: dict[str, str]) -> None:
    assert free_fall_height(millionths(vector["duration_s"])) == millionths(vector["height_m"])


def test_fall_of_two_seconds_is_twice_the_standard_gravity_long() -> None:
    # 9.80665 m/s² * (2 s)² / 2.
    assert free_fall_height(2_000_000) == 19_613_300


def test_nothing_moves_in_no_time() -> None:
    assert half_sine_velocity_change(50_000, 0) == 0
    assert equivalent_drop_height(0, HALF) == 0
    assert free_fall_height(0) == 0


@pytest.mark.parametrize("restitution_ppm", [-1, 1_000_001])
def test_restitution_beyond_its_meaning_is_refused(restitution_ppm: int) -> None:
    with pytest.raises(ValueError, match="restitution"):
        equivalent_drop_height(1, restitution_ppm)


def test_velocity_change_that_the_device_integrated_goes_before_the_half_sine() -> None:
    assert velocity_change_of(pulse(50_000, 11_000, velocity_change=3_000_000)) == 3_000_000
    assert velocity_change_of(pulse(50_000, 11_000)) == 3_433_709


@pytest.mark.parametrize("told", [pulse(50_000), pulse(duration=11_000), pulse(free_fall=400_000)])
def test_velocity_change_is_unknown_without_peak_and_duration(told: Pulse) -> None:
    assert velocity_change_of(told) is None


def test_timed_fall_goes_before_the_equivalent_drop_height() -> None:
    assert drop_height_of(pulse(50_000, 11_000, free_fall=400_000), HALF) == 784_532
    assert drop_height_of(pulse(50_000, 11_000), HALF) == 267_174


def test_fall_that_took_no_time_leaves_the_equivalent_drop_height() -> None:
    assert drop_height_of(pulse(50_000, 11_000, free_fall=0), HALF) == 267_174


def test_drop_height_of_a_peak_alone_is_unknown() -> None:
    assert drop_height_of(pulse(50_000), HALF) is None


# Critical velocity change 3 m/s, critical acceleration 40 g. At 40 g, a half-sine of 12 ms has
# 2/pi * 40 * 9.80665 * 0.012 = 2.996659 m/s and one of 13 ms 3.246381 m/s.
@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (pulse(40_000, 12_000), Damage.EXCLUDED),
        (pulse(40_000, 13_000), Damage.POSSIBLE),
        (pulse(39_999, 30_000), Damage.EXCLUDED),
        (pulse(900_000, 100), Damage.EXCLUDED),
        (pulse(40_000, velocity_change=3_000_000), Damage.POSSIBLE),
        (pulse(40_000, velocity_change=2_999_000), Damage.EXCLUDED),
        (pulse(40_000), Damage.UNKNOWN),
        (pulse(39_999), Damage.EXCLUDED),
        (pulse(velocity_change=3_000_000), Damage.UNKNOWN),
        (pulse(velocity_change=2_999_999), Damage.EXCLUDED),
        (pulse(free_fall=400_000), Damage.UNKNOWN),
    ],
    ids=repr,
)
def test_damage_needs_both_velocity_change_and_acceleration(told: Pulse, expected: Damage) -> None:
    assert damage_zone(told, critical_velocity=3_000, critical_acceleration=40_000) is expected
