"""A limit, a dew point or a mean is in the unit of a temperature and is none that was measured."""

import pytest

from gateway.logger_files.columns import Wish, value_columns
from gateway.logger_files.errors import UnclearFile
from gateway.logger_files.table import read_table

ROW = "2026-05-04 10:00;8;5\n"
TEMPERATURE = Wish("temperature")


def taken(header: str, wish: Wish = TEMPERATURE, rows: str = ROW) -> str:
    table = read_table(f"Time;{header}\n{rows}".encode())
    (column,) = value_columns(table, [wish], [0])
    return table.header[column.place]


@pytest.mark.parametrize(
    "derived",
    [
        *("Temp alarm limit (°C)", "Temperature setpoint (°C)", "SetTemp (°C)", "Temp set (°C)"),
        *("Tmin (°C)", "Max temp (°C)", "TempMax (°C)", "temp_max (°C)", "Upper temperature (°C)"),
        *("DewPt, °C", "Dew Point (°C)", "Taupunkt °C", "Mean temp (°C)", "Avg. temp (°C)"),
        *("Average Temperature (°C)", "Temp Grenzwert (°C)", "Solltemperatur (°C)", "MKT (°C)"),
    ],
)
def test_what_is_named_as_no_measurement_is_never_taken_unasked(derived: str) -> None:
    for header in (derived, f"{derived};Probe (°C)", f"Probe (°C);{derived}"):
        with pytest.raises(UnclearFile, match="--column"):
            taken(header)
    assert taken(f"{derived};Temperature (°C)") == "Temperature (°C)"
    assert taken(derived, Wish("temperature", None, derived)) == derived


@pytest.mark.parametrize(
    "header",
    [
        "Temperature (°C);Probe (°C)",
        "Inside (°C);Outside (°C)",
        "Temperature (°C);Inside (°F)",
    ],
)
def test_every_further_column_with_a_fitting_unit_is_asked_about(header: str) -> None:
    with pytest.raises(UnclearFile, match="several columns may hold temperature"):
        taken(header)


def test_second_probe_that_begins_late_is_asked_about_as_well() -> None:
    rows = ROW.replace(";5", ";") * 300 + ROW
    with pytest.raises(UnclearFile, match="several columns may hold temperature"):
        taken("Temperature (°C);Probe 2 (°C)", rows=rows)


def test_unit_behind_the_numbers_counts_like_one_in_the_header() -> None:
    with pytest.raises(UnclearFile, match="several columns may hold temperature"):
        taken("Temperature;Probe", rows="2026-05-04 10:00;8 °C;5 °C\n")


@pytest.mark.parametrize(
    "header", ["Temperature (°C);RH (%RH)", "Temperature (°C);Offset", "Inside (°C);Minutes"]
)
def test_one_fitting_column_is_taken_by_its_name_or_unit(header: str) -> None:
    assert taken(header) == header.split(";", maxsplit=1)[0]
