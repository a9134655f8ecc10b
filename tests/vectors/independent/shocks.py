"""Shocks: pulses, drop heights and the damage boundary (SPECIFICATION section 9, *Shocks*).

In fractions of metres, seconds and g; only what is stated is rounded.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from .history import History
from .quantities import EVENTS, steps
from .rule import of_section, rule

PI = Fraction("3.14159265358979323846264338327950288419716939937510582097494459")
GRAVITY = Fraction("9.80665")
MICRO = 1_000_000
NEWEST = 20
LARGEST = 2**53 - 1
"""In a document."""


class Place(NamedTuple):
    """What the parts of one pulse have in common."""

    at: int
    device: str
    sensor: str
    seq: int


class Pulse(NamedTuple):
    """A shock."""

    place: Place
    peak: int | None
    """In milli-g."""
    velocity_change: int | None
    """In µm/s."""
    drop: int | None
    """In µm."""


def sound_events(found: History) -> dict[Place, dict[str, int]]:
    """Return the sound values of each pulse by quantity, in event order."""
    pulses: dict[Place, dict[str, int]] = {}
    for (device, sensor, quantity), some in found.series.items():
        for one in some if quantity in EVENTS else ():
            if one.is_sound:
                place = Place(one.at, device, sensor, -1 if one.seq is None else one.seq)
                pulses.setdefault(place, {})[quantity] = one.value
    return dict(sorted(pulses.items()))


def nearest(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


def pulse_of(place: Place, told: dict[str, int], restitution: Fraction) -> Pulse:
    peak, length = told.get("acceleration"), told.get("pulse_duration")
    change: int | None = None
    if "velocity_change" in told:
        change = told["velocity_change"] * 1000
    elif peak is not None and length is not None:
        gs, seconds = Fraction(peak, 1000), Fraction(length, MICRO)
        change = nearest(2 / PI * gs * GRAVITY * seconds * MICRO)
    drop: int | None = None
    if fallen := told.get("free_fall"):
        drop = nearest(GRAVITY * Fraction(fallen, MICRO) ** 2 / 2 * MICRO)
    elif change is not None:
        speed = Fraction(change, MICRO)
        drop = nearest(speed**2 / (2 * GRAVITY * (1 + restitution) ** 2) * MICRO)
    return Pulse(place, peak, change, None if drop is None else min(drop, LARGEST))


def zone(pulse: Pulse, section: dict[str, Any]) -> str | None:
    """Return where a pulse lies, by the damage boundary of ASTM D3332; None if harmless."""
    if "critical_velocity_m_s" not in section:
        return None
    # Metres per second become millimetres per second.
    speed = int((Decimal(repr(section["critical_velocity_m_s"])) * 1000).to_integral_value())
    least = [
        (pulse.velocity_change, speed * 1000),
        (pulse.peak, steps(section["critical_acceleration_g"], "acceleration")),
    ]
    known = [(value, limit) for value, limit in least if value is not None]
    if not known or any(value < limit for value, limit in known):
        return None
    return "possible" if len(known) == len(least) else "unknown"


def shocks(found: History, policy: dict[str, Any]) -> dict[str, Any]:
    """Return the member `shocks` of the statistics."""
    told = sound_events(found)
    wear, section = policy.get("wear", {}), policy.get("shock")
    peaks = [
        (some["acceleration"], -one.at) for one, some in told.items() if "acceleration" in some
    ]
    peak, peak_at = max(peaks, default=(None, 0))
    shock_from = steps(wear.get("shock_from", 0), "acceleration")
    count = sum(value >= shock_from for value, _ in peaks) if wear.get("shock_full", 0) else 0
    pulses: list[Pulse] = []
    if section is not None:
        restitution = Fraction(Decimal(repr(section["restitution"])))
        pulses = [pulse_of(one, some, restitution) for one, some in told.items()]
    drop = max((one.drop for one in pulses if one.drop is not None), default=None)
    zones = [(one, zone(one, section)) for one in pulses] if section else []
    newest = [
        {
            "at": one.place.at,
            "device": one.place.device,
            "sensor": one.place.sensor,
            "peak": one.peak,
            "velocity_change": one.velocity_change,
            "zone": name,
        }
        for one, name in zones
        if name is not None
    ]
    return {
        "count": count,
        "peak": peak,
        "peak_at": None if peak is None else -peak_at,
        "drop": drop,
        "drop_at": next((one.place.at for one in pulses if one.drop == drop), None)
        if drop is not None
        else None,
        "possible": sum(name == "possible" for _, name in zones),
        "unknown": sum(name == "unknown" for _, name in zones),
        "newest": newest[-NEWEST:],
    }


def fired(policy: dict[str, Any], some: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rules that fire, of the member `shocks`."""
    found = []
    if count := some["possible"]:
        text = "No shock beyond the damage boundary"
        found.append(rule("damage_boundary", *of_section(policy["shock"], "damaged"), text, count))
    if count := some["unknown"]:
        text = "Every shock can be judged by the damage boundary"
        found.append(rule("shocks_undecided", 1, "unknown", text, count))
    return found
