"""What came of a logger's file that is imported, and how people are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from cargotwin.console import people, say
from cargotwin.moments import rfc3339
from gateway.logger_files.series import LoggerFile
from twins.verdict.counts import counted

_SHOWN_REFUSALS = 20


class Imported(msgspec.Struct, frozen=True):
    """What came of a file.

    Attributes:
        device: Whose readings they are.
        rows: Rows of its table.
        readings: Measurements that could be read.
        taken: Of those, how many intake has on disk.
        new: Of the taken ones, how many the gateway did not know before; None where it does not
            tell. Readings of the same series that others send meanwhile are counted too.
        known: The others.
        repeated: Measurements that the file holds twice.
        without_value: Cells that say that there is no value.
        first_at: Time of the first reading, RFC 3339; None without one.
        last_at: Time of the last one.
        zone: Zone of the file's clock.
        columns: What was read from which column.
        refused: Rows that cannot be used, by line.
        faults: Why intake refused readings.
        is_wanted: Whether an asset is bound to the device.
    """

    device: str
    rows: int
    readings: int
    taken: int
    new: int | None
    known: int | None
    repeated: int
    without_value: int
    first_at: str | None
    last_at: str | None
    zone: str
    columns: tuple[str, ...]
    refused: tuple[dict[str, object], ...]
    faults: tuple[str, ...]
    is_wanted: bool


def result_of(device: str, found: LoggerFile) -> Imported:
    """Return what was read from a file of which nothing is taken yet."""
    moments = [one.observed_at for one in found.readings]
    return Imported(
        device=device,
        rows=found.rows,
        readings=len(found.readings),
        taken=0,
        new=None,
        known=None,
        repeated=found.repeated,
        without_value=found.without_value,
        first_at=rfc3339(moments[0]) if moments else None,
        last_at=rfc3339(moments[-1]) if moments else None,
        zone=found.zone,
        columns=found.columns,
        refused=tuple({"line": one.line, "reason": one.reason} for one in found.refused),
        faults=(),
        is_wanted=True,
    )


def tell_plan(file: Path, found: LoggerFile, result: Imported) -> None:
    """Say how the file is understood."""
    people.print(
        f"{file}: {counted(result.rows, 'row')}, {counted(result.readings, 'reading')}"
        + (f" from {result.first_at} to {result.last_at}" if result.first_at else ""),
        markup=False,
        soft_wrap=True,
    )
    for column in found.columns:
        say(f"  column {column}")
    clock = f"times are in {found.zone}" if found.zone else "each time states its offset"
    people.print(f"  {clock}; the file is {found.encoding}", markup=False)


def _counts(result: Imported, *, is_dry: bool) -> Iterator[str]:
    if is_dry:
        yield f"{counted(result.readings, 'reading')} would be taken"
    elif result.new is None:
        yield f"{counted(result.taken, 'reading')} taken, those known already among them"
    else:
        yield f"{counted(result.new, 'new reading')}"
        yield f"{result.known:,} known already"
    yield f"{counted(len(result.refused), 'row')} refused"
    if result.repeated:
        yield f"{result.repeated:,} twice in the file"
    if result.without_value:
        yield f"{counted(result.without_value, 'cell')} without a value"


def tell_result(result: Imported, *, is_dry: bool) -> None:
    """Say what came of it."""
    for one in result.refused[:_SHOWN_REFUSALS]:
        say(f"line {one['line']}: {one['reason']}")
    more = len(result.refused) - _SHOWN_REFUSALS
    if more > 0:
        people.print(f"and {more:,} more; --json names them all")
    for fault in result.faults:
        say(f"refused by intake: {fault}")
    people.print(", ".join(_counts(result, is_dry=is_dry)))
    if not result.is_wanted:
        say(
            f"no asset is bound to {result.device} yet: bind it with `cargotwin asset bind … "
            "--at`, and its readings since then count",
        )
