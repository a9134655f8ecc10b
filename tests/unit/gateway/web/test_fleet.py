import re

import pytest
from aiohttp.test_utils import TestClient, TestServer

from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import HOUR, MINUTE, NOON, Shipment, begun, calm_vaccine, read
from tests.fakes.shipments import VACCINE as POLICY
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from tests.unit.gateway.web.test_pages import Outline, words
from twins.inputs import Decision, DecisionOutcome, Milestone, MilestoneName


def warm(*, outcome: DecisionOutcome | None) -> Shipment:
    """Return a closed shipment that was too warm once, and what quality said of it."""
    hot = read("lot-1", "temperature", NOON - HOUR + 2 * MINUTE, [9_000] * 6 + [5_000] * 4)
    closed = Milestone(1, "lot-1", MilestoneName.CLOSE, NOON - 10 * MINUTE, "Basel")
    inputs = [*begun("lot-1", "Lot 1", POLICY, NOON - HOUR), *hot, closed]
    if outcome is not None:
        inputs.append(Decision(1, "lot-1", outcome, "qa", "stable", NOON - 5 * MINUTE))
    return Shipment("lot-1", "Lot 1", POLICY, inputs)


async def fleet(*shipments: Shipment, accept: str, address: str = "/assets") -> str:
    source = FakeStatusSource(list(shipments))
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(), clock=lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(address, headers={"Accept": accept})
        return await answer.text()


def section(text: str, name: str) -> str:
    return text.partition(f'<section id="{name}"')[2].partition("</section>")[0]


async def test_shipment_that_quality_released_needs_nobody_and_says_who_answered() -> None:
    shown = await fleet(warm(outcome=DecisionOutcome.RELEASED), calm_vaccine(), accept="text/html")
    assert Outline(shown).open == []
    assert "Nothing needs you" in section(shown, "attention")
    released = words(section(shown, "released"))
    assert "Lot 1" in released
    assert "released by quality 2026-11-20 11:55 UTC" in released
    assert "Lot 1" not in section(shown, "in-order")
    counts = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", shown))
    assert (counts["need attention"], counts["released by quality"], counts["in order"]) == (
        "0",
        "1",
        "1",
    )


async def test_counts_above_the_fleet_are_all_of_it_and_what_overlaps_stands_apart() -> None:
    shown = await fleet(warm(outcome=None), calm_vaccine(), accept="text/html")
    counts = {name: int(count) for name, count in re.findall(r"<dt>([^<]+)</dt><dd>(\d+)", shown)}
    assert counts == {"need attention": 1, "in order": 1}
    assert "Of 2 shipments, 1 is closed, and the newest version of 1 is anchored." in words(shown)


async def test_shipment_without_a_title_is_not_named_twice() -> None:
    bare = Shipment("lot-1", "lot-1", POLICY, begun("lot-1", "lot-1", POLICY, NOON - HOUR))
    shown = await fleet(bare, accept="text/html", address="/assets/lot-1")
    head = words(shown.partition('<div id="head"')[2].partition("</div>")[0])
    assert head.count("lot-1") == 2  # The announcement for screen readers, and the heading.


@pytest.mark.parametrize("outcome", [None, *set(DecisionOutcome) - {DecisionOutcome.RELEASED}])
async def test_shipment_that_quality_did_not_release_waits_for_a_person(
    outcome: DecisionOutcome | None,
) -> None:
    shown = await fleet(warm(outcome=outcome), accept="text/html")
    assert "Lot 1" in section(shown, "attention")
    assert "released by quality" not in shown


async def test_programs_are_told_of_the_release_too() -> None:
    told = await fleet(warm(outcome=DecisionOutcome.RELEASED), accept="application/json")
    assert '"needs_attention":false,"released_at":"2026-11-20T11:55:00Z"' in told.replace(" ", "")


@pytest.mark.parametrize("outcome", [None, DecisionOutcome.RELEASED])
async def test_alarm_of_a_released_shipment_says_that_it_is_answered(
    outcome: DecisionOutcome | None,
) -> None:
    shown = await fleet(warm(outcome=outcome), accept="text/html", address="/alarms")
    assert "Temperature above 8 °C" in shown
    assert ("released by quality 2026-11-20 11:55 UTC" in words(shown)) is (outcome is not None)
