"""What answers about a device would give, before anything is kept."""

from aiohttp.test_utils import TestClient

from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.intake.running_intake import NOW
from tests.unit.gateway.web.devices.serving import ADOPT, HTML, MESSAGE, SENSOR, got


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
