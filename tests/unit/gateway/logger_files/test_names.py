import pytest

from gateway.logger_files.names import has_unit_of, is_time_name, stated_offset, stated_unit


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("Date Time, GMT-05:00", "-05:00"),
        ("Date/Time [UTC+01:00]", "+01:00"),
        ("Date-Time (UTC)", "+00:00"),
        ("Time UTC", "+00:00"),
        ("time (gmt +5:30)", "+05:30"),
        ("Zeit (UTC\u22123)", "-03:00"),
        ("Time, GMT+0100", "+01:00"),
        ("Date-Time (CET)", None),
        ("UTC offset -5", None),
        ("Time (UTC offset)", None),
        ("Date Time", None),
    ],
)
def test_offset_counts_only_where_a_name_states_it_whole(name: str, offset: str | None) -> None:
    assert stated_offset(name) == offset


@pytest.mark.parametrize(
    ("name", "quantity", "unit"),
    [
        ("Temp, °C (LGR S/N: 1034, SEN S/N: 1034)", "temperature", "°C"),
        ("[°F] Temperature", "temperature", "°F"),
        ("Ch: 1 - Temperature   (°C)", "temperature", "°C"),
        ("Temperature(F)", "temperature", "F"),
        ("Temperatur °C", "temperature", "°C"),
        ("Celsius", "temperature", "Celsius"),
        ("[%rF] Feuchte", "humidity", "%RH"),
        ("RH, %", "humidity", "%"),
        ("Pressure (hPa)", "pressure", "hPa"),
        # A probe may be called C, and a freezer F.
        ("Probe C", "temperature", None),
        ("Freezer F temperature", "temperature", None),
        ("Temperature", "temperature", None),
    ],
)
def test_unit_is_what_stands_apart_in_a_name(name: str, quantity: str, unit: str | None) -> None:
    assert stated_unit(name, quantity) == unit


def test_unit_of_two_quantities_names_neither() -> None:
    assert has_unit_of("Inside (°C)", "temperature")
    assert not has_unit_of("Inside (%)", "humidity")
    assert has_unit_of("Inside (%RH)", "humidity")


@pytest.mark.parametrize(
    "name",
    ["Date/Time [UTC+01:00]", "Datum", "UHRZEIT", " time ", "Horodatage", "Time UTC", "Date GMT+2"],
)
def test_columns_of_times_are_known_by_name(name: str) -> None:
    assert is_time_name(name)


@pytest.mark.parametrize("name", ["Elapsed Time", "Temperature", "Timer", "Update interval", ""])
def test_other_columns_are_no_times(name: str) -> None:
    assert not is_time_name(name)
