"""What is found of devices that no format reads, from at most five of their messages.

The payloads are published ones (tests/vectors/payloads names their sources) or stand beside their
source; the values are those that these sources state.
"""

import base64
import json
from itertools import starmap

import pytest

from gateway.devices.configuring import configured
from gateway.devices.discovery import (
    Heard,
    Unread,
    expected,
    is_aside,
    previewed,
    unread_devices,
)
from gateway.devices.guarantees import SENTENCES, Loss, Repetition, Time
from tests.unit.gateway.codecs.samples import PAYLOADS, RECEIVED_AT

BERLIN = {"Time": "2026-01-31T12:00:00", "AM2301": {"Temperature": 4}, "TempUnit": "C"}


def published(name: str, *places: int) -> list[object]:
    samples = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))["samples"]
    return [samples[place]["payload"] for place in places]


def heard(topic: str, *payloads: object, qos: int | None = 1, via_broker: bool = False) -> Heard:
    encoded = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in payloads]
    messages = tuple((RECEIVED_AT + place, one) for place, one in enumerate(encoded))
    last_at = RECEIVED_AT + len(messages)
    return Heard(topic, "c", len(messages), RECEIVED_AT, last_at, messages, qos, via_broker)


def only(*topics: Heard) -> Unread:
    (found,) = unread_devices(topics)
    return found


def sparkplug(name: str) -> bytes:
    encoded = json.loads((PAYLOADS / "sparkplug_b.json").read_text(encoding="utf-8"))["encoded"]
    return next(bytes.fromhex(one["hex"]) for one in encoded if one["kind"].startswith(name))


def chirpstack(data: str) -> object:
    return {
        "time": "2026-05-31T12:00:00+00:00",
        "deviceInfo": {"devEui": "24e124136b502217"},
        "fPort": 85,
        "fCnt": 3,
        "data": base64.b64encode(bytes.fromhex(data)).decode(),
    }


