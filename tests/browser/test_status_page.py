"""The status page in a real browser."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from gateway.web.api import listen, web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.judged_shipment import judged_shipment
from tests.fakes.settling import SettlingCommands
from tests.fakes.shipments import NOON, every_shipment
from tests.fakes.status_source import FakeStatusSource, made_devices, made_quarantine
from tests.servers import free_port

pytestmark = pytest.mark.browser

PAGES = {
    "fleet": "/",
    "asset": "/assets/SGTIN-4711",
    "judged": "/assets/SGTIN-9001",
    "shocks": "/assets/camera-7?quantity=acceleration",
    "hostile": "/assets/evil-1",
    "unread": "/assets/SGTIN-4715",
    "alarms": "/alarms",
    "quarantine": "/quarantine",
    "quarantined": "/quarantine/1",
    "quarantined bytes": "/quarantine/3",
    "devices": "/devices",
    "service": "/service",
    "problem": "/assets/nobody",
}
LOOKS: dict[str, tuple[int, Literal["light", "dark"]]] = {
    "light": (1280, "light"),
    "dark": (1280, "dark"),
    "phone": (390, "light"),
}


@dataclass
class Site:
    url: str
    source: FakeStatusSource
    live: Broadcast
    loop: asyncio.AbstractEventLoop

    def publish(self, change: dict[str, object]) -> None:
        self.loop.call_soon_threadsafe(self.live.publish, change)


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve made shipments from another thread: Playwright's own loop holds this one."""
    shipments = [*every_shipment(), judged_shipment()]
    source = FakeStatusSource(shipments, made_quarantine(), made_devices())
    live, port = Broadcast(), free_port()
    commands = SettlingCommands(source)
    app = web_application(source, commands, live, WebSettings(port=port), clock=lambda: NOON)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="status page")
    thread.start()
    runner = asyncio.run_coroutine_threadsafe(listen(app), loop).result(timeout=10)
    yield Site(f"http://127.0.0.1:{port}", source, live, loop)
    asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(timeout=10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=10)
    loop.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(base_url=site.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    yield page
    context.close()


@pytest.mark.parametrize("look", LOOKS)
def test_pages_load_without_complaint_and_fit_the_width(
    browser: Browser, site: Site, tmp_path: Path, look: str
) -> None:
    width, scheme = LOOKS[look]
    complaints: list[str] = []

    def listen_to(message: ConsoleMessage) -> None:
        # The address that does not exist is meant to answer 404, which Chromium logs.
        if message.type in {"error", "warning"} and "404" not in message.text:
            complaints.append(message.text)

    context = browser.new_context(
        base_url=site.url, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    page = context.new_page()
    page.on("console", listen_to)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name, address in PAGES.items():
        page.goto(address)
        page.screenshot(path=tmp_path / f"{name}-{look}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert complaints == [], name
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_every_width(page: Page, name: str) -> None:
    page.goto(PAGES[name])
    for width in (320, 600, 761, 900, 1081, 1200, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, width


def test_first_row_is_the_shipment_that_needs_attention_most(page: Page) -> None:
    page.goto("/")
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("Vaccine lot 4711")
    expect(first).to_contain_text("Outside limits")
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vaccine lot 4711")


def test_chart_is_seen_and_has_words_for_those_who_do_not_see_it(page: Page) -> None:
    page.goto("/assets/SGTIN-4711")
    chart = page.get_by_role("img", name="Temperature of Vaccine lot 4711")
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    assert box["height"] > 200
    page.get_by_text("The same as a table").click()
    expect(page.locator("#chart-table table")).to_be_visible()


def test_keyboard_reaches_the_content_and_shows_where_it_is(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    first = page.get_by_role("link", name="Vaccine lot 4711")
    expect(first).to_be_focused()
    outline = first.evaluate("one => getComputedStyle(one).outlineWidth")
    assert outline == "3px"


@pytest.mark.parametrize("name", ["fleet", "asset", "judged"])
@pytest.mark.parametrize("width", [390, 1280])
def test_targets_are_large_enough(page: Page, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(PAGES[name])
    # WCAG 2.2, 2.5.8 exempts links inside a sentence.
    targets = page.locator("nav a, .button, summary, .brand, .asset-link, .trail a, footer a")
    for target in targets.all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 24, target.inner_text()


def test_page_works_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="Camera crate 7").click()
    page.get_by_role("link", name="Acceleration").click()
    expect(page.get_by_role("img", name="Acceleration of Camera crate 7")).to_be_visible()
    page.get_by_role("link", name="Last 6 h").click()
    expect(page.locator("#chart")).to_contain_text("No reading in this time.")
    context.close()


def test_folded_excursions_open_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/assets/SGTIN-9001")
    folded = page.locator("#reasons details").first
    second = folded.get_by_text("Held by acme-pharma for 30\u00a0min of it")
    expect(second).to_be_hidden()
    folded.get_by_text("3 more excursions between them").click()
    expect(second).to_be_visible()
    context.close()


def test_folded_excursions_stay_open_when_the_page_changes(page: Page, site: Site) -> None:
    page.goto("/assets/SGTIN-9001")
    expect(page.locator("#live-state")).to_have_text("● Live")
    page.locator("#reasons summary").first.click()
    page.get_by_role("heading", level=1).click()
    page.evaluate("document.querySelector('#reasons-title').textContent = 'old'")
    site.publish({"kind": "reading", "asset": "SGTIN-9001"})
    expect(page.locator("#reasons-title")).to_have_text("Rules not kept")
    expect(page.locator("#reasons details").first).to_have_attribute("open", "")
    expect(page.locator("#reasons details").nth(1)).not_to_have_attribute("open", "")


def test_change_appears_without_reloading_and_is_announced(page: Page, site: Site) -> None:
    page.goto("/")
    expect(page.locator("#live-state")).to_have_text("● Live")
    page.evaluate("window.sameDocument = true")
    page.get_by_role("link", name="Vaccine lot 4711").focus()
    del site.source._details["camera-7"]
    site.publish({"kind": "version", "asset": "camera-7"})
    expect(page.get_by_role("link", name="Camera crate 7")).to_have_count(0)
    expect(page.locator("#announcement")).to_have_text("5 of 9 shipments need attention")
    expect(page.get_by_role("link", name="Vaccine lot 4711")).to_be_focused()
    assert page.evaluate("window.sameDocument")


def test_stretch_of_a_chart_is_chosen_by_dragging(page: Page) -> None:
    page.goto("/assets/SGTIN-4711")
    chart = page.get_by_role("img", name="Temperature of Vaccine lot 4711")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.25, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, y, steps=5)
    page.mouse.up()
    page.wait_for_url("**from=*")
    expect(page.locator("#chart desc").first).to_contain_text("From 2026-11-19 17:")
    expect(page.get_by_role("link", name="Whole")).not_to_have_attribute("aria-current", "true")


def test_hostile_text_starts_nothing(page: Page) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    for name in ("fleet", "hostile", "quarantine"):
        page.goto(PAGES[name])
        expect(page.locator("body")).to_contain_text("<script>alert(1)</script>")
    assert dialogs == []


def test_print_shows_whole_digests(page: Page) -> None:
    page.goto("/assets/SGTIN-4711")
    digest = page.locator("#token tbody code.whole").first
    expect(digest).to_be_hidden()
    page.emulate_media(media="print")
    expect(digest).to_be_visible()
    expect(page.get_by_role("navigation")).to_be_hidden()


def test_print_shows_every_excursion(page: Page) -> None:
    page.goto("/assets/SGTIN-9001")
    folded = page.locator("#reasons details .excursion-line").first
    expect(folded).to_be_hidden()
    page.emulate_media(media="print")
    expect(folded).to_be_visible()


@pytest.mark.parametrize("has_script", [True, False])
def test_quarantined_input_is_discarded_by_a_form(
    browser: Browser, site: Site, *, has_script: bool
) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=has_script)
    page = context.new_page()
    page.goto("/quarantine")
    page.get_by_role("link", name="position 1").click()
    form = page.locator("form", has_text="Discard it")
    form.get_by_label("Reason").fill("a test of the plug")
    form.get_by_label("Your party or role").fill("qa-basel")
    form.get_by_role("button").click()
    expect(page).to_have_url(f"{site.url}/quarantine/1")
    expect(page.locator("#entry")).to_contain_text("a test of the plug")
    expect(page.locator("form.decide")).to_have_count(0)
    assert site.source.settlements[1].by == "qa-basel"
    context.close()
