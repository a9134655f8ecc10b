"""Devices that nobody told the gateway of: found, named, and brought in."""

import datetime as dt
import json
import socket
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import paho.mqtt.client as mqtt
import pytest

from tests.integration.gateway_process import (
    GatewayProcess,
    Json,
    eventually,
    invoke,
    last_json_line,
    running_gateway,
    short_folder,
)
from tests.servers import Server
from tests.unit.gateway.codecs.samples import PAYLOADS

pytestmark = pytest.mark.integration

MINUTE = dt.timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
ELSEWHERE = "unknown/device/1"


def birth() -> bytes:
    encoded = json.loads((PAYLOADS / "sparkplug_b.json").read_text(encoding="utf-8"))["encoded"]
    return bytes.fromhex(encoded[0]["hex"])


def tasmota(moment: dt.datetime, celsius: float) -> bytes:
    """Return what Tasmota sends: local time without an offset."""
    local = moment.astimezone(BERLIN).strftime("%Y-%m-%dT%H:%M:%S")
    return json.dumps({"Time": local, "AM2301": {"Temperature": celsius}, "TempUnit": "C"}).encode()


def send(port: int, *messages: tuple[str, bytes], client: str = "field") -> None:
    sender = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, client, protocol=mqtt.MQTTv5)
    sender.connect("127.0.0.1", port)
    sender.loop_start()
    try:
        for topic, payload in messages:
            sender.publish(topic, payload, qos=1).wait_for_publish(20)
    finally:
        sender.disconnect()
        sender.loop_stop()


def field(now: dt.datetime) -> list[tuple[str, bytes]]:
    """Return what five devices send within the last hour."""
    return [
        *(("tele/cellar/SENSOR", tasmota(now - n * MINUTE, 4 + n / 10)) for n in (50, 40, 30, 20)),
        ("zigbee2mqtt/fridge", b'{"temperature": 4.5, "linkquality": 90}'),
        ("spBv1.0/plant/NBIRTH/line", birth()),
        ("cargotwin/v1/own-1/readings", b'{"quantity": "temperature", "value": 5, "unit": "C"}'),
        (ELSEWHERE, b"hello"),
    ]


def run(gateway: GatewayProcess, *arguments: str) -> tuple[int, Json]:
    done = invoke("devices", *arguments, "--json", "--data", gateway.data)
    return done.exit_code, last_json_line(done.stdout.encode()) if done.stdout else {}


def formats(items: list[Json]) -> dict[str, str]:
    return {
        one["id"]: one["formats"][0]["format"] if one["formats"] else one["state"] for one in items
    }


@pytest.fixture(scope="module")
def finding() -> Iterator[GatewayProcess]:
    with running_gateway() as running:
        yield running


def test_unknown_devices_are_named_and_one_is_brought_in(finding: GatewayProcess) -> None:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    finding.enter("asset", "add", "box-1", "--policy", "vaccine-2-8")
    send(finding.mqtt_port, *field(now))

    def found() -> list[Json]:
        items: list[Json] = run(finding, "discover")[1]["items"]
        return items if len(items) == 5 else []

    items = eventually("five devices", found)
    assert formats(items) == {
        "cellar": "tasmota",
        "fridge": "zigbee2mqtt",
        "spBv1.0/plant/NBIRTH/line": "sparkplug_b",
        "own-1": "unbound",
        ELSEWHERE: "unread",
    }
    assert {one["id"]: one["needs"] for one in items}["cellar"] == ["zone"]
    # Nothing was judged, and nothing of it has an asset.
    assert finding.asset("box-1")["statistics"]["series"] == []

    since = (now - 35 * MINUTE).isoformat()
    adopt = ("adopt", "cellar", "--asset", "box-1", "--since", since, "--every", "600")
    assert run(finding, *adopt)[0] == 1
    code, answer = run(finding, *adopt, "--option", "zone=Europe/Berlin")
    assert (code, answer["readings"], answer["decoded"]) == (0, 2, 4)
    send(finding.mqtt_port, ("tele/cellar/SENSOR", tasmota(now - 5 * MINUTE, 5)))

    def series() -> list[Json]:
        taken: list[Json] = finding.asset("box-1")["statistics"]["series"]
        return taken if taken and taken[0]["readings"] == 3 else []

    (taken,) = eventually("the readings", series)
    # From 30 and 20 minutes ago and of now; those of 50 and 40 minutes ago are not in it.
    assert (taken["device"], taken["maximum"]["value"], taken["minimum"]["value"]) == (
        "cellar",
        7,
        5,
    )
    assert taken["first_at"] == (now - 30 * MINUTE).isoformat().replace("+00:00", "Z")
    code, shown = run(finding, "show", "cellar")
    assert (shown["readings"], shown["assets"]) == (5, ["box-1"])
    # What it said first came with QoS 1, straight from it.
    assert shown["guarantee"][0].startswith("No reading that the gateway has acknowledged is lost")


