import json
from collections.abc import Mapping

import pytest

from gateway.codecs import things_stack_v3
from gateway.codecs.base import Decoded, Guess, Reason
from gateway.codecs.registry import codec_named
from twins.readings import Quality

from .samples import GATEWAY, NETWORK, RECEIVED_AT, at, payload, readings, reasons, values

TOPIC = "v3/app1@tenant1/devices/dev1/up"
FIELDS = {
    "temperature": {"quantity": "temperature", "unit": "°C"},
    "luminosity": {"quantity": "illuminance", "unit": "lx", "sensor": "lid"},
}
UPLINK, DOWNLINK_ACK, DOWNLINKS = range(3)


def decode(data: bytes | Mapping[str, object], topic: str = TOPIC, **options: object) -> Decoded:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return codec_named("things_stack_v3", options).decode(topic, data, RECEIVED_AT)


def uplink(**members: object) -> dict[str, object]:
    message = {"settings": {"time": "2026-01-31T12:00:00Z"}, **members}
    return {"uplink_message": message}


def test_published_uplink_is_decoded_as_its_fields_are_configured() -> None:
    decoded = decode(payload("things_stack_v3", UPLINK), fields=FIELDS)
    assert values(decoded) == [("temperature", "temperature", 1_000), ("lid", "illuminance", 640)]
    for reading in readings(decoded):
        assert reading.device == "dev1"
        assert reading.observed_at == at("2020-02-12 15:15:45") + 787_000
        assert reading.clock_source == NETWORK
        assert reading.seq == 1


def test_published_uplink_without_configured_fields_is_a_fault_that_names_them() -> None:
    decoded = decode(payload("things_stack_v3", UPLINK))
    assert reasons(decoded) == [Reason.NO_READING]
    assert "luminosity, temperature" in decoded.faults[0].detail


@pytest.mark.parametrize("place", [DOWNLINK_ACK, DOWNLINKS])
def test_published_downlink_event_carries_no_reading(place: int) -> None:
    assert decode(payload("things_stack_v3", place), fields=FIELDS) == Decoded()


def test_position_is_read_from_the_sources_that_measure_it() -> None:
    decoded = decode(
        payload("things_stack_v3", UPLINK), location_sources=["SOURCE_REGISTRY"], fields=FIELDS
    )
    assert values(decoded)[2:] == [
        ("user", "latitude", 379_715_556),
        ("user", "longitude", 237_267_880),
    ]


def test_position_of_another_source_is_left_out() -> None:
    decoded = decode(payload("things_stack_v3", UPLINK), location_sources=["SOURCE_GPS"])
    assert reasons(decoded) == [Reason.NO_READING]


def test_uplink_without_any_time_takes_the_gateways() -> None:
    message = {"uplink_message": {"decoded_payload": {"temperature_c": 1}}}
    first = readings(decode(message))[0]
    assert (first.observed_at, first.clock_source) == (RECEIVED_AT, GATEWAY)


def test_field_whose_name_states_its_unit_needs_no_setting() -> None:
    message = uplink(f_cnt=5, decoded_payload={"temperature_f": 50, "battery_percent": 90})
    assert values(decode(message)) == [
        ("temperature_f", "temperature", 10_000),
        ("battery_percent", "battery", 90_000),
    ]


def test_nested_field_is_read_by_its_dotted_path() -> None:
    fields = {"air.temperature": {"quantity": "temperature", "unit": "°C"}}
    message = uplink(decoded_payload={"air": {"temperature": 4.5}})
    assert values(decode(message, fields=fields)) == [("air.temperature", "temperature", 4_500)]


def test_frame_counter_that_the_server_left_out_is_zero() -> None:
    message = uplink(decoded_payload={"temperature_c": 1})
    assert readings(decode(message))[0].seq == 0


def test_time_of_receipt_stands_in_for_a_missing_radio_time() -> None:
    message = {
        "received_at": "2026-01-31T12:00:02Z",
        "uplink_message": {
            "received_at": "2026-01-31T12:00:01.789585559Z",
            "decoded_payload": {"temperature_c": 1},
        },
    }
    assert readings(decode(message))[0].observed_at == at("2026-01-31 12:00:01") + 789_585


def test_uplink_that_the_server_did_not_decode_is_a_fault() -> None:
    decoded = decode(uplink(frm_payload="gkHe"))
    assert reasons(decoded) == [Reason.MISSING_FIELD]
    assert "payload formatter" in decoded.faults[0].detail


def test_uplink_without_an_application_payload_carries_no_reading() -> None:
    assert decode(uplink(f_cnt=5)) == Decoded()


def test_bytes_are_read_by_the_decoder_that_is_named() -> None:
    message = uplink(frm_payload="AXVcA2c0AQRoZQ==", f_port=85, f_cnt=12)
    decoded = decode(message, decoder={"dev?": "milesight_em300_th"})
    assert values(decoded) == [
        ("battery", "battery", 92_000),
        ("temperature", "temperature", 30_800),
        ("humidity", "humidity", 50_500),
    ]
    assert {one.seq for one in readings(decoded)} == {12}


def test_port_decides_what_the_bytes_are() -> None:
    # The printed LHT65 uplink, CBF60B0D0376010ADD7FFF, on its port and with the port left out.
    message = uplink(frm_payload="y/YLDQN2AQrdf/8=", f_port=2)
    assert len(readings(decode(message, decoder="dragino_lht65"))) == 3
    message = uplink(frm_payload="y/YLDQN2AQrdf/8=")
    assert reasons(decode(message, decoder="dragino_lht65")) == [Reason.INVALID_FIELD]


