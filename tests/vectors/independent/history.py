"""What an asset's records say, as whole histories (SPECIFICATION sections 8 and 9).

A record is a list as in section 2. Nothing is folded step by step: each series becomes a list of
measurements with the interval in which each speaks.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .custody import Custody
from .message_pack import pack
from .quantities import EVENTS

SECOND = 1_000_000
QUARTER_HOUR = 900 * SECOND
UNUSABLE_BITS = 1 | 2 | 16
NEXT_PHASE = {
    ("origin", "start"): "origin",
    ("origin", "departure"): "transit",
    ("origin", "arrival"): "destination",
    ("origin", "delivery"): "delivered",
    ("transit", "arrival"): "destination",
    ("transit", "delivery"): "delivered",
    ("destination", "departure"): "transit",
    ("destination", "delivery"): "delivered",
}

Record = list[Any]


@dataclass
class Measurement:
    """The readings of one identity."""

    at: int
    seq: int | None
    values: list[int]
    quality: int
    clock_source: int
    hold: int
    until: int = 0

    @property
    def value(self) -> int:
        return self.values[0]

    @property
    def is_conflict(self) -> bool:
        return len(set(self.values)) > 1

    @property
    def is_sound(self) -> bool:
        return not self.is_conflict and not self.quality & UNUSABLE_BITS

    def span(self, end: int) -> int:
        return max(0, min(self.until, end) - self.at)


@dataclass
class History:
    """What the records say, apart."""

    series: dict[tuple[str, str, str], list[Measurement]] = field(default_factory=dict)
    detachments: dict[str, list[int]] = field(default_factory=dict)
    planned_from: int | None = None
    closed_at: int | None = None
    unjudged: int = 0
    phases: list[tuple[int, str]] = field(default_factory=lambda: [(-(2**63), "origin")])
    """(since, phase), in order."""
    late: list[tuple[str, int, int]] = field(default_factory=list)
    """(quantity, value, quality) of what came after the close."""
    is_started: bool = False
    started_at: int | None = None
    """When all began anew."""
    holds: dict[str, int] = field(default_factory=dict)
    """Of the devices that are attached now."""
    attachments: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    """(since, expected interval by attached device), in order."""
    custody: Custody = field(default_factory=Custody)
    outside: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    """Spans outside any boundary: by quantity and beginning, the length and who held the asset."""

    @property
    def first_heard(self) -> dict[str, int]:
        """When each device was read first since planned time began."""
        first: dict[str, int] = {}
        for (device, _, _), some in self.series.items():
            first[device] = min(some[0].at, first.get(device, some[0].at))
        return first


def moment_of(record: Record) -> int:
    place = {1: 6, 3: 5, 4: 4, 5: 5, 6: 6, 7: 6, 10: 5, 11: 4, 12: 5}
    if record[0] == 2:
        return int(json.loads(record[2])["observed_at"])
    return int(record[place[record[0]]])


def event_key(record: Record) -> tuple[int, int, str, str, str, int, bytes]:
    rank = {7: 0, 5: 1, 3: 2, 11: 2, 12: 2, 4: 3, 2: 4, 1: 5, 6: 6}[record[0]]
    names, number = ("", "", ""), -1
    if record[0] == 1:
        names = (record[2], record[3], record[4])
        number = -1 if record[8] is None else record[8]
    elif record[0] == 2:
        number = int(json.loads(record[2])["phase"] != "offered")
    elif record[0] in (3, 12):
        number = 0 if record[2] == "DELETE" else -1
    return (moment_of(record), rank, *names, number, pack(record))


def history_of(
    records: Iterable[Record], policy: dict[str, Any], asset: str | None = None
) -> History:
    found = History()
    holds = found.holds
    for record in sorted(records, key=event_key):
        if record[0] in (3, 12):
            _bind(found, holds, record, policy)
        elif record[0] == 1:
            _read(found, holds, record)
        elif record[0] == 4:
            _reach(found, record[3], record[4])
        elif record[0] == 2:
            statement = json.loads(record[2])
            is_own = asset in {None, statement["asset"]}
            found.custody.tell(statement, record[3] or "", is_own=is_own)
        elif record[0] == 7:
            found.custody.commission(record[4], record[6])
    return found


def _reach(found: History, name: str, at: int) -> None:
    phase = found.phases[-1][1]
    if found.closed_at is not None or (name == "start" and found.is_started):
        return
    if name == "close":
        found.closed_at = at
    elif (phase, name) in NEXT_PHASE:
        found.phases.append((at, NEXT_PHASE[phase, name]))
        if name == "start":
            _begin_anew(found, at)
    else:
        return
    found.is_started = True


def _begin_anew(found: History, at: int) -> None:
    found.unjudged += sum(len(series) for series in found.series.values())
    found.series.clear()
    found.planned_from = found.started_at = at


def _bind(found: History, holds: dict[str, int], record: Record, policy: dict[str, Any]) -> None:
    action, device, at, expected = record[2], record[3], record[5], record[6]
    attached = dict(found.attachments[-1][1]) if found.attachments else {}
    attached.pop(device, None)
    found.attachments.append(
        (at, attached if action == "DELETE" else {**attached, device: expected})
    )
    if action == "DELETE":
        holds.pop(device, None)
        found.detachments.setdefault(device, []).append(at)
        return
    maximum = policy["observation"].get("maximum_hold_s")
    holds[device] = max(3 * expected, QUARTER_HOUR) if maximum is None else maximum * SECOND
    if found.planned_from is None and found.closed_at is None:
        found.planned_from = at


def _read(found: History, holds: dict[str, int], record: Record) -> None:
    _, _, device, sensor, quantity, value, at, clock_source, seq, quality, _ = record
    if device not in holds:
        return
    if found.closed_at is not None:
        found.unjudged += 1
        found.late.append((quantity, value, quality))
        return
    series = found.series.setdefault((device, sensor, quantity), [])
    if series and (series[-1].at, series[-1].seq) == (at, seq):
        series[-1].values.append(value)
        return
    series.append(Measurement(at, seq, [value], quality, clock_source, holds[device]))


def let_speak(found: History) -> None:
    """Set until when each measurement speaks, if nothing but the close ends it."""
    for (device, _, quantity), series in found.series.items():
        for place, one in enumerate(series):
            ends = [one.at + one.hold]
            ends += [] if found.closed_at is None else [found.closed_at]
            ends += [later.at for later in series[place + 1 : place + 2]]
            ends += [at for at in found.detachments.get(device, []) if at > one.at]
            speaks = one.is_sound and quantity not in EVENTS
            one.until = min(ends) if speaks else one.at
