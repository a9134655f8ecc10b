"""An asset's story as EPCIS 2.0, from a running gateway."""

import asyncio
import datetime as dt
import json
import secrets
import time

import aiomqtt
import pytest

from cargotwin.console import MISTAKE
from gateway.exports.event_hash import pre_hash_string
from tests.integration.gateway_process import GatewayProcess, Json, eventually, fetch, invoke
from tests.unit.gateway.exports.checking import mistakes, reference_pre_hashes

pytestmark = pytest.mark.integration


async def send(gateway: GatewayProcess, topic: str, payload: Json) -> None:
    async with aiomqtt.Client("127.0.0.1", gateway.mqtt_port) as client:
        await client.publish(topic, json.dumps(payload), qos=1)


def test_story_of_an_asset_is_printed_as_epcis_and_is_the_same_each_time(
    gateway: GatewayProcess,
) -> None:
    name = f"export-{secrets.token_hex(4)}"
    device = f"logger-{name}"
    # Observed from the first moment on, so that nothing but custody changes how it stands later.
    began_us = time.time_ns() // 1000 - 60_000_000
    began = dt.datetime.fromtimestamp(began_us / 1e6, dt.UTC).replace(microsecond=0)
    at = ("--at", began.isoformat())
    gateway.enter("asset", "add", name, "--policy", "vaccine-2-8", "--holder", "maker", *at)
    gateway.enter("asset", "bind", name, "--device", device, "--interval", "3600", *at)
    for second, celsius in ((0, 4.5), (30, 5.25)):
        reading = {"quantity": "temperature", "value": celsius, "unit": "Cel"}
        reading |= {"observed_at_us": (int(began.timestamp()) + second) * 1_000_000}
        asyncio.run(send(gateway, f"cargotwin/v1/{device}/readings", reading))

    def newest() -> Json:
        versions: list[Json] = gateway.asset(name)["versions"]
        return versions[-1] if versions else {}

    eventually("its verdict", lambda: newest().get("disposition") == "conformant")
    gateway.enter("custody", "offer", name, "--from", "maker", "--to", "carrier")
    gateway.enter("custody", "accept", name, "--from", "maker", "--to", "carrier")
    eventually("the carrier", lambda: gateway.asset(name)["custody"]["holder"] == "carrier")
    eventually("its version", lambda: newest()["reason"] == "custody")

    printed = invoke("export", name, "--format", "epcis", "--data", gateway.data)
    document = json.loads(printed.stdout)
    assert mistakes(document) == []
    events = document["epcisBody"]["eventList"]
    assert [pre_hash_string(one, document["@context"]) for one in events] == reference_pre_hashes(
        document
    )
    steps = [one["bizStep"] for one in events if one["bizStep"] != "sensor_reporting"]
    assert steps == ["commissioning", "installing", "shipping", "accepting"]
    told = [one for one in events if one["bizStep"] == "sensor_reporting"][-1]
    element = told["sensorElementList"][0]
    assert element["sensorReport"][0]["maxValue"] == 5.25
    assert json.loads(fetch(element["sensorMetadata"]["rawData"]))["items"]
    again = fetch(f"{gateway.url}/api/v1/assets/{name}/export?format=epcis")
    assert printed.stdout_bytes == again


def test_export_of_an_unknown_asset_says_so(gateway: GatewayProcess) -> None:
    refused = invoke("export", "nobody", "--data", gateway.data)
    assert refused.exit_code == MISTAKE
    assert "No such asset" in refused.stderr
