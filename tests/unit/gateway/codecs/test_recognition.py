"""Recognition, by the published messages of each format and by messages between the formats."""

import json

import pytest

from gateway.codecs.recognition import Recognised, recognised
from gateway.codecs.registry import FORMATS, codec_named
from gateway.codecs.route import Route
from twins.readings import Reading

from .samples import PAYLOADS, RECEIVED_AT

OW = "urn:dev:ow:10e2073a01080063"


def published(name: str) -> list[bytes]:
    samples = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))["samples"]
    return [json.dumps(sample["payload"]).encode() for sample in samples]


def seen(topic: str, *payloads: object) -> tuple[Recognised, ...]:
    messages = [
        (topic, one if isinstance(one, bytes) else json.dumps(one).encode()) for one in payloads
    ]
    return recognised(messages, RECEIVED_AT)


def read(found: Recognised) -> list[tuple[str, str, int]]:
    return [
        (one.sensor, one.quantity, one.value) for one in found.records if isinstance(one, Reading)
    ]


@pytest.mark.parametrize(
    ("name", "codec", "topic", "topic_filter", "first"),
    [
        (
            "ruuvi_gateway",
            "ruuvi_gateway",
            "ruuvi/C8:25:2D:8E:9C:2C/F4:1F:0C:28:CB:D6",
            "ruuvi/+/+",
            ("temperature", "temperature", 27_750),
        ),
        (
            "senml_rfc8428",
            "senml",
            "plant/senml",
            "plant/senml",
            ("temperature", "temperature", 23_100),
        ),
        (
            "tasmota_sensor",
            "tasmota",
            "tele/cellar/SENSOR",
            "tele/+/SENSOR",
            ("BME280", "temperature", 21_700),
        ),
        (
            "zigbee2mqtt",
            "zigbee2mqtt",
            "zigbee2mqtt/fridge-1",
            "zigbee2mqtt/#",
            ("temperature", "temperature", 27_340),
        ),
    ],
)
def test_published_messages_are_recognised_and_previewed(
    name: str, codec: str, topic: str, topic_filter: str, first: tuple[str, str, int]
) -> None:
    best = seen(topic, *published(name)[:5])[0]
    assert (best.codec, best.guess.filter) == (codec, topic_filter)
    assert read(best)[0] == first


def test_published_shelly_messages_are_recognised_from_topics_of_one_device() -> None:
    temperature, power, wifi = published("shelly_ht_gen3")
    device = "shellyhtg3-84fce6123456"
    messages = [
        (f"{device}/status/wifi", wifi),
        (f"{device}/status/devicepower:0", power),
        (f"{device}/status/temperature:0", temperature),
    ]
    best = recognised(messages, RECEIVED_AT)[0]
    assert (best.codec, best.guess.filter, best.messages) == ("shelly_gen2", "+/status/+", 3)
    assert read(best) == [
        ("devicepower:0", "battery", 73_000),
        ("temperature:0", "temperature", 20_100),
    ]


@pytest.mark.parametrize(
    ("name", "codec", "topic"),
    [
        ("things_stack_v3", "things_stack_v3", "v3/app1@tenant1/devices/dev1/up"),
        ("chirpstack_v4", "chirpstack_v4", "application/a/device/0101010101010101/event/up"),
    ],
)
def test_published_messages_of_lorawan_servers_are_recognised(
    name: str, codec: str, topic: str
) -> None:
    assert seen(topic, *published(name)[:5])[0].codec == codec


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        # A BIRTH with its datatype and a DATA without, made by pysparkplug 0.6.1 (Apache-2.0).
        (
            "spBv1.0/group/NBIRTH/node",
            "08eaf2f5a8a02b12220a12496e707574732f54656d706572617475726518eaf2f5a8a02b2009650000"  # noqa: ISC004 - one line is too short for it
            "88401800",
        ),
        (
            "spBv1.0/group/DDATA/node/device",
            "08eaf2f5a8a02b12200a12496e707574732f54656d706572617475726518eaf2f5a8a02b65000088401803",
        ),
    ],
    ids=["birth", "data"],
)
def test_sparkplug_is_recognised_by_its_namespace(topic: str, payload: str) -> None:
    best = seen(topic, bytes.fromhex(payload))[0]
    assert (best.codec, best.guess.filter) == ("sparkplug_b", "spBv1.0/#")


