import msgspec
import pytest

from cargotwin.explaining import EXPLAINED, explanation
from cargotwin.figure_words import Json
from gateway.web.asset_schema import ASSET as ASSET_SCHEMA
from gateway.web.custody_documents import custody_document
from gateway.web.liability_documents import liability_document
from gateway.web.verdict_documents import verdict_document
from tests.fakes.judged_shipment import EVERYTHING, KEY, judged_shipment
from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    boundary,
    commission,
    fold,
    milestone,
    policy,
    read,
)
from twins.inputs import Input, MilestoneName
from twins.policy.condition_policy import ConditionPolicy, WearBudget
from twins.twin import settled_at
from twins.verdict.condition import LocationFigure, assess

HOSTILE = "\x1b[2J\nmaker"
OVER = boundary(delay=600, hysteresis=500, is_latched=False)


def as_json(document: dict[str, object]) -> Json:
    found: Json = msgspec.json.decode(msgspec.json.encode(document))
    return found


def lines(by: ConditionPolicy, until: float, *inputs: Input) -> list[str]:
    twin = fold([commission(0), bind(0), *inputs], by)
    verdict = verdict_document(assess(twin, by, at(until)), by, settled_at(twin, at(until), by))
    return list(explanation(as_json(verdict | {"id": ASSET})))


@pytest.fixture(scope="module")
def judged() -> list[str]:
    shipment = judged_shipment()
    twin = settled_at(shipment.twin, shipment.as_of, EVERYTHING)
    custody = custody_document(twin.custody, {KEY: "acme-pharma"}.get)
    verdict = verdict_document(shipment.condition, EVERYTHING, twin)
    milestone: Json = {"name": "start", "biz_step": "staging_outbound", "at": "T", "place": "Basel"}
    milestone |= {"is_shown": False}
    figures = liability_document(shipment.condition.custody, twin.custody, EVERYTHING)
    rest: dict[str, object] = {"id": shipment.id, "custody": custody | figures}
    rest |= {"milestones": [], "milestone_faults": [milestone]}
    rest |= {
        "decisions": [
            {"outcome": "quarantined", "by": "quality", "reason": "was warm", "at": "T"},
        ]
    }
    return list(explanation(as_json(verdict | rest)))


def test_explanation_names_the_rule_its_readings_who_held_it_and_what_would_change_it() -> None:
    assert lines(policy(OVER), 900, read(0, 9_000), read(300, 9_250), read(600, 8_500))[:7] == [
        (
            "Condition record of box-1: non_conformant, severity major, "
            "judged as of 1970-01-01T00:15:00Z, phase origin"
        ),
        (
            "  happened (major): Temperature above 8 °C for 10 min or longer [boundary:above-8], "
            "so non_conformant"
        ),
        "    the rule: rule above-8",
        (
            "    d1 air: from 1970-01-01T00:00:00Z and lasts, outside for 15 min, "
            "extreme 9.25 °C at 1970-01-01T00:05:00Z"
        ),
        "      shown at 1970-01-01T00:10:00Z by d1 air 9.25 °C at 1970-01-01T00:05:00Z",
        "      held by maker 15 min",
        (
            "    what would change it: A reading at or below 7.5 °C ends it. Then it no longer "
            "makes the verdict non_conformant; its severity, major, stays: only a quality decision "
            "can answer it."
        ),
    ]


def test_excursions_that_are_not_listed_are_counted() -> None:
    inputs = [read(60 * place, 9_000 if place % 2 else 5_000) for place in range(60)]
    found = lines(policy(boundary()), 3_600, *inputs)
    listed = sum(line.startswith("    d1 air: from") for line in found)
    # Every second of 60 readings is outside, and the specification lists 20 at most.
    assert 0 < listed <= 20
    assert f"    and {30 - listed} more" in found


def test_what_was_before_the_start_is_on_record_and_no_rule_that_was_not_kept() -> None:
    started = milestone(20, MilestoneName.START)
    found = lines(policy(boundary()), 900, read(10, 9_000), started, read(30, 5_000))
    assert found[1:3] == [
        "  every rule of the policy is kept",
        (
            "  on record: Before the start, limits were passed 1 time. What was before the start "
            "is no part of this shipment; that it happened stays on record. [before_start]"
        ),
    ]


def test_asset_that_kept_every_rule_says_so_and_what_is_left() -> None:
    by = policy(boundary("sum", delay=3_600, is_cumulative=True))
    found = lines(by, 900, read(0, 9_000), read(600, 5_000))
    assert found[1:3] == [
        "  every rule of the policy is kept",
        "  left: boundary:sum: 50 min of 1 h left",
    ]


def test_what_a_long_report_leaves_out_stands_in_the_record() -> None:
    by = policy(boundary(), wear=WearBudget(exposure_full=at(3_600)))
    started = milestone(20, MilestoneName.START)
    found = lines(by, 900, read(10, 5_000), started, read(30, 9_000), read(60, 5_000))
    # 30 of 3,600 s outside are 0.8334 %, and wear is rounded up.
    assert "  wear: 0.9 % used" in found
    assert "  not judged: 1 reading before the start or after the close" in found
    # 9 °C for 30 s and 5 °C for 840 s: 4,470 / 870 is 5.1379.
    assert "  read by d1 air: temperature 5 °C to 9 °C, mean 5.138 °C, 2 readings" in found


