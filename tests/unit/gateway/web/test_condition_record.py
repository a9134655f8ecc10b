"""What a long report leaves out stands on the asset's page, under the name that the report says."""

import re
from collections.abc import Callable
from itertools import pairwise

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer
from typing_extensions import override

from gateway.ports import AssetDetail
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.judged_shipment import ASSET, judged_shipment
from tests.fakes.shipments import (
    HOUR,
    MINUTE,
    NOON,
    VACCINE,
    Shipment,
    begun,
    every_shipment,
    read,
)
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from tests.unit.gateway.web.test_pages import Outline, words
from twins.inputs import Milestone, MilestoneName


class Wording(FakeStatusSource):
    """Fills the port with reports of one text."""

    def __init__(self, shipments: list[Shipment], text: str) -> None:
        super().__init__(shipments)
        self._text = text

    @override
    def asset(self, name: str) -> AssetDetail | None:
        detail = super().asset(name)
        assert detail is not None
        assert detail.report is not None
        report = msgspec.structs.replace(detail.report, text=self._text)
        return msgspec.structs.replace(detail, report=report)


async def page_of(source: FakeStatusSource, asset: str) -> str:
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(), clock=lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get(f"/assets/{asset}", headers={"Accept": "text/html"})
        return await answer.text()


def record(page: str) -> str:
    """Return the words of the condition record."""
    return words(page.partition('id="record"')[2].partition('<section id="journey"')[0])


def closed() -> Shipment:
    """Return a shipment with a reading after its close."""
    inputs = [
        *begun("lot-1", "Lot 1", VACCINE, NOON - HOUR),
        *read("lot-1", "temperature", NOON - HOUR + 2 * MINUTE, [5_000, 6_000]),
        Milestone(1, "lot-1", MilestoneName.CLOSE, NOON - HOUR // 2, "Basel"),
        *read("lot-1", "temperature", NOON - MINUTE, [5_000]),
    ]
    return Shipment("lot-1", "Lot 1", VACCINE, inputs)


LEFT_OUT = {
    "readings outside the planned time": (closed, "1 reading before the start or after the close"),
    "levels": (closed, "5.0 °C 6.0 °C 5.75 °C"),
    "coverage": (closed, "observed 71.42 % of 28 min; 90.00 % wanted, longest gap 8 min"),
    "untouched allowances": (closed, "4 h of 4 h left"),
    "sensors that are over": (judged_shipment, "Found and over: disagreement 2"),
    "peak": (judged_shipment, "highest peak 62.0 g at 2026-11-19 18:00 UTC"),
    "near a limit": (judged_shipment, "is within the sensor's accuracy"),
    "the worst window and its limit": (judged_shipment, "7.2345 °C of 8 °C"),
    "shelf life": (judged_shipment, "8 d 22 h 6 min 18 s of 10 d left at 5 °C"),
}


@pytest.mark.parametrize("name", LEFT_OUT)
async def test_what_may_give_way_in_a_report_stands_in_the_condition_record(name: str) -> None:
    made: Callable[[], Shipment]
    made, said = LEFT_OUT[name]
    shipment = made()
    page = await page_of(FakeStatusSource([shipment]), shipment.id)
    assert "Condition record" in record(page)
    assert said in record(page).replace("&#39;", "'")


@pytest.mark.parametrize(
    ("text", "is_linked"),
    [
        ("For 3 further details, see the condition record.", True),
        ("The condition record holds 1 further detail.", True),
        ("The goods are within limits.", False),
    ],
)
async def test_report_that_leaves_details_to_the_record_is_linked_to_it(
    text: str, *, is_linked: bool
) -> None:
    page = await page_of(Wording([judged_shipment()], text), ASSET)
    report = page.partition('<section id="report"')[2].partition("</section>")[0]
    assert ('<a href="#record">Condition record</a>' in report) is is_linked
    assert '<div id="record" role="region" aria-labelledby="record-title">' in page


@pytest.mark.parametrize("shipment", every_shipment(), ids=lambda one: one.id)
async def test_no_level_of_headings_is_left_out(shipment: Shipment) -> None:
    outline = Outline(await page_of(FakeStatusSource([shipment]), shipment.id))
    levels = [int(tag[1]) for tag, _ in outline.elements if re.fullmatch("h[1-6]", tag)]
    # WCAG 2.2, technique G141: headings are nested one level at a time.
    assert all(after <= before + 1 for before, after in pairwise(levels))
