"""One sensor's measurements of one quantity: exact time-weighted sums and runs outside a limit.

A reading speaks from its own time until the next one, at most for its hold; what lies beyond is
unobserved, neither inside nor outside a limit. A reading takes effect only when time has moved
past it, so that a second reading of the same identity with another value can still silence both.
"""

from __future__ import annotations

import msgspec

from .policy import Boundary
from .readings import UNUSABLE, ClockSource, Quality, Reading
from .temperature import arrhenius_factor

# Plain integers: an enum's operators cost as much as the rest of `take`.
_GATEWAY = int(ClockSource.GATEWAY)
_CLOCK_SUSPECT = int(Quality.CLOCK_SUSPECT)


class Run(msgspec.Struct):
    """Where one boundary stands for one series.

    Attributes:
        boundary: Id of the boundary.
        is_open: Whether the newest sound readings are outside.
        began_at: First reading outside, of this run or of all runs where the boundary is
            cumulative; None before it.
        outside: Observed microseconds outside in this run.
        total: Observed microseconds outside, all runs together.
        extreme: Worst value of the open run, or of all runs where the boundary is cumulative.
        extreme_at: When it was read.
        excursion: Index of the excursion that this run made, -1 where it made none.
    """

    boundary: str
    is_open: bool = False
    began_at: int | None = None
    outside: int = 0
    total: int = 0
    extreme: int = 0
    extreme_at: int = 0
    excursion: int = -1


class Excursion(msgspec.Struct):
    """An interval outside a boundary that lasted at least the boundary's delay.

    Attributes:
        boundary: Id of the boundary.
        device: Device that saw it.
        sensor: Its sensor.
        quantity: What was measured.
        began_at: Time of the first reading outside, of all runs where the boundary is cumulative.
        alarmed_at: When the time outside reached the delay.
        ended_at: Time of the reading that was inside again; None while it lasts.
        extreme: Worst value, in the quantity's steps.
        extreme_at: When it was read.
        outside: Observed microseconds outside.
    """

    boundary: str
    device: str
    sensor: str
    quantity: str
    began_at: int
    alarmed_at: int
    ended_at: int | None
    extreme: int
    extreme_at: int
    outside: int


class Series(msgspec.Struct):
    """Sums of one sensor's readings of one quantity.

    Attributes:
        device: Id of the device.
        sensor: Its sensor.
        quantity: What is measured.
        is_level: Whether a reading holds until the next one.
        readings: Readings that took effect, sound or not.
        unusable: Of these, how many say nothing.
        conflicts: Of these, how many contradicted another of the same identity.
        clock_suspects: Readings whose time is not that of a trusted clock.
        first_at: Time of the first reading that took effect.
        last_at: Time of the newest reading.
        last_seq: Its seq, -1 where it has none.
        last_value: Its value.
        spoken_until: Up to where its value has been counted.
        speaks_until: Up to where it may be counted when no other reading comes.
        is_pending: True until time has moved past it.
        is_conflicting: Whether it contradicts another of its identity.
        is_usable: Whether its quality lets it speak.
        is_clock_suspect: Whether its time is only that of its arrival, or naive.
        minimum: Lowest sound value, None before the first.
        minimum_at: When it was read.
        maximum: Highest sound value.
        maximum_at: When it was read.
        observed: Microseconds for which a value was held.
        weighted: Σ microseconds · value.
        kinetic: Σ microseconds · `arrhenius_factor`, temperature only.
        runs: One per boundary of the quantity.
    """

    device: str
    sensor: str
    quantity: str
    is_level: bool
    runs: list[Run]
    readings: int = 0
    unusable: int = 0
    conflicts: int = 0
    clock_suspects: int = 0
    first_at: int = 0
    last_at: int = 0
    last_seq: int = -1
    last_value: int = 0
    spoken_until: int = 0
    speaks_until: int = 0
    is_pending: bool = False
    is_conflicting: bool = False
    is_usable: bool = True
    is_clock_suspect: bool = False
    minimum: int | None = None
    minimum_at: int = 0
    maximum: int | None = None
    maximum_at: int = 0
    observed: int = 0
    weighted: int = 0
    kinetic: int = 0


def take(series: Series, reading: Reading, hold: int) -> None:
    """Make a reading the series' newest one; it stays pending until time has moved past it.

    A repeated reading changes nothing. One that contradicts the pending reading of the same
    identity silences both.

    Args:
        series: The series, settled up to the reading's time.
        reading: The reading, not older than the newest one.
        hold: Microseconds for which it may speak.
    """
    seq = -1 if reading.seq is None else reading.seq
    if series.is_pending and series.last_at == reading.observed_at and series.last_seq == seq:
        if series.last_value != reading.value:
            series.is_conflicting = True
        return
    series.last_at = series.spoken_until = reading.observed_at
    series.last_seq = seq
    series.last_value = reading.value
    series.is_usable = not reading.quality & UNUSABLE
    series.is_clock_suspect = (
        reading.clock_source == _GATEWAY or reading.quality & _CLOCK_SUSPECT != 0
    )
    series.is_conflicting = False
    series.is_pending = True
    series.speaks_until = reading.observed_at + (hold if series.is_level else 0)