# Topics and payloads; format, own filter and device; answers; a sensor's value in steps.
FAMILIES = {
    "tasmota": (
        {"tele/cellar/SENSOR": published("tasmota_sensor", 0, 1, 2, 3)},
        ("tasmota", "tele/cellar/SENSOR", "cellar"),
        {"zone": "Europe/Berlin"},
        ("BME280", "temperature", 21_700),
    ),
    "zigbee2mqtt": (
        {"zigbee2mqtt/fridge-1": published("zigbee2mqtt", 0)},
        ("zigbee2mqtt", "zigbee2mqtt/#", "fridge-1"),
        {},
        ("temperature", "temperature", 27_340),
    ),
    "shelly": (
        {
            "shellyhtg3-84fce6123456/status/temperature:0": published("shelly_ht_gen3", 0),
            "shellyhtg3-84fce6123456/status/devicepower:0": published("shelly_ht_gen3", 1),
            "shellyhtg3-84fce6123456/status/wifi": published("shelly_ht_gen3", 2),
        },
        ("shelly_gen2", "shellyhtg3-84fce6123456/status/+", "shellyhtg3-84fce6123456"),
        {},
        ("temperature:0", "temperature", 20_100),
    ),
    "sparkplug": (
        {"spBv1.0/group/NBIRTH/node": [sparkplug("NBIRTH")]},
        ("sparkplug_b", "spBv1.0/group/+/node/#", "group:node"),
        {"unit of Inputs/Temperature": "°C"},
        # 4.25 °C, as the encoder's own description of the frame says.
        ("Inputs.Temperature", "temperature", 4_250),
    ),
    "ruuvi gateway": (
        {"ruuvi/C8:25:2D:8E:9C:2C/F4:1F:0C:28:CB:D6": published("ruuvi_gateway", 0)},
        ("ruuvi_gateway", "ruuvi/C8:25:2D:8E:9C:2C/+", "F4:1F:0C:28:CB:D6"),
        {},
        # 0x15AE is 5,550 steps of 0.005 °C.
        ("temperature", "temperature", 27_750),
    ),
    "senml": (
        {"plant/senml": [json.loads('[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]')]},
        ("senml", "plant/senml", "urn:dev:ow:10e2073a01080063"),
        {},
        ("temperature", "temperature", 23_100),
    ),
    "the things stack": (
        {"v3/app1@tenant1/devices/dev1/up": published("things_stack_v3", 0)},
        ("things_stack_v3", "v3/app1@tenant1/devices/dev1/up", "dev1"),
        {
            "quantity of temperature": "temperature",
            "unit of temperature": "°C",
            "quantity of luminosity": "ignore",
        },
        ("temperature", "temperature", 1_000),
    ),
    "chirpstack with milesight": (
        # em-series/em300-th/README.md of Milesight-IoT/SensorDecoders at e79c9d8 states 30.8 °C.
        {"application/a/device/24e124136b502217/event/up": [chirpstack("01755C03673401046865")]},
        ("chirpstack_v4", "application/a/device/24e124136b502217/event/+", "24e124136b502217"),
        {"decoder of device 24e124136b502217": "milesight_em300_th"},
        ("temperature", "temperature", 30_800),
    ),
    "esphome": (
        {"freezer/sensor/upper/state": [b"-18.5"]},
        ("mapping", "freezer/sensor/upper/state", "freezer"),
        {"unit": "°C", "quantity": "temperature"},
        ("upper", "temperature", -18_500),
    ),
    "numbers of an unknown object": (
        {"plant/truck-7": [{"data": {"t": 41, "n": 7}}, {"data": {"t": 42}}]},
        ("mapping", "plant/truck-7", "truck-7"),
        {
            "level of the topic that names the device": "truck-7",
            "quantity of data.t": "temperature",
            "unit of data.t": "K",
            "quantity of data.n": "ignore",
        },
        # 41 K is -232.15 °C.
        ("data.t", "temperature", -232_150),
    ),
    "own format": (
        {
            "cargotwin/v1/truck-7/readings": [
                [{"quantity": "temperature", "value": 4.2, "unit": "°C", "observed_at_us": 1}]
            ]
        },
        ("cargotwin", "cargotwin/v1/truck-7/+", "truck-7"),
        {},
        ("temperature", "temperature", 4_200),
    ),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_device_is_found_with_its_format_and_read_with_the_answers(family: str) -> None:
    topics, (codec, own_filter, device), answers, value = FAMILIES[family]
    unread = only(*(heard(topic, *payloads) for topic, payloads in topics.items()))
    best = unread.candidates[0]
    assert (best.codec, best.own_filter) == (codec, own_filter)
    still_asked = [need for need in best.guess.needs if need not in answers]
    assert all("unit of" in need for need in still_asked)
    if not answers:
        assert unread.device == device
    one = configured(codec, best.guess, unread.messages_in_order(), answers)
    assert (one.filter, one.open) == (own_filter, ())
    preview = previewed(one, unread.heard)
    assert preview.faults == ()
    assert value in [(one.sensor, one.quantity, one.value) for one in preview.readings[device]]


@pytest.mark.parametrize("family", [one for one, told in FAMILIES.items() if told[2]])
def test_no_answer_is_assumed(family: str) -> None:
    topics, (codec, _, _), _, _ = FAMILIES[family]
    unread = only(*(heard(topic, *payloads) for topic, payloads in topics.items()))
    one = configured(codec, unread.candidates[0].guess, unread.messages_in_order(), {})
    assert one.open == unread.candidates[0].guess.needs != ()


def test_devices_of_one_base_topic_are_told_apart() -> None:
    found = unread_devices(
        [
            heard("zigbee2mqtt/a", {"temperature": 4}),
            heard("zigbee2mqtt/b", {"temperature": 5}),
            heard("zigbee2mqtt/bridge/state", {"state": "online"}),
        ]
    )
    assert [(one.device, [each.topic for each in one.heard]) for one in found] == [
        ("a", ["zigbee2mqtt/a"]),
        ("b", ["zigbee2mqtt/b"]),
    ]


def test_device_with_two_ways_is_one_with_two_formats() -> None:
    status = {"id": 0, "tC": 20.1}
    event = {"method": "NotifyStatus", "params": {"ts": 1_769_860_800, "temperature:0": {"tC": 4}}}
    found = only(heard("s-1/status/temperature:0", status), heard("s-1/events/rpc", event))
    assert [one.own_filter for one in found.candidates] == ["s-1/events/rpc", "s-1/status/+"]
    assert (found.device, found.messages) == ("s-1", 2)


def test_what_a_device_tells_beside_its_readings_is_no_device() -> None:
    sensor, state = heard("tele/cellar/SENSOR", BERLIN), heard("tele/cellar/STATE", {"Uptime": 5})
    lwt = heard("tele/cellar/LWT", b"Online")
    found = only(sensor, state, lwt)
    assert found.device == "cellar"
    (alone,) = unread_devices([state])
    assert (alone.name, alone.candidates[0].codec) == ("tele/cellar/STATE", "mapping")
    assert is_aside(alone, {"cellar"})
    assert not is_aside(alone, {"attic"})
    assert not is_aside(found, {"cellar"})


def test_message_that_shows_no_format_is_listed_by_its_topic() -> None:
    found = only(heard("site/door", b"open"))
    assert (found.name, found.device, found.candidates) == ("site/door", "", ())


def test_numbers_alone_are_not_proposed_beside_a_clear_format() -> None:
    found = only(heard("zigbee2mqtt/x", {"temperature": 4}))
    assert [one.codec for one in found.candidates] == ["zigbee2mqtt"]


def test_surest_format_comes_first() -> None:
    topics = [
        heard("x/y", {"a": 1}),
        heard("tele/cellar/SENSOR", BERLIN),
        heard("home/z2m/f9", {"temperature": 4, "linkquality": 9}),
    ]
    assert [one.name for one in unread_devices(topics)] == ["cellar", "f9", "x/y"]


def test_nothing_is_found_in_nothing() -> None:
    assert unread_devices([]) == ()
    assert only(heard("x")).candidates == ()


def test_fault_of_a_message_stands_beside_its_device() -> None:
    found = only(heard("zigbee2mqtt/x", {"temperature": "warm", "humidity": 50}))
    assert "'warm'" in found.candidates[0].faults[0].detail
    assert [one.quantity for one in found.candidates[0].readings] == ["humidity"]


def test_guarantee_is_said_as_the_messages_came() -> None:
    direct = only(heard("zigbee2mqtt/x", {"temperature": 4}))
    said = expected(direct, direct.candidates[0].readings)
    assert SENTENCES[Loss.KEPT_ONCE_ACKNOWLEDGED] in said
    assert SENTENCES[Time.OF_ARRIVAL] in said
    broker = only(heard("zigbee2mqtt/x", {"temperature": 4}, qos=0, via_broker=True))
    said = expected(broker, broker.candidates[0].readings)
    assert {SENTENCES[Loss.MAY_BE_LOST], SENTENCES[Repetition.MAY_COUNT_TWICE]} <= set(said)
    unknown = only(heard("zigbee2mqtt/x", {"temperature": 4}, qos=None))
    assert expected(unknown, unknown.candidates[0].readings) == ()
    assert expected(direct, ()) == ()


def test_two_thousand_topics_are_looked_through() -> None:
    topics = starmap(
        heard, ((f"zigbee2mqtt/d-{number}", {"temperature": number}) for number in range(2_000))
    )
    assert len(unread_devices(tuple(topics))) == 2_000
