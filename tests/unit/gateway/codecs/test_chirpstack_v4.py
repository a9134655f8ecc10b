"""Events as ChirpStack publishes them; expected values by hand from the printed events."""

import base64
import json
from collections.abc import Mapping

import pytest

from gateway.codecs import chirpstack_v4
from gateway.codecs.base import Decoded, Guess, Reason
from gateway.codecs.registry import InvalidCodecOption, codec_named
from twins.readings import Quality

from .samples import (
    DEVICE,
    GATEWAY,
    NETWORK,
    RECEIVED_AT,
    at,
    payload,
    readings,
    reasons,
    values,
)

EUI = "24e124136b502217"
TOPIC = f"application/17c82e96/device/{EUI}/event/"
UP, STATUS, JOIN, ACK, TXACK, LOG, LOCATION, INTEGRATION = range(8)
CLIMATE = "AXVcA2c0AQRoZQ=="  # 01755C 03673401 046865
TEMPERATURE = {"temperature": {"quantity": "temperature", "unit": "°C"}}
TIME = "2026-01-31T12:00:00.250999999+00:00"
HEARD_AT = at("2026-01-31 12:00:00") + 250_999


def decode(
    data: bytes | Mapping[str, object], event: str = "up", topic: str = "", **options: object
) -> Decoded:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return codec_named("chirpstack_v4", options).decode(topic or TOPIC + event, data, RECEIVED_AT)


def rfc3339_at(text: str) -> int:
    return at(text.replace("T", " ").removesuffix("Z"))


def uplink(**members: object) -> dict[str, object]:
    return {"time": TIME, "deviceInfo": {"deviceName": "box-7", "devEui": EUI}, **members}


def test_printed_uplink_that_nobody_decoded_says_where_a_decoder_is_named() -> None:
    decoded = decode(payload("chirpstack_v4", UP))
    assert reasons(decoded) == [Reason.MISSING_FIELD]
    assert f"name the decoder of {EUI} in the settings" in decoded.faults[0].detail


def test_decoded_object_is_read_as_its_fields_are_configured() -> None:
    content = {"temperature": 4.5, "humidity_percent": 61, "rssi": -90}
    decoded = decode(uplink(fCnt=7, fPort=85, object=content), fields=TEMPERATURE)
    assert sorted(values(decoded)) == [
        ("humidity_percent", "humidity", 61_000),
        ("temperature", "temperature", 4_500),
    ]
    for reading in readings(decoded):
        assert (reading.device, reading.seq) == (EUI, 7)
        assert (reading.observed_at, reading.clock_source) == (HEARD_AT, NETWORK)


def test_zero_inside_the_decoded_object_is_a_measured_zero() -> None:
    decoded = decode(uplink(object={"temperature": 0.0}), fields=TEMPERATURE)
    assert values(decoded) == [("temperature", "temperature", 0)]


def test_frame_counter_that_was_left_out_is_zero() -> None:
    assert readings(decode(uplink(object={"temperature_c": 1})))[0].seq == 0


def test_bytes_are_read_by_the_decoder_that_is_named() -> None:
    decoded = decode(uplink(data=CLIMATE, fPort=85, fCnt=3), decoder="milesight_em300_th")
    assert values(decoded) == [
        ("battery", "battery", 92_000),
        ("temperature", "temperature", 30_800),
        ("humidity", "humidity", 50_500),
    ]
    assert {(one.observed_at, one.seq) for one in readings(decoded)} == {(HEARD_AT, 3)}


def test_named_decoder_is_preferred_to_the_servers_own_object() -> None:
    message = uplink(data=CLIMATE, object={"temperature_c": 99, "battery": 12})
    decoded = decode(message, decoder="milesight_em300_th")
    assert ("temperature", "temperature", 30_800) in values(decoded)
    assert len(values(decoded)) == 3


def test_first_pattern_that_fits_the_device_names_its_decoder() -> None:
    decoder = {"24e124136*": "milesight_em300_th", "24e124*": "milesight_at101"}
    assert len(readings(decode(uplink(data=CLIMATE), decoder=decoder))) == 3
    tracker = decode(
        uplink(data=CLIMATE),
        topic="application/a/device/24e124535d141536/event/up",
        decoder=decoder,
    )
    assert values(tracker) == [
        ("battery", "battery", 92_000),
        ("temperature", "temperature", 30_800),
    ]
    assert "04 68" in tracker.faults[0].detail