def settle(series: Series, boundaries: tuple[Boundary, ...], excursions: list[Excursion]) -> None:
    """Let the pending reading take effect, now that no other can contradict it."""
    series.is_pending = False
    if not series.readings:
        series.first_at = series.last_at
    series.readings += 1
    series.clock_suspects += series.is_clock_suspect
    if series.is_conflicting or not series.is_usable:
        series.conflicts += series.is_conflicting
        series.unusable += 1
        series.speaks_until = series.last_at
        return
    value, at = series.last_value, series.last_at
    if series.minimum is None or value < series.minimum:
        series.minimum, series.minimum_at = value, at
    if series.maximum is None or value > series.maximum:
        series.maximum, series.maximum_at = value, at
    for run, boundary in zip(series.runs, boundaries, strict=True):
        # Written out: at most boundaries nothing happens.
        if run.is_open or (value > boundary.limit if boundary.is_upper else value < boundary.limit):
            _cross(series, run, boundary, excursions)


def speak(
    series: Series, until: int, boundaries: tuple[Boundary, ...], excursions: list[Excursion]
) -> None:
    """Count the newest value up to a moment, as far as its hold reaches."""
    until = min(until, series.speaks_until)
    span = until - series.spoken_until
    if span <= 0:
        return
    value = series.last_value
    series.observed += span
    series.weighted += span * value
    if series.quantity == "temperature":
        series.kinetic += span * arrhenius_factor(value)
    for run, boundary in zip(series.runs, boundaries, strict=True):
        if run.is_open and is_outside(boundary, value):
            _stay_outside(series, run, boundary, span, excursions)
    series.spoken_until = until


def silence(series: Series) -> None:
    """Let the newest value say nothing from here on: its device is detached."""
    series.speaks_until = series.spoken_until


def is_outside(boundary: Boundary, value: int) -> bool:
    """Tell whether a value breaks the boundary; a value equal to the limit does not."""
    return value > boundary.limit if boundary.is_upper else value < boundary.limit


def has_returned(boundary: Boundary, value: int) -> bool:
    """Tell whether a value ends a run: back inside by the hysteresis (ISA-18.2 deadband)."""
    if boundary.is_upper:
        return value <= boundary.limit - boundary.hysteresis
    return value >= boundary.limit + boundary.hysteresis


def _cross(series: Series, run: Run, boundary: Boundary, excursions: list[Excursion]) -> None:
    value, at = series.last_value, series.last_at
    if is_outside(boundary, value):
        _begin_or_deepen(series, run, boundary, excursions)
        if not series.is_level:
            _end(run, at, boundary, excursions)
    elif run.is_open and has_returned(boundary, value):
        _end(run, at, boundary, excursions)


def _begin_or_deepen(
    series: Series, run: Run, boundary: Boundary, excursions: list[Excursion]
) -> None:
    value, at = series.last_value, series.last_at
    if not run.is_open:
        run.is_open = True
        if run.excursion >= 0:
            excursions[run.excursion].ended_at = None
    worse = value > run.extreme if boundary.is_upper else value < run.extreme
    if run.began_at is None or worse:
        if run.began_at is None:
            run.began_at = at
        run.extreme, run.extreme_at = value, at
        if run.excursion >= 0:
            excursions[run.excursion].extreme = value
            excursions[run.excursion].extreme_at = at
    if boundary.delay == 0 and run.excursion < 0:
        _alarm(series, run, boundary, at, excursions)


def _stay_outside(
    series: Series, run: Run, boundary: Boundary, span: int, excursions: list[Excursion]
) -> None:
    before = run.total if boundary.is_cumulative else run.outside
    run.outside += span
    run.total += span
    if run.excursion < 0 and before + span >= boundary.delay:
        _alarm(series, run, boundary, series.spoken_until + boundary.delay - before, excursions)
    if run.excursion >= 0:
        excursions[run.excursion].outside = run.total if boundary.is_cumulative else run.outside


def _alarm(
    series: Series, run: Run, boundary: Boundary, at: int, excursions: list[Excursion]
) -> None:
    if run.began_at is None:
        message = f"boundary {boundary.id} alarmed without a run"
        raise AssertionError(message)
    run.excursion = len(excursions)
    excursions.append(
        Excursion(
            boundary=boundary.id,
            device=series.device,
            sensor=series.sensor,
            quantity=series.quantity,
            began_at=run.began_at,
            alarmed_at=at,
            ended_at=None,
            extreme=run.extreme,
            extreme_at=run.extreme_at,
            outside=run.total if boundary.is_cumulative else run.outside,
        )
    )


def _end(run: Run, at: int, boundary: Boundary, excursions: list[Excursion]) -> None:
    run.is_open = False
    run.outside = 0
    if run.excursion >= 0:
        excursions[run.excursion].ended_at = at
    if not boundary.is_cumulative:
        run.began_at = None
        run.excursion = -1
