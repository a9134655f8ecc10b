import pytest
from hypothesis import given
from hypothesis import strategies as st
from influxdb_client import Point, WritePrecision

from gateway.store.line_protocol import escaped, lines
from twins.readings import QUANTITIES, ClockSource, Quality, Reading

NANOSECONDS = 1_769_860_800_000_001_000


def line(one: Reading, asset: str | None = None) -> str:
    written = lines([one], asset).decode()
    assert written.endswith("\n")
    return written[:-1]


def reading(
    value: int = 4_200,
    quantity: str = "temperature",
    seq: int | None = 1,
    quality: int = 0,
    sensor: str = "probe-1",
) -> Reading:
    observed_at = NANOSECONDS // 1000
    clock = int(ClockSource.DEVICE)
    return Reading(1, "logger-1", sensor, quantity, value, observed_at, clock, seq, quality)


@pytest.mark.parametrize(
    ("given_reading", "asset", "expected"),
    [
        (
            reading(),
            "urn:epc:id:sscc:0614141.1234567890",
            (
                "temperature,asset=urn:epc:id:sscc:0614141.1234567890,device=logger-1,"
                "sensor=probe-1 value=4.2,seq=1i 1769860800000001000"
            ),
        ),
        (
            reading(seq=None),
            None,
            "temperature,device=logger-1,sensor=probe-1 value=4.2 1769860800000001000",
        ),
        (
            reading(value=101_325, quantity="pressure", quality=Quality.HISTORICAL),
            "A-1",
            (
                "pressure,asset=A-1,device=logger-1,sensor=probe-1"
                " value=101325,quality=4i,seq=1i 1769860800000001000"
            ),
        ),
    ],
    ids=["reading", "without asset and seq", "with quality"],
)
def test_reading_becomes_its_line(given_reading: Reading, asset: str | None, expected: str) -> None:
    assert line(given_reading, asset) == expected


@pytest.mark.parametrize(
    ("text", "tag"),
    [("a b", r"a\ b"), ("a,b=c", r"a\,b\=c"), ("a\nb", r"a\nb"), ("Kühl", "Kühl")],
)
def test_tag_cannot_end_early_or_begin_another_line(text: str, tag: str) -> None:
    assert escaped(text) == tag


names = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="\\"), min_size=1)


@given(
    quantity=st.sampled_from(sorted(QUANTITIES)),
    value=st.integers(-(10**12), 10**12),
    seq=st.none() | st.integers(0, 2**63 - 1),
    asset=st.none() | names,
    sensor=st.text(st.sampled_from("ab ,=\n\t\r"), min_size=1),
)
def test_line_says_what_the_client_of_influxdb_would_say(
    quantity: str, value: int, seq: int | None, asset: str | None, sensor: str
) -> None:
    point = Point(quantity).tag("asset", asset).tag("device", "logger-1").tag("sensor", sensor)
    point.field("value", value / QUANTITIES[quantity].scale).field("seq", seq)
    point.time(NANOSECONDS, WritePrecision.NS)
    ours = line(reading(value, quantity, seq, sensor=sensor), asset)
    assert parts(ours) == parts(point.to_line_protocol())


def parts(text: str) -> tuple[str, dict[str, str | float], str]:
    """Return a line's series, its fields by name, and its time; numbers as they are read back."""
    series, fields, time = text.rsplit(" ", 2)
    stated = dict(field.split("=") for field in fields.split(","))
    read = {
        name: number if number.endswith("i") else float(number) for name, number in stated.items()
    }
    return series, read, time


def test_readings_of_a_series_are_written_one_line_each_in_their_order() -> None:
    written = lines([reading(4_200), reading(-5, seq=None), reading(7, quality=Quality.HISTORICAL)])
    head = b"temperature,device=logger-1,sensor=probe-1 value="
    assert written == (
        head
        + b"4.2,seq=1i 1769860800000001000\n"
        + head
        + b"-0.005 1769860800000001000\n"
        + head
        + b"0.007,quality=4i,seq=1i 1769860800000001000\n"
    )