def test_budget_that_is_used_up_is_told_with_its_rule() -> None:
    by = policy(boundary("sum", delay=300, is_cumulative=True))
    found = lines(by, 900, read(0, 9_000), read(600, 5_000))
    assert "  budget: sum: 10 min of 5 min used, 0 s left" in found


@pytest.mark.parametrize(
    "line",
    [
        (
            "    estimated core: from 2026-11-20T11:20:00Z and lasts, outside for 40 min, extreme "
            "7.579 °C at 2026-11-20T11:55:00Z"
        ),
        "      held by acme-pharma 30 min, alpine-freight 30 min",
        (
            "  coverage: temperature observed by at least 2 trusted sensors (of several devices, "
            "one each) for 99.4455 % of the planned 1 d 00 h, 95 % wanted, longest gap 8 min"
        ),
        "    damage possible: 62 g, 3.4 m/s at 2026-11-19T18:00:00Z (tracker-7 shock)",
        (
            "    damage unknown: 55.5 g, velocity change not known at 2026-11-19T19:00:00Z "
            "(tracker-7 shock)"
        ),
        (
            "  near limit: 9.199 °C is within the sensor's accuracy of ±0.5 °C of the limit 9 °C: "
            "judged outside as it was read, it could have been inside (tracker-7 back, "
            "2026-11-20T01:05:00Z)"
        ),
        (
            "  sensor: tracker-7 supply, battery: its battery is low, since 2026-11-20T11:00:00Z "
            "(8 % at 2026-11-20T11:00:00Z). A charge of 10 % or more ends it."
        ),
        "  milestone not taken: start (staging_outbound) at Basel, T",
        (
            f"    handover from acme-pharma (signed by {KEY}) to alpine-freight (not signed): "
            "seals do not agree, S-1042 and S-1043"
        ),
        (
            "    offered to city-hospital at 2026-11-20T10:00:00Z, not signed, answer due by "
            "2026-11-20T11:00:00Z"
        ),
        (
            "    overdue: offer of alpine-freight to city-hospital, due 2026-11-20T11:00:00Z, not "
            "answered yet"
        ),
        (
            "  outside, by custodian: acme-pharma 1 h 30 min, alpine-freight 4 h 25 min; "
            "all 5 h 55 min"
        ),
    ],
)
def test_explanation_tells_all_that_the_verdict_rests_on(judged: list[str], line: str) -> None:
    assert line in judged


def test_way_of_an_asset_is_told_by_its_stops() -> None:
    by = policy()
    inputs: list[Input] = [commission(0), bind(0), read(0, 5_000)]
    condition = assess(fold(inputs, by), by, at(10))
    where = LocationFigure(
        stop="",
        last_stop="basel",
        off_route_since=at(5),
        off_route_alarms=1,
        fixes=40,
        impossible=2,
        travelled_mm=12_345_678,
        off_route=at(5),
        overdue_stops=("lyon",),
    )
    verdict = verdict_document(msgspec.structs.replace(condition, location=where), by, None)
    assert list(explanation(as_json(verdict | {"id": ASSET})))[-3:] == [
        (
            "  location: on the way from stop basel, 12345.678 m travelled, 40 positions believed, "
            "2 impossible, off the planned way for 5 s"
        ),
        "    off the planned way since 1970-01-01T00:00:05Z",
        "    overdue at lyon",
    ]


def test_name_cannot_move_the_cursor_or_begin_a_line_of_its_own() -> None:
    by = policy(OVER)
    condition = assess(fold([commission(0, HOSTILE), bind(0), read(0, 9_000)], by), by, at(900))
    verdict = verdict_document(condition, by, None)
    found = list(explanation(as_json(verdict | {"id": ASSET})))
    (held,) = [line for line in found if "held by" in line]
    assert held == "      held by \N{REPLACEMENT CHARACTER}[2J maker 15 min"


def test_members_that_explain_are_described() -> None:
    assert set(EXPLAINED) <= set(as_json(ASSET_SCHEMA)["properties"])


def test_explanation_tells_what_a_person_decided(judged: list[str]) -> None:
    assert "  decision: quarantined by quality at T: was warm" in judged


def test_explanation_tells_which_readings_came_late() -> None:
    by = policy()
    verdict = verdict_document(assess(fold([commission(0), bind(0)], by), by, at(9)), by, None)
    late = {
        "device": "d1",
        "sensor": "air",
        "quantity": "temperature",
        "readings": 3,
        "first_at": "T1",
        "last_at": "T2",
        "came_at": "T3",
    }
    found = list(explanation(as_json(verdict | {"id": ASSET, "late_readings": [late]})))
    said = "  came late: 3 readings of temperature by d1 air, observed T1 to T2, here since T3"
    assert found[-1] == said
