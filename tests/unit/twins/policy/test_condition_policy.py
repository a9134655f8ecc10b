import tomllib
from pathlib import Path
from typing import Any

import pytest

from twins.errors import InvalidPolicy
from twins.policy.condition_policy import (
    ConditionPolicy,
    Disposition,
    Severity,
    hold_of,
    parse_policy,
)
from twins.readings import MICROSECONDS

POLICIES = sorted((Path(__file__).parents[4] / "config" / "policies").glob("*.toml"))

TEXT = """
schema = 1
id = "sample"
title = "Sample"
source = "nobody"
[observation]
required = ["temperature"]
minimum_coverage = 0.95
severity = "minor"
[[boundary]]
id = "above-8"
quantity = "temperature"
side = "upper"
limit = 8.1
hysteresis = 0.3
delay_s = 1800
severity = "major"
title = "Not above 8.1 °C"
"""


def parsed(text: str = TEXT) -> ConditionPolicy:
    return parse_policy(tomllib.loads(text), bytes(32), "sample.toml")


@pytest.mark.parametrize("file", POLICIES, ids=lambda file: file.stem)
def test_shipped_policy_is_valid_and_named_after_its_file(file: Path) -> None:
    policy = parse_policy(tomllib.loads(file.read_text()), bytes(32), file.name)
    assert policy.id == file.stem
    assert policy.source


def test_policy_is_used_in_integer_steps() -> None:
    (boundary,) = parsed().boundaries
    assert (boundary.limit, boundary.hysteresis, boundary.delay) == (8_100, 300, 1_800_000_000)
    assert (boundary.is_upper, boundary.is_cumulative, boundary.is_latched) == (True, False, True)
    assert boundary.severity is Severity.MAJOR
    assert boundary.disposition is Disposition.NON_CONFORMANT
    assert parsed().observation.minimum_coverage_ppm == 950_000


def test_hold_is_three_intervals_at_least_fifteen_minutes_or_as_the_policy_says() -> None:
    minute = 60 * MICROSECONDS
    assert hold_of(parsed(), 4 * minute) == 15 * minute
    assert hold_of(parsed(), 6 * minute) == 18 * minute
    stated = parsed(TEXT.replace("[[boundary]]", "maximum_hold_s = 60\n[[boundary]]"))
    assert hold_of(stated, 6 * minute) == minute


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("limit = 8.1", "limit = nan", "limit"),
        ("limit = 8.1", "limit = inf", "limit"),
        ("limit = 8.1", "limit = -300", "limit"),
        ("limit = 8.1", 'limit = "8"', "limit"),
        ("hysteresis = 0.3", "hysteresis = -0.3", "hysteresis"),
        ("hysteresis = 0.3", "hysteresis = inf", "hysteresis"),
        ("delay_s = 1800", "delay_s = -1", "delay_s"),
        ("delay_s = 1800", "delay_h = 1", "boundary[0]"),
        ('quantity = "temperature"', 'quantity = "mood"', "boundary[0].quantity"),
        ('side = "upper"', 'side = "above"', "side"),
        ('severity = "major"', 'severity = "none"', "severity"),
        ("minimum_coverage = 0.95", "minimum_coverage = 95", "minimum_coverage"),
        ('required = ["temperature"]', "required = []", "required"),
        ('required = ["temperature"]', 'required = ["acceleration"]', "observation.required"),
        ("schema = 1", "schema = 2", "schema"),
        ('id = "sample"', 'id = "Sample!"', "id"),
    ],
)
def test_policy_that_breaks_its_schema_is_refused_by_key(old: str, new: str, key: str) -> None:
    with pytest.raises(InvalidPolicy) as refused:
        parsed(TEXT.replace(old, new, 1))
    assert refused.value.policy == "sample.toml"
    assert key in refused.value.key


def test_policy_with_two_boundaries_of_one_id_is_refused() -> None:
    with pytest.raises(InvalidPolicy, match="no other boundary has"):
        parsed(TEXT + TEXT[TEXT.index("[[boundary]]") :])


@pytest.mark.parametrize("extra", ["delay_s = 60", 'mode = "cumulative"'])
def test_event_quantity_cannot_have_a_duration(extra: str) -> None:
    document: dict[str, Any] = tomllib.loads(TEXT)
    shock = tomllib.loads(
        f'id = "s"\nquantity = "acceleration"\nside = "upper"\nlimit = 60\n'
        f'severity = "major"\ntitle = "t"\n{extra}'
    )
    document["boundary"].append(shock)
    with pytest.raises(InvalidPolicy, match="acceleration is an event"):
        parse_policy(document, bytes(32), "sample.toml")
