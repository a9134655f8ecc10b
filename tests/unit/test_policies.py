import copy
import hashlib
import tomllib
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from twins.errors import InvalidPolicy
from twins.policy import ConditionPolicy, Disposition, Severity, parse_policy

FOLDER = Path(__file__).resolve().parents[2] / "config" / "policies"
NAMES = ["chilled-produce", "fragile-electronics", "frozen-20", "vaccine-2-8"]


def document(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def parsed(entries: dict[str, Any]) -> ConditionPolicy:
    return parse_policy(entries, hashlib.sha256(rfc8785.dumps(entries)).digest(), "test.toml")


def limits(name: str) -> dict[str, tuple[float, int]]:
    return {
        one.id: (one.limit, one.delay // 1_000_000) for one in parsed(document(name)).boundaries
    }


def test_the_shipped_policies_are_these_four() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.toml")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_policy_parses_is_named_as_its_file_and_names_its_source(name: str) -> None:
    policy = parsed(document(name))
    assert policy.id == name
    assert len(policy.source) > 20
    assert policy.wear.shock_full > 0


@pytest.mark.parametrize("name", NAMES)
def test_every_boundary_of_a_shipped_policy_says_why_in_a_comment(name: str) -> None:
    blocks = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").split("[[boundary]]")[1:]
    assert all("\n# " in block.split("\n[")[0] for block in blocks)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_policy_sees_openings_without_latching_them(name: str) -> None:
    (opened,) = [one for one in parsed(document(name)).boundaries if one.quantity == "illuminance"]
    assert opened.disposition is Disposition.CONTAINER_OPEN
    assert opened.severity is Severity.MINOR
    assert not opened.is_latched


@pytest.mark.parametrize("name", NAMES)
def test_damage_is_always_latched_and_critical(name: str) -> None:
    damaging = [
        one for one in parsed(document(name)).boundaries if one.disposition is Disposition.DAMAGED
    ]
    assert damaging
    assert all(one.is_latched and one.severity is Severity.CRITICAL for one in damaging)


def test_the_vaccine_limits_are_those_of_its_sources() -> None:
    # mSupply: 8 °C 30 min, 2 °C 20 min, 60 min in sum; PQS E006/TR07: -0.5 °C for one hour.
    found = limits("vaccine-2-8")
    assert found["above-8"] == (8_000, 1_800)
    assert found["above-8-in-sum"] == (8_000, 3_600)
    assert found["below-2"] == (2_000, 1_200)
    assert found["frozen"] == (-500, 3_600)
    mean_kinetic = parsed(document("vaccine-2-8")).mean_kinetic
    assert mean_kinetic is not None
    assert mean_kinetic.limit == 8_000


def test_the_frozen_limits_are_those_of_codex_and_89_108() -> None:
    found = limits("frozen-20")
    assert (found["above-18"][0], found["above-15"][0], found["above-12"][0]) == (
        -18_000,
        -15_000,
        -12_000,
    )


def test_the_produce_limits_are_those_of_the_food_code_and_handbook_66() -> None:
    found = limits("chilled-produce")
    assert found["above-5-in-sum"] == (5_000, 4 * 3_600)
    assert found["frozen"][0] == -200


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("colour",), "red", "colour"),
        (("schema",), 2, "schema"),
        (("id",), "Vaccine 2-8", "id"),
        (("observation", "required"), [], "required"),
        (("observation", "required"), ["acceleration"], "required"),
        (("observation", "minimum_coverage"), 95, "minimum_coverage"),
        (("boundary", 0, "sied"), "upper", "sied"),
        (("boundary", 0, "side"), "above", "side"),
        (("boundary", 0, "limit"), "8", "limit"),
        (("boundary", 0, "limit"), 8000.0, "limit"),
        (("boundary", 0, "delay_s"), -1, "delay_s"),
        (("boundary", 0, "quantity"), "heat", "quantity"),
        (("boundary", 0, "severity"), "fatal", "severity"),
        (("boundary", 1, "id"), "above-8", "boundary[1].id"),
        (("boundary", 6, "delay_s"), 60, "delay_s"),
        (("wear", "shock_full"), -3, "shock_full"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(
    path: tuple[str | int, ...], value: object, named: str
) -> None:
    entries: Any = copy.deepcopy(document("vaccine-2-8"))
    place = entries
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(InvalidPolicy) as refused:
        parsed(entries)
    assert named in str(refused.value)
