"""Sections that a policy may have, read into integers; expected values converted by hand."""

import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from twins.errors import InvalidPolicy
from twins.policy.condition_policy import (
    ConditionPolicy,
    CoreModel,
    CustodyLimits,
    Disposition,
    LocationLimits,
    MeanKineticLimit,
    Phase,
    QuantityLimits,
    SensorLimits,
    Severity,
    ShelfLifeLimit,
    ShockLimits,
    WearBudget,
    check_policy,
    parse_policy,
)
from twins.policy.file import NumbersByQuantity, PolicyFile, SecondsByQuantity
from twins.readings import QUANTITIES
from twins.temperature.shelf_life import Q10, Arrhenius, ShelfLife, SquareRoot

PLAIN = """
schema = 1
id = "sample"
title = "Sample"
source = "made for this test"

[observation]
required = ["temperature"]
minimum_coverage = 0.95
severity = "major"

[[boundary]]
id = "above-8"
quantity = "temperature"
side = "upper"
limit = 8.0
severity = "major"
title = "Not above 8"
"""

SHELF_LIFE = """[shelf_life]
model = "q10"
days = 9
reference = 5
severity = "minor"
"""


def parsed(text: str) -> ConditionPolicy:
    return parse_policy(tomllib.loads(text), bytes(32), "sample.toml")


def refusal_of(text: str) -> str:
    with pytest.raises(InvalidPolicy) as refused:
        check_policy(tomllib.loads(text), "sample.toml")
    return str(refused.value)


def test_what_a_policy_does_not_say_is_not_there() -> None:
    policy = parsed(PLAIN)
    (boundary,) = policy.boundaries
    assert (boundary.phases, boundary.is_of_core, policy.observation.ignore_first) == (
        None,
        False,
        0,
    )
    assert policy.wear == WearBudget()
    assert [
        policy.mean_kinetic,
        policy.shelf_life,
        policy.core,
        policy.sensors,
        policy.shock,
        policy.custody,
        policy.location,
    ] == [None] * 7


def test_first_seconds_may_be_ignored() -> None:
    text = PLAIN.replace('severity = "major"', 'severity = "major"\nignore_first_s = 1800', 1)
    assert parsed(text).observation.ignore_first == 1_800_000_000


def test_boundary_may_judge_some_phases_and_they_come_in_the_order_of_a_journey() -> None:
    (boundary,) = parsed(PLAIN + 'phases = ["destination", "transit"]').boundaries
    assert boundary.phases == (Phase.TRANSIT, Phase.DESTINATION)


def test_boundary_may_be_of_the_core() -> None:
    policy = parsed(PLAIN + 'of = "core"\n[core]\ntime_constant_s = 5400')
    assert policy.boundaries[0].is_of_core
    assert policy.core == CoreModel(5_400_000_000)


def test_mean_kinetic_temperature_may_have_a_window() -> None:
    section = '[mean_kinetic_temperature]\nlimit = 25.0\nseverity = "major"\n'
    assert parsed(PLAIN + section + "window_h = 720\nabove = 25.0").mean_kinetic == (
        MeanKineticLimit(
            limit=25_000,
            severity=Severity.MAJOR,
            disposition=Disposition.NON_CONFORMANT,
            window=2_592_000_000_000,
            above=25_000,
        )
    )


def test_damage_boundary_of_a_shock_is_read_in_mm_per_second_and_milli_g() -> None:
    text = """
[shock]
restitution = 0.5
critical_velocity_m_s = 3.4337
critical_acceleration_g = 50
severity = "critical"
"""
    assert parsed(PLAIN + text).shock == ShockLimits(
        restitution_ppm=500_000,
        critical_velocity=3_434,
        critical_acceleration=50_000,
        severity=Severity.CRITICAL,
        disposition=Disposition.DAMAGED,
    )


def test_restitution_alone_judges_no_shock() -> None:
    assert parsed(PLAIN + "[shock]\nrestitution = 0.25").shock == ShockLimits(250_000)


def test_fatigue_of_wear_keeps_its_parameters_exact() -> None:
    section = '[wear]\nfatigue_quantity = "temperature"\nfatigue_cycles = 1e6\n'
    assert parsed(PLAIN + section + "fatigue_exponent = 4.1").wear == WearBudget(
        fatigue_quantity="temperature",
        fatigue_cycles=Decimal(1_000_000),
        fatigue_exponent=Decimal("4.1"),
    )


