"""Devices over HTTP and as pages, by a real intake and what is derived of it."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from gateway.errors import CommandRefused, IntakeAway
from gateway.ports import Commands
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.fakes.shipments import HOSTILE
from tests.unit.gateway.codecs import sparkplug_messages as sparkplug
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


async def got(client: TestClient, path: str) -> dict[str, Any]:
    answer = await client.get(path)
    assert answer.status == 200, await answer.text()
    document: dict[str, Any] = await answer.json()
    return document


async def test_unread_device_is_listed_with_what_it_needs(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE)
    (item,) = (await got(client, "/api/v1/devices"))["items"]
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
        "# Put an answer in the place of each question.",
        "[source.options]",
        "# In which time zone is the device's clock? For instance Europe/Berlin.",
        'zone = "?zone?"',
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
    (item,) = (await got(client, "/api/v1/devices"))["items"]
    assert (item["id"], item["state"], item["readings"]) == ("d-1", "unbound", 1)
    assert any("known by its own time" in sentence for sentence in item["guarantee"])
    # Observed at 11:00 UTC, here at 12:00.
    assert item["clock_offset_s"] == -3_600
    assert "wrong time zone" in item["clock_text"]
    assert "likely by a wrong time zone" in item["guarantee"][-1]
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
        (item,) = (await got(client, "/api/v1/devices"))["items"]
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
    assert len(listed["items"]) == 20
    asked = one.asked("ways")
    assert sum(len(each["topics"]) for each in asked) == 20
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


async def test_kept_messages_that_a_later_source_explains_are_listed_as_it_reads_them(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE)
    one.configure("tele/+/SENSOR", "tasmota", zone="Europe/Berlin")
    (item,) = (await got(client, "/api/v1/devices"))["items"]
    (guess,) = item["formats"]
    assert (item["id"], item["needs"], guess["is_in_force"]) == ("cellar", [], True)
    assert (guess["preview"][0]["at"], guess["source"]) == ("2026-11-20T11:30:00Z", "")
    text = await (await client.get("/devices/cellar", headers=HTML)).text()
    assert "A format reads it by now" in text
    assert 'name="format" value="tasmota"' in text
    asked = FORM | {"filter": "tele/+/SENSOR", "take": "all"}
    del asked["answer:zone"]
    answer = await client.post("/devices/adopt", data=asked, headers=own_page(client) | HTML)
    assert "took 1 kept reading." in await answer.text()
    assert one.asked("source.confirm") == []


UPLINK = json.dumps(
    {
        "time": "2026-11-20T11:00:00+00:00",
        "deviceInfo": {"devEui": "24e124136b502217", "deviceName": "Kühlraum 3"},
        "fPort": 85,
        "data": "A2c0AQRoZQ==",
    },
    ensure_ascii=False,
).encode()
EUI_TOPIC = "application/a/device/24e124136b502217/event/up"


@pytest.mark.parametrize("name", ["24e124136b502217", "24E124136B502217", "kühlraum 3", EUI_TOPIC])
async def test_device_is_shown_and_brought_in_by_each_of_its_names(
    one: Adopting, client: TestClient, name: str
) -> None:
    await one.hear(EUI_TOPIC, UPLINK)
    shown = await got(client, f"/api/v1/devices/{name}")
    assert shown["id"] == EUI_TOPIC
    assert "Kühlraum 3" in shown["names"]
    options = {"decoder of device 24e124136b502217": "milesight_em300_th"}
    answer = await client.post(
        "/api/v1/devices/adopt", json=ADOPT | {"device": name, "options": options}
    )
    assert answer.status == 201, await answer.text()
    assert (await answer.json())["device"] == "24e124136b502217"


async def test_device_of_which_nothing_can_be_taken_is_not_said_to_be_underway(
    one: Adopting, client: TestClient
) -> None:
    # Battery, temperature and humidity, where intake is set to two series of a device.
    await one.hear(EUI_TOPIC, UPLINK.replace(b"A2c0AQRoZQ==", b"AXVcA2c0AQRoZQ=="))
    options = {"decoder of device 24e124136b502217": "milesight_em300_th"}
    answer = await client.post(
        "/api/v1/devices/adopt", json=ADOPT | {"device": EUI_TOPIC, "options": options}
    )
    assert (
        "nothing that is kept of 24e124136b502217 can be taken" in (await answer.json())["detail"]
    )


async def test_name_that_is_none_is_answered_with_the_devices_that_there_are(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE)
    await one.hear(TOPIC, TIMED)
    answer = await client.get("/api/v1/devices/celler")
    assert answer.status == 404
    assert "there are cellar, d-1;" in (await answer.json())["detail"]
    answer = await client.post("/api/v1/devices/adopt", json=ADOPT | {"device": "celler"})
    assert "there are cellar, d-1;" in (await answer.json())["detail"]


async def test_name_of_two_devices_is_answered_with_both(one: Adopting, client: TestClient) -> None:
    for eui in ("24e124136b502217", "24e124136b502218"):
        payload = UPLINK.replace(b"24e124136b502217", eui.encode())
        await one.hear(EUI_TOPIC.replace("24e124136b502217", eui), payload)
    answer = await client.get("/api/v1/devices/Kühlraum 3")
    assert answer.status == 404
    detail = (await answer.json())["detail"]
    assert "24e124136b502217" in detail
    assert "24e124136b502218" in detail


async def test_payload_in_utf_8_is_shown_as_text(one: Adopting, client: TestClient) -> None:
    await one.hear("site/door", "Kühlhaus: 4 °C\x00".encode() + b"\xff")
    shown = await got(client, "/api/v1/devices/site%2Fdoor")
    assert shown["payload"]["text"] == "Kühlhaus: 4 °C\\x00\\xff"


async def test_page_asks_for_the_scale_of_a_mapped_number(
    one: Adopting, client: TestClient
) -> None:
    await one.hear("plant/truck-7", b'{"t": 45}')
    query = {
        "answer:level of the topic that names the device": "truck-7",
        "answer:quantity of t": "temperature",
        "answer:unit of t": "°C",
        "answer:scale of t": "0.1",
    }
    answer = await client.get("/devices/plant%2Ftruck-7", params=query, headers=HTML)
    text = await answer.text()
    assert '<input name="answer:scale of t" value="0.1" type="number" step="any"' in text
    assert "4.5\N{NO-BREAK SPACE}°C" in text
    # The topic of the others of its kind has another name in the place of this one's.
    assert '<code class="wrap">plant/+</code>' in text
    wrong = query | {"answer:scale of t": "a tenth"}
    trial = (await (await client.get("/api/v1/devices/plant%2Ftruck-7", params=wrong)).json())[
        "trial"
    ]
    assert "a number such as 0.1" in trial["problem"]


async def test_page_says_what_clock_suspect_means_and_what_to_do(
    one: Adopting, client: TestClient
) -> None:
    one.configure("tele/+/SENSOR", "tasmota", naive_time="gateway")
    await one.hear(SENSOR, MESSAGE)
    (series,) = (await got(client, "/api/v1/devices/cellar"))["series"]
    assert series["marks"] == ["clock_suspect"]
    text = await (await client.get("/devices/cellar", headers=HTML)).text()
    assert (
        "<strong>Clock suspect:</strong> The device's own time could not be used"
        in text.replace("&#39;", "'")
    )


async def test_trial_of_a_wrong_zone_names_it_as_the_likely_cause(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE.replace(b"12:30", b"13:00"), received_at=NOW)
    # 13:00 in Berlin is the moment of arrival; in Helsinki it was an hour before.
    right = (await got(client, "/api/v1/devices/cellar?answer:zone=Europe/Berlin"))["trial"]
    assert right["clock_text"] == ""
    wrong = (await got(client, "/api/v1/devices/cellar?answer:zone=Europe/Helsinki"))["trial"]
    assert wrong["clock_text"].startswith("1 h behind the gateway's")
    page = await client.get("/devices/cellar?answer:zone=Europe/Helsinki", headers=HTML)
    assert "the likely cause is a wrong time zone" in await page.text()


async def test_what_a_device_says_later_beside_its_readings_is_no_sign_of_a_wrong_zone(
    one: Adopting, client: TestClient
) -> None:
    message = MESSAGE.replace(b"12:30", b"13:00")
    await one.hear(SENSOR, message, received_at=NOW)
    await one.hear("tele/cellar/LWT", b"Online", received_at=NOW + 1_800_000_000)
    # 13:00 in Berlin is the moment of its own arrival, half an hour before the last will.
    trial = (await got(client, "/api/v1/devices/cellar?answer:zone=Europe/Berlin"))["trial"]
    assert trial["clock_text"] == ""
    # A message that was held up for half an hour is none either, where another one was not.
    await one.hear(SENSOR, message.replace(b"13:00", b"13:01"), received_at=NOW + 1_860_000_000)
    trial = (await got(client, "/api/v1/devices/cellar?answer:zone=Europe/Berlin"))["trial"]
    assert trial["clock_text"] == ""


async def test_clock_of_what_a_source_reads_by_now_is_told_by_its_own_arrival(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE.replace(b"12:30", b"13:00"), received_at=NOW)
    await one.hear("tele/cellar/LWT", b"Online", received_at=NOW + 1_800_000_000)
    one.configure("tele/+/SENSOR", "tasmota", zone="Europe/Berlin")
    trial = (await got(client, "/api/v1/devices/cellar"))["trial"]
    assert trial["clock_text"] == ""
    one.configure("tele/cellar/SENSOR", "tasmota", zone="Europe/Helsinki")
    trial = (await got(client, "/api/v1/devices/cellar"))["trial"]
    assert trial["clock_text"].startswith("1 h behind")


DDATA = "spBv1.0/plant/DDATA/line/probe"


async def test_device_whose_birth_does_not_come_is_listed_with_a_warning(
    one: Adopting, client: TestClient
) -> None:
    one.configure("spBv1.0/#", "sparkplug_b")
    value = sparkplug.double_value(5.0)
    data = sparkplug.payload([sparkplug.metric(None, value, alias=7)], 1)
    await one.hear(DDATA, data)
    (item,) = (await got(client, "/api/v1/devices"))["items"]
    assert item["id"] == "plant:line:probe"
    assert "no answer has come" in item["warning"]
    assert "2026-11-20 12:00 UTC" in item["warning"]
    listed = await (await client.get("/devices", headers=HTML)).text()
    assert "waits for its BIRTH" in listed
    page = await (await client.get("/devices/plant:line:probe", headers=HTML)).text()
    assert "Waits for its BIRTH." in page
    assert 'action="/devices/adopt"' not in page


async def test_warning_goes_when_the_birth_has_come(one: Adopting, client: TestClient) -> None:
    one.configure(
        "spBv1.0/#", "sparkplug_b", metrics=[{"name": "*", "quantity": "temperature", "unit": "C"}]
    )
    value = sparkplug.double_value(5.0)
    data = sparkplug.metric(None, value, alias=7)
    await one.hear("spBv1.0/plant/NBIRTH/line", sparkplug.nbirth(session=1))
    await one.hear(DDATA, sparkplug.payload([data], 1), received_at=NOW + 1)
    assert (await got(client, "/api/v1/devices/plant:line:probe"))["warning"]
    born = sparkplug.metric("Temperature", value, alias=7, datatype=10)
    birth = "spBv1.0/plant/DBIRTH/line/probe"
    await one.hear(birth, sparkplug.payload([born], 2), received_at=NOW + 2)
    await one.hear(DDATA, sparkplug.payload([data], 3), received_at=NOW + 3)
    found = await got(client, "/api/v1/devices/plant:line:probe")
    # Both have the same time and value, so they are one measurement.
    assert (found["warning"], found["readings"]) == ("", 1)


async def test_what_is_said_for_all_devices_is_of_the_topics_in_which_the_name_stands(
    one: Adopting, client: TestClient
) -> None:
    await one.hear("plant/truck-7/up", b'{"t": 45}')
    query = {
        "answer:level of the topic that names the device": "truck-7",
        "answer:quantity of t": "temperature",
        "answer:unit of t": "K",
        "scope": "all",
    }
    answer = await client.get("/api/v1/devices/plant%2Ftruck-7%2Fup", params=query)
    trial = (await answer.json())["trial"]
    assert (trial["filter"], trial["problem"]) == ("plant/+/up", "")
    assert trial["preview"][0]["device"] == "truck-7"


async def test_names_of_any_length_do_not_swell_the_list(one: Adopting, client: TestClient) -> None:
    for number in range(20):
        eui = f"24e124136b50{number:04x}"
        payload = UPLINK.replace(b"24e124136b502217", eui.encode())
        payload = payload.replace("Kühlraum 3".encode(), b"N" * 15_000)
        await one.hear(EUI_TOPIC.replace("24e124136b502217", eui), payload)
    listed = await got(client, "/api/v1/devices")
    assert max(len(name) for each in listed["items"] for name in each["names"]) == 96


async def test_answer_of_another_shape_is_told_and_no_fault_of_the_service(
    one: Adopting, client: TestClient
) -> None:
    await one.hear("plant/truck-7", b'{"t": 4.5}')
    page = "/devices/plant%2Ftruck-7"
    for query in ({"answer:fields": "x"}, {"answer:fields.a": "x"}):
        assert (await client.get(page, params=query, headers=HTML)).status == 200
        trial = (await (await client.get(f"/api/v1{page}", params=query)).json())["trial"]
        assert "is no option" in trial["problem"]
    for options in ({"fields": "x"}, {"fields": [1]}, {"fields": {"a": 1}}, {"topic": 5}):
        asked = ADOPT | {"device": "plant/truck-7", "options": options}
        answer = await client.post("/api/v1/devices/adopt", json=asked)
        assert answer.status == 422, options
        assert "is no option" in (await answer.json())["detail"]