def test_device_that_no_pattern_fits_is_not_guessed() -> None:
    decoded = decode(uplink(data=CLIMATE), decoder={"a840*": "dragino_lht65"})
    assert reasons(decoded) == [Reason.MISSING_FIELD]


def test_stored_record_has_the_devices_time_and_no_frame_counter() -> None:
    data = base64.b64encode(bytes.fromhex("20CE9E74466310015D00")).decode()
    for reading in readings(decode(uplink(data=data, fCnt=9), decoder="milesight_em300_th")):
        # 2022-10-12 08:02:38 UTC is printed as 1665561758.
        assert reading.observed_at == at("2022-10-12 08:02:38")
        assert (reading.clock_source, reading.seq) == (DEVICE, None)
        assert reading.quality == Quality.HISTORICAL


@pytest.mark.parametrize(
    ("time", "reason"),
    [("00000000", Reason.INVALID_TIME), ("FFFFFFFF", Reason.TIME_IN_FUTURE)],
)
def test_stored_record_whose_time_cannot_be_is_refused(time: str, reason: Reason) -> None:
    data = base64.b64encode(bytes.fromhex(f"20CE{time}10015D00 046865")).decode()
    decoded = decode(uplink(data=data), decoder="milesight_em300_th")
    assert reasons(decoded) == [reason, reason]
    assert values(decoded) == [("humidity", "humidity", 50_500)]


def test_absent_probe_is_kept_as_a_sentinel() -> None:
    data = base64.b64encode(bytes.fromhex("CBF60B0D0376017FFF7FFF")).decode()
    decoded = decode(uplink(data=data, fPort=2), decoder="dragino_lht65")
    assert [(one.sensor, one.value, one.quality) for one in readings(decoded)] == [
        ("built_in", 28_290, Quality.GOOD),
        ("built_in", 88_600, Quality.GOOD),
        ("external", 327_670, Quality.SENTINEL),
    ]


def test_sentinel_of_a_decoded_field_is_told_by_its_setting() -> None:
    probe = {"quantity": "temperature", "unit": "°C", "sentinels": [327.67]}
    for value, quality in ((327.67, Quality.SENTINEL), (27.81, Quality.GOOD)):
        decoded = decode(uplink(object={"TempC_DS": value}), fields={"TempC_DS": probe})
        assert readings(decoded)[0].quality == quality


@pytest.mark.parametrize(
    ("value", "quality"), [(-999, Quality.SENTINEL), (-9, Quality.GOOD), (9, Quality.GOOD)]
)
def test_sentinel_below_zero_is_no_strength_of_a_shock(value: int, quality: Quality) -> None:
    peak = {"quantity": "acceleration", "unit": "g", "sentinels": [-999]}
    (only,) = readings(decode(uplink(object={"peak": value}), fields={"peak": peak}))
    assert (only.value, only.quality) == (abs(value) * 1_000, quality)


def test_uplink_without_an_application_payload_carries_no_reading() -> None:
    assert decode(uplink(fCnt=5)) == Decoded()


def test_event_without_a_time_takes_the_gateways() -> None:
    first = readings(decode({"object": {"temperature_c": 1}}))[0]
    assert (first.observed_at, first.clock_source) == (RECEIVED_AT, GATEWAY)


@pytest.mark.parametrize("heard", ["2026-01-31T13:00:00Z", "1980-01-06T00:00:13Z"])
def test_time_of_a_wrong_radio_clock_is_replaced_by_the_servers_and_suspect(heard: str) -> None:
    reception = {"gatewayId": "0016c001f153a14c", "nsTime": "2026-01-31T12:00:01Z"}
    message = uplink(object={"temperature_c": 1}, rxInfo=[{}, reception])
    first = readings(decode({**message, "time": heard}))[0]
    assert first.observed_at == at("2026-01-31 12:00:01")
    assert (first.clock_source, first.quality) == (NETWORK, Quality.CLOCK_SUSPECT)


SERVER_DAY = "2026-01-31T20:00:00Z"


@pytest.mark.parametrize("heard", ["2026-01-31T19:55:00Z", "2026-01-31T20:05:00Z"])
def test_clocks_of_network_and_radio_may_differ_by_minutes(heard: str) -> None:
    message = uplink(object={"temperature_c": 1}, rxInfo=[{"nsTime": SERVER_DAY}])
    first = readings(decode({**message, "time": heard}))[0]
    assert (first.observed_at, first.quality) == (rfc3339_at(heard), Quality.GOOD)


