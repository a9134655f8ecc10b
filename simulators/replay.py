"""A recorded series in a CSV file, made into the readings of a device."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from gateway.codecs.registry import codec_named
from gateway.logger_files.errors import RowRefused, UnclearFile
from gateway.logger_files.local_times import LocalTime
from gateway.logger_files.zones import Ambiguous, Moment, Zone, moments, zone_named
from twins.errors import ConfigurationFault
from twins.identity.identifiers import device_id

from .samples import TOPIC_ROOT
from .shipment import Message

TIME_COLUMNS = ("timestamp", "observed_at", "datetime", "date_time", "time", "date", "ts")
VALUE_COLUMNS = ("value", "reading", "measurement")
ROWS_PER_MESSAGE = 100
"""Rows in one payload when nothing is waited for; about 12 kB."""


class UnreadableSeries(ConfigurationFault):
    """A file is no series that can be replayed."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        self.path = path
        self.line = line
        super().__init__(f"{path}, line {line}: {reason}")


class RefusedSeries(ConfigurationFault):
    """A gateway would refuse the rows: an unknown quantity or unit, or values that cannot be."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        super().__init__(f"{path}: a gateway would refuse its rows: {reason}")


class UnknownZone(ConfigurationFault):
    """The time zone database has no such zone."""

    def __init__(self, zone: str) -> None:
        self.zone = zone
        super().__init__(f"there is no time zone {zone!r}; write one such as UTC or Europe/Berlin")


class SeriesReading(msgspec.Struct, frozen=True):
    """One row: `seq` is its place in the file from 1, `observed_at` is microseconds UTC."""

    quantity: str
    unit: str
    value: float
    observed_at: int
    seq: int


def read_series(
    path: Path,
    quantity: str,
    unit: str,
    zone: str,
    *,
    time_column: str | None = None,
    value_column: str | None = None,
) -> list[SeriesReading]:
    """Return the rows of a CSV file in the order of the file.

    A time with an offset is used as it is. A naive one is local time in the zone: of an hour that
    the clock shows twice the first is meant, unless the file shows it twice as well; an hour that
    the clock skips does not exist.

    Args:
        path: The file, UTF-8, with a header line.
        quantity: What it measures.
        unit: Unit of its values, as the gateway accepts it.
        zone: IANA name of the zone of naive times.
        time_column: Header of the times; found by its name unless stated.
        value_column: Header of the values; found unless stated.

    Raises:
        UnreadableSeries: The file, its header or a row cannot be read; the line is named.
        UnknownZone: There is no such zone.
    """
    local = _zone(zone)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file)
            header = [name.strip() for name in next(rows, [])]
            at, of = _columns(path, header, quantity, time_column, value_column)
            lines: list[int] = []
            times: list[LocalTime] = []
            values: list[float] = []
            for row in rows:
                if not row:
                    continue
                line = rows.line_num
                times.append(_local_time(path, line, _field(path, line, row, at)))
                values.append(_value(path, line, _field(path, line, row, of)))
                lines.append(line)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableSeries(path, 0, str(error)) from error
    observed = _observed(path, lines, moments(times, local, Ambiguous.EARLIER))
    return [
        SeriesReading(quantity, unit, value, observed_at, place)
        for place, (value, observed_at) in enumerate(zip(values, observed, strict=True), 1)
    ]


def series_messages(
    readings: Sequence[SeriesReading], device: str, *, rows_per_message: int = ROWS_PER_MESSAGE
) -> Iterator[Message]:
    """Yield the messages in which a device sends the readings, in the order of the file.

    `send_at` never goes back, also where the recorded times do.

    Args:
        readings: The rows.
        device: Id of the device.
        rows_per_message: How many rows share a payload; 1 keeps the pace of the recording.

    Raises:
        InvalidIdentifier: The id cannot be a device's.
    """
    topic = f"{TOPIC_ROOT}/{device_id(device)}/readings"
    send_at = 0
    for place in range(0, len(readings), rows_per_message):
        carried = readings[place : place + rows_per_message]
        send_at = max(send_at, *(one.observed_at for one in carried))
        payload = [
            {
                "sensor": one.quantity,
                "quantity": one.quantity,
                "value": one.value,
                "unit": one.unit,
                "observed_at_us": one.observed_at,
                "seq": one.seq,
            }
            for one in carried
        ]
        yield Message(send_at, device, topic, msgspec.json.encode(payload), readings=len(carried))


def _zone(name: str) -> Zone:
    try:
        return zone_named(name)
    except UnclearFile as error:
        raise UnknownZone(name) from error


def _columns(
    path: Path,
    header: Sequence[str],
    quantity: str,
    time_column: str | None,
    value_column: str | None,
) -> tuple[int, int]:
    lowered = [name.lower() for name in header]
    at = _column(path, header, time_column, [name for name in TIME_COLUMNS if name in lowered])
    candidates = [name for name in (quantity, *VALUE_COLUMNS) if name in lowered]
    others = [name for place, name in enumerate(lowered) if place != at]
    of = _column(path, header, value_column, candidates or others[: len(others) == 1])
    return at, of


def _column(path: Path, header: Sequence[str], stated: str | None, found: Sequence[str]) -> int:
    wanted = [stated] if stated is not None else found
    lowered = [name.lower() for name in header]
    if not wanted or wanted[0].lower() not in lowered:
        what = f"no column {stated!r}" if stated is not None else "no time and value column by name"
        raise UnreadableSeries(path, 1, f"{what} in the header {', '.join(header)!r}; name it")
    return lowered.index(wanted[0].lower())


def _field(path: Path, line: int, row: Sequence[str], place: int) -> str:
    if place >= len(row):
        raise UnreadableSeries(path, line, f"{len(row)} columns, {place + 1} are needed")
    return row[place].strip()


def _value(path: Path, line: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise UnreadableSeries(path, line, f"{text!r} is no number") from error
    if not math.isfinite(value):
        raise UnreadableSeries(path, line, f"{text!r} is no finite number")
    return value


def _local_time(path: Path, line: int, text: str) -> LocalTime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadableSeries(path, line, f"{text!r} is no ISO 8601 date and time") from error
    return LocalTime(moment.replace(tzinfo=None), moment.utcoffset())


def _observed(path: Path, lines: Sequence[int], found: Sequence[Moment]) -> Iterator[int]:
    for line, moment in zip(lines, found, strict=True):
        if isinstance(moment, RowRefused):
            raise UnreadableSeries(path, line, str(moment))
        yield moment


def check_acceptable(path: Path, messages: Sequence[Message]) -> None:
    """Refuse to send what a gateway's own decoder would put into quarantine.

    Raises:
        RefusedSeries: The first message that holds a fault says which.
    """
    codec = codec_named("cargotwin")
    for message in messages:
        decoded = codec.decode(message.topic, message.payload, message.send_at)
        if decoded.faults:
            raise RefusedSeries(path, decoded.faults[0].detail)
