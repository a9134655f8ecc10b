"""Plans as files and as commands."""

from pathlib import Path
from typing import Any

import pytest
import rfc8785

from gateway.commands import parse_command, records_of
from gateway.errors import CommandRefused, UnreadableFile
from gateway.plans import LARGEST_PLAN_BYTES, plan_document, read_plan_file
from tests.servers.places import REPOSITORY
from twins.identity.asset_names import AssetNames
from twins.inputs import Plan
from twins.position.route import InvalidPlan, parse_plan

TOML = """
schema = "cargotwin.plan.v1"
route = [[47.5, 7.6], [45.75, 4.85]]
corridor_m = 2000

[[stops]]
id = "basel"
role = "origin"
circle = { centre = [47.5, 7.6], radius_m = 400 }

[[stops]]
id = "lyon"
role = "destination"
place = "Hall 4"
circle = { centre = [45.75, 4.85], radius_m = 400 }
arrives_by = 2026-05-04T18:00:00+02:00
"""
PLAN: dict[str, Any] = {
    "schema": "cargotwin.plan.v1",
    "stops": [
        {"id": "A", "role": "origin", "circle": {"centre": [50, 8.0000000001], "radius_m": 500}}
    ],
}
NOW = 1_795_176_000_000_000
A_1 = AssetNames(["a-1"])


def written(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_plan_may_be_toml_with_times_of_toml(tmp_path: Path) -> None:
    found = read_plan_file(written(tmp_path, "plan.toml", TOML))
    # date -u -d 2026-05-04T16:00:00Z +%s
    assert found["stops"][1]["arrives_by"] == 1_777_910_400_000_000
    assert [one.id for one in parse_plan(plan_document(found)).stops] == ["basel", "lyon"]


def test_plan_to_copy_can_be_stated_and_has_every_key() -> None:
    found = read_plan_file(REPOSITORY / "config" / "plans" / "basel-to-lyon.toml")
    plan = parse_plan(plan_document(found))
    assert [(one.id, one.role) for one in plan.stops] == [
        ("basel", "origin"),
        ("besancon", "waypoint"),
        ("lyon", "destination"),
    ]
    # date -u -d 2026-05-04T16:00:00Z +%s
    assert plan.stops[-1].arrives_by == 1_777_910_400_000_000
    assert plan.corridor is not None


def test_plan_of_the_documentation_can_be_stated() -> None:
    text = (REPOSITORY / "docs" / "plans.md").read_text(encoding="utf-8")
    shown = text.partition("```json\n")[2].partition("```")[0]
    assert [one.id for one in parse_plan(shown.encode()).stops] == ["basel", "lyon"]


def test_plan_may_be_json(tmp_path: Path) -> None:
    file = written(tmp_path, "plan.json", rfc8785.dumps(PLAN).decode())
    assert read_plan_file(file) == PLAN


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("plan.json", "{", "is no JSON"),
        ("plan.toml", "a = ", "is no TOML"),
    ],
)
def test_file_that_is_no_plan_at_all_is_named(
    tmp_path: Path, name: str, text: str, reason: str
) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_plan_file(written(tmp_path, name, text))
    with pytest.raises(UnreadableFile, match="nowhere"):
        read_plan_file(tmp_path / "nowhere.json")


def test_time_of_a_plan_without_its_offset_is_refused(tmp_path: Path) -> None:
    text = TOML.replace("+02:00", "")
    with pytest.raises(InvalidPlan, match="without an offset"):
        read_plan_file(written(tmp_path, "plan.toml", text))


def test_mistakes_of_a_plan_are_told_before_it_is_sent(tmp_path: Path) -> None:
    with pytest.raises(InvalidPlan, match="origin for the first stop alone"):
        read_plan_file(written(tmp_path, "p.toml", TOML.replace("destination", "origin")))


def test_command_becomes_a_record_with_the_canonical_bytes_of_the_plan() -> None:
    command = parse_command({"command": "asset.plan", "asset": "a-1", "plan": PLAN})
    document = (
        b'{"schema":"cargotwin.plan.v1","stops":[{"circle":{"centre":[50,8.0000000001],'
        b'"radius_m":500},"id":"A","role":"origin"}]}'
    )
    assert records_of(command, NOW, A_1) == [Plan(1, "a-1", document, NOW)]


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ({}, "stops"),
        ({**PLAN, "colour": "red"}, "colour"),
        ({**PLAN, "corridor_m": 1.5e400}, "no canonical JSON form"),
    ],
)
def test_command_with_a_wrong_plan_is_refused_and_says_why(
    plan: dict[str, Any], reason: str
) -> None:
    command = parse_command({"command": "asset.plan", "asset": "a-1", "plan": plan})
    with pytest.raises(CommandRefused, match=reason):
        records_of(command, NOW, A_1)


def test_plan_that_is_too_large_is_refused() -> None:
    corners = [[50 + n % 3 / 7, 8 + n / 7000] for n in range(1000)]
    stops: list[Any] = [{"id": f"s{n}", "role": "waypoint", "polygon": corners} for n in range(10)]
    assert len(rfc8785.dumps(stops)) > LARGEST_PLAN_BYTES
    with pytest.raises(CommandRefused, match="fewer positions"):
        plan_document({**PLAN, "stops": stops})
