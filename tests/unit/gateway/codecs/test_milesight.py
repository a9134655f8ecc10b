"""Expected values: the vendor's printed examples, and by hand from its tables.

Milesight-IoT/SensorDecoders, commit e79c9d8b: em-series/em300-th, em300-mcs and em300-zld, and
at-series/at101; examples of other values are from the EM300 user guide, page 23.
"""

import pytest

from gateway.codecs.base import Reason, Refusal
from gateway.codecs.lorawan_settings import DECODERS
from gateway.codecs.raw_payload import Measured
from twins.readings import Quality

TH, MCS, ZLD, AT101 = (
    "milesight_em300_th",
    "milesight_em300_mcs",
    "milesight_em300_zld",
    "milesight_at101",
)
RECORDED_AT_S = 1_665_561_758  # 9E744663, printed beside the example


def decode(decoder: str, text: str) -> list[Measured]:
    return list(DECODERS[decoder](bytes.fromhex(text), 85))


def values(decoder: str, text: str) -> list[tuple[str, float, str]]:
    return [(one.quantity, one.value, one.unit) for one in decode(decoder, text)]


@pytest.mark.parametrize(
    ("decoder", "text", "expected"),
    [
        (
            TH,
            "01755C 03673401 046865",
            [("battery", 92, "%"), ("temperature", 30.8, "°C"), ("humidity", 50.5, "%")],
        ),
        (
            MCS,
            "01755C 03673401 046865 060001",
            [
                ("battery", 92, "%"),
                ("temperature", 30.8, "°C"),
                ("humidity", 50.5, "%"),
                ("contact", 0, "1"),
            ],
        ),
        (
            ZLD,
            "017564 03671001 046871 050001",
            [("battery", 100, "%"), ("temperature", 27.2, "°C"), ("humidity", 56.5, "%")],
        ),
        (
            AT101,
            "017564 03671B01 050000 048836BF7701F000090722",
            [
                ("battery", 100, "%"),
                ("temperature", 28.3, "°C"),
                ("latitude", 24.62495, "°"),
                ("longitude", 118.030576, "°"),
            ],
        ),
    ],
)
def test_printed_example_gives_the_printed_values(
    decoder: str, text: str, expected: list[tuple[str, float, str]]
) -> None:
    assert values(decoder, text) == expected
    assert all(one.observed_at_s is None for one in decode(decoder, text))


@pytest.mark.parametrize(
    ("text", "celsius"),
    [("0367 0000", 0.0), ("0367 FFFF", -0.1), ("0367 D4FE", -30.0), ("0367 FF7F", 3276.7)],
)
def test_temperature_is_signed_and_in_tenths(text: str, celsius: float) -> None:
    assert values(TH, text) == [("temperature", celsius, "°C")]


def test_closed_magnet_is_a_closed_contact() -> None:
    assert values(MCS, "060000") == [("contact", 1, "1")]


def test_stored_record_of_a_climate_sensor_has_its_own_time_and_is_historical() -> None:
    assert decode(TH, "20CE9E74466310015D00") == [
        Measured("temperature", 27.2, "°C", "", RECORDED_AT_S, Quality.HISTORICAL),
        Measured("humidity", 46.5, "%", "", RECORDED_AT_S, Quality.HISTORICAL),
    ]


def test_stored_record_of_a_contact_sensor_says_whether_it_was_open() -> None:
    assert decode(MCS, "20CE9E74466310015D01")[2] == Measured(
        "contact", 0, "1", "", RECORDED_AT_S, Quality.HISTORICAL
    )


def test_stored_records_of_a_leak_sensor_are_not_taken_for_a_contact() -> None:
    found = decode(ZLD, "20CE9E74466310015D01 20CEDA74466310015D00")
    assert [one.quantity for one in found] == ["temperature", "humidity"] * 2
    assert [one.observed_at_s for one in found] == [RECORDED_AT_S] * 2 + [RECORDED_AT_S + 60] * 2


def test_stored_position_has_its_longitude_first() -> None:
    found = decode(AT101, "20CE 9E744663 F0000907 36BF7701 000000 000000")
    assert [(one.quantity, one.value) for one in found] == [
        ("latitude", 24.62495),
        ("longitude", 118.030576),
    ]
    assert {one.quality for one in found} == {Quality.HISTORICAL}


