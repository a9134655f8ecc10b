"""Each text is what a person may write by mistake; the limits are those of section 10."""

import tomllib

import pytest

from twins.errors import InvalidPolicies, InvalidPolicy
from twins.policy.condition_policy import check_policy

RIGHT = """
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


def refusal_of(text: str) -> str:
    with pytest.raises(InvalidPolicy) as refused:
        check_policy(tomllib.loads(text), "sample.toml")
    return str(refused.value)


def test_right_policy_has_no_mistake() -> None:
    check_policy(tomllib.loads(RIGHT), "sample.toml")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('title = "Sample"', "", "title is missing; allowed: text in quotation marks"),
        (
            'title = "Sample"',
            'titel = "Sample"\ntitle = "Sample"',
            "titel is no key here (did you mean title?)",
        ),
        ("limit = 8.0", 'limit = "8"', "is '8'; allowed: a number from -1000000000 to"),
        ("limit = 8.0", "limit = nan", "is nan; allowed: a number from -1000000000 to"),
        ('side = "upper"', 'side = "above"', 'is \'above\'; allowed: "lower" or "upper"'),
        (
            "minimum_coverage = 0.95",
            "minimum_coverage = 95",
            "is 95; allowed: a number from 0 to 1",
        ),
        ("schema = 1", "schema = 2", "schema is 2; allowed: 1"),
        ('["temperature"]', '"temperature"', "allowed: a list in square brackets"),
        ('["temperature"]', "[]", "allowed: a list in square brackets of one or more of"),
        (
            '["temperature"]',
            "[1]",
            "required is [1]; allowed: a list in square brackets of one or more of temperature, hu",
        ),
        (
            "[[boundary]]",
            '[mean_kinetic_temperature]\nlimit = 1e8\nseverity = "major"\n[[boundary]]',
            # The range of a temperature, specification section 1.
            "mean_kinetic_temperature.limit is 100000000.0; allowed: -273.149 to 1000",
        ),
        (
            "[[boundary]]",
            '[mean_kinetic_temperature]\nlimit = -274.0\nseverity = "major"\n[[boundary]]',
            "mean_kinetic_temperature.limit is -274.0; allowed: -273.149 to 1000",
        ),
        ('id = "sample"', 'id = "Sample!"', "allowed: 1 to 64 small letters, digits and hyphens"),
        ('id = "sample"', 'id = "sample\\n"', "allowed: 1 to 64 small letters, digits and hyphens"),
        ('id = "above-8"', 'id = "a\\n"', "allowed: 1 to 64 small letters, digits and hyphens"),
        ("limit = 8.0", "limit = 8.0\nlatched = 1", "is 1; allowed: true or false"),
        ("limit = 8.0", "limit = 8.0\ndelay_s = 1.5", "1.5; allowed: a whole number from 0 to"),
        ("[[boundary]]", "[boundary]", "allowed: sections in double brackets, [[boundary]]"),
        ("[observation]", "[[observation]]", "allowed: a section in single brackets"),
        ("schema = 1", "schema = 1\nwear = 3", "wear is 3; allowed: a section in single brackets"),
        (
            "schema = 1",
            "schema = 1\nwear = {shock_full = -3}",
            "wear.shock_full is -3; allowed: a whole",
        ),
    ],
)
def test_mistake_is_named_with_what_stands_there_and_what_may(
    old: str, new: str, sentence: str
) -> None:
    assert old in RIGHT
    assert sentence in refusal_of(RIGHT.replace(old, new, 1))


def test_boundary_is_named_by_its_number_as_people_count() -> None:
    second = RIGHT[RIGHT.index("[[boundary]]") :].replace("8.0", "9999.0")
    said = refusal_of(RIGHT + second)
    assert "boundary[1].limit ([[boundary]] number 2) is 9999.0" in said
    assert "boundary[1].id ([[boundary]] number 2) is 'above-8'" in said


@pytest.mark.parametrize("quantity", ["latitude", "longitude"])
def test_position_is_bounded_by_a_plan_and_never_by_a_boundary(quantity: str) -> None:
    said = refusal_of(RIGHT.replace('quantity = "temperature"', f'quantity = "{quantity}"'))
    said = said.replace(" ([[boundary]] number 1)", "")
    assert f"boundary[0].quantity is '{quantity}'; allowed: another quantity; where" in said


@pytest.mark.parametrize("quantity", ["latitude", "longitude"])
def test_position_may_be_required(quantity: str) -> None:
    check_policy(tomllib.loads(RIGHT.replace('["temperature"]', f'["{quantity}"]')), "sample.toml")


def test_all_mistakes_are_named_at_once() -> None:
    text = (
        RIGHT.replace('severity = "major"', 'severity = "huge"')
        .replace("schema = 1", "")
        .replace("limit = 8.0", "limit = 9999.0\ncolour = 3")
        .replace('["temperature"]', '["mood"]')
    )
    second = RIGHT[RIGHT.index("[[boundary]]") :].replace('"temperature"', '"heat"')
    with pytest.raises(InvalidPolicies) as refused:
        check_policy(tomllib.loads(text + second), "sample.toml")
    assert [one.key for one in refused.value.mistakes] == [
        "schema",
        "observation.severity",
        "boundary[0].severity",
        "boundary[0].colour",
        "observation.required",
        "boundary[0].limit",
        "boundary[1].id",
        "boundary[1].quantity",
    ]
    assert "sample.toml: 8 mistakes\n" in str(refused.value)
