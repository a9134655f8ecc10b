import tomllib
from pathlib import Path

import msgspec
import pytest

from gateway.web.policy_documents import policy_document
from tests.fakes.judged_shipment import EVERYTHING
from tests.unit.twins.samples import policy
from twins.policy.condition_policy import parse_policy

FILES = sorted(Path("config/policies").glob("*.toml"))
SECTIONS = (
    "mean_kinetic_temperature",
    "shelf_life",
    "core",
    "sensors",
    "shock",
    "custody",
    "location",
)


def test_policy_states_its_sections_in_the_units_of_its_file() -> None:
    found = policy_document(EVERYTHING)
    assert found["ignore_first_s"] == 600
    assert found["core"] == {"time_constant_s": 7_200}
    assert found["custody"] == {
        "answer_within_s": 3_600,
        "severity": {"level": 1, "word": "minor"},
    }
    assert found["shelf_life"] == {
        "life_s": 864_000,
        "reference": {"value": 5.0, "unit": "°C", "raw": 5_000},
        "model": {"name": "q10", "q10": 2.0},
        "warn_left_percent": 95,
        "severity": {"level": 3, "word": "critical"},
        "disposition": "non_conformant",
    }
    assert found["shock"] == {
        "restitution": 0.5,
        "critical_velocity_m_s": 2.0,
        "critical_acceleration": {"value": 40.0, "unit": "g", "raw": 40_000},
        "severity": {"level": 2, "word": "major"},
        "disposition": "damaged",
    }
    assert found["mean_kinetic_temperature"] == {
        "limit": {"value": 8.0, "unit": "°C", "raw": 8_000},
        "window_s": 14_400,
        "above": {"value": 8.0, "unit": "°C", "raw": 8_000},
        "severity": {"level": 2, "word": "major"},
        "disposition": "non_conformant",
    }


def test_boundary_says_what_it_judges_and_in_which_phases() -> None:
    boundaries = {one["id"]: one for one in policy_document(EVERYTHING)["boundaries"]}
    assert boundaries["core-above-7"]["of"] == "core"
    assert boundaries["above-8"]["latched"] is False
    assert boundaries["cold-on-the-way"]["phases"] == ["transit"]
    assert boundaries["above-8"]["phases"] is None


def test_section_that_a_policy_leaves_out_is_null() -> None:
    found = policy_document(policy())
    assert [found[name] for name in SECTIONS] == [None] * len(SECTIONS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_policy_of_ours_is_told_as_json(file: Path) -> None:
    found = policy_document(parse_policy(tomllib.loads(file.read_text()), bytes(32), file.stem))
    told = msgspec.json.decode(msgspec.json.encode(found))
    written = tomllib.loads(file.read_text())
    assert {name for name in SECTIONS if told[name] is not None} == sections_of(written)


def sections_of(written: dict[str, object]) -> set[str]:
    return {name for name in SECTIONS if name in written}
