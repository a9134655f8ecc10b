import re
from html.parser import HTMLParser

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from condition_reports.report import ConditionReport
from gateway.ports import Alarm, AssetDetail
from gateway.web import pages
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import (
    HOUR,
    MINUTE,
    NOON,
    Shipment,
    begun,
    every_shipment,
    handover,
    read,
)
from tests.fakes.shipments import VACCINE as POLICY
from tests.fakes.status_source import FakeCommands, FakeStatusSource
from twins.inputs import (
    Decision,
    DecisionOutcome,
    HandoverPhase,
    Input,
    Milestone,
    MilestoneName,
)
from twins.readings import Quality, Reading

ADDRESSES = [
    "/",
    *(f"/assets/{one.id}" for one in every_shipment()),
    "/assets/camera-7?quantity=acceleration",
    "/assets/SGTIN-4711?from=2026-11-20T09:00:00Z&to=2026-11-20T10:00:00Z",
    "/alarms",
    "/quarantine",
    "/quarantine/1",
    "/quarantine/2",
    "/quarantine/3?codec=senml",
    "/devices",
    "/devices/logger-spare-1",
    "/service",
    "/nowhere",
]
VOID = {"meta", "link", "img", "input"}


class Outline(HTMLParser):
    """The elements of a page, its ids, and whether every element is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


async def page(client: TestClient, address: str) -> str:
    answer = await client.get(address, headers={"Accept": "text/html"})
    assert answer.content_type == "text/html"
    return await answer.text()


def words(text: str) -> str:
    plain = re.sub(r"<[^>]+>", " ", text).replace("\u00a0", " ")
    return re.sub(r"\s+", " ", plain)


def detail_of(shipment: Shipment) -> AssetDetail:
    detail = FakeStatusSource([shipment]).asset(shipment.id)
    assert detail is not None
    return detail


def shipment_with(*readings: Input, start: int = NOON - HOUR) -> Shipment:
    return Shipment("lot-1", "Lot 1", POLICY, [*begun("lot-1", "Lot 1", POLICY, start), *readings])


def reading(value: int, at: int, quality: int = 0) -> Reading:
    return Reading(1, "logger-lot-1", "core", "temperature", value, at, 1, 1, quality)


@pytest.mark.parametrize("address", ADDRESSES)
async def test_page_is_well_formed_and_accessible(client: TestClient, address: str) -> None:
    text = await page(client, address)
    outline = Outline(text)
    assert outline.open == []
    assert outline.all("html")[0]["lang"] == "en"
    assert len(outline.all("h1")) == 1
    assert len(outline.all("caption")) == len(outline.all("table"))
    ids = [one["id"] for _, one in outline.elements if one.get("id")]
    assert len(ids) == len(set(ids))
    assert {"main", "announcement"} <= set(ids)
    assert all(one.get("alt") for one in outline.all("img"))
    assert all(one.get("scope") for one in outline.all("th"))


@pytest.mark.parametrize("address", ADDRESSES)
async def test_page_has_nothing_that_its_security_policy_forbids(
    client: TestClient, address: str
) -> None:
    outline = Outline(await page(client, address))
    for tag, attributes in outline.elements:
        assert tag not in {"style", "iframe", "object", "base"}
        if tag == "form":
            assert str(attributes["action"]).startswith(("/quarantine", "/devices/"))
        assert not any(name == "style" or name.startswith("on") for name in attributes)
        assert not (attributes.get("href") or "").startswith(("javascript:", "http"))
    assert [one.get("src") for one in outline.all("script")] in ([], ["/static/live.js"])


@pytest.mark.parametrize("address", ["/", "/assets/evil-1", "/quarantine", "/alarms"])
async def test_hostile_text_is_shown_and_never_obeyed(client: TestClient, address: str) -> None:
    text = await page(client, address)
    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert "\u2066" not in text
    if address != "/alarms":
        assert "&lt;script&gt;alert(1)" in text


async def test_fleet_puts_what_needs_attention_first(client: TestClient) -> None:
    text = await page(client, "/")
    titles = re.findall(r'class="asset-link" href="([^"]+)"', text)
    assert titles[0] == "/assets/SGTIN-4711"
    assert text.index("Needs attention") < text.index("In order") < text.index("nothing waits")


async def test_fleet_says_what_since_when_and_what_to_do(client: TestClient) -> None:
    shown = words(await page(client, "/"))
    happened = "Temperature above 8 °C for 15 min or longer"
    lasting = f"{happened} : lasting for 1 h 00 min, since 2026-11-20 11:00 UTC"
    assert f"Outside limits , critical {lasting}" in shown
    assert "Bring the goods back inside the limits at once." in shown


class SilentSince(FakeStatusSource):
    """Fills the port with an excursion that is over, and a rule of silence that lasts."""

    def alarms(self) -> tuple[Alarm, ...]:
        over = Alarm(
            id="lot-1~boundary:above-8",
            asset="lot-1",
            rule="boundary:above-8",
            text="Temperature above 8 °C",
            severity=2,
            since=NOON - HOUR,
            is_active=False,
            acknowledged_by="",
            acknowledged_at=None,
        )
        lasting = msgspec.structs.replace(
            over,
            rule="gap:temperature",
            text="Silent for long",
            since=NOON - HOUR // 2,
            is_active=True,
        )
        return over, lasting


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/", "Silent for long : lasting for 30 min, since 2026-11-20 11:30 UTC"),
        (
            "/assets/lot-1",
            "Silent for long : began 2026-11-20 11:30 UTC , and has lasted for 30 min.",
        ),
    ],
)
async def test_silence_after_an_excursion_does_not_lend_its_beginning_to_the_verdict(
    address: str, said: str
) -> None:
    hot = read("lot-1", "temperature", NOON - HOUR + 2 * MINUTE, [9_000] * 6)
    source = SilentSince([shipment_with(*hot)])
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(), clock=lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        shown = words(await page(client, address))
    assert "Outside limits , " in shown
    assert said in shown


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/", "1 of 1 shipment needs attention"),
        ("/alarms", "1 active alarm"),
        ("/service", "1 problem of the service"),
        ("/assets/lot-1", "1 reading before the start or after the close"),
        ("/assets/lot-1", "1 statement changed nothing; the timeline names it."),
    ],
)
async def test_one_thing_is_told_in_the_singular(address: str, said: str) -> None:
    hot = read("lot-1", "temperature", NOON - HOUR + 2 * MINUTE, [9_000] * 6)
    vain = handover("lot-1", "acme-pharma", "hub", NOON - HOUR // 2, HandoverPhase.ACCEPTED, "n-1")
    closed = Milestone(1, "lot-1", MilestoneName.CLOSE, NOON - HOUR // 2, "Basel")
    late = read("lot-1", "temperature", NOON - MINUTE, [5_000])
    source = FakeStatusSource([shipment_with(*hot, vain, closed, *late)])
    source.problems = ("the broker is away",)
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(), clock=lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        assert said in await page(client, address)


@pytest.mark.parametrize(("minutes", "is_older"), [(3, True), (50, False)])
async def test_quality_decision_stands_beside_the_verdict_and_says_whether_it_knew_of_all(
    minutes: int, *, is_older: bool
) -> None:
    # Outside from 11:02 on: the alarm comes at 11:17.
    hot = read("lot-1", "temperature", NOON - HOUR + 2 * MINUTE, [9_000] * 6)
    at = NOON - HOUR + minutes * MINUTE
    outcome = DecisionOutcome.RELEASED
    decision = Decision(1, "lot-1", outcome, "qa-basel", "stability data", at)
    source = FakeStatusSource([shipment_with(*hot, decision)])
    app = web_application(source, FakeCommands(), Broadcast(), WebSettings(), clock=lambda: NOON)
    async with TestClient(TestServer(app)) as client:
        shown = words(await page(client, "/assets/lot-1"))
    assert "Quality decision: Released by qa-basel , 2026-11-20 11:" in shown
    assert ": stability data" in shown
    assert ("older than the newest alarm" in shown) is is_older


async def test_chart_begins_with_the_quantity_of_the_worst_excursion(client: TestClient) -> None:
    shown = await page(client, "/assets/camera-7")
    assert "Acceleration of" in shown.partition("<svg xmlns")[2]


async def test_asset_page_shows_every_part(client: TestClient) -> None:
    shown = words(await page(client, "/assets/SGTIN-4711"))
    for part in (
        "Outside limits , critical What happened: Temperature above 8 °C for 15 min or longer .",
        "Began 2026-11-20 11:00 UTC , and has lasted for 1 h 00 min.",
        "Next steps: Bring the goods back inside the limits at once; quarantine the goods until",
        "; quarantine the goods until quality assurance has decided.",
        "Left: Not above 8 °C for more than 4 hours in all : 3 h of 4 h left",
        "Judged as of 2026-11-20 12:00 UTC .",
        "11.8 °C outside 2.0 °C to 8.0 °C 5 min",
        # From the start at 11:57, 1443 minutes; 3 before the first reading and 110 are missing.
        "92.16 % of 1 d 00 h; 90.00 % wanted, longest gap 1 h 50 min",
        "3 h of 4 h left, at this rate until 2026-11-20 15:00:00 UTC",
        "Offered by acme-pharma, not signed Accepted by alpine-freight, not signed",
        "Not AI-written.",
        "cargotwin verify SGTIN-4711",
        "proves nothing to third parties",
        "Version As of Why Condition Digest and document Transaction State",
    ):
        assert part in shown


async def test_chart_of_a_chosen_time_shows_only_that_time(client: TestClient) -> None:
    text = await page(
        client, "/assets/SGTIN-4711?from=2026-11-20T09:00:00Z&to=2026-11-20T10:00:00Z"
    )
    assert "From 2026-11-20 09:00 UTC to 2026-11-20 10:00 UTC." in text
    assert "▼1" not in words(text.partition("<svg xmlns")[2].partition("</svg>")[0])


def test_value_is_judged_by_its_limits() -> None:
    for value, state in [(8_000, "inside"), (8_001, "outside"), (1_999, "outside")]:
        detail = detail_of(shipment_with(reading(value, NOON - 60_000_000)))
        assert pages.last_values(detail, NOON)[0].state == state


def test_value_older_than_its_hold_is_not_called_inside() -> None:
    # Three expected intervals of 5 minutes are the 15 minutes for which a reading speaks.
    detail = detail_of(shipment_with(reading(5_000, NOON - HOUR // 4)))
    assert pages.last_values(detail, NOON)[0].state == "inside"
    assert pages.last_values(detail, NOON + 1)[0].state == "stale"


def test_value_that_says_nothing_is_called_unusable() -> None:
    detail = detail_of(shipment_with(reading(5_000, NOON - 60_000_000, Quality.SENTINEL)))
    (last,) = pages.last_values(detail, NOON)
    assert (last.state, last.value) == ("unusable", "no value")


def test_quantity_without_limits_is_not_called_inside() -> None:
    humidity = read("lot-1", "humidity", NOON - 60_000_000, [50_000])
    shipment = shipment_with()
    detail = detail_of(Shipment("lot-1", "Lot 1", POLICY, [*shipment.inputs, *humidity]))
    assert pages.last_values(detail, NOON)[0].state == "unlimited"


def test_text_of_a_model_is_marked() -> None:
    report = ConditionReport(1, "a", NOON, "text", (), 0, (), "tiny", 1, (), {})
    assert "language model (tiny)" in pages.authorship(report)
    fallen_back = msgspec.structs.replace(report, writer="template", reject_codes=("number",))
    assert "no language model wrote this text" in pages.authorship(fallen_back)
    assert "draft was refused" in pages.authorship(fallen_back)


def test_only_words_that_nobody_can_make_again_are_said_to_rest_on_the_signature() -> None:
    report = ConditionReport(1, "a", NOON, "text", (), 0, (), "llm", 1, (), {})
    assert "rests on the signature alone" in pages.authorship(report)
    for writer in ("tiny", "template"):
        other = msgspec.structs.replace(report, writer=writer)
        assert "signature" not in pages.authorship(other)


def test_picture_is_taken_only_when_it_is_embedded() -> None:
    embedded = "data:image/svg+xml;base64,AAAA"
    assert pages.image_of(msgspec.json.encode({"image": embedded})) == embedded
    for image in ("https://elsewhere.example/a.svg", "javascript:alert(1)", "data:text/html,x"):
        assert pages.image_of(msgspec.json.encode({"image": image})) == ""
    assert pages.image_of(b"no json") == ""
    assert pages.image_of(None) == ""
