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
    believed: Fix | None = None
    suspect: Fix | None = None
    anchor: Point | None = None
    fixes: int = 0
    travelled: float = 0
    off_route: int = 0
    alarms: int = 0
    impossible: list[dict[str, Any]] = field(default_factory=list)
    visits: dict[str, Visit] = field(default_factory=dict)
    last_stop: str = ""
    away: list[Fix] = field(default_factory=list)
    """The fixes of the time off the route."""
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

    def is_impossible(self, one: Fix, other: Fix) -> bool:
        speed = self.section.get("largest_speed_m_s")
        if speed is None:
            return False
        way = sphere.distance(one.point, other.point) - 2 * self.accuracy
        return self.doubts.is_above(way, 1000 * speed * (other.at - one.at) / SECOND)

    def reaching(self, records: Iterable[Record]) -> list[Record]:
        """Return the records without a `start` that comes after what positions showed."""
        is_known = "start" in self.reached
        return [one for one in records if one[0] != 4 or one[3] != "start" or is_known]

    def take(self, fix: Fix) -> None:
        if self.believed is None or not self.is_impossible(self.believed, fix):
            self.believe(fix)
        elif self.suspect is not None and not self.is_impossible(self.suspect, fix):
            self.anchor, suspect = self.suspect.point, self.suspect
            self.believe(suspect)
            self.believe(fix)
        else:
            self.impossible.append(
                {
                    "kind": "impossible_travel",
                    "device": fix.device,
                    "sensor": fix.sensor,
                    "quantity": "latitude",
                    "since": self.believed.at,
                    "until": fix.at,
                    "readings": [],
                }
            )
            self.suspect = fix

    def believe(self, fix: Fix) -> None:
        self.fixes += 1
        self.believed, self.suspect = fix, None
        if self.anchor is None:
            self.anchor = fix.point
        way = sphere.distance(self.anchor, fix.point)
        if self.doubts.is_above(way, self.accuracy):
            self.travelled += way
            self.anchor = fix.point
        for name in self.visit(fix):
            if self.shown < MOST_SHOWN and (self.phase, name) in NEXT_PHASE:
                self.shown += 1
                self.reach(name, fix.at)
        self.look_at_route(fix)

    def visit(self, fix: Fix) -> Iterable[str]:
        """Enter and leave stops and arrive at them; return the milestones that this shows."""
        shown = []
        # Those of an earlier plan are forgotten.
        before, self.visits = self.visits, {}
        for words in self.stops:
            stop, visit = Stop(words), before.get(words["id"])
            limit = 0 if visit is None else self.accuracy
            if not stop.outside(fix.point, self.doubts, limit=limit):
                self.visits[words["id"]] = visit or Visit(fix.at)
            elif visit is not None and visit.has_arrived and words["role"] == "origin":
                shown.append("departure")
        while (there := self.arriving(fix)) is not None:
            self.visits[there["id"]].has_arrived = True
            self.last_stop = there["id"]
            if there["role"] == "destination":
                shown.append("arrival")
        return shown

    def arriving(self, fix: Fix) -> dict[str, Any] | None:
        waiting = [
            one
            for one in self.stops
            if (visit := self.visits.get(one["id"])) is not None
            and not visit.has_arrived
            and fix.at - visit.since >= one.get("dwell_s", 0) * SECOND
        ]
        following = self.place_of(self.last_stop) + 1
        for one in waiting:
            if self.place_of(one["id"]) == following:
                return one
        is_there = any(one.has_arrived for one in self.visits.values())
        return None if is_there or not waiting else waiting[0]

    def look_at_route(self, fix: Fix) -> None:
        delay = self.section.get("off_route_delay_s")
        if self.plan is None or "route" not in self.plan or delay is None:
            self.away, self.has_alarmed = [], False
            return
        limit = 1000 * self.plan["corridor_m"] + (0 if self.away else self.accuracy)
        route = [steps_of(one) for one in self.plan["route"]]
        way = sphere.distance_to_route(fix.point, route)
        if self.visits or not self.doubts.is_above(way, limit):
            self.away, self.has_alarmed = [], False
            return
        if self.away:
            self.off_route += fix.at - self.away[-1].at
        self.away.append(fix)
        if not self.has_alarmed and fix.at - self.away[0].at >= delay * SECOND:
            self.has_alarmed = True
            self.alarms += 1

    def document(self, as_of: int) -> dict[str, Any] | None:
        """Return the member `location`."""
        if self.plan is None and self.believed is None:
            return None
        here = [*self.visits]
        arrived = [one for one in here if self.visits[one].has_arrived]
        return {
            "stop": [*arrived, *here, ""][0],
            "last_stop": self.last_stop,
            "off_route_since": self.away[0].at if self.has_alarmed else None,
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
        if self.believed is None:
            return []
        late = []
        for one in self.stops[self.place_of(self.last_stop) + 1 :]:
            due, visit = one.get("arrives_by"), self.visits.get(one["id"])
            if due is not None and due < end and (visit is None or visit.since > due):
                late.append(one["id"])
        return late


def follow(records: Iterable[Record], policy: dict[str, Any]) -> Followed:
    found, attached = Followed(policy), set[str]()
    ordered = sorted(records, key=event_key)
    for at, some in groupby(ordered, key=moment_of):
        readings = []
        for record in some:
            if record[0] == 3:
                (attached.add if record[2] == "ADD" else attached.discard)(record[3])
            elif record[0] == 11 and found.closed_at is None:
                found.plan = json.loads(record[3])
            elif record[0] == 4 and record[3] == "close":
                found.closed_at = at if found.closed_at is None else found.closed_at
            elif record[0] == 4:
                found.reach(record[3], at)
            elif record[0] == 1 and record[4] in POSITIONS and record[2] in attached:
                readings.append(record)
        if found.closed_at is None and found.is_followed:
            for fix in fixes_of(at, readings):
                found.take(fix)
    return found
