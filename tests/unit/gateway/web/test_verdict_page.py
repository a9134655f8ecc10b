import re
from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.ports import AssetDetail
from gateway.web import pages, verdict_page
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.judged_shipment import ASSET, judged_shipment
from tests.fakes.shipments import HOSTILE, HOUR, MINUTE, NOON, Shipment, begun, calm_vaccine, read
from tests.fakes.shipments import VACCINE as POLICY
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from tests.unit.gateway.web.test_pages import Outline
from twins.inputs import Milestone, MilestoneName
from twins.policy.condition_policy import Phase

JUDGED = judged_shipment()


def detail_of(shipment: Shipment) -> AssetDetail:
    detail = FakeStatusSource([shipment]).asset(shipment.id)
    assert detail is not None
    return detail


@pytest.fixture
async def shown() -> AsyncIterator[str]:
    async with _served(JUDGED) as client:
        yield await _page(client, ASSET)


def _served(*shipments: Shipment) -> TestClient:
    source = FakeStatusSource(list(shipments))
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(), clock=lambda: NOON)
    return TestClient(TestServer(app))


async def _page(client: TestClient, asset: str) -> str:
    answer = await client.get(f"/assets/{asset}", headers={"Accept": "text/html"})
    return await answer.text()


def words(text: str, section: str = "") -> str:
    if section:
        text = text.partition(f'<section id="{section}"')[2].partition("</section>")[0]
    plain = re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " ").replace("&#39;", "'")
    return re.sub(r"\s+", " ", plain)


@pytest.mark.parametrize(
    ("section", "parts"),
    [
        (
            "reasons",
            (
                (
                    "Alarm at 2026-11-20 10:35 UTC , shown by tracker-7 back : 9.19 °C, read "
                    "2026-11-20 10:30 UTC ; tracker-7 door : 9.31 °C"
                ),
                "Held by alpine-freight for 1 h 55 min of it",
                "What would change it: Readings at or below 7.5 °C of 2 of the 3 sensors end it.",
                "3 more excursions between them",
                "seen by the estimate of the core",
                "2026-11-19 18:00 UTC: 62 g, 3.4 m/s (tracker-7 shock)",
                "Near a limit 9.199 °C is within the sensor's accuracy of ±0.5 °C",
            ),
        ),
        (
            "budgets",
            (
                "at least 2 trusted sensors (of several devices, one each) must speak; 1 h 7 min",
                (
                    "Not above 8 °C for more than 10 hours in sum 59.16 % used: 4 h 5 min of 10 h "
                    "left, at this rate until 2026-11-20 16:05:00 UTC"
                ),
                "of 10 d left at 5 °C",
                "like a drop from 0.262 m",
            ),
        ),
        ("judged", ("Temperature 9.116 °C 3", "Core, estimated")),
        (
            "sensors",
            (
                "Battery of tracker-7 supply : its battery is low",
                "A charge of 10 % or more ends it.",
                "Found and over: disagreement 2",
            ),
        ),
        ("journey", ("departing Departure at Basel", "Start at Basel changed nothing")),
        (
            "custody",
            (
                "seals do not agree",
                "Overdue: the offer of alpine-freight to city-hospital",
                "1 side of 1 handover is not signed.",
                "acme-pharma 90 alpine-freight 265 All 355",
            ),
        ),
    ],
)
async def test_page_says_why_and_what_would_change_it(
    shown: str, section: str, parts: tuple[str, ...]
) -> None:
    text = words(shown, section)
    for part in parts:
        assert part in text


async def test_page_of_everything_is_well_formed_and_accessible(shown: str) -> None:
    outline = Outline(shown)
    assert outline.open == []
    assert len(outline.all("caption")) == len(outline.all("table"))
    ids = [one["id"] for _, one in outline.elements if one.get("id")]
    assert len(ids) == len(set(ids))
    assert all(one.get("scope") for one in outline.all("th"))
    (now,) = [one for one in outline.all("li") if one.get("aria-current") == "step"]
    assert now == {"aria-current": "step"}
    assert not any(name == "style" for _, one in outline.elements for name in one)


async def test_hostile_place_of_a_milestone_is_shown_and_never_obeyed() -> None:
    start = NOON - HOUR
    arrival = Milestone(1, "lot-1", MilestoneName.ARRIVAL, NOON - MINUTE, HOSTILE)
    inputs = [*begun("lot-1", "Lot 1", POLICY, start), arrival]
    async with _served(Shipment("lot-1", "Lot 1", POLICY, inputs)) as client:
        text = await _page(client, "lot-1")
    assert "<script>alert" not in text
    assert "\u202e" not in text


