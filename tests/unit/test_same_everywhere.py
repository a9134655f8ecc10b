"""The same inputs come to the same twin and the same condition everywhere, to the last bit."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.vectors.seeded.digests import FILE, digests, text_of
from tests.vectors.seeded.policies import POLICIES
from twins.sensors.findings import FindingKind

REPOSITORY = Path(__file__).resolve().parents[2]
RULES = {
    "mean_kinetic_temperature",
    "shelf_life",
    "shelf_life_left",
    "damage_boundary",
    "shocks_undecided",
    "coverage:temperature",
    "coverage:humidity",
    "before_start",
    "after_close",
    "sensors",
    "sensors_before",
    "outvoted",
    "custody_disputed",
    "custody_overdue",
    "off_route",
    "arrival_overdue",
} | {f"boundary:{one['id']}" for policy in POLICIES for one in policy["boundary"]}
# A replay is looked for in whole series, and no seeded binding states a calibration.
NOT_IN_A_TWIN = {FindingKind.REPLAYED_SERIES, FindingKind.CALIBRATION_DUE}


@pytest.fixture(scope="module")
def stored() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def test_seeded_shipments_come_to_the_stored_digests(stored: dict[str, Any]) -> None:
    found = digests()
    assert found["rules"] == stored["rules"]
    for number, one in enumerate(stored["shipments"]):
        assert found["shipments"][number] == one, f"shipment {number}"
    assert found == stored


def test_digests_do_not_depend_on_hashes_time_zone_locale_or_the_kind_of_decimal() -> None:
    # This process has a hash seed of its own, and `decimal` in C.
    elsewhere = {"PYTHONHASHSEED": "4242", "TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8"}
    command = [sys.executable, "-m", "tests.vectors.seeded.digests", "--print", "--without-c"]
    ran = subprocess.run(
        command,
        cwd=REPOSITORY,
        env=os.environ | elsewhere,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout.decode() == FILE.read_text(encoding="utf-8")


def test_stored_digests_are_of_shipments_that_fire_every_rule(stored: dict[str, Any]) -> None:
    fired = {rule for one in stored["shipments"] for rule in one["rules"]}
    assert fired == RULES


def test_stored_digests_are_of_shipments_that_show_every_fault_of_a_sensor(
    stored: dict[str, Any],
) -> None:
    found = {kind for one in stored["shipments"] for kind in one["found"]}
    assert found == set(FindingKind) - NOT_IN_A_TWIN


def test_stored_digests_differ_from_each_other(stored: dict[str, Any]) -> None:
    for part in ("condition", "present", "past"):
        assert len({one[part] for one in stored["shipments"]}) == len(stored["shipments"])


def test_file_is_written_as_the_script_writes_it(stored: dict[str, Any]) -> None:
    assert FILE.read_text(encoding="utf-8") == text_of(stored)
