"""Bringing a device in over HTTP and by a form."""

import asyncio

import pytest
from aiohttp.test_utils import TestClient

from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.intake.running_intake import ADD, BIND, NOW, TIMED, TOPIC
from tests.unit.gateway.web.devices.serving import (
    ADOPT,
    EUI_TOPIC,
    FORM,
    HTML,
    MESSAGE,
    SENSOR,
    UPLINK,
    got,
    own_page,
    served,
)


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
        ({"calibrated_on": "31.01.2026"}, 422, "2026-01-31"),
        ({"calibrated_on": "2027-01-31"}, 422, "to today"),
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


async def test_day_of_the_calibration_is_entered_with_the_device(
    one: Adopting, client: TestClient
) -> None:
    await one.hear(SENSOR, MESSAGE)
    stated = FORM | {"calibrated_on": "2026-01-31"}
    answer = await client.post("/devices/adopt", data=stated, headers=own_page(client) | HTML)
    assert answer.status == 200, await answer.text()
    (bind,) = one.asked("asset.bind")
    # `date -u --date=2026-01-31 +%s`
    assert bind["calibrated_at_us"] == 1_769_817_600_000_000


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
