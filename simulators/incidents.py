"""What goes wrong on a journey; a scenario is a function that chooses it."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec

from .physics import MICROSECONDS_PER_HOUR


class Span(msgspec.Struct, frozen=True):
    """An interval, microseconds UTC, without its end."""

    began_at: int
    ended_at: int

    def covers(self, moment: int) -> bool:
        """Tell whether a moment lies in the interval."""
        return self.began_at <= moment < self.ended_at


def covers(spans: tuple[Span, ...], moment: int) -> bool:
    """Tell whether a moment lies in any of the intervals."""
    return any(span.covers(moment) for span in spans)


class Drop(msgspec.Struct, frozen=True):
    """A fall: its moment and the peak that the logger reads, in g."""

    at: int
    peak_g: float


class Incidents(msgspec.Struct, frozen=True):
    """Everything that goes wrong on one journey.

    Attributes:
        cooling_off: The cooling does not run.
        overcooling: The thermostat sticks and the cooling blows far below its set point.
        openings: The container stands open.
        drops: It falls.
        offline: The logger cannot send; it stores its readings and sends them afterwards.
        stuck: The temperature sensor repeats its last value.
        silent_from: The logger stops for good.
        is_disputed: The consignee disputes the last handover.
    """

    cooling_off: tuple[Span, ...] = ()
    overcooling: tuple[Span, ...] = ()
    openings: tuple[Span, ...] = ()
    drops: tuple[Drop, ...] = ()
    offline: tuple[Span, ...] = ()
    stuck: tuple[Span, ...] = ()
    silent_from: int | None = None
    is_disputed: bool = False


class Journey(msgspec.Struct, frozen=True):
    """When a shipment travels, microseconds UTC; incidents happen between departure and arrival."""

    starts_at: int
    departs_at: int
    arrives_at: int
    delivered_at: int
    ends_at: int

    def between(self, earliest: float, latest: float, rng: random.Random) -> int:
        """Return a moment on the way, as shares of the time between departure and arrival."""
        length = self.arrives_at - self.departs_at
        return self.departs_at + round(length * rng.uniform(earliest, latest))


class Scenario(msgspec.Struct, frozen=True):
    """A named kind of journey.

    Attributes:
        name: What people type.
        policies: Product classes that it makes sense for; the first one is the default.
        choose: Chooses the incidents of one journey, given a seeded generator.
    """

    name: str
    policies: tuple[str, ...]
    choose: Callable[[Journey, random.Random], Incidents]


def lasting(began_at: int, hours: float) -> Span:
    """Return the interval of so many hours from a moment."""
    return Span(began_at, began_at + round(hours * MICROSECONDS_PER_HOUR))
