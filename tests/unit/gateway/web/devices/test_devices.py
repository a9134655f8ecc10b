"""The list of devices, and the page of each, by a real intake and what is derived of it."""

import json
import threading
from itertools import accumulate, repeat
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient

from gateway.errors import CommandRefused, IntakeAway
from tests.unit.gateway.codecs import sparkplug_messages as sparkplug
from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.intake.running_intake import NOW, TIMED, TOPIC
from tests.unit.gateway.web.devices.serving import ADOPT, HTML, MESSAGE, SENSOR, got, served


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


async def test_device_that_an_asset_carries_is_listed_where_all_are_asked_for(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE)
    await client.post("/api/v1/devices/adopt", json=ADOPT)
    assert (await got(client, "/api/v1/devices"))["items"] == []
    (item,) = (await got(client, "/api/v1/devices?state=all"))["items"]
    assert (item["id"], item["state"], item["assets"]) == ("cellar", "bound", ["a-1"])
    assert (await client.get("/api/v1/devices?state=some")).status == 400


async def test_page_of_a_topic_without_format_says_so(one: Adopting, client: TestClient) -> None:
    await one.hear("site/door", b"open")
    text = await (await client.get("/devices/site%2Fdoor", headers=HTML)).text()
    assert "No format is recognised" in text
    listed = await (await client.get("/devices", headers=HTML)).text()
    assert 'href="/devices/site%2Fdoor"' in listed
    assert (await got(client, "/api/v1/devices/site/door"))["id"] == "site/door"


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


async def test_payload_in_utf_8_is_shown_as_text(one: Adopting, client: TestClient) -> None:
    await one.hear("site/door", "Kühlhaus: 4 °C\x00".encode() + b"\xff")
    shown = await got(client, "/api/v1/devices/site%2Fdoor")
    assert shown["payload"]["text"] == "Kühlhaus: 4 °C\\x00\\xff"


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


async def test_device_that_sends_old_data_again_as_new_is_asked_about(
    one: Adopting, client: TestClient
) -> None:
    # The generator of Park and Miller, brought to 4 to 6 °C: a value repeats only by a replay.
    states = accumulate(repeat(48_271, 128), lambda state, by: state * by % (2**31 - 1), initial=1)
    values = [4 + state % 200 / 100 for state in states][1:]
    began = NOW // 1_000_000 - 86_400
    rows = [
        {"quantity": "temperature", "value": value, "unit": "C", "observed_at_us": moment * 10**6}
        for moment, value in enumerate([*values, *values], began)
    ]
    await one.hear(TOPIC, json.dumps(rows).encode())
    found = await got(client, "/api/v1/devices/d-1")
    (replay,) = found["replays"]
    assert (replay["quantity"], replay["text"][:31]) == (
        "temperature",
        "repeats 128 readings in turn, 0",
    )
    page = await (await client.get("/devices/d-1", headers=HTML)).text()
    assert "Old data, sent again as new?" in page
    await one.hear(TOPIC.replace("d-1", "d-2"), TIMED)
    assert (await got(client, "/api/v1/devices/d-2"))["replays"] == []