@pytest.mark.parametrize(
    ("name", "parameter", "model"),
    [
        ("arrhenius", "activation_kj_per_mol = 83.144", Arrhenius(83_144)),
        ("q10", "q10 = 2.43513", Q10(2_435_130)),
        ("square_root", "minimum = -10", SquareRoot(-10_000)),
    ],
)
def test_shelf_life_takes_the_parameter_of_its_model(
    name: str, parameter: str, model: Arrhenius | Q10 | SquareRoot
) -> None:
    text = f"""
[shelf_life]
model = "{name}"
days = 9.5
reference = -0.5
{parameter}
severity = "major"
warn_left = 0.25
"""
    assert parsed(PLAIN + text).shelf_life == ShelfLifeLimit(
        kinetics=ShelfLife(life=820_800_000_000, reference=-500, model=model),
        severity=Severity.MAJOR,
        disposition=Disposition.NON_CONFORMANT,
        warn_left_ppm=250_000,
    )


def test_sensors_are_asked_in_steps_of_their_quantities() -> None:
    text = """
[sensors]
quorum = 2
severity = "major"
battery_low = 12.5
calibration_days = 365
[sensors.accuracy]
temperature = 0.5
humidity = 3
[sensors.disagreement]
temperature = 1.0
[sensors.drift]
temperature = 0.8
[sensors.largest_step_per_minute]
temperature = 5.0
pressure = 40
[sensors.stuck_after_s]
temperature = 86400
"""
    assert parsed(PLAIN + text).sensors == SensorLimits(
        quantities={
            "temperature": QuantityLimits(
                accuracy=500,
                stuck_after=86_400_000_000,
                largest_step=5_000,
                disagreement=1_000,
                drift=800,
            ),
            "humidity": QuantityLimits(accuracy=3_000),
            "pressure": QuantityLimits(largest_step=40),
        },
        quorum=2,
        battery_low=12_500,
        calibration_interval=31_536_000_000_000,
        severity=Severity.MAJOR,
    )


def test_sensors_may_be_watched_without_any_limit() -> None:
    assert parsed(PLAIN + "[sensors]").sensors == SensorLimits()


def test_overdue_answers_and_positions_have_limits() -> None:
    text = """
[custody]
answer_within_s = 7200
severity = "minor"
[location]
off_route_delay_s = 900
largest_speed_m_s = 69.5
severity = "major"
"""
    policy = parsed(PLAIN + text)
    assert policy.custody == CustodyLimits(7_200_000_000, Severity.MINOR)
    assert policy.location == LocationLimits(900_000_000, 69_500, Severity.MAJOR)
    nothing = parsed(PLAIN + '[location]\nseverity = "minor"').location
    assert nothing == LocationLimits(None, None, Severity.MINOR)


