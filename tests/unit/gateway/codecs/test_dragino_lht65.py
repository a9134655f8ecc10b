"""Expected values: printed in the LHT65 user manual v1.8.5, or by hand from its tables.

Sections 2.4 (live uplink) and 2.6.4 (data log); the LHT65N manual, section 2.4.6.2, for Ext 9.
"""

import pytest

from gateway.codecs.base import Reason, Refusal
from gateway.codecs.lorawan_settings import DECODERS
from gateway.codecs.raw_payload import Measured
from twins.readings import Quality

HEAD = "CBF6 0B0D 0376"  # 28.29 °C, 88.6 %
HEAD_VALUES = [
    ("built_in", "temperature", 28.29),
    ("built_in", "humidity", 88.6),
]
# Section 2.6.4; 2021-01-19 04:27:03 UTC is printed as 1611030423.
LOGGED_AT_S = 1_611_030_423
LOG = "7FFF08980146416006 5F97 7FFF088E014B4160066009"


def decode(text: str, port: int = 2) -> list[Measured]:
    return list(DECODERS["dragino_lht65"](bytes.fromhex(text), port))


def values(text: str, port: int = 2) -> list[tuple[str, str, float]]:
    return [(one.sensor, one.quantity, one.value) for one in decode(text, port)]


def test_printed_uplink_gives_both_temperatures_and_the_humidity() -> None:
    expected = [*HEAD_VALUES, ("external", "temperature", 27.81)]
    assert values(f"{HEAD} 01 0ADD7FFF") == expected


def test_battery_in_millivolts_is_not_turned_into_a_percentage() -> None:
    assert {one.quantity for one in decode(f"{HEAD} 01 0ADD7FFF")} == {"temperature", "humidity"}


@pytest.mark.parametrize(("text", "celsius"), [("F54F", -27.37), ("0000", 0.0), ("FFFF", -0.01)])
def test_probe_is_signed_and_in_hundredths(text: str, celsius: float) -> None:
    assert values(f"{HEAD} 01 {text} 7FFF")[2] == ("external", "temperature", celsius)


def test_built_in_temperature_is_signed() -> None:
    assert values("CBF6 F5C6 0376 00")[0] == ("built_in", "temperature", -26.18)


def test_absent_probe_is_a_sentinel_and_spoils_nothing_else() -> None:
    found = decode(f"{HEAD} 01 7FFF7FFF")
    assert [one.quality for one in found] == [Quality.GOOD, Quality.GOOD, Quality.SENTINEL]
    assert found[2].value == 327.67


@pytest.mark.parametrize("text", [f"{HEAD} 00", f"{HEAD} 00 FFFFFFFF"])
def test_uplink_without_an_external_sensor_may_end_after_its_type(text: str) -> None:
    assert values(text) == HEAD_VALUES


def test_light_sensor_gives_lux_and_its_loose_cable_a_sentinel() -> None:
    assert values(f"{HEAD} 05 01F4 7FFF")[2] == ("external", "illuminance", 500)
    assert decode(f"{HEAD} 85 01F4 7FFF")[2].quality == Quality.SENTINEL


@pytest.mark.parametrize("ext", ["04", "06", "07", "08", "86"])
def test_external_sensor_without_a_quantity_leaves_the_built_in_one(ext: str) -> None:
    assert values(f"{HEAD} {ext} 01F47FFF") == HEAD_VALUES


def test_probe_id_is_no_measurement() -> None:
    assert decode("CBF6 28FF 1234 0F 567890AB") == []


def test_unknown_external_sensor_is_named_and_the_built_in_one_kept() -> None:
    reading = DECODERS["dragino_lht65"](bytes.fromhex(f"{HEAD} 0B 01F47FFF"), 2)
    assert [next(reading).value, next(reading).value] == [28.29, 88.6]
    with pytest.raises(Refusal, match=r"\(Ext\) is 11"):
        next(reading)


