"""Fixes, stops and the route of an asset (SPECIFICATION section 9, *Position*)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from . import sphere
from .fixes import POSITIONS, Fix, fixes_of
from .history import NEXT_PHASE, SECOND, Record, event_key, moment_of
from .rule import SEVERITIES, rule
from .sphere import DEGREE, Doubts, Point

UNKNOWN_ACCURACY_M = 50
LARGEST_SPEED_M_S = 400
QUARTER_HOUR = 900 * SECOND
MOST_SHOWN = 1000


@dataclass
class Stop:
    """A stop of the plan."""

    words: dict[str, Any]

    def outside(self, point: Point, doubts: Doubts, *, limit: int) -> bool:
        """Tell whether a point lies farther than a limit outside."""
        if "circle" in self.words:
            circle = self.words["circle"]
            away = sphere.distance(point, steps_of(circle["centre"]))
            return doubts.is_above(away, 1000 * circle["radius_m"] + limit)
        corners = [steps_of(one) for one in self.words["polygon"]]
        if sphere.is_within(point, corners):
            return False
        return limit == 0 or doubts.is_above(sphere.distance_to_side(point, corners), limit)


def steps_of(position: list[float]) -> Point:
    latitude, longitude = (
        int((Decimal(repr(one)) * DEGREE).to_integral_value()) for one in position
    )
    return latitude, longitude


@dataclass
class Visit:
    """A stop in which the asset is."""

    since: int
    has_arrived: bool = False


@dataclass
class Device:
    """What a device says."""

    believed: Fix
    speaks_until: int
    suspect: Fix | None = None
    stops: set[str] = field(default_factory=set)
    away: bool = False


@dataclass
class Followed:
    """Where an asset has been."""

    policy: dict[str, Any]
    doubts: Doubts = field(default_factory=Doubts)
    plan: dict[str, Any] | None = None
    phase: str = "origin"
    reached: list[str] = field(default_factory=list)
    phases: list[tuple[int, str]] = field(default_factory=lambda: [(-(2**63), "origin")])
    """(since, phase), in order."""
    shown: int = 0
    closed_at: int | None = None
    devices: dict[str, Device] = field(default_factory=dict)
    way: Fix | None = None
    """The fix to which the way went last."""
    anchor: Point | None = None
    fixes: int = 0
    travelled: float = 0
    off_route: int = 0
    alarms: int = 0
    impossible: list[dict[str, Any]] = field(default_factory=list)
    visits: dict[str, Visit] = field(default_factory=dict)
    last_stop: str = ""
    away: list[int] = field(default_factory=list)
    """The moments of the time off the route."""
    has_alarmed: bool = False

    @property
    def section(self) -> dict[str, Any]:
        section: dict[str, Any] = self.policy.get("location", {})
        return section

    @property
    def is_followed(self) -> bool:
        return self.plan is not None or "location" in self.policy

    @property
    def accuracy(self) -> int:
        metres = UNKNOWN_ACCURACY_M
        if self.plan is not None:
            metres = self.plan.get("accuracy_m", UNKNOWN_ACCURACY_M)
        return 1000 * metres

    @property
    def stops(self) -> list[dict[str, Any]]:
        return [] if self.plan is None else self.plan.get("stops", [])

    def place_of(self, stop: str) -> int:
        return next((n for n, one in enumerate(self.stops) if one["id"] == stop), -1)

    def reach(self, name: str, at: int) -> None:
        if self.closed_at is not None or (name == "start" and self.reached):
            return
        if (self.phase, name) not in NEXT_PHASE:
            return
        self.phase = NEXT_PHASE[self.phase, name]
        self.reached.append(name)
        self.phases.append((at, self.phase))
        if name == "start":
            self.fixes = self.off_route = self.alarms = 0
            self.travelled = 0
            self.impossible, self.away, self.has_alarmed = [], [], False
            for one in self.devices.values():
                one.away = False

    def is_impossible(self, one: Fix, other: Fix) -> bool:
        speed = self.section.get("largest_speed_m_s", LARGEST_SPEED_M_S)
        way = sphere.distance(one.point, other.point) - 2 * self.accuracy
        return self.doubts.is_above(way, 1000 * speed * abs(other.at - one.at) / SECOND)

    def reaching(self, records: Iterable[Record]) -> list[Record]:
        """Return the records without a `start` that comes after what positions showed."""
        is_known = "start" in self.reached
        return [one for one in records if one[0] != 4 or one[3] != "start" or is_known]

    def take(self, at: int, fixes: list[Fix], holds: dict[str, int]) -> None:
        """Take all fixes of a moment."""
        self.fixes += len(fixes)
        for fix in fixes:
            self.believe_or_suspect(fix, at + holds[fix.device])
        speaking = {
            name: self.devices[name]
            for name in sorted(self.devices)
            if self.devices[name].speaks_until > at
        }
        new = [one for one in speaking.values() if one.believed.at == at]
        for one in new:
            against = self.contradicting(one, speaking)
            if against:
                self.find(one.believed, against[0].believed)
        if new:
            self.go_on(at, speaking)
            voices = list(speaking.values())
            for name in self.visit(at, voices):
                if self.shown < MOST_SHOWN and (self.phase, name) in NEXT_PHASE:
                    self.shown += 1
                    self.reach(name, at)
            self.look_at_route(at, voices)

    def believe_or_suspect(self, fix: Fix, until: int) -> None:
        before = self.devices.get(fix.device)
        if before is None:
            now = Device(fix, until)
        elif not self.is_impossible(before.believed, fix) or (
            before.suspect is not None and not self.is_impossible(before.suspect, fix)
        ):
            now = Device(fix, until, None, before.stops, before.away)
        else:
            before.suspect = fix
            self.find(fix, before.believed)
            return
        self.devices[fix.device] = now
        inside = set()
        for words in self.stops:
            limit = self.accuracy if words["id"] in now.stops else 0
            if not Stop(words).outside(fix.point, self.doubts, limit=limit):
                inside.add(words["id"])
        now.stops = inside
        now.away = self.is_away(fix, was_away=now.away) and not inside

    def is_away(self, fix: Fix, *, was_away: bool) -> bool:
        if self.plan is None or not self.has_route:
            return False
        limit = 1000 * self.plan["corridor_m"] + (0 if was_away else self.accuracy)
        route = [steps_of(one) for one in self.plan["route"]]
        return self.doubts.is_above(sphere.distance_to_route(fix.point, route), limit)

    @property
    def has_route(self) -> bool:
        """Tell whether plan and policy have it."""
        is_planned = self.plan is not None and "route" in self.plan
        return is_planned and "off_route_delay_s" in self.section

    def contradicting(self, one: Device, speaking: dict[str, Device]) -> list[Device]:
        """Return who contradicts a device, if more than half of the others do."""
        others = [other for other in speaking.values() if other is not one]
        found = [other for other in others if self.is_impossible(other.believed, one.believed)]
        return found if len(found) > len(others) / 2 else []

    def find(self, fix: Fix, other: Fix) -> None:
        self.fixes -= 1
        self.impossible.append(
            {
                "kind": "impossible_travel",
                "device": fix.device,
                "sensor": fix.sensor,
                "quantity": "latitude",
                "since": other.at,
                "until": fix.at,
                "readings": [],
            }
        )

    def go_on(self, at: int, speaking: dict[str, Device]) -> None:
        """Go on with the way."""
        voices = list(speaking.values())
        trusted = [one for one in voices if not self.contradicting(one, speaking)]
        fix = [*trusted, voices[0]][0].believed
        if fix.at != at:
            return
        if self.way is None or self.anchor is None or self.is_impossible(self.way, fix):
            self.anchor = fix.point
        way = sphere.distance(self.anchor, fix.point)
        if self.doubts.is_above(way, self.accuracy):
            self.travelled += way
            self.anchor = fix.point
        self.way = fix

    def visit(self, at: int, voices: list[Device]) -> Iterable[str]:
        """Enter and leave stops and arrive at them; return the milestones that this shows."""
        shown = []
        # Those of an earlier plan are forgotten.
        before, self.visits = self.visits, {}
        for words in self.stops:
            stop = words["id"]
            visit = before.get(stop)
            inside = sum(stop in one.stops for one in voices)
            outside = len(voices) - inside
            if inside > outside or (visit is not None and inside == outside):
                self.visits[stop] = visit or Visit(at)
            elif visit is not None and visit.has_arrived and words["role"] == "origin":
                shown.append("departure")
        while (there := self.arriving(at)) is not None:
            self.visits[there["id"]].has_arrived = True
            self.last_stop = there["id"]
            if there["role"] == "destination":
                shown.append("arrival")
        return shown

    def arriving(self, at: int) -> dict[str, Any] | None:
        waiting = [
            one
            for one in self.stops
            if (visit := self.visits.get(one["id"])) is not None
            and not visit.has_arrived
            and at - visit.since >= one.get("dwell_s", 0) * SECOND
        ]
        following = self.place_of(self.last_stop) + 1
        for one in waiting:
            if self.place_of(one["id"]) == following:
                return one
        is_there = any(one.has_arrived for one in self.visits.values())
        return None if is_there or not waiting else waiting[0]

    def look_at_route(self, at: int, voices: list[Device]) -> None:
        away = sum(one.away for one in voices)
        back = len(voices) - away
        if not self.has_route or away < back or (away == back and not self.away):
            self.away, self.has_alarmed = [], False
            return
        if self.away:
            self.off_route += at - self.away[-1]
        self.away.append(at)
        if not self.has_alarmed and at - self.away[0] >= self.section["off_route_delay_s"] * SECOND:
            self.has_alarmed = True
            self.alarms += 1

    def document(self, as_of: int) -> dict[str, Any] | None:
        """Return the member `location`."""
        if self.plan is None and self.way is None:
            return None
        here = [*self.visits]
        arrived = [one for one in here if self.visits[one].has_arrived]
        return {
            "stop": [*arrived, *here, ""][0],
            "last_stop": self.last_stop,
            "off_route_since": self.away[0] if self.has_alarmed else None,
            "off_route_alarms": self.alarms,
            "fixes": self.fixes,
            "impossible": len(self.impossible),
            "travelled_mm": self.travelled,
            "off_route": self.off_route,
            "overdue_stops": self.overdue(as_of if self.closed_at is None else self.closed_at),
        }

    def fired(self, as_of: int) -> list[dict[str, Any]]:
        """Return the rules that fire."""
        if "location" not in self.policy:
            return []
        severity, found = SEVERITIES[self.section["severity"]], []
        if self.has_alarmed:
            text = "The planned route is not left"
            found.append(rule("off_route", severity, "conformant", text, self.alarms))
        late = self.overdue(as_of if self.closed_at is None else self.closed_at)
        if late:
            text = "Every planned stop is reached in time"
            found.append(rule("arrival_overdue", severity, "conformant", text, len(late)))
        return found

    def overdue(self, end: int) -> list[str]:
        if self.way is None:
            return []
        late = []
        for one in self.stops[self.place_of(self.last_stop) + 1 :]:
            due, visit = one.get("arrives_by"), self.visits.get(one["id"])
            if due is not None and due < end and (visit is None or visit.since > due):
                late.append(one["id"])
        return late


def follow(records: Iterable[Record], policy: dict[str, Any]) -> Followed:
    found, holds = Followed(policy), dict[str, int]()
    longest = policy["observation"].get("maximum_hold_s")
    ordered = sorted(records, key=event_key)
    for at, some in groupby(ordered, key=moment_of):
        readings = []
        for record in some:
            if record[0] in (3, 12) and record[2] == "ADD":
                usual = max(3 * record[6], QUARTER_HOUR)
                holds[record[3]] = usual if longest is None else longest * SECOND
            elif record[0] in (3, 12):
                holds.pop(record[3], None)
                found.devices.pop(record[3], None)
            elif record[0] == 11 and found.closed_at is None:
                found.plan = json.loads(record[3])
            elif record[0] == 4 and record[3] == "close":
                found.closed_at = at if found.closed_at is None else found.closed_at
            elif record[0] == 4:
                found.reach(record[3], at)
            elif record[0] == 1 and record[4] in POSITIONS and record[2] in holds:
                readings.append(record)
        fixes = fixes_of(at, readings)
        if fixes and found.closed_at is None and found.is_followed:
            found.take(at, fixes, holds)
    return found
