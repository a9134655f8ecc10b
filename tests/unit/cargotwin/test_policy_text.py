"""Every key of section 10 that a policy states is said, with its figure and its unit."""

import tomllib

import pytest
import rfc8785

from cargotwin.policy_text import policy_lines
from gateway.policies import policy_of

PLAIN = """
schema = 1
id = "sample"
title = "Sample"
source = "made for this test"

[observation]
required = ["temperature"]
minimum_coverage = 0.95
severity = "major"
"""


def lines(section: str) -> list[str]:
    document = tomllib.loads(PLAIN + section)
    return [one.strip() for one in policy_lines(policy_of(rfc8785.dumps(document)))]


def test_source_of_the_limits_is_said() -> None:
    assert "source: made for this test" in lines("")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("maximum_gap_s = 14400", "observed: no gap longer than 4 h (major, unknown)"),
        ("maximum_hold_s = 930", "observed: a reading speaks for at most 15 min 30 s"),
        ("ignore_first_s = 3600", "observed: no boundary judges in the first 1 h"),
        (
            (
                '[[boundary]]\nid = "a"\nquantity = "temperature"\nside = "upper"\nlimit = 8\n'
                'severity = "major"\ntitle = "A"\ndelay_s = 90\nlatched = false'
            ),
            (
                "a: temperature not above 8 °C for 1 min 30 s or longer "
                "(major, non_conformant while it lasts)"
            ),
        ),
        ("[core]\ntime_constant_s = 5400", "core: follows the air, 63 % of the way in 1 h 30 min"),
        (
            (
                "[sensors]\nquorum = 2\nbattery_low = 20.0\ncalibration_days = 365\n"
                "accuracy = { temperature = 0.5 }\ndisagreement = { temperature = 2.0 }\n"
                "drift = { temperature = 1.0 }\nlargest_step_per_minute = { temperature = 3.0 }\n"
                "stuck_after_s = { temperature = 86400 }"
            ),
            (
                "sensors: at least 2 trusted ones must speak; a finding is minor\n"
                "sensors: a battery is low below 20 %\n"
                "sensors: a calibration holds for 365 d\n"
                "temperature sensors: accurate to ±0.5 °C, at most 2 °C apart, "
                "drift of at most 1 °C, change of at most 3 °C a minute, stuck after 1 d"
            ),
        ),
        (
            (
                "[shock]\nrestitution = 0.5\ncritical_velocity_m_s = 3.4\n"
                'critical_acceleration_g = 50.0\nseverity = "critical"'
            ),
            (
                "shock: drop heights with a restitution of 0.5\n"
                "shock: damage from 3.4 m/s and 50 g on (critical, damaged)"
            ),
        ),
        (
            '[custody]\nanswer_within_s = 86400\nseverity = "minor"',
            "custody: an offer is answered within 1 d (minor)",
        ),
        (
            '[custody]\nanswer_within_s = 0\nseverity = "minor"',
            "custody: an offer may be answered at any time",
        ),
        (
            '[location]\nseverity = "major"\noff_route_delay_s = 600\nlargest_speed_m_s = 300.0',
            (
                "location: every planned stop is reached in time (major)\n"
                "location: off the route for less than 10 min (major)\n"
                "location: a fix that asks for more than 300 m/s is not believed"
            ),
        ),
        (
            (
                "[wear]\nshock_from = 30.0\nshock_full = 20\nhandling_full = 40\n"
                'exposure_full_s = 43200\nfatigue_quantity = "humidity"\nfatigue_cycles = 1e6\n'
                "fatigue_exponent = 4.1"
            ),
            (
                "wear: used up by 20 shocks of 30 g or more\n"
                "wear: used up by 40 handovers and openings\n"
                "wear: used up by 12 h outside the boundaries\n"
                "wear: humidity cycles, N = 1000000·S^-4.1 with S in %RH"
            ),
        ),
    ],
)
def test_each_section_is_said_in_words(section: str, said: str) -> None:
    found = lines(section)
    assert [one for one in said.split("\n") if one not in found] == [], found


def test_number_is_said_as_the_file_has_it() -> None:
    found = lines("[shock]\nrestitution = 0.123456")
    assert "shock: drop heights with a restitution of 0.123456" in found
