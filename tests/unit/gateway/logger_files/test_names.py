import pytest

from gateway.logger_files.names import (
    has_unit_of,
    is_time_name,
    names_quantity,
    stated_offset,
    stated_unit,
    states_unit,
)


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


@pytest.mark.parametrize("name", ["Interval (s)", "Wind (m/s)", "Exposure, ms"])
def test_unit_of_times_and_speeds_does_not_make_a_column_a_figure_of_a_shock(name: str) -> None:
    for quantity in ("pulse_duration", "velocity_change", "free_fall"):
        assert not has_unit_of(name, quantity)
    assert not states_unit(name)


@pytest.mark.parametrize(
    ("name", "quantity"),
    [
        ("Pulse width (ms)", "pulse_duration"),
        ("Shock duration [ms]", "pulse_duration"),
        ("pulse_duration", "pulse_duration"),
        ("Velocity change (m/s)", "velocity_change"),
        ("velocity_change", "velocity_change"),
        ("Free fall (ms)", "free_fall"),
        ("Free-fall time, s", "free_fall"),
        ("free_fall", "free_fall"),
    ],
)
def test_columns_of_a_shock_recorder_are_known_by_name_and_read_in_their_unit(
    name: str, quantity: str
) -> None:
    assert names_quantity(name, quantity)
    unit = stated_unit(name, quantity)
    assert unit is None or unit in name


@pytest.mark.parametrize(
    "name",
    ["Date/Time [UTC+01:00]", "Datum", "UHRZEIT", " time ", "Horodatage", "Time UTC", "Date GMT+2"],
)
def test_columns_of_times_are_known_by_name(name: str) -> None:
    assert is_time_name(name)


@pytest.mark.parametrize("name", ["Elapsed Time", "Temperature", "Timer", "Update interval", ""])
def test_other_columns_are_no_times(name: str) -> None:
    assert not is_time_name(name)
