"""How commands are told which file of a data logger to read, and what to take from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.clock import now_us
from gateway.codecs.base import CodecSettings
from gateway.errors import UnreadableFile
from gateway.logger_files.columns import Wish
from gateway.logger_files.errors import UnclearFile
from gateway.logger_files.layout import Layout
from gateway.logger_files.series import LoggerFile, read_logger_file

COLUMN_RULE = "write HEADER=QUANTITY, HEADER=QUANTITY:UNIT or HEADER=QUANTITY:UNIT:SENSOR"


def wishes_of(
    quantity: str, unit: str, sensor: str, value_column: str, columns: Sequence[str]
) -> list[Wish]:
    """Return what is asked for from a file.

    Raises:
        UnclearFile: Nothing is, or a column is not named as it must be.
    """
    wishes = [_wish(text) for text in columns]
    if quantity:
        wishes.append(Wish(quantity, unit or None, value_column or None, sensor))
    elif unit or sensor or value_column:
        raise UnclearFile("--unit, --sensor and --value-column go with --quantity; state it")
    if not wishes:
        raise UnclearFile("what is measured? State --quantity temperature, or --column")
    return wishes


def _wish(text: str) -> Wish:
    header, equals, rest = text.rpartition("=")
    quantity, *others = rest.split(":", 2)
    if not equals or not header or not quantity:
        raise UnclearFile(f"--column {text!r} cannot be read; {COLUMN_RULE}")
    unit, sensor = (*others, "", "")[:2]
    return Wish(quantity, unit or None, header, sensor)


def read_file(file: Path, wishes: Sequence[Wish], layout: Layout) -> LoggerFile:
    """Return what a logger's file holds.

    Raises:
        UnreadableFile: The file is missing, or it is not clear how to read it; says what to state.
        Refusal: A quantity, a unit or the name of a sensor is none.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnreadableFile(file, f"{error.strerror}; name a file that can be read") from error
    try:
        return read_logger_file(content, wishes, layout, now_us(), CodecSettings().future_tolerance)
    except UnclearFile as error:
        raise UnreadableFile(file, str(error)) from error
