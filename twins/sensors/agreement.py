"""Whether the sensors of one quantity agree, and which of them is farthest from the others.

Each sensor holds its newest value until the next one. Where the highest and the lowest of the held
values lie farther apart than the policy allows, for longer than a reading may be held, the sensors
disagree: until then it may be no more than that they read one after the other while it got warmer.
From three voices on, the one farthest from the median can be named; of two nobody can tell.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from .findings import FindingKind, FindingLog, SensorFinding, Subject
from .voices import LEAST_FOR_A_MEDIAN, median, voices_among


class Held(msgspec.Struct, frozen=True, array_like=True):
    """The value that a sensor holds at a moment, and when it was read."""

    device: str
    sensor: str
    value: int
    read_at: int


class Blame(msgspec.Struct, array_like=True):
    """For how long one sensor was the farthest from the median; empty where nobody can tell.

    Attributes:
        device: Its device.
        sensor: The sensor.
        lasted: Microseconds.
        apart: How far the sensors lay apart at most meanwhile, in steps.
        widest: What they held when they did, in the order of device and sensor.
    """

    device: str
    sensor: str
    lasted: int = 0
    apart: int = 0
    widest: tuple[Held, ...] = ()


class Agreement(msgspec.Struct, array_like=True):
    """How far the sensors of one quantity lie apart now; all of it is state while they do.

    Attributes:
        quantity: What they measure.
        hold: The longest time for which one of them holds a value, microseconds.
        apart_since: From when on they lie too far apart; None while they do not.
        patience: For how long they may: the hold when they began to.
        blames: Who was the farthest meanwhile, each once; the last one is now.
        blamed_at: Since when it is.
    """

    quantity: str
    hold: int = 0
    apart_since: int | None = None
    patience: int = 0
    blames: tuple[Blame, ...] = ()
    blamed_at: int = 0


def weigh(agreement: Agreement, log: FindingLog, at: int, held: Sequence[Held], limit: int) -> None:
    """Compare what the sensors hold from a moment on.

    Args:
        agreement: How far they lay apart before.
        log: Takes a disagreement that is over.
        at: The moment at which one of the values began or ceased to be held, not before the last.
        held: What each of them holds, one entry for each sensor that does.
        limit: Steps that they may lie apart; 0 where they may at will.
    """
    values = [one.value for one in held]
    apart = max(values) - min(values) if values and limit else 0
    if apart <= limit:
        if is_disagreeing_at(agreement, at):
            log.add(disagreement_found(agreement, at, at))
        agreement.apart_since, agreement.patience = None, 0
        agreement.blames, agreement.blamed_at = (), 0
        return
    if agreement.apart_since is None:
        agreement.apart_since, agreement.patience = at, agreement.hold
    farthest = farthest_of(held)
    name = ("", "") if farthest is None else _name(farthest)
    blames = _blames_until(agreement, at)
    mine = next((one for one in blames if (one.device, one.sensor) == name), Blame(*name))
    if apart > mine.apart:
        mine = replace(mine, apart=apart, widest=tuple(sorted(held, key=_name)))
    others = [one for one in blames if (one.device, one.sensor) != name]
    agreement.blames, agreement.blamed_at = (*others, mine), at


def _blames_until(agreement: Agreement, at: int) -> tuple[Blame, ...]:
    """Return who was the farthest, up to a moment."""
    if not agreement.blames:
        return ()
    *others, newest = agreement.blames
    return (*others, replace(newest, lasted=newest.lasted + at - agreement.blamed_at))


def is_disagreeing_at(agreement: Agreement, moment: int) -> bool:
    """Tell whether they lie apart for longer than they may, at a moment not before the last."""
    since = agreement.apart_since
    return since is not None and moment - since > agreement.patience


def disagreement_found(agreement: Agreement, until: int | None, as_of: int) -> SensorFinding:
    """Return the finding that they disagree, of the sensor that was the farthest for longest.

    Sensors do not read at the same moment: where it gets colder, the one that reads last is the
    farthest for a moment, though another one lies.

    Args:
        agreement: How far they lie apart.
        until: Until when they did; None while they do.
        as_of: That moment, or now.
    """
    blames = _blames_until(agreement, as_of)
    named = [one for one in blames if one.sensor]
    blamed = min(named or blames, key=lambda one: (-one.lasted, one.device, one.sensor))
    names = ", ".join(f"{one.sensor} of {one.device}" for one in blamed.widest)
    subject = Subject(blamed.device, blamed.sensor, agreement.quantity)
    told = ", ".join(subject.told(one.value) for one in blamed.widest)
    verdict = f"{blamed.sensor} of {blamed.device} is" if named else "nobody can tell who is"
    text = f"{names} held {told}: {verdict} farthest from the median"
    shown = tuple(sorted((one.read_at, one.value) for one in blamed.widest))
    since = agreement.apart_since or 0
    return subject.found(FindingKind.DISAGREEMENT, since, until, shown, text)


def farthest_of(held: Sequence[Held]) -> Held | None:
    """Return which value lies farthest from the median; None where nobody can tell.

    Of several sensors of one device that lie equally far the first one is named.
    """
    if voices_among([one.device for one in held]) < LEAST_FOR_A_MEDIAN:
        return None
    middle = median((one.device, one.value) for one in held)
    far = sorted(held, key=lambda one: (-abs(one.value - middle), *_name(one)))
    farthest = [one for one in far if abs(one.value - middle) == abs(far[0].value - middle)]
    theirs = {one.device for one in farthest}
    is_one = len(farthest) == 1 or len(theirs) == 1 < len({one.device for one in held})
    return far[0] if is_one else None


def _name(held: Held) -> tuple[str, str]:
    return held.device, held.sensor