def test_sensors_are_watched_for_every_level_but_position_contact_and_battery() -> None:
    levels = {name for name, quantity in QUANTITIES.items() if quantity.is_level}
    # Position has rules of its own, a contact has two values only, the battery has `battery_low`.
    watched = levels - {"latitude", "longitude", "contact", "battery"}
    assert set(NumbersByQuantity.__struct_fields__) == watched
    assert set(SecondsByQuantity.__struct_fields__) == watched


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ("phases = []", 'allowed: a list in square brackets of one or more of "origin", "tran'),
        ('phases = ["sea"]', 'one or more of "origin", "transit", "destination", "delivered"'),
        ('phases = ["transit", "transit"]', "allowed: each phase once"),
        ('of = "air"', 'of ([[boundary]] number 1) is \'air\'; allowed: "core" or "measured"'),
        ('of = "core"', 'allowed: "measured", or a section [core] with time_constant_s'),
        ("[core]", "core.time_constant_s is missing; allowed: a whole number from 1 to"),
        ("[core]\ntime_constant_s = 0", "core.time_constant_s is 0; allowed: a whole number"),
        (
            '[mean_kinetic_temperature]\nlimit = 8.0\nseverity = "major"\nwindow_h = 24',
            "temperature.above is missing; allowed: all of window_h, above, or none",
        ),
        (
            '[mean_kinetic_temperature]\nlimit = 8.0\nseverity = "major"\nabove = 8.0',
            "mean_kinetic_temperature.window_h is missing; allowed: all of",
        ),
        (
            '[mean_kinetic_temperature]\nlimit = 8\nseverity = "major"\nwindow_h = 24\nabove = 9e3',
            "temperature.above is 9000.0; allowed: -273.149 to 1000",
        ),
        ("[shock]\nrestitution = 1.5", "shock.restitution is 1.5; allowed: a number from 0 to 1"),
        (
            "[shock]\nrestitution = 0\ncritical_velocity_m_s = 2",
            "shock.critical_acceleration_g is missing; allowed: all of critical_velocity_m_s",
        ),
        (
            "[shock]\nrestitution = 0\ncritical_velocity_m_s = 2\ncritical_acceleration_g = 50",
            "shock.severity is missing",
        ),
        (
            SHELF_LIFE,
            "shelf_life.q10 is missing; allowed: a number; q10 takes it",
        ),
        (
            f"{SHELF_LIFE}q10 = 2\nminimum = -10",
            "shelf_life.minimum does not go with model q10; allowed: q10",
        ),
        (
            SHELF_LIFE.replace("q10", "zero"),
            'shelf_life.model is \'zero\'; allowed: "arrhenius" or "q10" or "square_root"',
        ),
        (
            SHELF_LIFE.replace("q10", "square_root").replace("5", "-10") + "minimum = -10",
            "shelf_life.reference is -10.0; allowed: a temperature above minimum, at which",
        ),
        (
            '[shelf_life]\nmodel = "q10"\ndays = 9\nreference = -500\nq10 = 2\nseverity = "minor"',
            "shelf_life.reference is -500.0; allowed: -273.149 to 1000",
        ),
        (
            "[sensors.accuracy]\ntemprature = 0.5",
            "sensors.accuracy.temprature is no key here (did you mean temperature?)",
        ),
        ("[sensors]\nquorum = 0", "sensors.quorum is 0; allowed: a whole number from 1 to"),
        ("[sensors]\naccuracy = 1", "allowed: a section in single brackets, [sensors.accuracy]"),
        ("[sensors.stuck_after_s]\ntilt = 0.5", "tilt is 0.5; allowed: a whole number from 0"),
        ("[custody]\nanswer_within_s = -1", "custody.answer_within_s is -1; allowed: a whole"),
        ("[location]\noff_route_delay_s = 3", "location.severity is missing"),
        (
            '[location]\nseverity = "minor"\nlargest_speed_m_s = 0',
            "location.largest_speed_m_s is 0; allowed: a number from 0.001",
        ),
        (
            "[wear]\nfatigue_cycles = 1e6",
            "wear.fatigue_quantity is missing; allowed: all of fatigue_quantity, fatigue_cycles",
        ),
        (
            '[wear]\nfatigue_quantity = "mood"\nfatigue_cycles = 1e6\nfatigue_exponent = 4',
            "wear.fatigue_quantity is 'mood'; allowed: temperature, humidity",
        ),
        (
            # Where the goods are is no load on them.
            '[wear]\nfatigue_quantity = "latitude"\nfatigue_cycles = 1e6\nfatigue_exponent = 4',
            (
                "wear.fatigue_quantity is 'latitude'; allowed: temperature, humidity, illuminance, "
                "pressure, tilt, battery, contact"
            ),
        ),
    ],
)
def test_mistake_in_a_section_is_named_with_what_may_stand_there(extra: str, sentence: str) -> None:
    assert sentence in refusal_of(f"{PLAIN}{extra}\n")


def test_only_a_temperature_has_a_core() -> None:
    text = PLAIN.replace('"temperature"\nside', '"humidity"\nside') + 'of = "core"\n'
    said = refusal_of(text + "[core]\ntime_constant_s = 60")
    assert "is 'core'; allowed: \"measured\": only a temperature has a core" in said


def test_specification_names_every_key_and_no_other() -> None:
    text = (Path(__file__).parents[4] / "SPECIFICATION.md").read_text("utf-8")
    table = text.split("\n## 10. ")[1].split("\n## ")[0]
    stated = set()
    for names in re.findall(r"^\| (`[^|]*`) \|", table, re.MULTILINE):
        first, *others = re.findall(r"`([^`]*)`", names)
        section = first.rpartition(".")[0]
        stated |= {first, *(f"{section}{one}" if one[0] == "." else one for one in others)}
    assert stated == set(keys_of(PolicyFile))


def keys_of(kind: type[msgspec.Struct], under: str = "") -> Iterator[str]:
    """Yield the keys of a section; tables of numbers by quantity count as one key."""
    for field in msgspec.structs.fields(kind):
        info = msgspec.inspect.type_info(field.type)
        inner = [info, *getattr(info, "types", ()), getattr(info, "item_type", None)]
        (section, *_) = (*(one.cls for one in inner if hasattr(one, "cls")), None)
        if section in {None, NumbersByQuantity, SecondsByQuantity}:
            yield under + field.name
        else:
            is_list = hasattr(info, "item_type")
            yield from keys_of(section, f"{under}{field.name}{'[]' * is_list}.")
