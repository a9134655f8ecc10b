"""What a shipment plans: its stops in order, and the way between them (specification, Plan).

A plan is stated as a record whose document is RFC 8785 JSON. It is parsed strictly: all that is
wrong with it is said at once, with the key and with what may stand there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any, Literal

import msgspec

from twins.errors import DeviceFault
from twins.policy.file import steps
from twins.policy.shape_mistakes import Mistake, converted, shape_mistakes
from twins.readings import MICROSECONDS
from twins.verdict.counts import counted

from .corridor import Corridor, corridor
from .geodesy import STEPS_PER_DEGREE, distance_mm, unit_vector
from .geofence import Area, circle, doubled_area, polygon, turns

_METRE = 1000
_FEWEST_CORNERS = 3
_LONGEST_SHOWN = 80

_MOST = {"stops": (0, 100), "route": (2, 5000), "polygon": (_FEWEST_CORNERS, 1000)}
"""Fewest and most entries of each list."""

LONGEST_LEG_MM = 10_000_000_000
"""A quarter round the Earth: beyond it, "the shortest way" is seldom what a planner means."""

_POSITION_FORM = "[latitude, longitude] in degrees, -90 to 90 and -180 to 180, as [51.47, -0.45]"
_POSITIONS_FORM = "a list of [latitude, longitude] in degrees, such as [[51.47, -0.45], …]"
_ID_FORM = "1 to 96 letters, digits, '.', '_', ':' or '-', starting with a letter or digit"
_MOMENT_FORM = "microseconds since 1970-01-01T00:00:00Z, a whole number"

_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._:\-]{0,95}\Z"

_Id = Annotated[str, msgspec.Meta(pattern=_ID_PATTERN, description=_ID_FORM)]
_Text = Annotated[str, msgspec.Meta(max_length=200, description="text of at most 200 characters")]
_Latitude = Annotated[float, msgspec.Meta(ge=-90, le=90)]
_Longitude = Annotated[float, msgspec.Meta(ge=-180, le=180)]
_Position = Annotated[tuple[_Latitude, _Longitude], msgspec.Meta(description=_POSITION_FORM)]
_Metres = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
_Accuracy = Annotated[int, msgspec.Meta(ge=0, le=100_000)]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=366 * 86_400)]
_Moment = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1, description=_MOMENT_FORM)]

StopRole = Literal["origin", "waypoint", "destination"]


class CircleDocument(msgspec.Struct, forbid_unknown_fields=True):
    """The `circle` of a stop."""

    centre: _Position
    radius_m: _Metres


class StopDocument(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One of the `stops`."""

    id: _Id
    role: StopRole
    place: _Text = ""
    circle: CircleDocument | None = None
    polygon: Annotated[list[_Position], msgspec.Meta(min_length=3, max_length=1000)] | None = None
    dwell_s: _Seconds = 0
    arrives_by: _Moment | None = None


