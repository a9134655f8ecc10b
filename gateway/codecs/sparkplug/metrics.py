"""What each metric of a device measures: the settings joined with what its BIRTH says."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import msgspec

from gateway.codecs import units
from gateway.codecs.base import Fault, Reason, Refusal
from gateway.codecs.measuring import checked_sensor
from gateway.codecs.refusals import InvalidField, InvalidName, MissingUnit, NotANumber

from .protobuf import BOOLEAN_VALUE, Metric
from .refusals import ContradictingUnit, SharedSensor
from .settings import PASSED_OVER, MetricSettings, SparkplugSettings
from .values import NUMERIC, DataType, number

_REPORTED = NUMERIC | {DataType.TEMPLATE}


class Row(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a BIRTH says of one metric; an unstated alias is None, an unstated unit is empty."""

    name: str
    alias: int | None
    datatype: int
    unit: str


class Series(msgspec.Struct, frozen=True, gc=False):
    """How the values of a metric become readings."""

    sensor: str
    conversion: units.Conversion
    scale: float
    true_is: str | None

    def steps(self, datatype: int, metric: Metric) -> int:
        """Return a metric's value in integer steps of the quantity.

        Raises:
            Refusal: The value is none of its data type.
        """
        if datatype != DataType.BOOLEAN:
            value = number(datatype, metric.kind, metric.value)
            return self.conversion.steps(value * self.scale)
        if metric.kind != BOOLEAN_VALUE:
            raise InvalidField("value", metric.value, "true or false")
        if self.true_is is None:
            raise NotANumber(bool(metric.value))
        return int(bool(metric.value) == (self.true_is == "closed"))


class Definition(msgspec.Struct, frozen=True, gc=False):
    """One metric of one device.

    Attributes:
        row: What the BIRTH says of it.
        series: How it is read; None where it is not.
        fault: Why its values cannot be used, though the settings name it.
        is_unmapped: It has numbers, and no settings name it.
    """

    row: Row
    series: Series | None = None
    fault: Fault | None = None
    is_unmapped: bool = False

    @property
    def lacks_unit(self) -> bool:
        """Whether nothing but the unit is missing."""
        return self.fault is not None and self.fault.reason is Reason.MISSING_UNIT

    @property
    def is_measured(self) -> bool:
        """Whether its values must not be passed over."""
        return self.series is not None or self.fault is not None or self.is_unmapped


class Metrics:
    """The metrics that one BIRTH defines, by name and by alias."""

    __slots__ = ("aliases", "names")

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self.names: dict[str, Definition] = {}
        for definition in definitions:
            row = definition.row
            if self.names.setdefault(row.name, definition).row != row:
                fault = InvalidField("name", row.name, "a name of one metric alone").fault()
                self.names[row.name] = Definition(row, None, fault)
        self.aliases: dict[int, Definition] = {}
        self._refuse_shared_sensors()
        for definition in self.names.values():
            row = definition.row
            if row.alias is None:
                continue
            if row.alias in self.aliases:
                fault = InvalidField("alias", row.alias, "a number of one metric alone").fault()
                definition = Definition(row, None, fault)  # noqa: PLW2901 - it takes its place
            self.aliases[row.alias] = definition

    def _refuse_shared_sensors(self) -> None:
        metrics: dict[tuple[str, str], list[Definition]] = {}
        for definition in self.names.values():
            if definition.series is not None:
                series = (definition.series.sensor, definition.series.conversion.quantity)
                metrics.setdefault(series, []).append(definition)
        for (sensor, _), sharing in metrics.items():
            if len(sharing) > 1:
                names = ", ".join(one.row.name for one in sharing)
                fault = SharedSensor(sensor, names).fault()
                self.names.update(
                    {one.row.name: Definition(one.row, None, fault) for one in sharing}
                )


class Table:
    """The settings' table of metrics.

    Args:
        settings: The codec's settings.
    """

    def __init__(self, settings: SparkplugSettings) -> None:
        self._entries = [
            (one.name.split("*"), one.device.split("*"), one) for one in settings.metrics
        ]
        self._ignored = [name.split("*") for name in settings.ignored]
        self._is_reporting = settings.other_metrics == "report"
        self.definition = functools.lru_cache(maxsize=8192)(self._definition)

    def _definition(self, device: str, row: Row) -> Definition:
        """Return what a metric of a device measures."""
        is_ignored = any(_fits(name, row.name) for name in self._ignored)
        for name, devices, entry in self._entries:
            is_exact = len(name) == 1
            if (is_exact or not is_ignored) and _fits(name, row.name) and _fits(devices, device):
                if entry.quantity == PASSED_OVER:
                    return Definition(row)
                try:
                    return Definition(row, _series(entry, row))
                except Refusal as refusal:
                    # Its text, not itself: an exception holds whatever stood on the stack.
                    return Definition(row, None, refusal.fault())
        is_unmapped = self._is_reporting and row.datatype in _REPORTED and not is_ignored
        return Definition(row, is_unmapped=is_unmapped)


def _series(entry: MetricSettings, row: Row) -> Series:
    if row.datatype == DataType.BOOLEAN and entry.true_is is None:
        raise InvalidField("datatype", "Boolean", "a number, or a contact with true_is set")
    if row.datatype not in NUMERIC and row.datatype != DataType.BOOLEAN:
        raise InvalidField("datatype", row.datatype, "the type of a number or a Boolean")
    conversion = _conversion(entry, row.unit)
    return Series(_sensor(entry, row.name), conversion, entry.scale, entry.true_is)


def _conversion(entry: MetricSettings, stated: str) -> units.Conversion:
    quantity = entry.quantity
    if entry.unit is None:
        if quantity == "contact":
            return units.conversion(quantity, "1")
        if not stated:
            raise MissingUnit(quantity, units.known_units(quantity))
        return units.conversion(quantity, stated)
    conversion = units.conversion(quantity, entry.unit)
    if is_unit(quantity, stated) and units.conversion(quantity, stated) != conversion:
        raise ContradictingUnit(entry.unit, stated)
    return conversion


def is_unit(quantity: str, unit: str) -> bool:
    """Return whether a text is a unit of a quantity."""
    return any(unit in one.spellings for one in units.UNITS[quantity])


def _sensor(entry: MetricSettings, name: str) -> str:
    if entry.sensor:
        return entry.sensor
    try:
        # Slashes and spaces are usual in names of metrics, and no part of a sensor's.
        return checked_sensor(name.replace("/", ".").replace(" ", "_"))
    except InvalidName as refusal:
        raise InvalidName(f"{refusal}; name its sensor under metrics") from refusal


def _fits(parts: list[str], text: str) -> bool:
    """Return whether a text is these parts with any text between them."""
    if len(parts) == 1:
        return text == parts[0]
    first, *middle, last = parts
    if not text.startswith(first) or not text.endswith(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return at <= end