def test_zero_inside_the_decoded_payload_is_a_measured_zero() -> None:
    assert values(decode(uplink(decoded_payload={"temperature_c": 0}))) == [
        ("temperature_c", "temperature", 0)
    ]


def test_simulated_uplink_is_refused() -> None:
    decoded = decode({**uplink(decoded_payload={"temperature_c": 1}), "simulated": True})
    assert reasons(decoded) == [Reason.NO_READING]
    assert "simulated" in decoded.faults[0].detail


@pytest.mark.parametrize("heard", ["2026-01-31T13:00:00Z", "1980-01-06T00:00:13Z"])
def test_time_of_a_wrong_radio_clock_is_replaced_by_the_servers_and_suspect(heard: str) -> None:
    message = uplink(
        settings={"time": heard},
        received_at="2026-01-31T12:00:01Z",
        decoded_payload={"temperature_c": 1},
    )
    first = readings(decode(message))[0]
    assert first.observed_at == at("2026-01-31 12:00:01")
    assert (first.clock_source, first.quality) == (NETWORK, Quality.CLOCK_SUSPECT)


@pytest.mark.parametrize(
    "left_by_the_server",
    [{"app_s_key": {"encrypted_key": "AA==", "kek_label": "x"}}, {"last_a_f_cnt_down": 7}],
)
@pytest.mark.parametrize("options", [{"decoder": "dragino_lht65"}, {}])
def test_payload_whose_decryption_was_skipped_is_never_read(
    left_by_the_server: dict[str, object], options: dict[str, str]
) -> None:
    # 8E1FA27BC301017BE24C19: cipher text that would pass for an uplink with a probe (Ext 1).
    message = uplink(frm_payload="jh+ie8MBAXviTBk=", f_port=2, **left_by_the_server)
    decoded = decode(message, **options)
    assert (values(decoded), reasons(decoded)) == ([], [Reason.NO_READING])
    assert "have the network server decrypt it" in decoded.faults[0].detail


def test_position_beside_a_payload_whose_decryption_was_skipped_is_read() -> None:
    place = {"latitude": 48.1, "longitude": 11.5, "source": "SOURCE_GPS"}
    message = uplink(frm_payload="jh+ie8MB", app_s_key={}, locations={"user": place})
    decoded = decode(message, location_sources=["SOURCE_GPS"])
    assert values(decoded) == [
        ("user", "latitude", 481_000_000),
        ("user", "longitude", 115_000_000),
    ]
    assert reasons(decoded) == [Reason.NO_READING]


def test_clock_far_behind_the_servers_is_not_believed() -> None:
    message = uplink(
        settings={"time": "2016-01-01T00:00:07Z"},
        received_at="2026-01-31T12:00:01Z",
        decoded_payload={"temperature_c": 1},
    )
    first = readings(decode(message))[0]
    assert first.observed_at == at("2026-01-31 12:00:01")
    assert first.quality == Quality.CLOCK_SUSPECT


def test_uplink_is_recognised_and_asks_for_what_it_does_not_say() -> None:
    guess = things_stack_v3.recognise(TOPIC, payload("things_stack_v3", UPLINK))
    fields = ("temperature", "luminosity")
    needs = tuple(f"{what} of {field}" for field in fields for what in ("quantity", "unit"))
    assert guess == Guess("v3/app1@tenant1/devices/+/up", {}, 100, needs)
    raw = json.dumps(uplink(frm_payload="gkHe")).encode()
    assert things_stack_v3.recognise(TOPIC, raw) == Guess(
        "v3/app1@tenant1/devices/+/up", {}, 100, ("decoder of device dev1",)
    )


@pytest.mark.parametrize(
    ("topic", "data"),
    [
        ("v3/app1@tenant1/devices/dev1/join", b'{"uplink_message": {}}'),
        (TOPIC, b'{"join_accept": {}}'),
        (TOPIC, b'{"uplink_message": []}'),
        (TOPIC, b"[]"),
        (TOPIC, b"\xff"),
    ],
)
def test_other_messages_are_not_taken_for_uplinks(topic: str, data: bytes) -> None:
    assert things_stack_v3.recognise(topic, data) is None


@pytest.mark.parametrize("kind", ["join", "down/queued", "service/data"])
def test_other_events_carry_no_reading(kind: str) -> None:
    assert decode(b"{}", f"v3/app1@tenant1/devices/dev1/{kind}") == Decoded()


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"uplink_message": []}, Reason.NOT_AN_OBJECT),
        (uplink(decoded_payload=[1]), Reason.NOT_AN_OBJECT),
        (uplink(decoded_payload={"temperature_c": "1"}), Reason.NOT_A_NUMBER),
        (uplink(f_cnt=-1, decoded_payload={"temperature_c": 1}), Reason.INVALID_FIELD),
        (uplink(f_port="1", decoded_payload={"temperature_c": 1}), Reason.INVALID_FIELD),
        (uplink(frm_payload="gkH"), Reason.INVALID_FIELD),
        (uplink(settings=4), Reason.INVALID_FIELD),
        (uplink(settings={"time": 4}), Reason.INVALID_TIME),
        (uplink(settings={"time": "2027-01-31T12:00:00Z"}), Reason.TIME_IN_FUTURE),
    ],
)
def test_bad_message_is_a_named_fault(message: dict[str, object], reason: Reason) -> None:
    assert reasons(decode(message)) == [reason]
