"""Devices over HTTP and as pages, by a real intake and what is derived of it."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from gateway.errors import CommandRefused, IntakeAway
from gateway.ports import Commands
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import HOSTILE
from tests.unit.gateway.devices.adopting import Adopting, adopting
from tests.unit.gateway.intake.running_intake import ADD, BIND, NOW, TIMED, TOPIC, publish

HTML = {"Accept": "text/html"}
SENSOR = "tele/cellar/SENSOR"
# 12:30 in Berlin in November is 11:30 UTC.
MESSAGE = json.dumps(
    {"Time": "2026-11-20T12:30:00", "AM2301": {"Temperature": 6}, "TempUnit": "C"}
).encode()
ADOPT = {
    "device": "cellar",
    "asset": "a-1",
    "expected_interval_s": 60,
    "by": "quality",
    "since": "all",
    "options": {"zone": "Europe/Berlin"},
}
FORM = {
    "device": "cellar",
    "asset": "a-1",
    "expected_interval_s": "60",
    "by": "quality",
    "take": "since",
    "since": "2026-11-20T12:00+01:00",
    "format": "tasmota",
    "filter": "",
    "answer:zone": "Europe/Berlin",
}


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Adopting]:
    async with adopting(tmp_path) as found:
        yield found


def served(one: Adopting, commands: Commands | None = None, token: str = "") -> TestClient:
    settings = WebSettings(token=token)
    app = web_application(one.status, commands or one, Broadcast(), settings, clock=lambda: NOW)
    return TestClient(TestServer(app))


@pytest.fixture
async def client(one: Adopting) -> AsyncIterator[TestClient]:
    async with served(one) as client:
        yield client


def own_page(client: TestClient) -> dict[str, str]:
    return {"Origin": f"http://127.0.0.1:{client.port}"}


async def got(client: TestClient, path: str) -> dict[str, object]:
    answer = await client.get(path)
    assert answer.status == 200, await answer.text()
    document: dict[str, object] = await answer.json()
    return document


async def test_unread_device_is_listed_with_what_it_needs(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE)
    (item,) = (await got(client, "/api/v1/devices"))["items"]  # type: ignore[misc]
    assert (item["id"], item["state"], item["messages"], item["readings"]) == (
        "cellar",
        "unread",
        1,
        0,
    )
    assert item["needs"] == ["zone"]
    assert item["guarantee"] == []
    (guess,) = item["formats"]
    assert (guess["format"], guess["filter"], guess["filter_of_all"]) == (
        "tasmota",
        SENSOR,
        "tele/+/SENSOR",
    )
    assert guess["source"].splitlines()[1:] == [
        'filter = "tele/+/SENSOR"',
        'codec = "tasmota"',
        "# still needed: zone",
    ]
    (preview,) = guess["preview"]
    assert (preview["reads"], preview["clock"]) == (
        "6.0\N{NO-BREAK SPACE}°C",
        "the time of arrival",
    )


async def test_device_that_a_format_reads_is_listed_with_its_guarantee(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(TOPIC, TIMED, received_at=NOW)
    (item,) = (await got(client, "/api/v1/devices"))["items"]  # type: ignore[misc]
    assert (item["id"], item["state"], item["readings"]) == ("d-1", "unbound", 1)
    assert any("known by its own time" in sentence for sentence in item["guarantee"])
    # Observed at 11:00 UTC, here at 12:00.
    assert item["clock_offset_s"] == -3_600
    (series,) = item["series"]
    assert (series["last"]["value"], series["last"]["unit"]) == (5, "°C")
    assert series["clock"] == "the device's clock"


async def test_trial_shows_what_answers_would_give_and_keeps_nothing(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE)
    trial = (await got(client, "/api/v1/devices/cellar?answer:zone=Europe/Berlin"))["trial"]
    assert isinstance(trial, dict)
    assert (trial["open"], trial["filter"]) == ([], SENSOR)
    assert trial["preview"][0]["at"] == "2026-11-20T11:30:00Z"
    assert trial["preview"][0]["clock"] == "the device's clock"
    assert any("The time is the device's own" in one for one in trial["guarantee"])
    trial = (await got(client, "/api/v1/devices/cellar?answer:zone=Mars"))["trial"]
    assert isinstance(trial, dict)
    assert "Mars" in trial["problem"]
    assert one.status.device("cellar") is None


async def test_program_brings_a_device_in(one: Adopting, client: TestClient) -> None:
    await one.hear(SENSOR, MESSAGE)
    answer = await client.post("/api/v1/devices/adopt", json=ADOPT)
    assert answer.status == 201, await answer.text()
    assert await answer.json() == {
        "device": "cellar",
        "asset": "a-1",
        "since": "2026-11-20T11:30:00Z",
        "readings": 1,
        "decoded": 1,
        "without_reading": 0,
        "refused": 0,
        "other_assets": [],
        "needs_birth": False,
        "warning": "",
    }
    assert (await got(client, "/api/v1/devices"))["items"] == []
    found = await got(client, "/api/v1/devices/cellar")
    assert (found["state"], found["assets"]) == ("bound", ["a-1"])


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"asset": "nowhere"}, 404, "nowhere"),
        ({"options": {}}, 422, "still needs: zone"),
        ({"since": "yesterday"}, 422, "or all"),
        ({"since": "2026-11-20T08:00"}, 422, "or all"),
        ({"since": "0001-01-01T00:00+01:00"}, 422, "or all"),
        ({"expected_interval_s": "60"}, 422, "expected_interval_s"),
        ({"colour": "red"}, 422, "colour"),
        ({"device": "stranger"}, 422, "stranger"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_reason(
    one: Adopting, client: TestClient, wrong: dict[str, object], status: int, words: str
) -> None:
    await one.hear(SENSOR, MESSAGE)
    answer = await client.post("/api/v1/devices/adopt", json=ADOPT | wrong)
    assert (answer.status, answer.content_type) == (status, "application/problem+json")
    assert words in (await answer.json())["detail"]
    assert one.status.device("cellar") is None


async def test_form_brings_a_device_in_without_a_script(one: Adopting, client: TestClient) -> None:
    await one.hear(SENSOR, MESSAGE)
    answer = await client.post("/devices/adopt", data=FORM, headers=own_page(client) | HTML)
    assert answer.status == 200, await answer.text()
    assert answer.url.path == "/devices/cellar"
    text = await answer.text()
    assert "took 1 kept reading." in text
    assert "travels with a shipment" in text
    (bind,) = one.asked("asset.bind")
    # 12:00+01:00
    assert bind["observed_at_us"] == NOW - 3_600_000_000


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example"])
async def test_form_of_another_page_changes_nothing(
    one: Adopting, client: TestClient, origin: str | None
) -> None:
    await one.hear(SENSOR, MESSAGE)
    headers = {"Origin": origin} if origin else {}
    answer = await client.post("/devices/adopt", data=FORM, headers=headers)
    assert answer.status == 403
    assert one.asked("source.confirm") == []


async def test_token_is_asked_for_where_one_is_set(one: Adopting) -> None:
    await one.hear(SENSOR, MESSAGE)
    async with served(one, token="t0p") as client:  # noqa: S106 - a test
        page = await (
            await client.get("/devices/cellar?answer:zone=Europe/Berlin", headers=HTML)
        ).text()
        assert 'name="token" type="password"' in page
        assert (await client.post("/api/v1/devices/adopt", json=ADOPT)).status == 401
        answer = await client.post(
            "/devices/adopt", data=FORM | {"token": "t0p"}, headers=own_page(client)
        )
        assert answer.status == 200


async def test_page_asks_and_offers_a_shipment_only_when_all_is_answered(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE)
    answer = await client.get("/devices/cellar", headers=HTML)
    text = await answer.text()
    assert "In which time zone is the device" in text
    assert "Still needed: zone" in text
    assert 'action="/devices/adopt"' not in text
    # Under no-referrer a browser would send the form with `Origin: null`.
    assert answer.headers["Referrer-Policy"] == "same-origin"
    text = await (
        await client.get("/devices/cellar?answer:zone=Europe/Berlin", headers=HTML)
    ).text()
    assert 'action="/devices/adopt"' in text
    assert '<input type="hidden" name="answer:zone" value="Europe/Berlin">' in text
    assert f'<input type="hidden" name="filter" value="{SENSOR}">' in text
    wide = "/devices/cellar?answer:zone=Europe/Berlin&scope=all"
    text = await (await client.get(wide, headers=HTML)).text()
    assert '<input type="hidden" name="filter" value="tele/+/SENSOR">' in text


async def test_page_of_a_topic_without_format_says_so(one: Adopting, client: TestClient) -> None:
    await one.hear("site/door", b"open")
    text = await (await client.get("/devices/site%2Fdoor", headers=HTML)).text()
    assert "No format is recognised" in text
    listed = await (await client.get("/devices", headers=HTML)).text()
    assert 'href="/devices/site%2Fdoor"' in listed
    assert (await got(client, "/api/v1/devices/site/door"))["id"] == "site/door"


@pytest.mark.parametrize("topic", ["/site/door", "a/../b", "a//b", "a b/c+", "50%/ä", "x?y=1"])
async def test_every_topic_has_a_page_of_its_own(
    one: Adopting, client: TestClient, topic: str
) -> None:
    await one.hear(topic, b"open")
    listed = await (await client.get("/devices", headers=HTML)).text()
    (path,) = re.findall(r'class="asset-link" href="([^"]+)"', listed)
    page = await (await client.get(URL(path, encoded=True), headers=HTML)).text()
    (address,) = re.findall(r'href="(/api[^"]+)">This page as JSON', page)
    answer = await client.get(URL(address, encoded=True))
    assert (await answer.json())["id"] == topic


async def test_device_with_two_shipments_is_warned_of(one: Adopting, client: TestClient) -> None:
    await one.submit(dict(ADD) | {"asset": "a-2"})
    await one.hear(TOPIC, TIMED)
    await one.submit(dict(BIND))
    answer = await client.post(
        "/api/v1/devices/adopt", json=ADOPT | {"device": "d-1", "asset": "a-2", "options": {}}
    )
    assert "a-1, a-2" in (await answer.json())["warning"]
    text = await (await client.get("/devices/d-1", headers=HTML)).text()
    assert "Two shipments at once" in text


async def test_list_is_shown_while_intake_is_away_and_says_what_is_not_known(
    one: Adopting,
) -> None:
    class Away:
        async def submit(self, command: dict[str, object]) -> dict[str, object]:
            raise IntakeAway(Path("intake.sock"), f"{command['command']} finds nobody")

    await one.hear(TOPIC, TIMED)
    async with served(one, Away()) as client:
        text = await (await client.get("/devices", headers=HTML)).text()
        assert "d-1" in text
        assert "How devices arrive is not known now" in text
        (item,) = (await got(client, "/api/v1/devices"))["items"]  # type: ignore[misc]
        assert item["guarantee"] == []
        answer = await client.post("/api/v1/devices/adopt", json=ADOPT | {"device": "d-1"})
        assert answer.status == 503


async def test_unknown_device_is_not_found(client: TestClient) -> None:
    answer = await client.get("/api/v1/devices/nobody")
    assert answer.status == 404
    assert "nobody" in (await answer.json())["detail"]


async def test_hostile_text_of_a_device_stays_text(one: Adopting, client: TestClient) -> None:
    await one.hear(f"zigbee2mqtt/{HOSTILE}", b'{"temperature": 4}')
    await one.hear(HOSTILE, HOSTILE.encode())
    await one.hear("x/" + HOSTILE, json.dumps({HOSTILE: 5}).encode())
    text = await (await client.get("/devices", headers=HTML)).text()
    assert HOSTILE not in text
    for path in re.findall(r'href="(/devices/[^"]+)"', text):
        answer = await client.get(path, headers=HTML)
        assert answer.status == 200
        assert HOSTILE not in await answer.text()


async def test_name_that_ends_in_json_is_found(one: Adopting, client: TestClient) -> None:
    await one.intake.take(publish(TIMED, topic="cargotwin/v1/d.json/readings", packet_id=None))
    one.derive()
    assert (await got(client, "/devices/d.json"))["id"] == "d.json"
    assert (await got(client, "/devices/d.json.json"))["id"] == "d.json"


async def test_two_who_bring_a_device_in_at_once_do_not_both_get_their_answer(
    one: Adopting, client: TestClient
) -> None:
    await one.submit(dict(ADD) | {"asset": "a-2"})
    await one.hear(SENSOR, MESSAGE)
    other = ADOPT | {"asset": "a-2", "options": {"zone": "Asia/Kolkata"}}
    answers = await asyncio.gather(
        *(client.post("/api/v1/devices/adopt", json=asked) for asked in (ADOPT, other))
    )
    assert sorted(answer.status for answer in answers) == [201, 422]
    refused = next(answer for answer in answers if answer.status == 422)
    assert "said otherwise" in (await refused.json())["detail"]
    assert len(one.asked("source.confirm")) == len(one.asked("asset.bind")) == 1


async def test_long_topics_are_asked_for_in_parts_that_fit_into_a_line(
    one: Adopting, client: TestClient
) -> None:
    for number in range(20):
        await one.hear(f"h{number}/" + "x" * 60_000, b"open")
    listed = await got(client, "/api/v1/devices")
    assert len(listed["items"]) == 20  # type: ignore[arg-type]
    asked = one.asked("ways")
    assert sum(len(each["topics"]) for each in asked) == 20  # type: ignore[arg-type]
    assert max(len(json.dumps(each)) for each in asked) < 200_000


async def test_list_is_shown_where_intake_refuses_to_say_how_devices_arrive(one: Adopting) -> None:
    class Refusing:
        async def submit(self, command: dict[str, object]) -> dict[str, object]:
            raise CommandRefused("too_long", f"{command['command']} is too long")

    await one.hear(TOPIC, TIMED)
    async with served(one, Refusing()) as client:
        text = await (await client.get("/devices", headers=HTML)).text()
        assert "How devices arrive is not known now" in text


async def test_topics_of_known_devices_are_told_apart_without_counting_their_readings(
    one: Adopting, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(50):
        await one.hear(f"plant/{number}/state", b"open")
    asked: list[str] = []
    device = one.status.device
    monkeypatch.setattr(one.status, "device", lambda name: asked.append(name) or device(name))
    await got(client, "/api/v1/devices")
    assert asked == []
    assert one.status.known_devices(["plant", "d-1"]) == set()
    await one.hear(TOPIC, TIMED)
    assert one.status.known_devices(["plant", "d-1"]) == {"d-1"}


async def test_topics_without_format_are_looked_through_beside_the_loop(
    one: Adopting, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one.hear(SENSOR, MESSAGE)
    threads: list[int] = []
    unread = one.status.unread_topics
    monkeypatch.setattr(
        one.status, "unread_topics", lambda: threads.append(threading.get_ident()) or unread()
    )
    assert (await got(client, "/api/v1/devices"))["items"]
    assert threads
    assert threading.get_ident() not in threads