@pytest.mark.parametrize("place", range(5))
def test_each_tasmota_message_alone_is_recognised(place: int) -> None:
    best = seen("tele/cellar/SENSOR", published("tasmota_sensor")[place])[0]
    # Only DeepSleep's has an Epoch; the time of the others needs the device's zone.
    assert (best.codec, best.guess.needs) == ("tasmota", () if place == 4 else ("zone",))


def test_own_format_is_recognised() -> None:
    message = {"quantity": "temperature", "value": 4.2, "unit": "°C", "observed_at_us": 1}
    best = seen("cargotwin/v1/truck-7/readings", [message])[0]
    assert (best.codec, best.guess.filter, best.guess.certainty) == (
        "cargotwin",
        "cargotwin/v1/+/+",
        100,
    )
    assert read(best) == [("temperature", "temperature", 4_200)]


@pytest.mark.parametrize(
    ("topic", "payload", "codec", "topic_filter", "options"),
    [
        (
            "site/cellar/tele/SENSOR",
            {"Time": "2026-01-31T12:00:00+01:00", "AM2301": {"Temperature": 4}, "TempUnit": "C"},
            "tasmota",
            "site/+/tele/SENSOR",
            {"topic": "site/{device}/tele/SENSOR"},
        ),
        (
            "home/z2m/fridge-1",
            {"temperature": 4, "linkquality": 120},
            "zigbee2mqtt",
            "home/z2m/#",
            {"base_topic": "home/z2m"},
        ),
        (
            "site/cellar/events/rpc",
            {"method": "NotifyStatus", "params": {"ts": 1769860800, "temperature:0": {"tC": 4}}},
            "shelly_gen2",
            "site/+/events/rpc",
            {"topic_prefix": "site/{device}"},
        ),
        (
            "plant/truck-7",
            [{"n": "probe", "u": "Cel", "v": 4}],
            "senml",
            "plant/+",
            {"topic": "plant/{device}"},
        ),
        (f"senml/{OW}", [{"bn": OW, "u": "Cel", "v": 4}], "senml", "senml/+", {}),
        (
            "site/ruuvi/gw/tag",
            {
                "gw_mac": "C8:25:2D:8E:9C:2C",
                "data": "0201061BFF9904050320FC5394C37C0004FFFC040CAC364200CDCBB8334C884F",
            },
            "ruuvi_gateway",
            "site/ruuvi/+/+",
            {},
        ),
    ],
)
def test_guess_is_a_route_that_reads_the_message(
    topic: str, payload: object, codec: str, topic_filter: str, options: dict[str, object]
) -> None:
    best = seen(topic, payload)[0]
    assert (best.codec, best.guess.filter, best.guess.options) == (codec, topic_filter, options)
    route = Route(filter=best.guess.filter, codec=best.codec, options=best.guess.options)
    assert (
        codec_named(route.codec, route.options)
        .decode(topic, json.dumps(payload).encode(), RECEIVED_AT)
        .records
    )
    assert 4_000 in [value for _, _, value in read(best)]


def test_naive_time_is_previewed_with_the_arrival_until_a_person_names_the_zone() -> None:
    message = {"Time": "2026-01-31T12:00:00", "AM2301": {"Temperature": 4}, "TempUnit": "C"}
    best = seen("tele/cellar/SENSOR", message)[0]
    assert best.guess.needs == ("zone",)
    assert [one.observed_at for one in best.records if isinstance(one, Reading)] == [RECEIVED_AT]


def test_plain_numbers_of_esphome_need_unit_and_quantity() -> None:
    best = seen("freezer/sensor/upper_shelf/state", b"-18.5", b"-18.4")[0]
    assert (best.codec, best.guess.filter) == ("mapping", "+/sensor/upper_shelf/state")
    assert best.guess.needs == ("unit", "quantity")
    assert not best.records


