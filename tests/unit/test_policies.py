import copy
import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from twins.errors import InvalidPolicy
from twins.policy.condition_policy import (
    Boundary,
    ConditionPolicy,
    Disposition,
    Phase,
    Severity,
    parse_policy,
)
from twins.readings import QUANTITIES
from twins.temperature.shelf_life import RATE_SCALE, rates_of

FOLDER = Path(__file__).resolve().parents[2] / "config" / "policies"
NAMES = [
    "blood-platelets",
    "blood-red-cells",
    "chilled-produce",
    "crt-20-25",
    "fine-art",
    "fragile-electronics",
    "fresh-fish",
    "frozen-20",
    "insulin-in-use",
    "ultra-cold-70",
    "vaccine-2-8",
    "wine",
]
DAY = 86_400


def document(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def parsed(entries: dict[str, Any]) -> ConditionPolicy:
    return parse_policy(entries, hashlib.sha256(rfc8785.dumps(entries)).digest(), "test.toml")


def boundary(name: str, rule: str) -> Boundary:
    (found,) = [one for one in parsed(document(name)).boundaries if one.id == rule]
    return found


def test_the_shipped_policies_are_these_twelve() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.toml")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_policy_parses_is_named_as_its_file_and_names_its_source(name: str) -> None:
    policy = parsed(document(name))
    assert policy.id == name
    assert len(policy.source) > 20


@pytest.mark.parametrize("name", NAMES)
def test_every_rule_of_a_shipped_policy_says_why_in_a_comment(name: str) -> None:
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    blocks = re.split(r"^\[", text, flags=re.MULTILINE)[1:]
    rules = [one for one in blocks if not one.startswith("sensors.")]
    assert [one for one in rules if "\n# " not in one] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_policy_sees_openings_without_latching_them(name: str) -> None:
    for one in parsed(document(name)).boundaries:
        if one.quantity == "illuminance":
            assert one.disposition is Disposition.CONTAINER_OPEN
            assert one.severity is Severity.MINOR
            assert not one.is_latched


@pytest.mark.parametrize("name", NAMES)
def test_opening_where_it_is_unpacked_is_no_fault(name: str) -> None:
    judged = [one.phases for one in parsed(document(name)).boundaries if one.id == "opened"]
    assert all(phases is not None and Phase.DELIVERED not in phases for phases in judged)


@pytest.mark.parametrize("name", ["vaccine-2-8", "crt-20-25", "blood-red-cells", "fresh-fish"])
def test_goods_that_spoil_unseen_allow_no_long_gap(name: str) -> None:
    assert parsed(document(name)).observation.maximum_gap is not None


def test_peak_alone_is_no_damage_where_the_damage_boundary_is_stated() -> None:
    """ASTM D3332: harm only where velocity change and peak are both critical."""
    for name in NAMES:
        found = parsed(document(name))
        if found.shock is not None and found.shock.critical_velocity is not None:
            peaks = [one for one in found.boundaries if one.quantity == "acceleration"]
            assert all(one.disposition is not Disposition.DAMAGED for one in peaks)


@pytest.mark.parametrize("name", NAMES)
def test_damage_is_always_latched_and_critical(name: str) -> None:
    for one in parsed(document(name)).boundaries:
        if one.disposition is Disposition.DAMAGED:
            assert one.is_latched
            assert one.severity is Severity.CRITICAL


@pytest.mark.parametrize("name", NAMES)
def test_a_stricter_limit_never_weighs_less(name: str) -> None:
    # Beyond 15 °C is worse than beyond 8 °C: else the worse state would read as the better one.
    steps: dict[tuple[str, bool, bool], list[Boundary]] = {}
    for one in parsed(document(name)).boundaries:
        steps.setdefault((one.quantity, one.is_upper, one.is_of_core), []).append(one)
    for (_, is_upper, _), rules in steps.items():
        outwards = sorted(rules, key=lambda one: one.limit if is_upper else -one.limit)
        beyond = {one.limit: one.severity for one in outwards if not one.is_cumulative}
        assert list(beyond.values()) == sorted(beyond.values())


# Each figure as its source has it, which the last column names: unit of the quantity, seconds of a
# single run or in sum. Where a source gives no time there is None: the policy's delay is judgement.
RUN, SUM = "single", "cumulative"
FIGURES = [
    ("vaccine-2-8", "above-8", 8, 1_800, RUN, "mSupply: 8 °C for 30 minutes"),
    ("vaccine-2-8", "above-8-in-sum", 8, 3_600, SUM, "mSupply: 60 minutes"),
    ("vaccine-2-8", "below-2", 2, 1_200, RUN, "mSupply: 2 °C for 20 minutes"),
    ("vaccine-2-8", "below-2-in-sum", 2, 2_400, SUM, "mSupply: 40 minutes"),
    ("vaccine-2-8", "frozen", -0.5, 3_600, RUN, "PQS E006/TR07: one hour"),
    ("vaccine-2-8", "frozen-in-sum", -0.5, None, SUM, "PQS E006/TR07: -0.5 °C"),
    ("vaccine-2-8", "above-15", 15, 0, RUN, "USP <659>: excursions from 2 to 15 °C"),
    ("crt-20-25", "above-30", 30, DAY, RUN, "USP <659>: spikes for at most 24 hours"),
    ("crt-20-25", "above-40", 40, 0, RUN, "USP <659>: spikes up to 40 °C"),
    ("crt-20-25", "below-15", 15, None, RUN, "USP <659>: excursions from 15 °C"),
    ("frozen-20", "above-18", -18, None, SUM, "Codex and 89/108/EEC: -18 °C or colder"),
    ("frozen-20", "above-15", -15, None, RUN, "89/108/EEC article 5: 3 °C more in transport"),
    ("frozen-20", "above-12", -12, None, RUN, "89/108/EEC: the warmest in a retail cabinet"),
    ("ultra-cold-70", "above-60", -60, None, RUN, "COMIRNATY section 16: -90 to -60 °C"),
    ("ultra-cold-70", "below-90", -90, None, RUN, "COMIRNATY section 16: -90 to -60 °C"),
    ("ultra-cold-70", "above-25", -25, None, RUN, "COMIRNATY section 16: not at -25 to -15 °C"),
    ("blood-red-cells", "above-6", 6, None, RUN, "21 CFR 640.11(a): 1 to 6 °C"),
    ("blood-red-cells", "above-10", 10, None, RUN, "21 CFR 600.15(a): 1 to 10 °C"),
    ("blood-red-cells", "transit-24-h", 6, DAY, SUM, "ISBT 2020: 24 hours in transit"),
    ("blood-red-cells", "below-1", 1, None, RUN, "21 CFR 640.11(a) and 600.15(a)"),
    ("blood-platelets", "above-24", 24, None, RUN, "21 CFR 610.53: 20 to 24 °C"),
    ("blood-platelets", "below-20", 20, None, RUN, "21 CFR 610.53: 20 to 24 °C"),
    ("insulin-in-use", "above-30", 30, None, RUN, "FDA: 15 to 30 °C"),
    ("insulin-in-use", "out-of-refrigerator", 8, 28 * DAY, SUM, "FDA: 28 days"),
    ("fresh-fish", "above-4-in-sum", 4.4, 14_400, SUM, "FDA Hazards guide, 40 °F for 4 hours"),
    ("chilled-produce", "above-5-in-sum", 5, 14_400, SUM, "Food Code 3-501.19: 4 hours"),
    ("chilled-produce", "frozen", -0.2, None, RUN, "Handbook 66: freezing point of lettuce"),
    ("wine", "warm", 20, None, SUM, "International Wine Challenge, Hillebrand Gori: 10 to 20 °C"),
    ("fine-art", "humid", 60, None, RUN, "Bizot Green Protocol: 40 to 60 %"),
    ("fine-art", "dry", 40, None, RUN, "Bizot Green Protocol: 40 to 60 %"),
    ("fine-art", "warm", 25, None, RUN, "Bizot Green Protocol: 16 to 25 °C"),
    ("fine-art", "cold", 16, None, RUN, "Bizot Green Protocol: 16 to 25 °C"),
    ("fine-art", "damp", 75, None, RUN, "Canadian Conservation Institute: damp, over 75 %"),
    ("fine-art", "split", 25, None, RUN, "conservationphysics.org: below 25 % splits"),
]


@pytest.mark.parametrize(("name", "rule", "limit", "delay_s", "mode", "source"), FIGURES)
def test_a_limit_is_the_figure_of_its_source(
    name: str, rule: str, limit: float, delay_s: int | None, mode: str, source: str
) -> None:
    found = boundary(name, rule)
    assert found.limit == round(limit * QUANTITIES[found.quantity].scale), source
    assert found.is_cumulative is (mode == SUM), source
    assert delay_s is None or found.delay == delay_s * 1_000_000, source


@pytest.mark.parametrize(
    ("name", "limit", "window_h"),
    # USP <1079.2>: 8 °C over 24 hours for 2 to 8 °C, 25 °C over 30 days for 20 to 25 °C.
    [("vaccine-2-8", 8_000, 24), ("crt-20-25", 25_000, 30 * 24)],
)
def test_mean_kinetic_temperature_is_judged_over_the_window_of_the_pharmacopoeia(
    name: str, limit: int, window_h: int
) -> None:
    found = parsed(document(name)).mean_kinetic
    assert found is not None
    assert (found.limit, found.above) == (limit, limit)
    assert found.window == window_h * 3_600_000_000


@pytest.mark.parametrize(
    ("name", "days_at"),
    [
        # (1 + 0.1·t)²: a quarter of the time at 10 °C, 2.25 times as quick at 5 °C.
        ("fresh-fish", {0: 12.0, 5: 12 / 2.25, 10: 3.0}),
        # 21 CFR 610.53: five days, whatever the temperature was.
        ("blood-platelets", {20: 5.0, 24: 5.0}),
    ],
)
def test_shelf_life_of_a_shipped_policy_is_that_of_its_source(
    name: str, days_at: dict[int, float]
) -> None:
    found = parsed(document(name)).shelf_life
    assert found is not None
    rate_of = rates_of(found.kinetics)
    for celsius, days in days_at.items():
        lasts = found.kinetics.life * RATE_SCALE / rate_of(celsius * 1_000)
        assert lasts / (DAY * 1_000_000) == pytest.approx(days)


def test_red_cells_may_be_warmer_in_transit_than_in_storage() -> None:
    in_storage = boundary("blood-red-cells", "above-6").phases
    assert in_storage == (Phase.ORIGIN, Phase.DESTINATION, Phase.DELIVERED)
    assert boundary("blood-red-cells", "transit-24-h").phases == (Phase.TRANSIT,)
    assert boundary("blood-red-cells", "above-10").phases is None


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
        (("boundary", 9, "delay_s"), 60, "delay_s"),
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