def test_time_stamped_uplink_has_the_devices_time_once_that_was_set() -> None:
    # 27.81 °C outside, 28.29 °C and 88.6 % (battery bits 11) inside, status 29: clock set, Ext 9.
    found = decode("0ADD 0B0D C376 29 60065F97")
    assert [(one.sensor, one.quantity, one.value) for one in found] == [
        *HEAD_VALUES,
        ("external", "temperature", 27.81),
    ]
    assert {one.observed_at_s for one in found} == {LOGGED_AT_S}
    assert {one.quality for one in found} == {Quality.GOOD}


def test_time_stamp_of_a_clock_that_was_not_set_is_left_out() -> None:
    found = decode("0ADD 0B0D C376 19 00000010")
    assert {(one.observed_at_s, one.quality) for one in found} == {(None, Quality.CLOCK_SUSPECT)}


def test_printed_data_log_gives_each_entry_at_its_own_time() -> None:
    found = decode(LOG)
    assert [(one.sensor, one.quantity, one.value) for one in found] == [
        ("built_in", "temperature", 22.0),
        ("built_in", "humidity", 32.6),
        ("external", "temperature", 327.67),
        ("built_in", "temperature", 21.9),
        ("built_in", "humidity", 33.1),
        ("external", "temperature", 327.67),
    ]
    # 04:28:57 follows 04:27:03 by 114 s.
    assert [one.observed_at_s for one in found] == [LOGGED_AT_S] * 3 + [LOGGED_AT_S + 114] * 3
    stored, absent = Quality.HISTORICAL, Quality.HISTORICAL | Quality.SENTINEL
    assert [one.quality for one in found] == [stored, stored, absent] * 2


def test_data_log_of_a_light_sensor_gives_lux() -> None:
    # 40,000 lx = 9C40, 22.00 °C and 32.6 %, status 45: an entry of the log, Ext 5.
    assert values("9C40 0898 0146 45 60065F97")[2] == ("external", "illuminance", 40_000)


def test_data_log_of_a_light_sensor_without_its_cable_is_a_sentinel() -> None:
    # Status C5: no cable, an entry of the log, Ext 5.
    *built_in, light = decode("0000 0898 0146 C5 60065F97")
    assert {one.quality for one in built_in} == {Quality.HISTORICAL}
    assert light.quality == Quality.HISTORICAL | Quality.SENTINEL


def test_data_log_of_a_sensor_without_a_quantity_leaves_the_built_in_one() -> None:
    assert len(values("9C40 0898 0146 46 60065F97")) == 2


def test_data_log_of_an_unknown_sensor_is_refused_after_the_built_in_one() -> None:
    reading = DECODERS["dragino_lht65"](bytes.fromhex("9C40 0898 0146 4B 60065F97"), 2)
    assert [next(reading).value, next(reading).value] == [22.0, 32.6]
    with pytest.raises(Refusal, match=r"\(Ext\) is 11"):
        next(reading)


def test_cut_data_log_keeps_its_whole_entries() -> None:
    reading = DECODERS["dragino_lht65"](bytes.fromhex(LOG)[:-1], 2)
    assert [next(reading).value for _ in range(3)] == [22.0, 32.6, 327.67]
    with pytest.raises(Refusal):
        next(reading)


def test_answer_to_a_poll_that_found_nothing_is_not_zero_degrees() -> None:
    assert decode("00" * 11) == []


def test_status_on_port_5_carries_no_reading() -> None:
    assert decode("0B0103FF0BB8", port=5) == []


@pytest.mark.parametrize(
    ("text", "port"),
    [
        (f"{HEAD} 01 0ADD7FFF", 3),
        (f"{HEAD} 01 0ADD7F", 2),
        (f"{HEAD} 01", 2),
        (f"{HEAD} 01 0ADD7FFF 00", 2),
        ("CBF6 0B0D", 2),
        ("", 2),
    ],
)
def test_payload_of_another_shape_is_refused(text: str, port: int) -> None:
    with pytest.raises(Refusal) as caught:
        decode(text, port)
    assert caught.value.reason == Reason.INVALID_FIELD
