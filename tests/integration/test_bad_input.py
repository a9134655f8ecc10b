"""Bad input against a running gateway: each gets its named answer, is counted and kept."""

import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from tests.integration.gateway_process import GatewayProcess, Json, eventually

pytestmark = pytest.mark.integration

DEVICE = "good-logger"
ASSET = "bad-input-1"
TOPIC = f"cargotwin/v1/{DEVICE}/readings"
ANSWER_DEADLINE_S = 10.0
# MQTT 5 section 2.4.
SUCCESS = 0x00
NO_MATCHING_SUBSCRIBERS = 0x10
PACKET_TOO_LARGE = 0x95
PAYLOAD_FORMAT_INVALID = 0x99


class Device:
    """One MQTT 5 client that reports the reason code of every answer."""

    def __init__(self, gateway: GatewayProcess, client_id: str) -> None:
        self._acknowledged: dict[int, int] = {}
        self._news = threading.Condition()
        self.disconnected_with: int | None = None
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id, protocol=paho.MQTTv5)
        self._client.on_publish = self._on_publish
        self._client.on_disconnect = self._on_disconnect
        self._client.connect("127.0.0.1", gateway.mqtt_port)
        self._client.loop_start()
        eventually("the connection", self._client.is_connected)

    def send(self, payload: bytes, topic: str = TOPIC) -> int:
        """Publish at QoS 1 and return the PUBACK's reason code."""
        with self._news:
            mid = self._client.publish(topic, payload, qos=1).mid
            assert self._news.wait_for(lambda: mid in self._acknowledged, ANSWER_DEADLINE_S)
            return self._acknowledged[mid]

    def send_and_be_disconnected(self, payload: bytes) -> int:
        """Publish and return the reason code with which the gateway ends the connection."""
        with self._news:
            self._client.publish(TOPIC, payload, qos=1)
            assert self._news.wait_for(
                lambda: self.disconnected_with is not None, ANSWER_DEADLINE_S
            )
            return self.disconnected_with or 0

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _on_publish(
        self, _client: paho.Client, _: object, mid: int, code: ReasonCode, _p: Properties
    ) -> None:
        with self._news:
            self._acknowledged[mid] = code.value
            self._news.notify_all()

    def _on_disconnect(
        self,
        client: paho.Client,
        _: object,
        _flags: paho.DisconnectFlags,
        code: ReasonCode,
        _p: Properties | None,
    ) -> None:
        with self._news:
            self.disconnected_with = code.value
            self._news.notify_all()
        client.disconnect()  # it would come back and send the same again


@pytest.fixture(scope="module")
def bound(gateway: GatewayProcess) -> GatewayProcess:
    """Return the gateway with an asset that takes the good device's readings."""
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    gateway.enter("asset", "add", ASSET, "--policy", "vaccine-2-8", "--at", at)
    bind = ["--device", DEVICE, "--interval", "60", "--at", at]
    gateway.enter("asset", "bind", ASSET, *bind)
    return gateway


@pytest.fixture
def device(bound: GatewayProcess, request: pytest.FixtureRequest) -> Iterator[Device]:
    connected = Device(bound, f"device-of-{request.node.name}"[:60])
    yield connected
    connected.close()


def reading(**changes: object) -> Json:
    now = time.time_ns() // 1000
    element: dict[str, Any] = {
        "sensor": "t1",
        "quantity": "temperature",
        "value": 5.0,
        "unit": "Cel",
        "observed_at_us": now,
    }
    return {name: value for name, value in (element | changes).items() if value is not ...}


def encoded(**changes: object) -> bytes:
    return json.dumps(reading(**changes)).encode()


def readings_taken(gateway: GatewayProcess) -> int:
    return sum(one["readings"] for one in gateway.asset(ASSET)["statistics"]["series"])


def assert_good_input_still_counts(gateway: GatewayProcess, device: Device) -> None:
    before = readings_taken(gateway)
    # A reading takes effect when time has moved past it: the second one shows the first.
    assert [device.send(encoded()) for _ in range(2)] == [SUCCESS, SUCCESS]
    eventually("a good reading", lambda: readings_taken(gateway) > before)


def newest_quarantined(gateway: GatewayProcess, is_it: Callable[[Json], bool]) -> Json:
    def look() -> Json | None:
        items = gateway.get("/api/v1/quarantine")["items"]
        return next((one for one in items if is_it(one)), None)

    found = eventually("the quarantined input", look)
    assert found is not None
    return found


