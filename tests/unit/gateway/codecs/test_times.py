import pytest

from gateway.codecs.base import CodecSettings, Reason
from gateway.codecs.refusals import InvalidTime, NaiveTime, TimeInFuture
from gateway.codecs.registry import codec_named
from gateway.codecs.times import Moment, admitted, check_window, epoch, naive, rfc3339, zone_of
from twins.readings import ClockSource, Quality, Reading

from .samples import at

NOON = at("2026-01-31 12:00:00")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T12:00:00Z", NOON),
        ("2026-01-31t12:00:00z", NOON),
        ("2026-01-31 12:00:00Z", NOON),
        ("2026-01-31T14:00:00+02:00", NOON),
        ("2026-01-31T06:30:00-05:30", NOON),
        ("2026-01-31T12:00:00-00:00", NOON),
        ("2026-01-31T12:00:00.25Z", NOON + 250_000),
        ("2026-01-31T12:00:00.123456999Z", NOON + 123_456),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999999Z", -1),
        # RFC 3339 section 5.8
        ("1985-04-12T23:20:50.52Z", at("1985-04-12 23:20:50") + 520_000),
        ("1996-12-19T16:39:57-08:00", at("1996-12-20 00:39:57")),
        ("1937-01-01T12:00:27.87+00:20", at("1937-01-01 11:40:27") + 870_000),
    ],
)
def test_rfc3339_text_names_one_moment(text: str, moment: int) -> None:
    assert rfc3339(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-01-31",
        "20260131T120000Z",
        "2026-W05-6T12:00:00Z",
        "2026-02-30T12:00:00Z",
        "2026-01-31T24:00:00Z",
        "2026-01-31T12:60:00Z",
        "1990-12-31T23:59:60Z",
        "2026-01-31T12:00:00.1234567890Z",
        "2026-01-31T12:00:00+2",
        "2019-09-04 T15:31 Z",
        "٢٠٢٦-01-31T12:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "1492-10-12T12:00:00Z",
    ],
)
def test_text_that_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(InvalidTime):
        rfc3339(text)


def test_time_without_offset_is_naive() -> None:
    with pytest.raises(NaiveTime, match="offset"):
        rfc3339("2026-01-31T12:00:00")


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-01-31T12:00:00", "Europe/Berlin", at("2026-01-31 11:00:00")),
        ("2026-07-31T12:00:00", "Europe/Berlin", at("2026-07-31 10:00:00")),
        ("2013-07-04 00:00:00", "America/New_York", at("2013-07-04 04:00:00")),
        ("2026-01-31T12:00:00.5", "Asia/Kathmandu", at("2026-01-31 06:15:00") + 500_000),
        # Clocks went back at 03:00 CEST: 02:30 came twice, the first time at +02:00.
        ("2025-10-26T02:30:00", "Europe/Berlin", at("2025-10-26 00:30:00")),
        # A text with offset needs no zone.
        ("2026-01-31T12:00:00Z", "Europe/Berlin", NOON),
    ],
)
def test_naive_time_is_local_to_its_zone(text: str, zone: str, moment: int) -> None:
    assert naive(text, zone) == moment


def test_naive_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(InvalidTime, match="skip"):
        naive("2026-03-29T02:30:00", "Europe/Berlin")


def test_naive_time_far_outside_the_calendar_is_refused() -> None:
    with pytest.raises(InvalidTime):
        naive("0001-01-01T00:00:00", "Pacific/Auckland")


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_zone_that_is_none_is_named(name: str) -> None:
    with pytest.raises(ValueError, match="IANA time zone"):
        zone_of(name)


@pytest.mark.parametrize(
    "name", ["localtime", "posixrules", "posix/Europe/Berlin", "right/UTC", "Factory"]
)
def test_zone_of_the_machine_and_clocks_with_leap_seconds_are_no_zones(name: str) -> None:
    with pytest.raises(ValueError, match="IANA time zone"):
        zone_of(name)


