"""A real delivery tour through a running gateway: a plan, positions, and what follows from both."""

import csv
import json
from pathlib import Path

import pytest

from tests.integration.gateway_process import GatewayProcess
from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration

POLICY = REPOSITORY / "config" / "policies" / "vaccine-2-8.toml"
TRACKS = REPOSITORY / "tests" / "vectors" / "goal_delivery_gps.csv"
FIRST = "2026-05-04T06:00:00Z"
METRE = 1e-3 / 111.195
"""In degrees of a meridian; of a parallel at 47.5° it is divided by the cosine, 0.67559."""


def positions() -> list[tuple[float, float]]:
    """Return a tour's fixes, its centre laid at 47.5° N 7.6° E."""
    with TRACKS.open(encoding="utf-8") as lines:
        rows = [one for one in csv.DictReader(lines) if one["trajectory"] == "0000"]
    return [
        (47.5 + float(one["y_m"]) * METRE, 7.6 + float(one["x_m"]) * METRE / 0.67559)
        for one in rows
    ]


def written(folder: Path, name: str, fixes: list[tuple[int, tuple[float, float]]]) -> Path:
    lines = [
        f"2026-05-04T{7 + number * 5 // 3600:02}:{number * 5 // 60 % 60:02}:{number * 5 % 60:02}Z"
        f",{north:.7f},{east:.7f}"
        for number, (north, east) in fixes
    ]
    file = folder / name
    file.write_text("\n".join(["time,latitude,longitude", *lines, ""]), encoding="utf-8")
    return file


def test_tour_with_a_plan_that_came_last_departs_and_arrives_and_verifies(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    tour = list(enumerate(positions()))
    halves = len(tour) // 2
    policy = tmp_path / "tour.toml"
    limits = '[location]\nseverity = "minor"\nlargest_speed_m_s = 70.0\n'
    policy.write_text(POLICY.read_text("utf-8") + limits, encoding="utf-8")
    gateway.enter("asset", "add", "tour-1", "--policy", policy, "--at", FIRST)
    bind = ("asset", "bind", "tour-1", "--device", "gps-1", "--interval", "60", "--at", FIRST)
    gateway.enter(*bind)
    for name, part in [("later.csv", tour[halves:]), ("earlier.csv", tour[:halves])]:
        columns = ("--column=latitude=latitude:°", "--column=longitude=longitude:°")
        file = written(tmp_path, name, part)
        gateway.enter("import", file, "--device=gps-1", *columns)
    ends = [
        {"id": name, "role": name, "circle": {"centre": list(place), "radius_m": 60}}
        for name, place in [("origin", tour[0][1]), ("destination", tour[-1][1])]
    ]
    plan = tmp_path / "plan.json"
    document = {"schema": "cargotwin.plan.v1", "stops": ends, "accuracy_m": 10}
    plan.write_text(json.dumps(document), encoding="utf-8")
    gateway.enter("asset", "plan", "tour-1", plan, "--at", FIRST)
    gateway.wait_calm()
    asset = gateway.asset("tour-1")
    assert [one["name"] for one in asset["milestones"]] == ["departure", "arrival"]
    assert (asset["phase"], asset["milestone_faults"]) == ("destination", [])
    assert asset["location"]["last_stop"] == "destination"
    assert asset["location"]["fixes"] in (len(tour), len(tour) - 1)
    done = gateway.run("verify", "tour-1")
    assert done.returncode == 0, done.stderr.decode()


def test_wrong_plan_is_refused_with_all_that_is_wrong(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_text('{"schema": "cargotwin.plan.v1", "corridor_m": 5}', encoding="utf-8")
    done = gateway.run("asset", "plan", "tour-1", plan)
    assert done.returncode == 2
    assert "a list of stops" in done.stderr.decode()
    assert "both or neither" in done.stderr.decode()
