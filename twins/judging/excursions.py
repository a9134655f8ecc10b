"""Runs outside a boundary, and the excursions that they become.

What is judged is one value at a time: from one moment on, up to the next. A run is open while that
value is outside, and until it has come back inside by the hysteresis (ISA-18.2 deadband). A run
whose observed time outside reaches the boundary's delay is an excursion; of a cumulative boundary
the time of all runs is added up.
"""

from __future__ import annotations

import msgspec

from twins.policy.condition_policy import Boundary

SHOWN_AT_MOST = 16
"""Most readings that an excursion names as those that made its alarm."""


class Shown(msgspec.Struct, frozen=True):
    """A reading that shows something: which sensor said what, and when."""

    device: str
    sensor: str
    observed_at: int
    value: int


class HeldBy(msgspec.Struct):
    """Observed microseconds outside while one party held the asset."""

    holder: str
    outside: int


class Excursion(msgspec.Struct):
    """An interval outside a boundary that lasted at least the boundary's delay.

    Attributes:
        boundary: Id of the boundary.
        device: Device whose reading showed the worst value; empty of the core.
        sensor: Its sensor.
        quantity: What was measured.
        began_at: Since when it was outside, of all runs where the boundary is cumulative.
        alarmed_at: When the time outside reached the delay.
        ended_at: When it was inside again; None while it lasts.
        extreme: Worst value judged, in the quantity's steps.
        extreme_at: When that was read.
        outside: Observed microseconds outside.
        shown_by: The readings that were outside when it alarmed, in the order of device and
            sensor; none of the core, whose estimate rests on all before.
        held_by: Who held the asset meanwhile, in order; the parts sum to `outside`.
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
    shown_by: tuple[Shown, ...] = ()
    held_by: list[HeldBy] = []


class Run(msgspec.Struct):
    """Where one boundary stands.

    Attributes:
        boundary: Id of the boundary.
        is_open: Whether what is judged is outside.
        began_at: Since when, of this run or of all runs where the boundary is cumulative; None
            before it.
        outside: Observed microseconds outside: of this run, or of all where the boundary is
            cumulative.
        extreme: Worst value likewise.
        extreme_by: The reading that showed it.
        held_by: Who held the asset meanwhile.
        excursion: What the run made; None where it made none.
    """

    boundary: str
    is_open: bool = False
    began_at: int | None = None
    outside: int = 0
    extreme: int = 0
    extreme_by: Shown = Shown("", "", 0, 0)
    held_by: list[HeldBy] = []
    excursion: Excursion | None = None


def copied(run: Run) -> Run:
    """Return a run that can be changed without changing this one."""
    excursion = run.excursion
    if excursion is not None:
        excursion = msgspec.structs.replace(excursion, held_by=_copied(excursion.held_by))
    return msgspec.structs.replace(run, held_by=_copied(run.held_by), excursion=excursion)


def _copied(held: list[HeldBy]) -> list[HeldBy]:
    return [HeldBy(one.holder, one.outside) for one in held]


def is_outside(boundary: Boundary, value: int) -> bool:
    """Tell whether a value breaks the boundary; a value equal to the limit does not."""
    return value > boundary.limit if boundary.is_upper else value < boundary.limit


def has_returned(boundary: Boundary, value: int) -> bool:
    """Tell whether a value ends a run: back inside by the hysteresis."""
    if boundary.is_upper:
        return value <= boundary.limit - boundary.hysteresis
    return value >= boundary.limit + boundary.hysteresis


def cross(run: Run, boundary: Boundary, quantity: str, at: int, shown: list[Shown]) -> None:
    """Note what is judged from a moment on.

    Args:
        run: The boundary's run.
        boundary: The boundary.
        quantity: What is judged.
        at: The moment.
        shown: The reading whose value is judged, and behind it every reading that is outside.
    """
    judged = shown[0]
    if is_outside(boundary, judged.value):
        _begin_or_deepen(run, boundary, at, judged)
        if boundary.delay == 0 and run.excursion is None:
            _alarm(run, quantity, at, shown[1:])
    elif run.is_open and has_returned(boundary, judged.value):
        run.is_open = False
        if run.excursion is not None:
            run.excursion.ended_at = at


def end(run: Run, boundary: Boundary, at: int) -> Excursion | None:
    """Take leave of a run that is no longer open.

    Returns:
        The excursion that is over for good; None where there is none, or where the boundary is
        cumulative and the excursion may go on.
    """
    if run.is_open:
        run.is_open = False
        if run.excursion is not None:
            run.excursion.ended_at = at
    if boundary.is_cumulative:
        return None
    over = run.excursion
    run.began_at, run.outside, run.excursion = None, 0, None
    run.extreme, run.extreme_by, run.held_by = 0, Shown("", "", 0, 0), []
    return over


def stay_outside(
    run: Run,
    boundary: Boundary,
    quantity: str,
    start: int,
    span: int,
    holder: str,
    outside: list[Shown],
) -> None:
    """Add observed time outside.

    Args:
        run: The open run.
        boundary: Its boundary.
        quantity: What is judged.
        start: Since when.
        span: Microseconds.
        holder: Who holds the asset.
        outside: The readings that are outside.
    """
    before = run.outside
    run.outside += span
    if run.held_by and run.held_by[-1].holder == holder:
        run.held_by[-1].outside += span
    else:
        run.held_by.append(HeldBy(holder, span))
    if run.excursion is None and run.outside >= boundary.delay:
        _alarm(run, quantity, start + boundary.delay - before, outside)
    if run.excursion is not None:
        run.excursion.outside = run.outside
        run.excursion.held_by = _copied(run.held_by)


def _begin_or_deepen(run: Run, boundary: Boundary, at: int, judged: Shown) -> None:
    if not run.is_open:
        run.is_open = True
        if run.excursion is not None:
            run.excursion.ended_at = None
    worse = judged.value > run.extreme if boundary.is_upper else judged.value < run.extreme
    if run.began_at is None or worse:
        if run.began_at is None:
            run.began_at = at
        run.extreme, run.extreme_by = judged.value, judged
        if run.excursion is not None:
            _show_extreme(run, run.excursion)


def _show_extreme(run: Run, excursion: Excursion) -> None:
    excursion.extreme = run.extreme
    excursion.extreme_at = run.extreme_by.observed_at
    excursion.device = run.extreme_by.device
    excursion.sensor = run.extreme_by.sensor


def _alarm(run: Run, quantity: str, at: int, outside: list[Shown]) -> None:
    if run.began_at is None:
        message = f"boundary {run.boundary} alarmed without a run"
        raise AssertionError(message)
    run.excursion = Excursion(
        boundary=run.boundary,
        device=run.extreme_by.device,
        sensor=run.extreme_by.sensor,
        quantity=quantity,
        began_at=run.began_at,
        alarmed_at=at,
        ended_at=None,
        extreme=run.extreme,
        extreme_at=run.extreme_by.observed_at,
        outside=run.outside,
        shown_by=tuple(outside[:SHOWN_AT_MOST]),
        held_by=_copied(run.held_by),
    )
