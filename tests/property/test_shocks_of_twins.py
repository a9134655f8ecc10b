"""Shocks through the whole fold, against the rules of SPECIFICATION section 9 as they stand."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.property.arrivals import law
from tests.unit.twins.samples import ASSET, at, bind, policy, read
from twins.inputs import Input, event_key
from twins.policy.condition_policy import Disposition, Severity, ShockLimits, WearBudget
from twins.readings import Quality, Reading
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Shocks, assess

PI = Fraction("3.14159265358979323846264338327950288419716939937510")
GRAVITY = 9_806_650  # µm/s²
VALUES = {
    "acceleration": [10_000, 25_000, 30_000, 60_000],
    "pulse_duration": [500, 3_000, 11_000],
    "velocity_change": [500, 2_000, 2_500],
    "free_fall": [0, 200_000, 400_000],
}
VELOCITY, ACCELERATION, SHOCK_FROM = 2_000, 30_000, 25_000
RESTITUTIONS = [0, 500_000, 1_000_000]
Pulse = tuple[int, str, str, int]
"""(moment, device, sensor, seq or -1)"""


@st.composite
def shocks(draw: st.DrawFn) -> list[Reading]:
    """Return what sensors tell of shocks, each part of it by itself, some of it unusable."""
    found: dict[tuple[Pulse, str], Reading] = {}
    for _ in range(draw(st.integers(1, 25))):
        quantity = draw(st.sampled_from(list(VALUES)))
        one = read(
            draw(st.integers(1, 6)),
            draw(st.sampled_from(VALUES[quantity])),
            device=draw(st.sampled_from(["d1", "d2"])),
            sensor=draw(st.sampled_from(["s", "t"])),
            quantity=quantity,
            seq=draw(st.sampled_from([None, 1, 2])),
            quality=draw(st.sampled_from([0, 0, 0, Quality.SENTINEL])),
        )
        found[place(one), quantity] = one
    return list(found.values())


def place(one: Reading) -> Pulse:
    return one.observed_at, one.device, one.sensor, -1 if one.seq is None else one.seq


def nearest(exact: Fraction) -> int:
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)


def velocity_change(told: dict[str, int]) -> int | None:
    if "velocity_change" in told:
        return told["velocity_change"] * 1_000
    if "acceleration" in told and "pulse_duration" in told:
        gs, seconds = Fraction(told["acceleration"], 1_000), Fraction(told["pulse_duration"], at(1))
        return nearest(2 / PI * gs * GRAVITY * seconds)
    return None


def drop_height(told: dict[str, int], restitution: Fraction) -> int | None:
    if told.get("free_fall"):
        return nearest(Fraction(GRAVITY * told["free_fall"] ** 2, 2 * at(1) ** 2))
    velocity = velocity_change(told)
    if velocity is None:
        return None
    return nearest(Fraction(velocity**2) / (2 * GRAVITY * (1 + restitution) ** 2))


def zone(told: dict[str, int]) -> str:
    peak, velocity = told.get("acceleration"), velocity_change(told)
    if peak is None and velocity is None:
        return "not judged"
    if (velocity is not None and velocity < VELOCITY * 1_000) or (
        peak is not None and peak < ACCELERATION
    ):
        return "harmless"
    return "unknown" if peak is None or velocity is None else "possible"


def stated(readings: list[Reading], restitution: Fraction) -> tuple[object, ...]:
    sound = [one for one in readings if not one.quality]
    pulses: dict[Pulse, dict[str, int]] = {}
    for one in sound:
        pulses.setdefault(place(one), {})[one.quantity] = one.value
    ordered = sorted(pulses.items())
    peaks = [(one.value, -one.observed_at) for one in sound if one.quantity == "acceleration"]
    peak, peak_at = max(peaks, default=(None, 0))
    drops = [
        (height, -moment)
        for (moment, *_), told in ordered
        if (height := drop_height(told, restitution)) is not None
    ]
    drop, drop_at = max(drops, default=(None, 0))
    zones = [(pulse, told.get("acceleration"), zone(told)) for pulse, told in ordered]
    newest = [one for one in zones if one[2] in ("possible", "unknown")]
    return (
        sum(value >= SHOCK_FROM for value, _ in peaks),
        (peak, None if peak is None else -peak_at),
        (drop, None if drop is None else -drop_at),
        [sum(name == one for _, _, name in zones) for one in ("possible", "unknown")],
        [(moment, device, sensor, top, name) for (moment, device, sensor, _), top, name in newest][
            -20:
        ],
    )


def found(one: Shocks) -> tuple[object, ...]:
    return (
        one.count,
        (one.peak, one.peak_at),
        (one.drop, one.drop_at),
        [one.possible, one.unknown],
        [(some.at, some.device, some.sensor, some.peak, some.zone.value) for some in one.newest],
    )


@law
@given(shocks(), st.sampled_from(RESTITUTIONS), st.integers(0, 25))
def test_shocks_are_what_their_parts_add_up_to(
    readings: list[Reading], restitution_ppm: int, cut: int
) -> None:
    limits = ShockLimits(
        restitution_ppm, VELOCITY, ACCELERATION, Severity.MAJOR, Disposition.DAMAGED
    )
    by = replace(policy(wear=WearBudget(SHOCK_FROM, 9)), shock=limits)
    inputs: list[Input] = sorted([bind(0), bind(0, "d2"), *readings], key=event_key)
    twin = AssetTwin(ASSET)
    for some in (inputs[:cut], inputs[cut:]):
        twin = advance(twin, some, by)
    told = assess(twin, by, at(60)).statistics.shocks
    assert found(told) == stated(readings, Fraction(restitution_ppm, 1_000_000))