@pytest.mark.parametrize(
    ("number", "unit", "moment"),
    [
        (1_567_595_328, "epoch_s", at("2019-09-04 11:08:48")),
        (1_567_595_328_250, "epoch_ms", at("2019-09-04 11:08:48") + 250_000),
        (1_567_595_328_250_001, "epoch_us", at("2019-09-04 11:08:48") + 250_001),
        ("1567595329", "epoch_s", at("2019-09-04 11:08:49")),
        (-1, "epoch_s", -1_000_000),
    ],
)
def test_epoch_time_counts_from_1970(number: object, unit: str, moment: int) -> None:
    assert epoch(number, unit) == moment


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        (1.5, "epoch_s"),
        (True, "epoch_s"),
        ("x", "epoch_s"),
        (None, "epoch_ms"),
        (10**300, "epoch_us"),
    ],
)
def test_epoch_time_that_is_no_integer_of_this_age_is_refused(number: object, unit: str) -> None:
    with pytest.raises(InvalidTime):
        epoch(number, unit)


def test_milliseconds_sent_as_seconds_are_refused_with_advice() -> None:
    with pytest.raises(InvalidTime, match="check the unit"):
        epoch(1_567_595_328_250, "epoch_s")


def test_window_has_no_limit_in_the_past() -> None:
    check_window(at("2013-07-04 00:00:00"), NOON, 300_000_000)


def test_window_takes_a_clock_ahead_up_to_its_tolerance() -> None:
    check_window(NOON + 300_000_000, NOON, 300_000_000)
    with pytest.raises(TimeInFuture, match="86400 s ahead"):
        check_window(NOON + 86_400_000_000, NOON, 300_000_000)


HOUR_US = 3_600_000_000
NOW = 1_795_176_000_000_000


def test_moment_ahead_of_the_gateway_is_refused_beyond_the_tolerance() -> None:
    settings = CodecSettings(future_tolerance_seconds=60)
    near = Moment(NOW + 60_000_000, ClockSource.DEVICE)
    assert admitted(near, NOW, settings) == near
    with pytest.raises(TimeInFuture, match="3600 s ahead"):
        admitted(Moment(NOW + HOUR_US, ClockSource.DEVICE), NOW, settings)


def test_moment_ahead_of_the_gateway_becomes_its_arrival_where_settings_say_so() -> None:
    settings = CodecSettings(future_tolerance_seconds=60, future_time="gateway")
    ahead = Moment(NOW + HOUR_US, ClockSource.NETWORK, Quality.HISTORICAL)
    suspect = Quality.HISTORICAL | Quality.CLOCK_SUSPECT
    assert admitted(ahead, NOW, settings) == Moment(NOW, ClockSource.GATEWAY, suspect)


@pytest.mark.parametrize(
    ("codec", "topic", "payload"),
    [
        (
            "cargotwin",
            "cargotwin/v1/d/readings",
            b'{"quantity":"temperature","value":5,"unit":"C","observed_at":"2027-01-01T00:00:00Z"}',
        ),
        (
            "tasmota",
            "tele/d/SENSOR",
            b'{"Time":"2027-01-01T00:00:00Z","A":{"Temperature":5},"TempUnit":"C"}',
        ),
        (
            "senml",
            "senml/d",
            b'[{"n":"urn:dev:mac:0024befffe804ff1:temp","t":1798761600,"u":"Cel","v":5}]',
        ),
        (
            "zigbee2mqtt",
            "zigbee2mqtt/d",
            b'{"temperature":5,"last_seen":"2027-01-01T00:00:00Z"}',
        ),
    ],
)
def test_every_format_keeps_to_what_settings_say_of_the_future(
    codec: str, topic: str, payload: bytes
) -> None:
    refused = codec_named(codec).decode(topic, payload, NOW)
    assert [fault.reason for fault in refused.faults] == [Reason.TIME_IN_FUTURE]
    (reading,) = codec_named(codec, {"future_time": "gateway"}).decode(topic, payload, NOW).records
    assert isinstance(reading, Reading)
    assert (reading.observed_at, reading.clock_source) == (NOW, ClockSource.GATEWAY)
    assert reading.quality == Quality.CLOCK_SUSPECT