# Stored positions of two firmwares: the one of README e79c9d8b adds six angles to each, the one of
# AT_Series/AT101/README.md, which came before it, ends with the latitude. 60 s lie between the two.
FIRST, SECOND = "20CE 9E744663 F0000907 36BF7701", "20CE DA744663 F1000907 37BF7701"
BOTH = [
    ("latitude", 24.62495, RECORDED_AT_S),
    ("longitude", 118.030576, RECORDED_AT_S),
    ("latitude", 24.624951, RECORDED_AT_S + 60),
    ("longitude", 118.030577, RECORDED_AT_S + 60),
]


@pytest.mark.parametrize(
    "text",
    [
        f"{FIRST} {SECOND}",
        f"{FIRST} 01005A 01005A {SECOND} 02005A 030057",
        # Angles that would pass for two channels, 05 00 and 07 00.
        f"{FIRST} 05005A 070059 {SECOND} 05005A 070059",
    ],
)
def test_stored_positions_are_read_with_and_without_angles(text: str) -> None:
    found = decode(AT101, text)
    assert [(one.quantity, one.value, one.observed_at_s) for one in found] == BOTH


def test_channels_after_a_stored_position_without_angles_are_read() -> None:
    found = values(AT101, f"017564 {FIRST} 03671B01 {SECOND}")
    assert [one[0] for one in found] == [
        "battery",
        "latitude",
        "longitude",
        "temperature",
        "latitude",
        "longitude",
    ]
    assert found[3] == ("temperature", 28.3, "°C")


@pytest.mark.parametrize("angles", ["", "01005A 01005A"])
def test_unknown_channel_after_stored_positions_leaves_them_read(angles: str) -> None:
    text = f"{FIRST} {angles} {SECOND} {angles} 0468 65"
    reading = DECODERS[AT101](bytes.fromhex(text), 85)
    found = [next(reading) for _ in BOTH]
    assert [(one.quantity, one.value, one.observed_at_s) for one in found] == BOTH
    with pytest.raises(Refusal, match="'04 68'"):
        next(reading)


@pytest.mark.parametrize("text", ["0488 FFFFFFFF FFFFFFFF 20", "8488 36BF7701 FFFFFFFF 20"])
def test_position_that_was_not_found_is_a_sentinel(text: str) -> None:
    assert [one.quality for one in decode(AT101, text)] == [Quality.SENTINEL] * 2


def test_southern_and_western_position_is_negative() -> None:
    # -33868820 = FDFB33EC and -70648270 = FBC9FE32 as int32, here with the low byte first.
    assert values(AT101, "0488 EC33FBFD 32FEC9FB 20") == [
        ("latitude", -33.86882, "°"),
        ("longitude", -70.64827, "°"),
    ]


def test_temperature_with_an_alarm_flag_is_one_value() -> None:
    assert values(AT101, "8367 1B0101 070001") == [("temperature", 28.3, "°C")]


@pytest.mark.parametrize(
    ("decoder", "text"),
    [
        # What a device says of itself when it joins.
        (TH, "FF0BFF FF0101 FF166136C40091605408 FF090300 FF0A0101 FF0F00 FFFEFF FFFF0100"),
        # Answers to downlinks: interval, alarm limits, history switch.
        (TH, "FE030807 FF0609DC001E0100000000 FF6801 FF6A000A00"),
        (AT101, "FF8E000A00 FE7E010A0003 FF8836BF7701F0000907"),
        (AT101, "06D9081CC316222DF9C302 089B010203040506 070000"),
        (TH, ""),
    ],
)
def test_channels_without_a_measurement_carry_no_reading(decoder: str, text: str) -> None:
    assert decode(decoder, text) == []


@pytest.mark.parametrize(
    ("decoder", "text", "named"),
    [
        (TH, "03673401 060001", "byte 4 is '06 00'"),
        (TH, "03673401 05C806000000", "byte 4 is '05 C8'"),
        (TH, "03673401 03", "byte 4 is '03'"),
        (AT101, "03673401 046865", "byte 4 is '04 68'"),
        (TH, "03673401 0468", "channel 04 68"),
        (MCS, "03673401 20CE9E74466310015D", "channel 20 CE"),
    ],
)
def test_what_cannot_be_read_is_named_and_what_came_before_it_is_kept(
    decoder: str, text: str, named: str
) -> None:
    reading = DECODERS[decoder](bytes.fromhex(text), 85)
    assert next(reading) == Measured("temperature", 30.8, "°C")
    with pytest.raises(Refusal, match=named) as caught:
        next(reading)
    assert caught.value.reason == Reason.INVALID_FIELD
