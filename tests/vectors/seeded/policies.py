"""Policies that together have every section and every kind of rule. No product's."""

from typing import Any

Policy = dict[str, Any]


def _boundary(id_: str, side: str, limit: float, **more: object) -> Policy:
    found = {"id": id_, "quantity": "temperature", "side": side, "limit": limit}
    return found | {"severity": "major", "title": f"Rule {id_}"} | more


def _policy(id_: str, boundaries: list[Policy], **sections: object) -> Policy:
    observation = {"required": ["temperature"], "minimum_coverage": 0.9, "severity": "minor"}
    return {
        "schema": 1,
        "id": id_,
        "title": f"Seeded, {id_}",
        "source": "made up",
        "observation": observation,
        "boundary": boundaries,
    } | sections


_LOCATION = {"severity": "minor", "off_route_delay_s": 1_200, "largest_speed_m_s": 40.0}
_SENSORS: Policy = {
    "quorum": 2,
    "severity": "major",
    "battery_low": 10.0,
    "accuracy": {"temperature": 0.5},
    "disagreement": {"temperature": 2.0},
    "drift": {"temperature": 1.0},
    "largest_step_per_minute": {"temperature": 1.5},
    "stuck_after_s": {"temperature": 14_400},
}

POLICIES: tuple[Policy, ...] = (
    _policy(
        "all-of-it",
        [
            _boundary("above-8", "upper", 8.0, hysteresis=0.5, delay_s=1_800),
            _boundary("above-8-sum", "upper", 8.0, delay_s=14_400, mode="cumulative"),
            _boundary("above-12", "upper", 12.0, severity="critical", disposition="damaged"),
            _boundary("below-2", "lower", 2.0, hysteresis=0.3, delay_s=1_200, latched=False),
            _boundary("transit-10", "upper", 10.0, phases=["transit"], delay_s=600),
            _boundary("core-7", "upper", 7.0, of="core", hysteresis=0.2, delay_s=900),
            _boundary("core-sum", "upper", 6.5, of="core", delay_s=7_200, mode="cumulative"),
            _boundary(
                "lit",
                "upper",
                50.0,
                quantity="illuminance",
                disposition="container_open",
                latched=False,
            ),
            _boundary("hit", "upper", 40.0, quantity="acceleration", severity="minor"),
        ],
        observation={
            "required": ["temperature"],
            "minimum_coverage": 0.95,
            "severity": "major",
            "ignore_first_s": 3_600,
        },
        mean_kinetic_temperature={"limit": 7.0, "severity": "major", "window_h": 24, "above": 8.0},
        shelf_life={
            "model": "arrhenius",
            "activation_kj_per_mol": 90.0,
            "days": 1.5,
            "reference": 5.0,
            "severity": "critical",
        },
        core={"time_constant_s": 2_400},
        sensors=_SENSORS,
        shock={
            "restitution": 0.5,
            "critical_velocity_m_s": 2.0,
            "critical_acceleration_g": 30.0,
            "severity": "major",
        },
        custody={"answer_within_s": 7_200, "severity": "minor"},
        location=_LOCATION,
        wear={
            "shock_from": 20.0,
            "shock_full": 50,
            "handling_full": 30,
            "exposure_full_s": 400_000,
            "fatigue_quantity": "temperature",
            "fatigue_cycles": 1e6,
            "fatigue_exponent": 3.5,
        },
    ),
    _policy(
        "fruit",
        [
            _boundary("above-9", "upper", 9.0, hysteresis=1.0, delay_s=3_600),
            _boundary("chilled", "lower", -1.0, delay_s=1_800, disposition="damaged"),
        ],
        mean_kinetic_temperature={"limit": 6.0, "severity": "minor"},
        shelf_life={
            "model": "q10",
            "q10": 2.6,
            "days": 9.0,
            "reference": 2.0,
            "severity": "major",
            "warn_left": 0.75,
        },
        sensors=_SENSORS | {"quorum": 1},
        location=_LOCATION,
    ),
    _policy(
        "fish",
        [
            _boundary("above-4", "upper", 4.0, delay_s=600, mode="cumulative"),
            _boundary("core-5", "upper", 5.0, of="core", delay_s=0),
        ],
        mean_kinetic_temperature={"limit": 5.0, "severity": "minor", "window_h": 6, "above": 6.0},
        shelf_life={
            "model": "square_root",
            "minimum": -10.0,
            "days": 14.0,
            "reference": 0.0,
            "severity": "major",
            "warn_left": 0.5,
        },
        core={"time_constant_s": 900},
        custody={"answer_within_s": 3_600, "severity": "major"},
        shock={"restitution": 0.3},
    ),
    _policy(
        "dry",
        [_boundary("damp", "upper", 60.0, quantity="humidity", delay_s=1_800)],
        observation={
            "required": ["temperature", "humidity"],
            "minimum_coverage": 0.8,
            "severity": "minor",
            "maximum_hold_s": 2_000,
        },
    ),
)
