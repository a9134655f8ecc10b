"""A real series of eleven months through the whole gateway, against pandas."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.integration.gateway_process import GatewayProcess, Json
from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration

VECTORS = REPOSITORY / "tests" / "vectors"
SERIES = VECTORS / "nab_ambient_temperature_system_failure.csv"
POLICY = VECTORS / "nab_office_policy.toml"
FIRST = "2013-07-04T00:00:00Z"
HOLD_S = 3 * 3600
# Haynes' formula with the pharmacopoeia's heat of activation over R: 10,000 K.
ACTIVATION_KELVIN = 10_000


@pytest.fixture(scope="module")
def series() -> pd.DataFrame:
    """Return the readings in milli-°C with the seconds that each one speaks."""
    table = pd.read_csv(SERIES, parse_dates=["timestamp"])
    celsius = (table["value"] - 32) * 5 / 9
    table["milli"] = (celsius * 1000).round().astype(int)
    table["until_next"] = -table["timestamp"].diff(-1).dt.total_seconds()
    table["spoken"] = table["until_next"].fillna(0).clip(upper=HOLD_S)
    return table


@pytest.fixture(scope="module")
def replayed(gateway: GatewayProcess) -> Json:
    """Return what the gateway knows after the replay."""
    return replay(gateway, "office-1", "office-logger-1", POLICY)


def replay(gateway: GatewayProcess, asset: str, device: str, policy: Path) -> Json:
    gateway.enter("asset", "add", asset, "--policy", policy, "--at", FIRST)
    gateway.enter("asset", "bind", asset, "--device", device, "--interval", "3600", "--at", FIRST)
    options = ["--quantity", "temperature", "--unit", "F", "--zone", "UTC", "--json"]
    done = gateway.run("replay", SERIES, "--device", device, *options)
    assert done.returncode == 0, done.stderr.decode()
    assert b'"readings": 7267' in done.stdout
    gateway.wait_calm()
    return gateway.asset(asset)


def excursions(table: pd.DataFrame, limit: int, hysteresis: int, delay_s: int) -> pd.DataFrame:
    """Return the runs above a limit that lasted for the delay; for a lower one turn the sign."""
    outside = table["milli"] > limit
    inside = table["milli"] <= limit - hysteresis
    # 1 outside, 0 inside again, in the dead band whatever was before.
    state = pd.Series(np.select([outside, inside], [1.0, 0.0], np.nan)).ffill().fillna(0)
    run = (state.diff().fillna(state) != 0).cumsum()
    open_runs = table[state == 1].assign(
        run=run, outside_s=table["spoken"].where(outside, 0), end=table["timestamp"].shift(-1)
    )
    found = open_runs.groupby("run").agg(
        began_at=("timestamp", "first"),
        ended_at=("end", "last"),
        extreme=("milli", "max"),
        outside_s=("outside_s", "sum"),
    )
    return found[found["outside_s"] >= delay_s].reset_index(drop=True)


def found_by_the_gateway(asset: Json, boundary: str, sign: int = 1) -> pd.DataFrame:
    rows = [
        {
            "began_at": one["began_at"],
            "ended_at": one["ended_at"],
            "extreme": sign * one["extreme"]["raw"],
            "outside_s": one["outside_s"],
        }
        for rule in asset["rules_fired"]
        for one in rule["excursions"]
        if one["boundary"] == boundary
    ]
    table = pd.DataFrame(rows)
    for column in ("began_at", "ended_at"):
        table[column] = pd.to_datetime(table[column]).dt.tz_localize(None)
    return table.sort_values("began_at", ignore_index=True)


def assert_same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def mean_kinetic(table: pd.DataFrame, spoken: "pd.Series[float]") -> float:
    factors = (-ACTIVATION_KELVIN / (table["milli"] / 1000 + 273.15)).map(math.exp)
    return -ACTIVATION_KELVIN / math.log((spoken * factors).sum() / spoken.sum()) - 273.15


def test_replayed_series_has_the_readings_and_extremes_of_the_file(
    replayed: Json, series: pd.DataFrame
) -> None:
    (found,) = replayed["statistics"]["series"]
    assert found["readings"] == len(series) == 7267
    assert (found["unusable"], found["conflicts"]) == (0, 0)
    assert found["minimum"]["raw"] == series["milli"].min() == 14_144
    assert found["maximum"]["raw"] == series["milli"].max() == 30_124
    assert replayed["as_of"] == "2014-05-28T15:00:00Z"


def test_replayed_series_is_covered_as_far_as_its_readings_speak(
    replayed: Json, series: pd.DataFrame
) -> None:
    (found,) = replayed["statistics"]["series"]
    assert found["observed_s"] == series["spoken"].sum()
    share = series["spoken"].sum() / series["until_next"].sum()
    assert replayed["coverage"]["percent"] == pytest.approx(100 * share, abs=1e-4)
    assert round(share, 4) == 0.9237
    longest = (series["until_next"] - series["spoken"]).max()
    assert replayed["coverage"]["quantities"][0]["longest_gap_s"] == longest


def test_replayed_series_has_the_means_of_the_formula(replayed: Json, series: pd.DataFrame) -> None:
    (found,) = replayed["statistics"]["series"]
    weighted = (series["spoken"] * series["milli"]).sum() / series["spoken"].sum()
    assert found["mean"]["raw"] == round(weighted)
    kinetic = mean_kinetic(series, series["spoken"])
    assert found["mean_kinetic_celsius"] == f"{kinetic:.4f}" == "22.0898"


def test_replayed_series_has_the_mean_kinetic_temperature_of_the_vector_without_a_hold(
    gateway: GatewayProcess, series: pd.DataFrame, tmp_path: Path
) -> None:
    policy = tmp_path / "unlimited.toml"
    ten_years = "maximum_hold_s = 315360000"
    policy.write_text(POLICY.read_text().replace("maximum_hold_s = 10800", ten_years))
    asset = replay(gateway, "office-2", "office-logger-2", policy)
    kinetic = mean_kinetic(series, series["until_next"].fillna(0))
    (found,) = asset["statistics"]["series"]
    assert found["mean_kinetic_celsius"] == f"{kinetic:.4f}" == "22.0765"
    assert asset["coverage"]["percent"] == 100


def test_replayed_series_breaks_the_upper_limit_as_often_as_pandas_finds(
    replayed: Json, series: pd.DataFrame
) -> None:
    expected = excursions(series, 26_000, 500, 7_200)
    assert len(expected) > 5
    assert_same(found_by_the_gateway(replayed, "above-26"), expected)


def test_replayed_series_breaks_the_lower_limit_as_often_as_pandas_finds(
    replayed: Json, series: pd.DataFrame
) -> None:
    mirrored = series.assign(milli=-series["milli"])
    expected = excursions(mirrored, -17_000, 300, 10_800)
    assert len(expected) > 5
    assert_same(found_by_the_gateway(replayed, "below-17", sign=-1), expected)


def test_replayed_series_spends_the_time_above_a_limit_that_pandas_sums(
    replayed: Json, series: pd.DataFrame
) -> None:
    expected = series.loc[series["milli"] > 24_000, "spoken"].sum()
    found = found_by_the_gateway(replayed, "above-24-in-sum")
    assert list(found["outside_s"]) == [expected]
    assert expected > 360_000
    assert (replayed["disposition"], replayed["severity"]["word"]) == ("damaged", "critical")


def test_token_of_the_replayed_series_verifies(gateway: GatewayProcess, replayed: Json) -> None:
    done = gateway.run("verify", replayed["id"])
    assert done.returncode == 0, done.stderr.decode()
    assert f"verified asset {replayed['id']}" in done.stdout.decode()
