"""From local times to moments: the zone of a logger's clock, with the hours skipped or repeated.

A row that the zone's clocks never show is refused. Of an hour that they show twice, a file that
shows it twice as well says itself which is which; of one that it shows once, a person must.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
import re
import zoneinfo
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gateway.codecs.times import zone_of
from gateway.codecs.units import LARGEST_STEPS
from twins.readings import MICROSECONDS

from .errors import RowRefused, UnclearFile
from .local_times import LocalTime

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NAIVE_EPOCH = _EPOCH.replace(tzinfo=None)
_NONE = dt.timedelta()
_MICROSECOND = dt.timedelta(microseconds=1)
_FIXED = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")
_DAY = dt.timedelta(days=1)
_WINDOW = 5
"""Rows on either side of a step back whose spacing tells whether the clock made it."""
_SPACING_TOLERANCE = 1.5

Zone = zoneinfo.ZoneInfo | dt.timezone
Moment = int | RowRefused
"""Microseconds UTC, or why there is none."""


class Ambiguous(enum.StrEnum):
    """Which of two moments is meant by a time that the zone's clocks show twice."""

    EARLIER = "earlier"
    LATER = "later"


def zone_named(name: str) -> Zone:
    """Return a zone by its IANA name, or a fixed offset such as +01:00.

    Raises:
        UnclearFile: There is no such zone.
    """
    found = _FIXED.fullmatch(name)
    if found is not None:
        offset = dt.timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        if offset < _DAY:
            return dt.timezone(-offset if found[1] == "-" else offset)
    try:
        return zone_of(name)
    except ValueError as error:
        raise UnclearFile(f"{error}, and no offset such as +01:00") from error


def moments(
    times: Sequence[LocalTime], zone: Zone | None, ambiguous: Ambiguous | None
) -> list[Moment]:
    """Return the moment of each time, in the order given.

    Args:
        times: The times of a file, oldest first or newest first.
        zone: The zone of its clock; None where none was stated.
        ambiguous: Which is meant by a time that the clocks show twice, where the file does not say.

    Raises:
        UnclearFile: A time has no offset, and no zone was stated.
    """
    if zone is None and any(one.offset is None for one in times):
        raise UnclearFile("its times have no offset; state --zone, such as Europe/Berlin or UTC")
    is_newest_first = len(times) > 1 and times[0].local > times[-1].local
    ordered = list(reversed(times)) if is_newest_first else list(times)
    folds = dict(_folds(ordered, zone, ambiguous))
    found = [_moment(one, zone, folds.get(place, 0)) for place, one in enumerate(ordered)]
    return list(reversed(found)) if is_newest_first else found


def _folds(
    times: Sequence[LocalTime], zone: Zone | None, ambiguous: Ambiguous | None
) -> Iterator[tuple[int, int | None]]:
    """Yield (place, fold) of every time that the clocks show twice; None where nobody says."""
    for run in _runs_shown_twice(times, zone):
        second = _second_time(times, run, zone)
        if second is not None:
            # The file shows the hour twice: what comes after the step back is the second time.
            yield from ((place, int(place >= second)) for place in run)
        elif ambiguous is not None:
            yield from ((place, int(ambiguous is Ambiguous.LATER)) for place in run)
        else:
            yield from ((place, None) for place in run)


def _second_time(times: Sequence[LocalTime], run: Sequence[int], zone: Zone | None) -> int | None:
    """Return the place at which the clock went back, None where the file does not show it.

    Two rows of one minute, or one out of its order, step back as well. If the clock did, the time
    that truly passed fits the rows around, or else the step is most of what a clock is set back.
    """
    steps = [(after, times[after].local - times[place].local) for place, after in pairwise(run)]
    back = [one for one in steps if one[1] < _NONE] or [one for one in steps if not one[1]]
    if len(back) != 1:
        return None
    ((place, step),) = back
    set_back = _set_back(times[place].local, zone)
    near = times[max(0, place - _WINDOW) : place], times[place : place + _WINDOW]
    gaps = [after.local - before.local for rows in near for before, after in pairwise(rows)]
    is_fitting = set_back + step <= max(gaps, default=_NONE) * _SPACING_TOLERANCE
    return place if is_fitting or -2 * step >= set_back else None


def _runs_shown_twice(times: Sequence[LocalTime], zone: Zone | None) -> Iterator[list[int]]:
    """Yield the places of neighbouring times that the clocks show twice, day by day."""
    run: list[int] = []
    for place, one in enumerate(times):
        if one.offset is not None or not _is_shown_twice(one.local, zone):
            continue
        if run and (place != run[-1] + 1 or times[run[-1]].local.date() != one.local.date()):
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _is_shown_twice(local: dt.datetime, zone: Zone | None) -> bool:
    return _set_back(local, zone) > _NONE


def _set_back(local: dt.datetime, zone: Zone | None) -> dt.timedelta:
    """Return by how much the clocks are set back around a time that they show twice; else none."""
    if zone is None or _steady_offset(zone, local.date()) is not None:
        return _NONE
    first = local.replace(tzinfo=zone, fold=0)
    second = local.replace(tzinfo=zone, fold=1)
    # In a gap the two offsets differ as well, but the second one is the greater (PEP 495).
    return max((first.utcoffset() or _NONE) - (second.utcoffset() or _NONE), _NONE)


@functools.lru_cache(maxsize=4096)
def _steady_offset(zone: Zone, day: dt.date) -> dt.timedelta | None:
    """Return the offset of a day on which the clocks are not set; None where they are."""
    try:
        ends = (dt.datetime.combine(one, dt.time()) for one in (day, day + _DAY))
        found = {end.replace(tzinfo=zone, fold=fold).utcoffset() for end in ends for fold in (0, 1)}
    except OverflowError:
        # The last day of the calendar has no end.
        return None
    return found.pop() if len(found) == 1 else None


def _moment(one: LocalTime, zone: Zone | None, fold: int | None) -> Moment:
    try:
        moment = _moment_of(one, zone, fold)
    except OverflowError:
        return RowRefused(f"{one.local} lies outside the years 1 to 9999 in UTC")
    except RowRefused as refused:
        return refused
    if not -LARGEST_STEPS <= moment <= LARGEST_STEPS:
        return RowRefused(f"{one.local} lies outside the years that a record can hold")
    return moment


def _moment_of(one: LocalTime, zone: Zone | None, fold: int | None) -> int:
    offset = one.offset
    if offset is None and zone is not None:
        offset = _steady_offset(zone, one.local.date())
    if offset is not None:
        return (one.local - _NAIVE_EPOCH - offset) // _MICROSECOND
    if fold is None:
        raise RowRefused(
            f"clocks in {zone} show {one.local} twice and the file shows it once; state "
            "--ambiguous earlier or later, or --zone +01:00 if its clock has no summer time"
        )
    aware = one.local.replace(tzinfo=zone, fold=fold)
    if aware.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != one.local:
        raise RowRefused(
            f"clocks in {zone} skip {one.local}; is its clock without summer time? "
            "Then state an offset such as --zone +01:00"
        )
    return (aware - _EPOCH) // _MICROSECOND


def offset_at(moment: int, zone: Zone) -> dt.timedelta:
    """Return the offset of a zone at a moment in microseconds UTC."""
    aware = _EPOCH + dt.timedelta(seconds=moment // MICROSECONDS)
    return aware.astimezone(zone).utcoffset() or dt.timedelta()