class PlanDocument(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A plan as its document states it, in degrees, metres and seconds."""

    schema: Literal["cargotwin.plan.v1"]
    stops: Annotated[list[StopDocument], msgspec.Meta(max_length=100)] = []
    route: Annotated[list[_Position], msgspec.Meta(min_length=2, max_length=5000)] | None = None
    corridor_m: _Metres | None = None
    accuracy_m: _Accuracy = 50


class Stop(msgspec.Struct, frozen=True):
    """A place where the shipment is expected.

    Attributes:
        id: Its name in the plan.
        role: Whether the shipment begins, calls or ends there.
        place: The place in people's words, or its GLN; empty where it is not stated.
        area: Where the asset counts as being there.
        dwell: Microseconds for which it must have been there to have arrived.
        arrives_by: When it should have arrived, microseconds UTC.
    """

    id: str
    role: StopRole
    place: str
    area: Area
    dwell: int
    arrives_by: int | None


class RoutePlan(msgspec.Struct, frozen=True):
    """A plan ready for use.

    Attributes:
        stops: In the order in which they are to be reached.
        corridor: The planned way, where there is one.
        accuracy_mm: How far a fix may be from where the asset is: the margin of every line.
    """

    stops: tuple[Stop, ...]
    corridor: Corridor | None
    accuracy_mm: int

    def place_of(self, stop: str) -> int:
        """Return the place of a stop in the plan's order, from 0; -1 where it is none of it."""
        return next((place for place, one in enumerate(self.stops) if one.id == stop), -1)


class InvalidPlan(DeviceFault):
    """The document of a plan breaks rules of its schema.

    Attributes:
        mistakes: All that is wrong with it, in the order of the schema.
    """

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        lines = [
            f"{one.key or 'the document'} {one.told or f'is {_shortened(one.found)}'}; "
            f"allowed: {one.allowed}"
            for one in mistakes
        ]
        super().__init__("plan: " + "\n  ".join(lines))


@lru_cache(maxsize=256)
def parse_plan(document: bytes) -> RoutePlan:
    """Return the plan that a document states.

    Args:
        document: JSON of the schema `cargotwin.plan.v1`.

    Raises:
        InvalidPlan: The bytes are no JSON, or break a rule of the schema.
    """
    try:
        found = msgspec.json.decode(document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidPlan(
            [Mistake("", None, "one JSON object", f"is no JSON ({error})")]
        ) from error
    mistakes = list(plan_mistakes(found))
    if mistakes:
        raise InvalidPlan(mistakes)
    return _plan_of(msgspec.convert(found, PlanDocument))


def plan_mistakes(found: object) -> Iterator[Mistake]:
    """Yield all that is wrong with a parsed plan, in the order of its schema."""
    if not isinstance(found, Mapping):
        yield Mistake("", found, "one JSON object")
        return
    for one in shape_mistakes(found, PlanDocument):
        yield from _in_lists(one)
    stops, route = found.get("stops"), found.get("route")
    if not stops and not route:
        yield Mistake("stops", None, "a list of stops", "is missing, and so is the route")
    if (route is None) != (found.get("corridor_m") is None):
        missing = "route" if route is None else "corridor_m"
        yield Mistake(missing, None, "route and corridor_m, both or neither", "is missing")
    yield from _of_stops(stops if isinstance(stops, list) else [])
    yield from _of_route(route)


def _in_lists(mistake: Mistake) -> Iterator[Mistake]:
    """Yield a mistake, or where a list is wrong, what in it is."""
    name = mistake.key.rpartition(".")[2]
    entries = mistake.found
    if name not in _MOST:
        yield mistake
    elif not isinstance(entries, list):
        allowed = mistake.allowed if name == "stops" else _POSITIONS_FORM
        yield msgspec.structs.replace(mistake, allowed=allowed)
    else:
        fewest, most = _MOST[name]
        if not fewest <= len(entries) <= most:
            told = f"has {counted(len(entries), 'entry', 'entries')}"
            yield Mistake(mistake.key, None, f"{fewest} to {most} entries", told)
        for place, one in enumerate(entries if name != "stops" else []):
            if converted(one, _Position) is None:
                yield Mistake(f"{mistake.key}[{place}]", one, _POSITION_FORM)


def _of_stops(stops: list[Any]) -> Iterator[Mistake]:
    ids: set[object] = set()
    for place, one in enumerate(stops):
        if not isinstance(one, Mapping):
            continue
        key, own, role = f"stops[{place}]", one.get("id"), one.get("role")
        if isinstance(own, str) and own in ids:
            yield Mistake(f"{key}.id", own, "an id that no other stop has")
        ids.add(own if isinstance(own, str) else None)
        if role == "origin" and place:
            yield Mistake(f"{key}.role", role, "origin for the first stop alone")
        if role == "destination" and place < len(stops) - 1:
            yield Mistake(f"{key}.role", role, "destination for the last stop alone")
        areas = [name for name in ("circle", "polygon") if one.get(name) is not None]
        if len(areas) != 1:
            told = "has both circle and polygon" if areas else "has neither circle nor polygon"
            yield Mistake(key, None, "one of them", told)
        corners = converted(one.get("polygon"), list[_Position])
        if corners is not None and len(corners) >= _FEWEST_CORNERS:
            yield from _of_polygon(f"{key}.polygon", _corners(corners))


def _of_polygon(key: str, corners: Sequence[tuple[int, int]]) -> Iterator[Mistake]:
    if turns(corners):
        yield Mistake(key, None, "a line that does not; a circle instead", "goes round a pole")
    elif doubled_area(corners) == 0:
        yield Mistake(key, None, "at least three corners that are not in line", "has no area")


def _of_route(entries: object) -> Iterator[Mistake]:
    points = converted(entries, list[_Position])
    for place, (before, after) in enumerate(pairwise(points or ()), 1):
        one, other = _position(before), _position(after)
        length = distance_mm(unit_vector(*one), unit_vector(*other))
        if length == 0:
            allowed = "another position than the one before"
            yield Mistake(f"route[{place}]", list(after), allowed, "repeats the one before")
        elif length > LONGEST_LEG_MM:
            allowed = "legs of at most 10,000 km; put a position between"
            told = f"lies {length // 10**6:,} km from the one before"
            yield Mistake(f"route[{place}]", list(after), allowed, told)


def _plan_of(document: PlanDocument) -> RoutePlan:
    margin = document.accuracy_m * _METRE
    way = None
    if document.route is not None and document.corridor_m is not None:
        points = [_position(one) for one in document.route]
        way = corridor(points, document.corridor_m * _METRE)
    return RoutePlan(
        stops=tuple(
            Stop(
                one.id,
                one.role,
                one.place,
                _area(one, margin),
                one.dwell_s * MICROSECONDS,
                one.arrives_by,
            )
            for one in document.stops
        ),
        corridor=way,
        accuracy_mm=margin,
    )


def _area(stop: StopDocument, margin: int) -> Area:
    if stop.circle is not None:
        return circle(*_position(stop.circle.centre), stop.circle.radius_m * _METRE, margin)
    return polygon(_corners(stop.polygon or []), margin)


def _corners(positions: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    corners = [_position(one) for one in positions]
    # GeoJSON states the first corner again at the end (RFC 7946, section 3.1.6).
    return corners[:-1] if corners[0] == corners[-1] else corners


def _position(degrees: tuple[float, float]) -> tuple[int, int]:
    return steps(degrees[0], STEPS_PER_DEGREE), steps(degrees[1], STEPS_PER_DEGREE)


def _shortened(found: object) -> str:
    text = repr(found)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"