async def test_policy_that_asks_nothing_of_sensors_says_so() -> None:
    async with _served(calm_vaccine()) as client:
        text = words(await _page(client, "SGTIN-4713"), "sensors")
    assert "The policy asks nothing of the sensors but to be heard." in text


async def test_what_is_folded_away_has_a_name_by_which_it_stays_open(shown: str) -> None:
    outline = Outline(shown)
    assert [one.get("id") for one in outline.all("details")] == [
        "excursions-boundary:above-8",
        "excursions-boundary:above-9",
        "chart-table",
        "sensors-over",
    ]


def test_rules_stand_by_weight_and_name_their_first_and_last_excursion() -> None:
    reasons = verdict_page.reasons(detail_of(JUDGED))
    weights = [one.rule.severity for one in reasons]
    assert weights == sorted(weights, reverse=True)
    (warm,) = [one for one in reasons if one.rule.rule == "boundary:above-8"]
    assert warm.shown == (warm.rule.excursions[0], warm.rule.excursions[-1])
    assert (*warm.shown[:1], *warm.folded, *warm.shown[1:]) == warm.rule.excursions


def test_only_excursion_is_shown_once() -> None:
    hot = read("lot-1", "temperature", NOON - HOUR + 2 * MINUTE, [9_000] * 6)
    shipment = Shipment(
        "lot-1", "Lot 1", POLICY, [*begun("lot-1", "Lot 1", POLICY, NOON - HOUR), *hot]
    )
    reasons = verdict_page.reasons(detail_of(shipment))
    (warm,) = [one for one in reasons if one.rule.rule == "boundary:too-warm"]
    assert (len(warm.shown), warm.folded) == (1, ())


def test_phase_of_now_is_marked() -> None:
    assert [name for name, is_now in verdict_page.phases(detail_of(JUDGED)) if is_now] == [
        Phase.TRANSIT
    ]


def test_milestone_that_changed_nothing_stands_where_it_was_stated() -> None:
    found = verdict_page.milestones(detail_of(JUDGED))
    late = "a shipment starts once and first: another milestone came before"
    assert [(one.milestone.name, one.fault) for one in found] == [
        (MilestoneName.START, ""),
        (MilestoneName.DEPARTURE, ""),
        (MilestoneName.START, late),
    ]


def test_limits_of_a_value_are_those_that_judge_what_is_measured_in_this_phase() -> None:
    detail = detail_of(JUDGED)
    ids = {one.id for one in pages.judging_now(detail, "temperature")}
    assert ids == {"above-8", "above-8-in-sum", "above-9", "cold-on-the-way"}
    before = Shipment(JUDGED.id, JUDGED.title, JUDGED.policy, JUDGED.inputs[:-2])
    ids = {one.id for one in pages.judging_now(detail_of(before), "temperature")}
    assert "cold-on-the-way" not in ids


def test_bars_of_what_is_left_all_fill_as_their_allowance_is_used_up(shown: str) -> None:
    section = shown.partition('<section id="budgets"')[2].partition("</section>")[0]
    bars = re.findall(r'<svg class="bar[^>]+aria-label="([^"]+)"', section)
    assert bars
    assert all(one.endswith("% used") for one in bars)
    assert (
        "Every bar fills as its allowance is used up; where it is full, nothing is left."
        in words(shown, "budgets")
    )


def test_time_without_observation_uses_up_what_the_policy_allows_of_it() -> None:
    # 90 % are wanted: of 60 planned minutes 6 may go by unobserved, and 3 did. The start is at
    # noon less 58 minutes, so 58 are planned: 5.8 allowed, 1 before the first reading missed.
    silent = read("lot-1", "temperature", NOON - HOUR + 3 * MINUTE, [5_000] * 12)
    inputs = [*begun("lot-1", "Lot 1", POLICY, NOON - HOUR), *silent]
    ((one, used),) = verdict_page.unobserved(detail_of(Shipment("lot-1", "", POLICY, inputs)))
    assert one.ratio_ppm == 57 * 1_000_000 // 58
    assert used == 10 * 1_000_000 // 58


def test_time_without_observation_is_used_up_where_nothing_was_read() -> None:
    ((_, used),) = verdict_page.unobserved(
        detail_of(Shipment("lot-1", "", POLICY, begun("lot-1", "", POLICY, NOON - HOUR)))
    )
    assert used == 1_000_000


def test_extreme_of_several_sensors_is_told_as_their_middle(shown: str) -> None:
    said = "(the middle of 3 sensors: one alone may have read farther out)"
    lines = words(shown, "reasons").split(" extreme ")[1:]
    assert any(said in line for line in lines)
    (core,) = [line for line in lines if "seen by the estimate of the core" in line]
    assert said not in core.partition("seen by")[0]