@pytest.mark.parametrize(
    "heard", ["2026-01-31T19:54:59Z", "2026-01-31T12:00:00Z", "2026-01-24T20:00:00Z"]
)
def test_uplink_that_a_radio_gateway_may_have_stored_keeps_its_time_as_a_suspect_one(
    heard: str,
) -> None:
    message = uplink(object={"temperature_c": 1}, rxInfo=[{"nsTime": SERVER_DAY}])
    first = readings(decode({**message, "time": heard}))[0]
    assert first.observed_at == rfc3339_at(heard)
    assert (first.clock_source, first.quality) == (NETWORK, Quality.CLOCK_SUSPECT)


@pytest.mark.parametrize("heard", ["2026-01-24T19:59:59Z", "2016-01-01T00:00:07Z"])
def test_time_that_no_storage_explains_is_the_servers_and_suspect(heard: str) -> None:
    message = uplink(object={"temperature_c": 1}, rxInfo=[{"nsTime": SERVER_DAY}])
    first = readings(decode({**message, "time": heard}))[0]
    assert first.observed_at == at("2026-01-31 20:00:00")
    assert (first.clock_source, first.quality) == (NETWORK, Quality.CLOCK_SUSPECT)


def test_unset_radio_clock_without_a_server_time_leaves_the_time_of_arrival() -> None:
    message = {**uplink(object={"temperature_c": 1}), "time": "1980-01-06T00:00:13Z"}
    first = readings(decode(message))[0]
    assert (first.observed_at, first.clock_source) == (RECEIVED_AT, GATEWAY)
    assert first.quality == Quality.CLOCK_SUSPECT


@pytest.mark.parametrize("context", [{"sessionKeyId": "010203"}, {}])
@pytest.mark.parametrize("options", [{"decoder": "dragino_lht65"}, {}])
def test_payload_that_is_encrypted_end_to_end_is_never_read(
    context: dict[str, str], options: dict[str, str]
) -> None:
    # Eleven bytes of cipher text that would pass for an uplink with a probe (Ext 1).
    data = base64.b64encode(bytes.fromhex("8E1FA27BC301017BE24C19")).decode()
    decoded = decode(uplink(data=data, fPort=2, joinServerContext=context), **options)
    assert (values(decoded), reasons(decoded)) == ([], [Reason.NO_READING])
    assert "have the network server decrypt it" in decoded.faults[0].detail


def test_object_beside_an_encrypted_payload_is_read_where_no_decoder_is_named() -> None:
    message = uplink(data=CLIMATE, object={"temperature_c": 4.5}, joinServerContext={})
    assert values(decode(message)) == [("temperature_c", "temperature", 4_500)]
    assert reasons(decode(message, decoder="milesight_em300_th")) == [Reason.NO_READING]


def test_printed_status_gives_the_battery() -> None:
    decoded = decode(payload("chirpstack_v4", STATUS), "status")
    assert values(decoded) == [("device_status", "battery", 88_300)]
    assert readings(decoded)[0].observed_at == at("2022-07-18 09:35:06") + 927_172


def test_battery_level_that_was_left_out_is_empty() -> None:
    assert values(decode(uplink(margin=10), "status")) == [("device_status", "battery", 0)]


@pytest.mark.parametrize("flag", ["externalPowerSource", "batteryLevelUnavailable"])
def test_status_without_a_battery_level_carries_no_reading(flag: str) -> None:
    assert decode(uplink(margin=10, **{flag: True}), "status") == Decoded()


def test_location_is_read_from_the_sources_that_measure_it() -> None:
    resolved = payload("chirpstack_v4", LOCATION)
    assert decode(resolved, "location") == Decoded()
    assert values(decode(resolved, "location", location_sources=["UNKNOWN"])) == [
        ("location", "latitude", 373_442_140),
        ("location", "longitude", -88_393_750),
    ]


def test_axis_that_was_left_out_lies_on_the_equator() -> None:
    message = uplink(location={"longitude": 9.5, "source": "GPS"})
    decoded = decode(message, "location", location_sources=["GPS"])
    assert values(decoded)[0] == ("location", "latitude", 0)


@pytest.mark.parametrize(
    ("place", "event"),
    [(JOIN, "join"), (ACK, "ack"), (TXACK, "txack"), (LOG, "log"), (INTEGRATION, "integration")],
)
def test_printed_event_of_another_kind_carries_no_reading(place: int, event: str) -> None:
    assert decode(payload("chirpstack_v4", place), event) == Decoded()


