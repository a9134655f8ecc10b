"""Bringing a device in by the pages, in a real browser and before a real intake."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from gateway.web.api import listen, web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.servers import free_port
from tests.unit.gateway.codecs import sparkplug_messages as sparkplug
from tests.unit.gateway.devices.adopting import Adopting, adopting
from tests.unit.gateway.intake.running_intake import BIND, NOW, TIMED, TOPIC

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 761, 1280)


def tasmota(time: str, celsius: float) -> bytes:
    return json.dumps({"Time": time, "AM2301": {"Temperature": celsius}, "TempUnit": "C"}).encode()


def by_alias() -> bytes:
    """Return Sparkplug DATA that only a BIRTH explains."""
    metric = sparkplug.metric(None, sparkplug.double_value(5.0), alias=7)
    return sparkplug.payload([metric], 1)


@asynccontextmanager
async def serving(folder: Path, port: int) -> AsyncIterator[Adopting]:
    async with adopting(folder) as one:
        await one.hear(
            "tele/cellar/SENSOR",
            tasmota("2026-11-20T12:10:00", 4.5),
            tasmota("2026-11-20T12:40:00", 6.5),
        )
        await one.hear("freezer/sensor/upper/state", b"-18.5")
        await one.hear("plant/truck-7/a-rather-long-name/climate", b'{"t": 4, "uptime": 9}')
        await one.hear("site/door", "Kühlhaus: offen".encode())
        one.configure("tele/lab/SENSOR", "tasmota", naive_time="gateway")
        await one.hear("tele/lab/SENSOR", tasmota("2026-11-20T12:10:00", 4.5))
        await one.hear("tele/attic/SENSOR", tasmota("2026-11-20T12:10:00", 4.5))
        one.configure("tele/attic/SENSOR", "tasmota", zone="Europe/Berlin")
        one.configure("spBv1.0/#", "sparkplug_b")
        await one.hear("spBv1.0/plant/DDATA/line/probe", by_alias())
        await one.hear(TOPIC, TIMED)
        await one.submit(dict(BIND) | {"device": "d-2"})
        settings = WebSettings(port=port)
        app = web_application(one.status, one, Broadcast(), settings, clock=lambda: NOW)
        runner = await listen(app)
        yield one
        await runner.cleanup()


@dataclass
class Site:
    url: str
    one: Adopting


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Serve from another thread: Playwright's own loop holds this one."""
    loop, port = asyncio.new_event_loop(), free_port()
    thread = threading.Thread(target=loop.run_forever, name="devices page")
    thread.start()
    work = serving(tmp_path, port)
    one = asyncio.run_coroutine_threadsafe(work.__aenter__(), loop).result(timeout=20)
    yield Site(f"http://127.0.0.1:{port}", one)
    asyncio.run_coroutine_threadsafe(work.__aexit__(None, None, None), loop).result(timeout=20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=10)
    loop.close()


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def page_of(browser: Browser, site: Site, *, has_script: bool = True) -> Page:
    context = browser.new_context(base_url=site.url, java_script_enabled=has_script)
    return context.new_page()


@pytest.mark.parametrize("has_script", [True, False])
def test_device_is_brought_in_by_its_forms(
    browser: Browser, site: Site, *, has_script: bool
) -> None:
    page = page_of(browser, site, has_script=has_script)
    page.goto("/devices")
    row = page.get_by_role("row").filter(has_text="tele/cellar/SENSOR")
    expect(row).to_contain_text("wants an answer")
    row.get_by_role("link", name="cellar").click()
    expect(page.locator(".note", has_text="Still needed: zone")).to_be_visible()
    expect(page.get_by_role("button", name="Bring it in")).to_have_count(0)
    page.get_by_label("In which time zone").fill("Europe/Berlin")
    page.get_by_role("button", name="Show what it reads").click()
    expect(page.get_by_role("table")).to_contain_text("2026-11-20 11:40 UTC")
    page.get_by_label("Shipment").select_option("a-1")
    page.get_by_label("those from this moment on").check()
    page.get_by_label("Moment, with its offset").fill("2026-11-20T12:30+01:00")
    page.get_by_label("Seconds between two readings").fill("600")
    page.get_by_label("Your party or role").fill("goods-in")
    page.get_by_role("button", name="Bring it in").click()
    expect(page.locator(".note", has_text="took 1 kept reading.")).to_be_visible()
    assert [value for _, value in site.one.values("a-1")] == [6_500]
    page.goto("/devices")
    expect(page.get_by_role("row").filter(has_text="cellar")).to_have_count(0)
    page.context.close()


def test_numbers_in_tenths_are_brought_in_with_their_scale(browser: Browser, site: Site) -> None:
    page = page_of(browser, site, has_script=False)
    page.goto("/devices/plant/truck-7/a-rather-long-name/climate")
    page.get_by_label("Which part of the topic names the device?").select_option("truck-7")
    page.get_by_label("What does t measure?").select_option("temperature")
    page.get_by_label("In which unit is t?").fill("°C")
    page.get_by_label("By what is t to be multiplied?").fill("0.1")
    page.get_by_label("What does uptime measure?").select_option("ignore")
    page.get_by_role("button", name="Show what it reads").click()
    expect(page.get_by_role("table")).to_contain_text("0.4\N{NO-BREAK SPACE}°C")
    page.context.close()


def test_what_hinders_a_device_is_said_beside_it(browser: Browser, site: Site) -> None:
    page = page_of(browser, site)
    page.goto("/devices")
    row = page.get_by_role("row").filter(has_text="plant:line:probe")
    expect(row).to_contain_text("waits for its BIRTH")
    row.get_by_role("link", name="plant:line:probe").click()
    expect(page.locator(".note", has_text="no answer has come")).to_be_visible()
    page.goto("/devices/lab")
    expect(page.locator("small", has_text="Set its clock, or the zone")).to_be_visible()
    page.goto("/devices/site/door")
    expect(page.get_by_text("Kühlhaus: offen")).to_be_visible()
    page.goto("/devices/d-1")
    expect(page.get_by_text("the likely cause is a wrong time zone")).to_be_visible()
    page.context.close()


def test_pages_of_devices_fit_every_width_without_complaint(browser: Browser, site: Site) -> None:
    page = page_of(browser, site)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for address in (
        "/devices",
        "/devices/cellar?answer:zone=Europe/Berlin",
        "/devices/freezer/sensor/upper/state",
        "/devices/plant/truck-7/a-rather-long-name/climate",
        "/devices/site/door",
        "/devices/d-1",
        "/devices/d-2",
        "/devices/lab",
        "/devices/attic",
        "/devices/plant:line:probe",
        "/devices/a-name-of-no-device",
    ):
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate("document.documentElement.scrollWidth")
            assert found <= width, (address, width)
    # The page of a name that is none is answered with 404, and a browser says so.
    assert [one for one in complaints if "404" not in one] == []
    page.context.close()


def test_every_field_of_a_devices_forms_has_a_name_for_those_who_do_not_see_it(
    browser: Browser, site: Site
) -> None:
    page = page_of(browser, site)
    page.goto("/devices/cellar?answer:zone=Europe/Berlin")
    for field in page.locator("input:not([type=hidden]), select").all():
        assert field.evaluate("one => one.labels.length") == 1
    page.context.close()
