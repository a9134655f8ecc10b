from cargotwin.explaining import explanation

RULE = {
    "rule": "boundary:above-8",
    "text": "Not above 8 °C for 30 minutes or longer",
    "severity": {"level": 2, "word": "major"},
    "count": 3,
    "excursions": [
        {
            "device": "logger-1",
            "sensor": "t1",
            "began_at": "2026-05-04T10:00:00Z",
            "ended_at": None,
            "extreme": {"value": 9.25, "unit": "°C"},
            "extreme_at": "2026-05-04T10:30:00Z",
            "outside_s": 2_700.0,
        }
    ],
}
ASSET = {
    "id": "box-1",
    "disposition": "non_conformant",
    "severity": {"level": 2, "word": "major"},
    "as_of": "2026-05-04T11:00:00Z",
    "rules_fired": [RULE],
    "coverage": {
        "quantities": [{"quantity": "temperature", "percent": 99.5, "longest_gap_s": 300.0}]
    },
    "budgets": [
        {
            "boundary": "above-8-in-sum",
            "device": "logger-1",
            "sensor": "t1",
            "used_s": 2_700.0,
            "allowed_s": 3_600.0,
            "left_s": 900.0,
        }
    ],
}


LASTING = (
    "    logger-1 t1: from 2026-05-04T10:00:00Z and lasts, outside for 45 min, "
    "extreme 9.25 °C at 2026-05-04T10:30:00Z"
)


def test_explanation_names_the_rule_its_readings_and_what_is_left() -> None:
    assert list(explanation(ASSET)) == [
        "box-1: non_conformant, severity major, judged as of 2026-05-04T11:00:00Z",
        "  not kept (major): Not above 8 °C for 30 minutes or longer [boundary:above-8]",
        LASTING,
        "    and 2 more",
        "  coverage: temperature observed for 99.5 % of the planned time, longest gap 5 min",
        "  budget: above-8-in-sum (logger-1 t1): 45 min of 1 h 00 min used, 15 min left",
    ]


def test_explanation_of_an_asset_that_kept_every_rule_says_so() -> None:
    lines = list(explanation({**ASSET, "rules_fired": [], "budgets": []}))
    assert lines[1] == "  every rule of the policy is kept"
