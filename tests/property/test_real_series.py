"""Recorded series of real sensors under several policies, against the formulas.

What is compared follows from the same readings twice: once by the twins, once by pandas, NumPy and
`decimal` in `recorded_series` and `by_the_formulas`. Integers must be equal, decimals to the digits
that a condition states.
"""

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from contracts.canonical import digest
from tests.property.by_the_formulas import (
    DAY,
    HOUR,
    Outside,
    Window,
    excursions,
    highest_window,
    kinetic_sum,
    life_left,
    longest,
    mean_kinetic,
    rate_of,
    runs,
)
from tests.property.recorded_series import (
    SECOND,
    VECTORS,
    Judged,
    judged,
    readings_of,
    recorded,
    three_of,
)
from twins.inputs import Binding, BindingAction, Commissioned, Input, event_key
from twins.policy.condition_policy import parse_policy
from twins.twin import AssetTwin, advance, settled_at
from twins.verdict.condition import Condition, assess

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "policies"
OFFICE = "nab_ambient_temperature_system_failure.csv"
MACHINE = "nab_machine_temperature.csv"
AFTER_THE_END = 1_800 * SECOND

MADE = ("machine-day", "machine-square", "office-week")
"""Policies beside the recordings; the others are shipped."""


def policy_document(name: str) -> dict[str, Any]:
    """Return a policy as TOML; what it says of other things than temperature is left out."""
    if name in MADE:
        file = VECTORS / f"nab_{name.replace('-', '_')}_policy.toml"
        return tomllib.loads(file.read_text(encoding="utf-8"))
    document = tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))
    document.pop("sensors", None)
    kept = [one for one in document["boundary"] if one["quantity"] == "temperature"]
    return document | {"boundary": kept}


@dataclass(frozen=True)
class Case:
    """A recording under a policy: what the twin says, and what the formulas judge."""

    document: dict[str, Any]
    table: pd.DataFrame
    twin: AssetTwin
    condition: Condition
    series: Judged
    judged_from: int

    @property
    def ends_at(self) -> int:
        return int(self.series.moments[-1])

    @property
    def begins_at(self) -> int:
        return int(self.series.moments[0])


@cache
def judged_case(name: str) -> Case:
    file, policy_name, seed, *_ = CASES[name]
    table = recorded(file)
    interval = 3_600 * SECOND if file == OFFICE else 300 * SECOND
    if seed is not None:
        table = three_of(table, seed)
    document = policy_document(policy_name)
    policy = parse_policy(document, digest(document), policy_name)
    begins_at = int(table["at"].min())
    bound = [
        Binding(1, BindingAction.ADD, name, "box", begins_at, interval)
        for name in sorted(table["sensor"].unique())
    ]
    inputs: list[Input] = [Commissioned(1, "box", "", "maker", "", begins_at), *bound]
    inputs = sorted([*inputs, *readings_of(table)], key=event_key)
    twin = advance(AssetTwin("box"), inputs, policy)
    until = int(table["at"].max()) + AFTER_THE_END
    observation = document["observation"]
    hold = observation.get("maximum_hold_s", 0) * SECOND or max(3 * interval, 900 * SECOND)
    judged_from = begins_at + observation.get("ignore_first_s", 0) * SECOND
    patience = interval * 5 // 4
    limits = [
        (one["side"] == "upper", round(one["limit"] * 1000))
        for one in document.get("boundary", [])
        if one["quantity"] == "temperature"
    ]
    apart = document.get("sensors", {}).get("disagreement", {}).get("temperature")
    farthest = None if apart is None else round(apart * 1000)
    more = [judged_from]
    series = judged(
        table,
        hold=hold,
        patience=patience,
        until=until,
        more=more,
        limits=limits,
        farthest=farthest,
    )
    condition = assess(twin, policy, until)
    return Case(document, table, settled_at(twin, until, policy), condition, series, judged_from)


