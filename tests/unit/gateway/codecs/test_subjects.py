"""Which device a topic names: what an account may say of it hangs on that."""

import pytest

from gateway.access.accounts import Accounts
from gateway.codecs.base import AddressedCodec
from gateway.codecs.registry import codec_named
from gateway.codecs.signed import SignedCodec
from gateway.codecs.signed_counters import SignedCounters

from .samples import RECEIVED_AT, readings

EUI = "24e124136b502217"
FIELDS = [{"path": "t", "quantity": "temperature", "unit": "°C"}]
BY_TOPIC = {"topic": "plant/{device}/state", "fields": FIELDS}
BY_PATH = {"topic": "plant/{line}/state", "fields": FIELDS, "device_path": "id"}
CASES: list[tuple[str, dict[str, object], str, str | None]] = [
    ("cargotwin", {}, "cargotwin/v1/d-1/readings", "d-1"),
    ("cargotwin", {}, "cargotwin/v1/d-1/handover", "d-1"),
    ("cargotwin", {}, "cargotwin/v1/d-1", None),
    ("chirpstack_v4", {}, f"application/1/device/{EUI}/event/up", EUI),
    (
        "chirpstack_v4",
        {"device": "device_name"},
        f"application/1/device/{EUI}/event/up",
        None,
    ),
    ("mapping", BY_TOPIC, "plant/press-4/state", "press-4"),
    ("mapping", BY_TOPIC, "plant/press-4/alarm", None),
    ("mapping", BY_PATH, "plant/press-4/state", None),
    ("ruuvi_gateway", {}, "ruuvi/gateway/tag", None),
    ("senml", {}, "up/d-1", None),
    ("senml", {"topic": "up/{device}"}, "up/d-1", "d-1"),
    ("shelly_gen2", {}, "cellar/events/rpc", "cellar"),
    (
        "shelly_gen2",
        {"topic_prefix": "site/{device}"},
        "site/cellar/status/temperature:0",
        "cellar",
    ),
    ("shelly_gen2", {}, "cellar/online", None),
    ("tasmota", {}, "tele/cellar/SENSOR", "cellar"),
    ("tasmota", {}, "tele/cellar/STATE", None),
    ("things_stack_v3", {}, "v3/app@tenant/devices/e1/up", "e1"),
    ("things_stack_v3", {}, "v3/app@tenant/devices/e1/join", None),
    ("zigbee2mqtt", {}, "zigbee2mqtt/cellar", "cellar"),
    ("zigbee2mqtt", {}, "zigbee2mqtt/cellar/set", None),
    ("zigbee2mqtt", {}, "zigbee2mqtt/bridge/state", None),
    ("zigbee2mqtt", {}, "other/cellar", None),
]


@pytest.mark.parametrize(("name", "options", "topic", "device"), CASES)
def test_topic_names_the_device_where_the_format_takes_it_from_there(
    name: str, options: dict[str, object], topic: str, device: str | None
) -> None:
    codec = codec_named(name, options)
    found = codec.subject_of(topic) if isinstance(codec, AddressedCodec) else None
    assert found == device
    signed = SignedCodec(codec, Accounts(), SignedCounters())
    assert signed.subject_of(topic) == device


STATED = {"fields": {"t": {"quantity": "temperature", "unit": "°C"}}}


@pytest.mark.parametrize(
    ("name", "topic", "payload"),
    [
        (
            "things_stack_v3",
            "v3/app/devices/d-1/up",
            b'{"end_device_ids":{"device_id":"victim"},"uplink_message":{"decoded_payload":{"t":5}}}',
        ),
        (
            "chirpstack_v4",
            "application/1/device/d-1/event/up",
            b'{"deviceInfo":{"devEui":"victim","deviceName":"victim"},"object":{"t":5}}',
        ),
    ],
)
def test_readings_are_of_the_device_that_the_topic_names_whatever_the_payload_says(
    name: str, topic: str, payload: bytes
) -> None:
    decoded = codec_named(name, STATED).decode(topic, payload, RECEIVED_AT)
    assert [one.device for one in readings(decoded)] == ["d-1"]
