"""The pages and the API of devices, served by a real intake and what is derived of it."""

import json
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from gateway.ports import Commands
from gateway.web.api import web_application
from gateway.web.live import Broadcast
from gateway.web.settings import WebSettings
from tests.unit.gateway.devices.adopting import Adopting
from tests.unit.gateway.intake.running_intake import NOW

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


def served(one: Adopting, commands: Commands | None = None, token: str = "") -> TestClient:
    settings = WebSettings(token=token)
    app = web_application(one.status, commands or one, Broadcast(), settings, clock=lambda: NOW)
    return TestClient(TestServer(app))


def own_page(client: TestClient) -> dict[str, str]:
    return {"Origin": f"http://127.0.0.1:{client.port}"}


async def got(client: TestClient, path: str) -> dict[str, Any]:
    answer = await client.get(path)
    assert answer.status == 200, await answer.text()
    document: dict[str, Any] = await answer.json()
    return document


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