# So that no test compares nothing with nothing: how many excursions, the highest window, days left.
CASES = {
    "office-crt": (OFFICE, "crt-20-25", None, 3, "24.8656", None),
    "office-insulin": (OFFICE, "insulin-in-use", None, 3, None, None),
    "office-week": (OFFICE, "office-week", None, 22, "26.3266", 128),
    "office-week-three-sensors": (OFFICE, "office-week", 11, 22, "26.3554", 128),
    "machine-day": (MACHINE, "machine-day", None, 68, "36.8715", 62),
    "machine-day-three-sensors": (MACHINE, "machine-day", 7, 74, "36.9045", 62),
    "machine-square": (MACHINE, "machine-square", None, 0, None, -4),
    "machine-square-three-sensors": (MACHINE, "machine-square", 8, 0, None, -4),
}


@pytest.mark.parametrize("name", CASES)
def test_case_shows_what_it_is_for(name: str) -> None:
    found, (*_, count, window, days) = judged_case(name), CASES[name]
    assert len(found.twin.excursions) == count
    (told,) = found.condition.statistics.judged
    highest = told.highest_window
    assert (None if highest is None else highest.mean_kinetic_celsius) == window
    life = found.condition.shelf_life
    assert (None if life is None else life.left // DAY) == days


@pytest.fixture(params=CASES)
def one(request: pytest.FixtureRequest) -> Case:
    return judged_case(request.param)


def test_sensors_of_a_recording_have_the_extremes_and_weighted_means_of_numpy(one: Case) -> None:
    found = one.condition.statistics.series
    assert len(found) == one.table["sensor"].nunique()
    for number, (name, rows) in enumerate(one.table.groupby("sensor")):
        told = found[number]
        ordered = rows.sort_values(["at", "seq"])
        assert (told.device, told.readings) == (name, len(rows))
        assert (told.minimum, told.maximum) == (rows["value"].min(), rows["value"].max())
        assert told.maximum_at == ordered["at"].iloc[ordered["value"].to_numpy().argmax()]
        assert told.minimum_at == ordered["at"].iloc[ordered["value"].to_numpy().argmin()]
        observed = one.series.observed_by_sensor[number]
        assert told.observed == observed
        # `round` of a fraction is half to even.
        assert told.mean == round(Fraction(one.series.weighted_by_sensor[number], observed))


def test_what_is_judged_of_a_recording_has_the_mean_kinetic_temperature_of_haynes(
    one: Case,
) -> None:
    (told,) = one.condition.statistics.judged
    speaks = one.series.speaking > 0
    observed = int(one.series.span[speaks].sum())
    assert told.observed == observed
    kinetic = kinetic_sum(one.series.upper[speaks], one.series.span[speaks])
    assert told.mean_kinetic_celsius == mean_kinetic(kinetic, observed)


def test_recording_is_covered_while_enough_sensors_speak(one: Case) -> None:
    quorum = one.document.get("sensors", {}).get("quorum", 1)
    is_enough = one.series.speaking >= quorum
    planned = one.ends_at - one.begins_at
    observed = int(one.series.span[is_enough].sum())
    (told,) = one.condition.coverage.quantities
    assert (one.condition.coverage.planned, told.observed) == (planned, observed)
    assert told.ratio_ppm == observed * 1_000_000 // planned
    assert told.longest_gap == longest(~is_enough, one.series.span)


def test_excursions_of_a_recording_are_those_of_pandas(one: Case) -> None:
    expected = [
        found
        for boundary in one.document.get("boundary", [])
        for found in excursions(one.series, boundary, one.judged_from)
    ]
    found = [
        Outside(
            boundary=each.boundary,
            began_at=each.began_at,
            alarmed_at=each.alarmed_at,
            ended_at=each.ended_at,
            extreme=each.extreme,
            extreme_at=each.extreme_at,
            device=each.device,
            outside=each.outside,
        )
        for each in one.twin.excursions
    ]
    assert sorted(found, key=_place) == sorted(expected, key=_place)


def _place(found: Outside) -> tuple[str, int]:
    return found.boundary, found.began_at


def test_time_of_a_recording_outside_any_boundary_counts_once(one: Case) -> None:
    outside = [
        pd.Series(dtype="int64"),
        *(
            runs(one.series, boundary, one.judged_from)["outside"]
            for boundary in one.document.get("boundary", [])
        ),
    ]
    (told,) = one.condition.statistics.judged
    assert told.outside == int(pd.concat(outside, axis=1).max(axis=1).sum())
    assert told.outside == one.condition.custody.outside


def test_budgets_of_a_recording_are_what_pandas_leaves_of_them(one: Case) -> None:
    expected = []
    for boundary in one.document.get("boundary", []):
        if boundary.get("mode") == "cumulative":
            used = int(runs(one.series, boundary, one.judged_from)["outside"].sum())
            allowed = boundary["delay_s"] * SECOND
            expected.append((boundary["id"], used, allowed, max(0, allowed - used)))
    found = [(each.boundary, each.used, each.allowed, each.left) for each in one.condition.budgets]
    assert found == expected


def test_highest_window_of_a_recording_is_the_highest_of_all_that_were_tried(one: Case) -> None:
    (told,) = one.condition.statistics.judged
    limit = one.document.get("mean_kinetic_temperature", {})
    if "window_h" not in limit:
        assert told.highest_window is None
        return
    above = round(limit["above"] * 1000)
    expected = highest_window(one.series, limit["window_h"] * HOUR, above)
    window = told.highest_window
    assert expected is not None
    assert window is not None
    assert expected == Window(
        window.begins_at, window.ends_at, window.observed, window.mean_kinetic_celsius
    )


def test_shelf_life_left_after_a_recording_is_that_of_the_formula(one: Case) -> None:
    life, told = one.document.get("shelf_life"), one.condition.shelf_life
    if life is None:
        assert told is None
        return
    assert told is not None
    left = life_left(one.series, life)
    assert (told.life, told.left) == (int(life["days"] * DAY), left)
    is_speaking = bool(one.series.speaking[-1])
    if left > 0 and is_speaking:
        rate = rate_of(life)(int(one.series.upper[-1]))
        assert told.used_up_at == pytest.approx(one.ends_at + int(left / rate), abs=1)
    else:
        assert told.used_up_at == (one.ends_at if is_speaking else None)


def test_rules_that_fire_on_a_recording_are_those_whose_figures_pass_their_limit(
    one: Case,
) -> None:
    expected = {}
    for boundary in one.document.get("boundary", []):
        found = excursions(one.series, boundary, one.judged_from)
        if found:
            expected[f"boundary:{boundary['id']}"] = len(found)
    limit = one.document.get("mean_kinetic_temperature")
    if limit is not None and _mean_kinetic(one) > limit["limit"]:
        expected["mean_kinetic_temperature"] = 0
    life = one.document.get("shelf_life")
    if life is not None and life_left(one.series, life) <= 0:
        expected["shelf_life"] = 0
    covered = one.condition.coverage.ratio_ppm / 1e6
    if covered < one.document["observation"]["minimum_coverage"]:
        expected["coverage:temperature"] = 0
    most = one.document["observation"].get("maximum_gap_s")
    (quantity,) = one.condition.coverage.quantities
    if most is not None and quantity.longest_gap > most * SECOND:
        expected["gap:temperature"] = 0
    fired = {each.rule: each.count for each in one.condition.rules_fired}
    about_sensors = {"sensors", "sensors_before"}
    assert {rule: count for rule, count in fired.items() if rule not in about_sensors} == expected


def _mean_kinetic(one: Case) -> float:
    """Return what the rule judges: the highest window where the policy has windows."""
    (told,) = one.condition.statistics.judged
    if "window_h" not in one.document["mean_kinetic_temperature"]:
        return float(told.mean_kinetic_celsius or "nan")
    window = told.highest_window
    return float("nan" if window is None else window.mean_kinetic_celsius)