def a_day_ahead() -> bytes:
    return encoded(observed_at_us=time.time_ns() // 1000 + 86_400_000_000)


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        pytest.param(encoded()[:-9], "invalid_json", id="invalid JSON"),
        pytest.param(bytes(range(128, 256)), "invalid_json", id="no text"),
        pytest.param(encoded(unit=...), "missing_unit", id="missing unit"),
        pytest.param(encoded(value=float("nan")), "not_a_number", id="NaN"),
        pytest.param(encoded(value="warm"), "not_a_number", id="no number"),
        pytest.param(a_day_ahead(), "time_in_future", id="a day ahead"),
        pytest.param(encoded(note="x" * 2**20), "payload_too_large", id="1 MB"),
    ],
)
def test_bad_payload_is_answered_by_reason_code_counted_and_kept(
    bound: GatewayProcess, device: Device, payload: bytes, reason: str
) -> None:
    before = bound.counters().get(f"quarantined_{reason}", 0)
    assert device.send(payload) == PAYLOAD_FORMAT_INVALID
    eventually("the count", lambda: bound.counters().get(f"quarantined_{reason}", 0) == before + 1)
    kept = newest_quarantined(bound, lambda one: one["raw_hex"] == payload.hex())
    assert (kept["reason"], kept["topic"], kept["size_bytes"]) == (reason, TOPIC, len(payload))
    assert kept["detail"]
    assert kept["client"].startswith("device-of-")
    assert_good_input_still_counts(bound, device)


def test_bad_element_does_not_take_the_good_ones_of_its_payload_with_it(
    bound: GatewayProcess, device: Device
) -> None:
    before = readings_taken(bound)
    now = time.time_ns() // 1000
    good = [reading(observed_at_us=now - 3_000_000 + n * 1_000_000) for n in range(3)]
    payload = json.dumps([good[0], reading(unit=...), *good[1:]]).encode()
    assert device.send(payload) == PAYLOAD_FORMAT_INVALID
    eventually("the good elements", lambda: readings_taken(bound) >= before + 2)
    kept = newest_quarantined(bound, lambda one: one["raw_hex"] == payload.hex())
    assert kept["reason"] == "missing_unit"


def test_reading_of_an_unknown_device_is_answered_kept_and_counts_once_it_is_bound(
    bound: GatewayProcess, device: Device
) -> None:
    at = datetime.now(UTC).isoformat()
    topic = "cargotwin/v1/stranger-1/readings"
    for _ in range(2):
        assert device.send(encoded(), topic) == NO_MATCHING_SUBSCRIBERS

    def is_seen() -> bool:
        devices = bound.items("/api/v1/devices")
        return any(one["id"] == "stranger-1" and one["readings"] == 2 for one in devices)

    eventually("the unknown device", is_seen)
    assert bound.counters()["readings_of_unknown_devices"] >= 2
    bound.enter("asset", "add", "stranger-asset", "--policy", "vaccine-2-8", "--at", at)
    bind = ["--device", "stranger-1", "--interval", "60", "--at", at]
    bound.enter("asset", "bind", "stranger-asset", *bind)

    def counts() -> bool:
        series = bound.asset("stranger-asset")["statistics"]["series"]
        return [one["device"] for one in series] == ["stranger-1"]

    eventually("the older readings", counts)
    assert all(one["id"] != "stranger-1" for one in bound.items("/api/v1/devices"))


def test_packet_above_the_limit_ends_its_connection_with_packet_too_large(
    bound: GatewayProcess, device: Device
) -> None:
    before = bound.counters().get("quarantined_malformed_packet", 0)
    too_large = encoded(note="x" * (2 * 2**20 + 1))
    assert device.send_and_be_disconnected(too_large) == PACKET_TOO_LARGE
    eventually(
        "the count",
        lambda: bound.counters().get("quarantined_malformed_packet", 0) == before + 1,
    )
    other = Device(bound, "device-after-the-large-packet")
    assert_good_input_still_counts(bound, other)
    other.close()


CONNECT = bytes.fromhex("101000044d5154540502003c00000374686d")
"""An MQTT 5 CONNECT of client `thm`."""


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(CONNECT[:9], id="truncated CONNECT"),
        pytest.param(CONNECT + b"\x32\x7f\x00\x10cargotwin", id="truncated PUBLISH"),
        pytest.param(random.Random(1).randbytes(4096), id="random bytes"),  # noqa: S311 - a test
        pytest.param(CONNECT + b"\x30" + b"\xff" * 64, id="endless length"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n", id="HTTP"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS hello"),
    ],
)
def test_bytes_that_are_no_mqtt_end_their_connection_and_are_kept(
    bound: GatewayProcess, device: Device, data: bytes
) -> None:
    before = bound.counters().get("quarantined_malformed_packet", 0)
    with socket.create_connection(("127.0.0.1", bound.mqtt_port), timeout=20) as wire:
        address = "{}:{}".format(*wire.getsockname())
        wire.sendall(data)
        wire.shutdown(socket.SHUT_WR)
        while wire.recv(4096):
            pass
    eventually(
        "the count",
        lambda: bound.counters().get("quarantined_malformed_packet", 0) == before + 1,
    )
    kept = newest_quarantined(
        bound,
        lambda one: (
            one["client"] in {address, "thm"} and bytes.fromhex(str(one["raw_hex"])) in data
        ),
    )
    assert kept["reason"] == "malformed_packet"
    assert_good_input_still_counts(bound, device)
