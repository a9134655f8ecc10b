"""From the metrics of one message to readings and faults; it keeps nothing between messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from gateway.codecs import unset_clock
from gateway.codecs.base import Decoded, Fault, Refusal, shown
from gateway.codecs.refusals import InvalidField, MissingField
from gateway.codecs.times import Moment, admitted, epoch
from twins.readings import ClockSource, Quality, Reading

from .metrics import Definition, Metrics, Row, Table
from .protobuf import (
    INT_VALUE,
    LONG_VALUE,
    Metric,
    Payload,
    read_metric,
    read_properties,
)
from .refusals import BirthMissing, UnmappedMetrics
from .settings import SparkplugSettings
from .topics import Place
from .values import evident_type

_SESSION = "bdSeq"
_QUALITY, _GOOD = "Quality", 192
_LONGEST_NAME = 1024
_LISTED = 8
_HISTORICAL, _SENTINEL = int(Quality.HISTORICAL), int(Quality.SENTINEL)
_NO_PROPERTIES: dict[str, str | int | None] = {}


Defined = list[tuple[Metric, Row]]
"""The metrics of a BIRTH with what it says of them."""


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """A message that came.

    Attributes:
        place: Where it belongs.
        message: What it is.
        received_at: When it came, microseconds UTC.
        decoded: Takes readings and faults.
    """

    place: Place
    message: Payload
    received_at: int
    decoded: Decoded


class Reader:
    """Reads the metrics of one message.

    Args:
        settings: The codec's settings.
        table: What metrics measure.
        arrival: The message.

    Attributes:
        needs_birth: Whether something could not be read for want of a BIRTH.
        has_undefined: Whether a metric is none of those that the BIRTH defined.
        unit_changed: Whether a metric stated another unit than its BIRTH.
    """

    __slots__ = (
        "_arrival",
        "_decoded",
        "_device",
        "_is_nameless",
        "_message",
        "_missing",
        "_settings",
        "_table",
        "_unmapped",
        "has_undefined",
        "needs_birth",
        "unit_changed",
    )

    def __init__(self, settings: SparkplugSettings, table: Table, arrival: Arrival) -> None:
        self._settings = settings
        self._table = table
        self._arrival = arrival
        self._device = arrival.place.device
        self._message = arrival.message
        self._decoded = arrival.decoded
        self._unmapped: list[str] = []
        self._missing: list[str] = []
        self._is_nameless = False
        self.needs_birth = False
        self.has_undefined = False
        self.unit_changed = False

    @property
    def asks_birth(self) -> bool:
        """Whether the node's BIRTH is not, or no longer, what it sends (section 6.4.23)."""
        return self.needs_birth or self.has_undefined or self.unit_changed

    def define(self) -> Defined:
        """Return the metrics of a BIRTH with what it says of them."""
        defined = []
        for metric in self.metrics():
            try:
                defined.append((metric, self._row(metric)))
            except Refusal as refusal:
                self._decoded.refuse(refusal, _named(metric))
        return defined

    def take_birth(self, defined: Defined, metrics: Metrics) -> None:
        """Take the values of a BIRTH."""
        for metric, row in defined:
            try:
                properties = self._properties(metric)
                self._take(metrics.names[row.name], metric, properties)
            except Refusal as refusal:
                self._decoded.refuse(refusal, shown(row.name))
        self._report()

    def take_data(self, metrics: Metrics | None) -> None:
        """Take the values of a DATA message; `metrics` is None where no BIRTH is in force."""
        for metric in self.metrics():
            try:
                properties = self._properties(metric)
                definition = self._definition(metrics, metric, properties)
                if definition is not None:
                    self._take(definition, metric, properties)
            except Refusal as refusal:
                self._decoded.refuse(refusal, _named(metric))
        self._report()

    def metrics(self) -> Iterator[Metric]:
        """Return the metrics that can be read."""
        for data in self._message.metrics:
            try:
                yield read_metric(data)
            except Refusal as refusal:
                self._decoded.refuse(refusal, "a metric")

    def _properties(self, metric: Metric) -> dict[str, str | int | None]:
        return _NO_PROPERTIES if metric.properties is None else read_properties(metric.properties)

    def _row(self, metric: Metric) -> Row:
        if metric.name is None:
            raise MissingField("name", "a BIRTH gives each metric a name (section 6.4.6)")
        if len(metric.name) > _LONGEST_NAME:
            raise InvalidField("name", metric.name, f"at most {_LONGEST_NAME} characters")
        datatype = metric.datatype or evident_type(metric.kind)
        if not datatype and metric.kind in (INT_VALUE, LONG_VALUE):
            raise MissingField("datatype", "a BIRTH says what type each metric has")
        return Row(metric.name, metric.alias, datatype, self._unit(self._properties(metric)))

    def _unit(self, properties: dict[str, str | int | None]) -> str:
        unit = properties.get(self._settings.unit_property)
        return unit.strip() if isinstance(unit, str) else ""

    def _definition(
        self, metrics: Metrics | None, metric: Metric, properties: dict[str, str | int | None]
    ) -> Definition | None:
        """Return what a metric of a DATA message is; None where only its BIRTH could say it."""
        unit = self._unit(properties)
        known = _known(metrics, metric)
        if known is None:
            self.has_undefined = True
            return self._undefined(metrics, metric, unit)
        row = known.row
        if metric.datatype not in (0, row.datatype):
            self.needs_birth = True
            raise InvalidField("datatype", metric.datatype, f"{row.datatype}, as in the BIRTH")
        if unit and unit != row.unit:
            changed = Row(row.name, row.alias, row.datatype, unit)
            definition = self._table.definition(self._device, changed)
            if definition.series != known.series:
                self.unit_changed = True
                return definition
        return known

    def _undefined(self, metrics: Metrics | None, metric: Metric, unit: str) -> Definition | None:
        """Return what a metric is by its name and the settings alone, where these are enough."""
        datatype = metric.datatype or evident_type(metric.kind)
        is_integer = metric.kind in (INT_VALUE, LONG_VALUE)
        if metric.name is None or len(metric.name) > _LONGEST_NAME or (is_integer and not datatype):
            self._missing.append(_named(metric))
            return None
        row = Row(metric.name, None, datatype, unit)
        definition = self._table.definition(self._device, row)
        if metrics is None and definition.lacks_unit:
            self._missing.append(_named(metric))
            return None
        return definition

    def _take(
        self, definition: Definition, metric: Metric, properties: dict[str, str | int | None]
    ) -> None:
        """Add the reading of a metric; a null states no value (section 6.4.6)."""
        series = definition.series
        if metric.is_null or not definition.is_measured:
            return
        if not self._device:
            self._is_nameless = True
            return
        if series is None:
            if definition.fault is None:
                self._unmapped.append(shown(definition.row.name))
            else:
                fault = definition.fault
                detail = f"{shown(definition.row.name)}: {fault.detail}"
                self._decoded.faults.append(Fault(fault.reason, detail))
            return
        if not metric.kind:
            raise MissingField("value", "send it, or set is_null")
        steps = series.steps(definition.row.datatype, metric)
        moment = self._moment(metric)
        quality = int(series.conversion.quality(steps)) | int(moment.quality)
        if metric.is_historical:
            quality |= _HISTORICAL
        if properties and not _is_good(properties):
            quality |= _SENTINEL
        self._decoded.add(
            Reading(
                1,
                self._device,
                series.sensor,
                series.conversion.quantity,
                steps,
                moment.observed_at,
                int(moment.clock_source),
                None,
                quality,
            )
        )

    def _moment(self, metric: Metric) -> Moment:
        """Return when a value was taken; a time of 0 is one that an encoder filled in."""
        sent = metric.timestamp or self._message.timestamp
        if not sent:
            return Moment(self._arrival.received_at, ClockSource.GATEWAY)
        observed_at = epoch(sent, "epoch_ms")
        received_at = self._arrival.received_at
        moment = unset_clock.moment(observed_at, ClockSource.DEVICE, received_at)
        return admitted(moment, received_at, self._settings)

    def _report(self) -> None:
        refusal = self._arrival.place.refusal
        if self._is_nameless and refusal is not None:
            self._decoded.refuse(refusal)
        if self._unmapped:
            self._decoded.refuse(UnmappedMetrics(_listed(self._unmapped)))
        if self._missing:
            self.needs_birth = True
            self._decoded.refuse(BirthMissing(self._arrival.place.source, _listed(self._missing)))


def session_of(metrics: Iterable[Metric]) -> int | None:
    """Return the `bdSeq` of an NBIRTH or NDEATH, None where it has none."""
    for metric in metrics:
        if metric.name == _SESSION and isinstance(metric.value, int):
            return metric.value
    return None


def _known(metrics: Metrics | None, metric: Metric) -> Definition | None:
    if metrics is None:
        return None
    if metric.name is not None:
        return metrics.names.get(metric.name)
    return None if metric.alias is None else metrics.aliases.get(metric.alias)


def _is_good(properties: dict[str, str | int | None]) -> bool:
    """Return whether a value is good: not bad (0) and not stale (500), section 6.4.9.1."""
    return properties.get(_QUALITY, _GOOD) == _GOOD


def _named(metric: Metric) -> str:
    if metric.name is not None:
        return shown(metric.name)
    return "a metric without name" if metric.alias is None else f"alias {metric.alias}"


def _listed(names: list[str]) -> str:
    listed = ", ".join(names[:_LISTED])
    more = len(names) - _LISTED
    return f"{listed} and {more} more" if more > 0 else listed
