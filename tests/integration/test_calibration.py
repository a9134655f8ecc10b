"""The day of a device's calibration, from the command line to the verdict and its verification."""

from pathlib import Path

import pytest

from tests.integration.gateway_process import GatewayProcess
from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration

POLICY = REPOSITORY / "config" / "policies" / "vaccine-2-8.toml"
FIRST = "2026-05-04T06:00:00Z"


def test_device_whose_calibration_has_ended_is_named_and_its_time_is_not_observed(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    gateway.enter("asset", "add", "calibrated-1", "--policy", POLICY, "--at", FIRST)
    bind = ("asset", "bind", "calibrated-1", "--device", "old-1", "--interval", "300")
    # The policy's year ended on 1 May.
    gateway.enter(*bind, "--at", FIRST, "--calibrated-on", "2025-05-01")
    series = tmp_path / "series.csv"
    rows = [f"2026-05-04T06:{minute:02}:00Z,5.{minute:02}" for minute in range(0, 60, 5)]
    series.write_text("\n".join(["time,temperature", *rows, ""]), encoding="utf-8")
    gateway.enter("import", series, "--device=old-1", "--quantity=temperature", "--unit=C")
    gateway.enter("asset", "milestone", "calibrated-1", "close", "--at", "2026-05-04T07:00:00Z")
    gateway.wait_calm()
    asset = gateway.asset("calibrated-1")
    (found,) = [one for one in asset["sensors"]["running"] if one["kind"] == "calibration_due"]
    assert (found["device"], found["since"]) == ("old-1", "2026-05-01T00:00:00Z")
    assert asset["coverage"]["quantities"][0]["percent"] == 0
    done = gateway.run("verify", "calibrated-1", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