def test_device_may_go_by_its_name() -> None:
    decoded = decode(uplink(object={"temperature_c": 1}), device="device_name")
    assert readings(decoded)[0].device == "box-7"


def test_event_without_the_name_that_should_stand_for_the_device_is_a_fault() -> None:
    decoded = decode({"object": {"temperature_c": 1}}, device="device_name")
    assert reasons(decoded) == [Reason.MISSING_FIELD]


def test_name_that_is_no_id_is_a_fault() -> None:
    decoded = decode(payload("chirpstack_v4", UP), device="device_name")
    assert reasons(decoded) == [Reason.INVALID_IDENTIFIER]


def test_topic_is_the_one_that_chirpstack_is_configured_with() -> None:
    codec = codec_named("chirpstack_v4", {"topic": "site/+/{device}/{event}"})
    message = json.dumps(uplink(object={"temperature_c": 1})).encode()
    decoded = codec.decode("site/north/d1/up", message, RECEIVED_AT)
    assert readings(decoded)[0].device == "d1"


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"topic": "application/+/device/{device}/event/up"}, "topic"),
        ({"decoder": "milesight_em300_thh"}, "decoder"),
        ({"decoder": {"24e124*": ""}}, "decoder"),
        ({"device": "name"}, "device"),
        ({"fields": {"t": {"quantity": "temperature", "unit": "%"}}}, "fields.t"),
    ],
)
def test_wrong_option_is_named(options: dict[str, object], key: str) -> None:
    with pytest.raises(InvalidCodecOption) as caught:
        codec_named("chirpstack_v4", options)
    assert caught.value.key == key


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (b"\x0a\x10", Reason.INVALID_JSON),
        (uplink(object=[1]), Reason.NOT_AN_OBJECT),
        (uplink(object={"temperature": 4.5}), Reason.NO_READING),
        (uplink(object={"temperature_c": "4.5"}), Reason.NOT_A_NUMBER),
        (uplink(data="?"), Reason.INVALID_FIELD),
        (uplink(data=7), Reason.INVALID_FIELD),
        (uplink(fPort=256, data=CLIMATE), Reason.INVALID_FIELD),
        (uplink(fCnt=-1, data=CLIMATE), Reason.INVALID_FIELD),
        (uplink(rxInfo={}, data=CLIMATE), Reason.INVALID_FIELD),
        ({**uplink(data=CLIMATE), "time": 4}, Reason.INVALID_TIME),
        ({**uplink(data=CLIMATE), "time": "2026-01-31T12:00:00"}, Reason.NAIVE_TIME),
        ({**uplink(data=CLIMATE), "time": "2027-01-31T12:00:00Z"}, Reason.TIME_IN_FUTURE),
    ],
)
def test_bad_message_is_a_named_fault(message: bytes | dict[str, object], reason: Reason) -> None:
    assert reasons(decode(message)) == [reason]


def test_event_is_recognised_and_asks_for_what_it_does_not_say() -> None:
    filter_ = "application/17c82e96/device/+/event/+"
    raw = json.dumps(uplink(data=CLIMATE)).encode()
    assert chirpstack_v4.recognise(TOPIC + "up", raw) == Guess(
        filter_, {}, 100, (f"decoder of device {EUI}",)
    )
    content = {"temperature": 4.5, "temperature_c": 4.5, "door": True, "air": {"rh": 50}}
    decoded = json.dumps(uplink(object=content)).encode()
    needs = ("quantity of temperature", "unit of temperature", "quantity of air.rh")
    assert chirpstack_v4.recognise(TOPIC + "up", decoded) == Guess(
        filter_, {}, 100, (*needs, "unit of air.rh")
    )


def test_event_of_another_kind_is_recognised_and_needs_no_answer() -> None:
    for place, event in ((STATUS, "status"), (INTEGRATION, "integration")):
        guess = chirpstack_v4.recognise(TOPIC + event, payload("chirpstack_v4", place))
        assert guess == Guess("application/17c82e96/device/+/event/+", {}, 100)


@pytest.mark.parametrize(
    ("topic", "data"),
    [
        ("application/1/device/d/event/up/x", b'{"deviceInfo": {}}'),
        (TOPIC + "up", b'{"time": "2026-01-31T12:00:00Z"}'),
        (TOPIC + "up", b"[]"),
        (TOPIC + "up", b"\xff"),
    ],
)
def test_other_messages_are_not_taken_for_events(topic: str, data: bytes) -> None:
    assert chirpstack_v4.recognise(topic, data) is None