def test_what_was_kept_and_what_was_answered_outlive_a_restart() -> None:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with running_gateway() as gateway:
        gateway.enter("asset", "add", "box-2", "--policy", "vaccine-2-8")
        send(gateway.mqtt_port, *field(now))
        gateway.stop()
        gateway.start()
        items = eventually("what was kept", lambda: run(gateway, "list")[1]["items"])
        assert formats(items)["cellar"] == "tasmota"
        adopt = ("--asset", "box-2", "--since", "all", "--every", "600")
        code, answer = run(gateway, "adopt", "cellar", *adopt, "--option", "zone=Europe/Berlin")
        assert (code, answer["readings"]) == (0, 4)
        gateway.stop()
        gateway.start()
        send(gateway.mqtt_port, ("tele/cellar/SENSOR", tasmota(now - MINUTE, 5)))
        eventually("the new reading", lambda: run(gateway, "show", "cellar")[1]["readings"] == 5)


OWN_SOURCE = '[[source]]\nfilter = "cargotwin/v1/+/+"\ncodec = "cargotwin"\n'


def test_source_as_it_is_printed_and_completed_explains_what_was_kept_before_it() -> None:
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    with short_folder() as folder:
        before = GatewayProcess(folder)
        before.start()
        try:
            before.enter("asset", "add", "box-5", "--policy", "vaccine-2-8")
            sent = [("tele/attic/SENSOR", tasmota(now, 5)), *field(now)]
            send(before.mqtt_port, *sent)
            eventually("what was kept", lambda: len(run(before, "list")[1]["items"]) == 6)
            said = invoke("devices", "discover", "--data", before.data).stdout
        finally:
            before.stop()
        _, *blocks = said.split("\n\n[[source]]\n")
        (block,) = [one for one in blocks if 'codec = "tasmota"' in one]
        assert said.count('codec = "tasmota"') == 1
        source = block.replace("?zone?", "Europe/Berlin")
        sections = f"{OWN_SOURCE}[[source]]\n{source}"
        after = GatewayProcess(folder, data=before.data, sections=sections)
        after.start()
        try:
            found = eventually("the cellar", lambda: run(after, "show", "cellar")[1])
            assert found["formats"][0]["is_in_force"]
            since = (now - 35 * MINUTE).isoformat()
            adopt = ("adopt", "cellar", "--asset", "box-5", "--since", since, "--every", "600")
            code, answer = run(after, *adopt)
            assert (code, answer["readings"], answer["decoded"]) == (0, 2, 4)
        finally:
            after.stop()


def test_broker_is_listened_to_without_a_gateway(mosquitto: Server) -> None:
    now = dt.datetime.now(dt.UTC)
    port = mosquitto.port
    keep = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "keeper", protocol=mqtt.MQTTv5)
    keep.connect("127.0.0.1", port)
    keep.loop_start()
    for topic, payload in field(now):
        keep.publish(topic, payload, qos=1, retain=True).wait_for_publish(20)
    keep.disconnect()
    keep.loop_stop()
    began = time.monotonic()
    done = invoke(
        "devices", "discover", "--broker", f"mqtt://127.0.0.1:{port}", "--for", "1", "--json"
    )
    assert done.exit_code == 0, done.stderr
    assert time.monotonic() - began < 10
    assert formats(last_json_line(done.stdout.encode())["items"]) == {
        "cellar": "tasmota",
        "fridge": "zigbee2mqtt",
        "spBv1.0/plant/NBIRTH/line": "sparkplug_b",
        "own-1": "cargotwin",
        ELSEWHERE: "unread",
    }


def test_broker_that_is_not_there_is_named() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    done = invoke("devices", "discover", "--broker", f"mqtt://127.0.0.1:{port}", "--for", "1")
    assert done.exit_code == 2
    assert "broker 127.0.0.1" in done.stderr


def test_second_asset_of_a_device_is_warned_of(finding: GatewayProcess) -> None:
    for asset in ("box-3", "box-4"):
        finding.enter("asset", "add", asset, "--policy", "vaccine-2-8")
    bind = ("--device", "own-3", "--interval", "60", "--data", finding.data)
    assert "note" not in invoke("asset", "bind", "box-3", *bind).stderr
    eventually("the binding", lambda: finding.asset("box-3")["coverage"]["planned_from"])
    done = invoke("asset", "bind", "box-4", *bind)
    assert (done.exit_code, "box-3" in done.stderr) == (0, True)
