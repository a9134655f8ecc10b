import json

import pytest

from gateway.codecs.base import Decoded, Reason
from gateway.codecs.registry import codec_named
from twins.readings import Quality

from .samples import GATEWAY, NETWORK, RECEIVED_AT, at, payload, readings, reasons, values

MQTT, HISTORY = range(2)
TOPIC = "ruuvi/C8:25:2D:8E:9C:2C/F4:1F:0C:28:CB:D6"
ADVERTISEMENT = "0201061BFF99040515AE4C6DC6D7000CFFF803F4ADB6AD697FF41F0C28CBD6"
MESSAGE: dict[str, object] = {
    "gw_mac": "C8:25:2D:8E:9C:2C",
    "rssi": -26,
    "aoa": [],
    "gwts": "1653668027",
    "ts": "1653668027",
    "data": ADVERTISEMENT,
    "coords": "",
}


def decode(data: object, topic: str = TOPIC) -> Decoded:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return codec_named("ruuvi_gateway").decode(topic, data, RECEIVED_AT)


def advertised(data: str) -> str:
    return "0201061BFF9904" + data


def test_published_message_is_decoded() -> None:
    decoded = decode(payload("ruuvi_gateway", MQTT))
    # 0x15AE = 5550 of 0.005 °C; 0x4C6D = 19565 of 0.0025 %; 0xC6D7 = 50903 + 50000 Pa;
    # 0x000C = 12 mg, 0xFFF8 = -8 mg, 0x03F4 = 1012 mg; 0x697F = 27007.
    # 48.9125 % is a tie at its last step: half to even of 48912.5.
    assert values(decoded) == [
        ("temperature", "temperature", 27_750),
        ("humidity", "humidity", 48_912),
        ("pressure", "pressure", 100_903),
        ("acceleration_x", "acceleration", 12),
        ("acceleration_y", "acceleration", 8),
        ("acceleration_z", "acceleration", 1_012),
    ]
    assert {
        (r.device, r.observed_at, r.clock_source, r.seq, r.quality) for r in readings(decoded)
    } == {("F4:1F:0C:28:CB:D6", at("2022-05-27 16:13:47"), NETWORK, 27_007, Quality.GOOD)}
    assert not decoded.needs_publish_identity


def test_published_history_is_decoded_for_each_tag() -> None:
    decoded = decode(payload("ruuvi_gateway", HISTORY), "")
    temperatures = [
        (r.device, r.value, r.seq, r.observed_at)
        for r in readings(decoded)
        if r.quantity == "temperature"
    ]
    moment = at("2022-10-14 10:10:08")
    # 0x14EE = 5358, 0x7A8E = 31374; 0x14A2 = 5282, 0x7A89 = 31369.
    assert temperatures == [
        ("F4:1F:0C:28:CB:D6", 26_790, 31_374, moment),
        ("C6:A5:B9:E0:AD:06", 26_410, 31_369, moment),
    ]
    assert len(decoded.records) == 12


def test_gateway_that_sends_no_time_leaves_the_counter_for_identity() -> None:
    message = {"gw_mac": "C8:25:2D:8E:9C:2C", "cnt": "338", "data": ADVERTISEMENT}
    first = readings(decode(message))[0]
    assert (first.observed_at, first.clock_source, first.seq) == (RECEIVED_AT, GATEWAY, 27_007)


@pytest.mark.parametrize("ts", ["0", "86400", 3])
def test_gateway_whose_clock_is_not_set_leaves_the_time_of_arrival(ts: object) -> None:
    first = readings(decode({**MESSAGE, "ts": ts}))[0]
    assert (first.observed_at, first.clock_source) == (RECEIVED_AT, GATEWAY)
    assert first.quality == Quality.CLOCK_SUSPECT


def test_same_measurement_heard_by_two_gateways_in_one_second_is_one_reading() -> None:
    other = {**MESSAGE, "gw_mac": "AA:BB:CC:DD:EE:FF", "rssi": -80, "gwts": "1653668029"}
    assert decode(other, "ruuvi/AA:BB:CC:DD:EE:FF/F4:1F:0C:28:CB:D6") == decode(MESSAGE)


def test_measurement_that_is_not_available_is_kept_as_such() -> None:
    data = advertised("058000FFFFFFFF800080008000FFFFFFFFFFFFFFFFFFFFFF")
    decoded = decode({**MESSAGE, "data": data})
    assert len(decoded.records) == 6
    for reading in readings(decoded):
        assert reading.quality & Quality.SENTINEL
        assert reading.seq is None
        # The tag does not state its address: the topic does.
        assert reading.device == "F4:1F:0C:28:CB:D6"


def test_one_missing_sensor_leaves_the_others_sound() -> None:
    # Humidity 0xFFFF: a tag without a humidity sensor.
    decoded = decode(
        {**MESSAGE, "data": advertised("0512FCFFFFC37C0004FFFC040CAC364200CDCBB8334C884F")}
    )
    marked = [r.quantity for r in readings(decoded) if r.quality & Quality.SENTINEL]
    assert marked == ["humidity"]
    assert values(decoded)[0] == ("temperature", "temperature", 24_300)


def test_humidity_above_what_can_be_is_implausible() -> None:
    data = advertised("057FFFFFFEFFFE7FFF7FFF7FFFFFDEFEFFFECBB8334C884F")
    humidity = readings(decode({**MESSAGE, "data": data}))[1]
    assert (humidity.value, humidity.quality) == (163_835, Quality.IMPLAUSIBLE)


@pytest.mark.parametrize(
    "message",
    [
        {"state": "online"},
        {"gw_mac": "C8:25:2D:8E:9C:2C"},
        # A beacon of another maker.
        {**MESSAGE, "data": "02010606FF4C00021500"},
        {"data": {"gw_mac": "C8:25:2D:8E:9C:2C", "timestamp": "1665742208", "tags": {}}},
    ],
)
def test_message_without_a_measurement_carries_no_reading(message: object) -> None:
    assert decode(message) == Decoded()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"data": "zz"}, Reason.INVALID_FIELD),
        ({"data": 5}, Reason.INVALID_FIELD),
        ({"data": ADVERTISEMENT[:-2]}, Reason.INVALID_FIELD),
        # Data format 3 (RAWv1) and 6.
        ({"data": "0201061BFF990403" + ADVERTISEMENT[16:]}, Reason.INVALID_FIELD),
        ({"data": "0201061BFF990406" + ADVERTISEMENT[16:]}, Reason.INVALID_FIELD),
        ({"ts": "soon"}, Reason.INVALID_TIME),
        ({"ts": ""}, Reason.INVALID_TIME),
        ({"ts": "1780315501"}, Reason.TIME_IN_FUTURE),
        ({"ts": "1653668027000"}, Reason.INVALID_TIME),
    ],
)
def test_bad_message_is_a_named_fault(changes: dict[str, object], reason: Reason) -> None:
    assert reasons(decode({**MESSAGE, **changes})) == [reason]


def test_bad_tag_of_a_history_is_a_fault_beside_its_neighbour() -> None:
    message = json.loads(payload("ruuvi_gateway", HISTORY))
    message["data"]["tags"]["F4:1F:0C:28:CB:D6"] = {"rssi": -34}
    decoded = decode(message)
    assert decoded.faults[0].detail.startswith("F4:1F:0C:28:CB:D6: ")
    assert {r.device for r in readings(decoded)} == {"C6:A5:B9:E0:AD:06"}
