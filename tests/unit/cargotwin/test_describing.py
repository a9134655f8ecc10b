from typing import Any

from cargotwin.describing import description

SERIES = {
    "device": "logger-1",
    "sensor": "probe",
    "quantity": "temperature",
    "readings": 1,
    "last": {"value": 4.25, "unit": "°C", "raw": 4_250},
    "last_at": "2026-05-04T10:55:00Z",
    "minimum": {"value": 2.0, "unit": "°C", "raw": 2_000},
    "maximum": {"value": 9.25, "unit": "°C", "raw": 9_250},
}
ASSET: dict[str, Any] = {
    "id": "box-1",
    "title": "Vaccines for Basel",
    "is_closed": False,
    "disposition": "non_conformant",
    "severity": {"level": 2, "word": "major"},
    "since": "2026-05-04T10:00:00Z",
    "since_rule": "boundary:above-8",
    "as_of": "2026-05-04T11:00:00Z",
    "rules_fired": [
        {
            "rule": "boundary:above-8",
            "happened": "Temperature above 8 °C",
            "text": "Not above 8 °C for 30 minutes",
            "severity": {"level": 2, "word": "major"},
            "disposition": "non_conformant",
        }
    ],
    "next_step": "Hold the goods.",
    "policy": {"id": "vaccine-2-8", "title": "Vaccines, 2 to 8 °C"},
    "coverage": {"percent": 99.5},
    "statistics": {"series": [SERIES]},
    "custody": {
        "state": "offered",
        "holder": "maker",
        "since": "2026-05-04T08:00:00Z",
        "offer": {"from": "maker", "to": "carrier", "nonce": "n1", "at": "2026-05-04T10:30:00Z"},
    },
    "contained_in": [
        {"asset": "pallet-7", "since": "2026-05-04T08:30:00Z", "until": "2026-05-04T09:00:00Z"}
    ],
    "contains": [{"asset": "vial-1", "since": "2026-05-04T08:10:00Z", "until": None}],
    "milestones": [{"name": "departed", "at": "2026-05-04T09:00:00Z", "place": "Basel"}],
    "decisions": [
        {"outcome": "released", "by": "qa", "reason": "stable", "at": "2026-05-04T11:00:00Z"}
    ],
    "version": 3,
    "is_anchored": True,
    "token": {"id": 42},
}
NEW = ASSET | {
    "title": "box-1",
    "since": None,
    "since_rule": None,
    "rules_fired": [],
    "next_step": "",
    "statistics": {"series": []},
    "custody": {
        "state": "held",
        "holder": "unassigned",
        "since": "2026-05-04T08:00:00Z",
        "offer": None,
    },
    "contained_in": [],
    "contains": [],
    "milestones": [],
    "decisions": [],
    "version": 0,
}


CONDITION = (
    "  condition  Outside limits (non_conformant), severity major; "
    "judged as of 2026-05-04T11:00:00Z"
)
READINGS = (
    "  readings   1 reading of temperature by logger-1 probe, newest 4.25 °C at "
    "2026-05-04T10:55:00Z, from 2 °C to 9.25 °C"
)


def test_an_asset_is_described_in_lines_with_units_and_moments() -> None:
    assert list(description(ASSET)) == [
        "box-1: Vaccines for Basel",
        CONDITION,
        "  happened   Temperature above 8 °C [boundary:above-8], began 2026-05-04T10:00:00Z",
        "  next step  Hold the goods.",
        "  policy     vaccine-2-8: Vaccines, 2 to 8 °C",
        "  coverage   99.5 % of the planned time",
        READINGS,
        "  custody    offered, held by maker since 2026-05-04T08:00:00Z",
        "  offered    by maker to carrier at 2026-05-04T10:30:00Z",
        "  stands in  pallet-7 2026-05-04T08:30:00Z to 2026-05-04T09:00:00Z",
        "  holds      vial-1 since 2026-05-04T08:10:00Z",
        "  milestone  departed at 2026-05-04T09:00:00Z, Basel",
        "  decision   released by qa at 2026-05-04T11:00:00Z: stable",
        "  published  version 3, on the chain",
        "  token      42",
    ]


def test_a_beginning_stands_beside_its_own_rule_and_beside_no_other_words() -> None:
    missed = ASSET["rules_fired"][0] | {
        "rule": "coverage:temperature",
        "happened": "Temperature observed for less than 95 % of the planned time",
        "disposition": "unknown",
    }
    asset = ASSET | {
        "rules_fired": [*ASSET["rules_fired"], missed],
        "since": "2026-05-04T10:45:00Z",
        "since_rule": "coverage:temperature",
    }
    lines = [one for one in description(asset) if "10:45:00" in one]
    text = "Temperature observed for less than 95 % of the planned time [coverage:temperature]"
    assert lines == [f"  happened   {text}, began 2026-05-04T10:45:00Z"]


def test_an_asset_of_which_nothing_is_known_yet_is_described_as_well() -> None:
    lines = list(description(NEW))
    assert lines[0] == "box-1"
    assert "  readings   none yet" in lines
    assert lines[-1] == "  published  nothing yet"
    assert not any("next step" in line for line in lines)


def test_an_asset_that_was_added_without_a_holder_names_nobody() -> None:
    (said,) = [line for line in description(NEW) if line.startswith("  custody")]
    assert said == "  custody    held, held by nobody named yet since 2026-05-04T08:00:00Z"


def test_a_series_without_a_usable_value_shows_no_extremes() -> None:
    series = SERIES | {"readings": 2, "last": None, "minimum": None, "maximum": None}
    asset = ASSET | {"statistics": {"series": [series]}}
    assert "  readings   2 readings of temperature by logger-1 probe" in description(asset)


def test_key_of_an_asset_is_told_in_words_and_as_its_link() -> None:
    lines = list(description(ASSET | {"id": "urn:epc:id:sgtin:0614141.812345.6789"}))
    assert "  GS1 key    GTIN 80614141123458, serial number 6789" in lines
    assert "  link       https://id.gs1.org/01/80614141123458/21/6789" in lines
    assert not [line for line in description(ASSET) if "GS1" in line or "id.gs1.org" in line]
