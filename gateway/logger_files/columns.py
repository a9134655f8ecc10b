"""Which columns of a table hold the times and the values that a person asks for.

A column is taken by its name. Where several fit, or none, the person is asked: a temperature is
never taken from a column that may be a dew point, a limit or a mean, nor in a unit that nobody
stated.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.codecs.measuring import checked_sensor
from gateway.codecs.refusals import UnknownQuantity
from gateway.codecs.units import UNITS, conversion, known_units

from .decimals import DecimalMark, is_absent, number
from .errors import RowRefused, UnclearFile
from .local_times import looks_like_time
from .names import (
    folded,
    has_unit_of,
    is_date_and_time_name,
    is_date_name,
    is_time_of_day_name,
    names_no_measurement,
    names_quantity,
    stated_unit,
)
from .table import Row, Table

_SAMPLED_ROWS = 200
_VALUE_NAMES = frozenset({"value", "reading", "measurement", "rdg", "wert", "messwert", "valeur"})
_COUNT_NAMES = frozenset(
    {"#", "index", "no", "no.", "nr", "nr.", "record", "row", "id", "lfd. nr.", "n°"}
)


class Wish(msgspec.Struct, frozen=True):
    """What a person asks for from a file.

    Attributes:
        quantity: What is measured.
        unit: Its unit; None where the file states it.
        header: Name of the column; None where its name tells the quantity.
        sensor: Name of the sensor; the quantity's where it is empty.
    """

    quantity: str
    unit: str | None = None
    header: str | None = None
    sensor: str = ""


class ValueColumn(msgspec.Struct, frozen=True):
    """A column of values: its place, and what they measure."""

    place: int
    sensor: str
    quantity: str
    unit: str


def time_columns(table: Table, named: Sequence[str]) -> list[int]:
    """Return the places of the column, or of date and time of day, that hold the times.

    Raises:
        UnclearFile: They are not found, or several are.
    """
    if named:
        return [_place(table, name) for name in named]
    names = [
        place
        for place, name in enumerate(table.header)
        if is_date_and_time_name(name) and _holds_times(table, place)
    ]
    dates = [place for place, name in enumerate(table.header) if is_date_name(name)]
    hours = [place for place, name in enumerate(table.header) if is_time_of_day_name(name)]
    if not names and len(dates) == 1 and len(hours) == 1:
        return [dates[0], hours[0]]
    whole = names or [place for place in (*dates, *hours) if _holds_times(table, place)]
    whole = whole or [place for place in range(len(table.header)) if _holds_times(table, place)]
    if len(whole) != 1:
        raise UnclearFile(f"{_which(table, whole, 'the times')} with --time-column")
    return whole


def value_columns(table: Table, wishes: Sequence[Wish], times: Sequence[int]) -> list[ValueColumn]:
    """Return the columns of what is asked for.

    Raises:
        UnclearFile: One is not found or not clear, or states another unit than is asked for.
        Refusal: A quantity, a unit or the name of a sensor is none.
    """
    for wish in wishes:
        if wish.quantity not in UNITS:
            raise UnknownQuantity(wish.quantity, ", ".join(UNITS))
    found = [_value_column(table, wish, times, is_only=len(wishes) == 1) for wish in wishes]
    series = [(one.sensor, one.quantity) for one in found]
    for sensor, quantity in series:
        if series.count((sensor, quantity)) > 1:
            raise UnclearFile(
                f"two columns would be {quantity} of sensor {sensor!r}; name a sensor for each"
            )
    return found


def _value_column(table: Table, wish: Wish, times: Sequence[int], *, is_only: bool) -> ValueColumn:
    if wish.header is not None:
        place = _place(table, wish.header)
    else:
        place = _found_place(table, wish.quantity, times, is_only=is_only)
    unit = _unit(table, place, wish)
    conversion(wish.quantity, unit)
    return ValueColumn(place, checked_sensor(wish.sensor or wish.quantity), wish.quantity, unit)


def _found_place(table: Table, quantity: str, times: Sequence[int], *, is_only: bool) -> int:
    others = [place for place in range(len(table.header)) if place not in times]
    named: list[int] = []
    by_unit: list[int] = []
    derived: list[int] = []
    for place in others:
        is_named = names_quantity(table.header[place], quantity)
        if not (is_named or _has_unit(table, place, quantity)) or not _holds_numbers(table, place):
            continue
        is_derived = names_no_measurement(table.header[place])
        (derived if is_derived else named if is_named else by_unit).append(place)
    # Beside a dew point, what has its unit and says no more may be as little a temperature.
    found = sorted((*named, *by_unit) if named else (*by_unit, *derived))
    if len(found) == 1 and not (derived and not named):
        return found[0]
    if not found:
        found = [place for place in others if _may_hold_values(table, place)]
        value = _only_value(table, found) if is_only else None
        if value is not None:
            return value
    raise UnclearFile(f"{_which(table, found, quantity)} with --column")


def _only_value(table: Table, places: Sequence[int]) -> int | None:
    """Return the one column called a value, or the only one there is; None where neither is."""
    called = [place for place in places if folded(table.header[place]) in _VALUE_NAMES] or places
    is_clear = len(called) == 1 and not names_no_measurement(table.header[called[0]])
    return called[0] if is_clear else None


def _has_unit(table: Table, place: int, quantity: str) -> bool:
    if has_unit_of(table.header[place], quantity):
        return True
    unit = _unit_in_cells(table, place)
    return unit is not None and has_unit_of(unit, quantity)


def _may_hold_values(table: Table, place: int) -> bool:
    return folded(table.header[place]) not in _COUNT_NAMES and _holds_numbers(table, place)


def _unit(table: Table, place: int, wish: Wish) -> str:
    name = table.header[place]
    stated = stated_unit(name, wish.quantity) or _unit_in_cells(table, place)
    if wish.unit is None:
        if stated is None:
            units = known_units(wish.quantity)
            raise UnclearFile(f"the column {name!r} states no unit; state --unit, one of {units}")
        return stated
    if stated is not None and conversion(wish.quantity, stated) != conversion(
        wish.quantity, wish.unit
    ):
        raise UnclearFile(
            f"the column {name!r} is in {stated}, and {wish.unit} is asked for; which is right? "
            f"State the unit {stated}, or mend the column's name"
        )
    return wish.unit


def _unit_in_cells(table: Table, place: int) -> str | None:
    for row in table.rows[:_SAMPLED_ROWS]:
        unit = _number_and_unit(row, place)
        if unit is not None:
            return unit or None
    return None


def _number_and_unit(row: Row, place: int) -> str | None:
    """Return the unit behind a row's number, empty where there is none; None without a number."""
    for mark in DecimalMark:
        try:
            return number(cell_of(row, place), mark)[1]
        except RowRefused:
            continue
    return None


def cell_of(row: Row, place: int) -> str:
    """Return a row's cell; empty where the row is shorter."""
    return row.cells[place] if place < len(row.cells) else ""


def _holds_times(table: Table, place: int) -> bool:
    return any(looks_like_time(cell_of(row, place)) for row in table.rows[:_SAMPLED_ROWS])


def _holds_numbers(table: Table, place: int) -> bool:
    return any(
        not is_absent(cell_of(row, place)) and _number_and_unit(row, place) is not None
        for row in table.rows
    )


def _place(table: Table, name: str) -> int:
    places = [at for at, one in enumerate(table.header) if folded(one) == folded(name)]
    if len(places) != 1:
        how_many = "no column" if not places else f"{len(places)} columns"
        raise UnclearFile(f"there is {how_many} {name!r} in the header {_shown(table.header)}")
    return places[0]


def _which(table: Table, places: Sequence[int], what: str) -> str:
    if not places:
        return f"no column of the header {_shown(table.header)} holds {what}; name one"
    names = _shown([table.header[place] for place in places])
    return (
        f"several columns may hold {what}: {names}; name one"
        if len(places) > 1
        else (f"the column {names} may hold {what} and does not say so; name it")
    )


def _shown(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names))
