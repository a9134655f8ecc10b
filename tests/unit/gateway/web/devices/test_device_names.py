"""By which names a device is found over HTTP and on pages."""

import json
import re

import pytest
from aiohttp.test_utils import TestClient
from yarl import URL

from tests.fakes.shipments import HOSTILE
from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.intake.running_intake import TIMED, TOPIC, publish
from tests.unit.gateway.web.devices.serving import (
    ADOPT,
    EUI_TOPIC,
    HTML,
    MESSAGE,
    SENSOR,
    UPLINK,
    got,
)


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


async def test_names_of_any_length_do_not_swell_the_list(one: Adopting, client: TestClient) -> None:
    for number in range(20):
        eui = f"24e124136b50{number:04x}"
        payload = UPLINK.replace(b"24e124136b502217", eui.encode())
        payload = payload.replace("Kühlraum 3".encode(), b"N" * 15_000)
        await one.hear(EUI_TOPIC.replace("24e124136b502217", eui), payload)
    listed = await got(client, "/api/v1/devices")
    assert max(len(name) for each in listed["items"] for name in each["names"]) == 96