def test_answers_of_a_person_complete_the_guess() -> None:
    topic = "freezer/sensor/upper_shelf/state"
    options = seen(topic, b"-18.5")[0].guess.options
    fields = options["fields"]
    assert isinstance(fields, list)
    answered = [{**field, "quantity": "temperature", "unit": "°C"} for field in fields]
    codec = codec_named("mapping", {**options, "fields": answered})
    reading = codec.decode(topic, b"-18.5", RECEIVED_AT).records[0]
    assert isinstance(reading, Reading)
    assert (reading.device, reading.sensor, reading.value) == ("freezer", "upper_shelf", -18_500)


def test_numbers_of_an_unknown_object_are_listed_with_what_is_needed() -> None:
    best = seen("plant/truck-7", {"data": {"t": 4.2, "name": "x"}}, {"data": {"rh": 50}})[0]
    assert best.codec == "mapping"
    assert best.guess.certainty < 50
    assert best.guess.options["fields"] == [
        {"path": "data.t", "sensor": "data.t"},
        {"path": "data.rh", "sensor": "data.rh"},
    ]
    assert best.guess.needs == (
        "level of the topic that names the device",
        "quantity of data.t",
        "unit of data.t",
        "quantity of data.rh",
        "unit of data.rh",
    )


def test_two_formats_that_both_fit_are_both_listed_the_likelier_first() -> None:
    found = seen("site/cellar/SENSOR", {"temperature": 4, "linkquality": 90})
    assert [one.codec for one in found] == ["zigbee2mqtt", "mapping"]
    assert found[0].guess.certainty > found[1].guess.certainty


def test_numbers_alone_are_not_listed_beside_a_clear_format() -> None:
    assert [one.codec for one in seen("zigbee2mqtt/x", {"temperature": 4})] == ["zigbee2mqtt"]


def test_needs_of_several_messages_are_joined() -> None:
    with_zone = {"Time": "2026-01-31T12:00:00Z", "A": {"Humidity": 4}}
    naive = {"Time": "2026-01-31T12:00:00", "A": {"Humidity": 5}}
    best = seen("tele/cellar/SENSOR", with_zone, naive)[0]
    assert (best.guess.needs, best.messages) == (("zone",), 2)
    assert [value for _, _, value in read(best)] == [4_000, 5_000]


def test_fault_of_a_message_stands_in_the_preview() -> None:
    best = seen("zigbee2mqtt/x", {"temperature": "warm", "humidity": 50})[0]
    assert read(best) == [("humidity", "humidity", 50_000)]
    assert "'warm'" in best.faults[0].detail


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("tele/cellar/STATE", b"{}"),
        ("tele/cellar/LWT", b"Online"),
        ("x", b""),
        ("x", b"\xff\xfe"),
        ("x", b"[]"),
        ("x", b'"text"'),
        ("x", b"true"),
        ("x", b"[" * 100_000),
        ("SENSOR", b'{"Time": "x", "a": {}}'),
        ("tele/SENSOR", b'{"Time": "x", "a": {}}'),
        ("/status/temperature:0", b'{"id": "0"}'),
        ("x/status/temperature:0", b'{"id": false, "tC": "x"}'),
    ],
    ids=range(12),
)
def test_message_that_shows_no_format_is_not_recognised(topic: str, payload: bytes) -> None:
    assert seen(topic, payload) == ()


def test_topic_with_braces_gives_a_guess_without_preview() -> None:
    found = seen("{plant}/sensor/a/state", b"5")
    assert [(one.codec, one.records) for one in found] == [("mapping", ())]


def test_nothing_is_recognised_in_nothing() -> None:
    assert recognised([], RECEIVED_AT) == ()


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_can_be_asked_about_anything(name: str) -> None:
    for topic in ("", "/", "a/b/c/d/e/f", FORMATS[name].sample_topic):
        for payload in (b"", b"{}", b"[{}]", b"0", b'{"data": 5}', b"\x08\x01"):
            guess = FORMATS[name].recognise(topic, payload)
            assert guess is None or 1 <= guess.certainty <= 100
