"""What positions show: stops reached and left, the planned way left, impossible travel."""

from __future__ import annotations

import msgspec

from twins.inputs import Milestone, MilestoneName
from twins.readings import decimal_text

from .route import RoutePlan, StopRole


class Fix(msgspec.Struct, frozen=True, gc=False):
    """Latitude and longitude that one sensor read at one moment.

    Attributes:
        at: Microseconds UTC.
        latitude: In steps of 1e-7 degree.
        longitude: In steps of 1e-7 degree.
        device: Id of the device.
        sensor: Its sensor.
    """

    at: int
    latitude: int
    longitude: int
    device: str
    sensor: str


class OffRoute(msgspec.Struct, frozen=True):
    """A time away from the planned way.

    Attributes:
        began_at: Time of the first fix outside the corridor.
        seen_at: Time of the newest fix outside.
        farthest_mm: Largest distance from the way.
        farthest_at: When that was.
        alarmed_at: Time of the fix with which it had lasted the policy's delay; None before.
        ended_at: Time of the fix that was inside again; None while it lasts.
    """

    began_at: int
    seen_at: int
    farthest_mm: int
    farthest_at: int
    alarmed_at: int | None = None
    ended_at: int | None = None


class StopEntered(msgspec.Struct, frozen=True, tag=True):
    """The asset came into the area of a stop; it has not arrived yet."""

    at: int
    stop: str


class StopLeft(msgspec.Struct, frozen=True, tag=True):
    """The asset left the area of a stop.

    Attributes:
        at: Time of the first fix outside.
        stop: Id of the stop.
        since: Time of the first fix inside.
        seen_at: Time of the last fix inside.
        departed: Whether it had arrived there, so that this is its departure.
    """

    at: int
    stop: str
    since: int
    seen_at: int
    departed: bool


class Arrived(msgspec.Struct, frozen=True, tag=True):
    """The asset arrived at a stop: it stayed there for the stop's dwell.

    Attributes:
        at: Time of the fix with which the dwell was over.
        stop: Id of the stop.
        since: Time of the first fix inside: when it came.
        late: Microseconds by which it came too late; 0 where it did not.
        skipped: Stops before it in the plan at which the asset did not arrive.
        is_backward: Whether the plan has this stop before the last one.
    """

    at: int
    stop: str
    since: int
    late: int
    skipped: tuple[str, ...]
    is_backward: bool


class OffRouteAlarmed(msgspec.Struct, frozen=True, tag=True):
    """The asset has been outside the corridor for the policy's delay."""

    at: int
    off_route: OffRoute


class OffRouteEnded(msgspec.Struct, frozen=True, tag=True):
    """The asset is back after an alarm, or the corridor is not asked for any more."""

    at: int
    off_route: OffRoute


class ImpossibleTravel(msgspec.Struct, frozen=True, tag=True):
    """Two fixes of which one is false: nothing travels that fast.

    Attributes:
        at: Time of the later one.
        earlier: The fix that was believed before.
        later: The one that could not be reached from it.
        distance_mm: How far apart they lie.
        largest_speed: What the policy allows, mm/s.
    """

    at: int
    earlier: Fix
    later: Fix
    distance_mm: int
    largest_speed: int

    @property
    def text(self) -> str:
        """The finding in people's words."""
        one, other = self.earlier, self.later
        sources = f"{one.device} {one.sensor}".rstrip()
        if (one.device, one.sensor) != (other.device, other.sensor):
            sources += f" and {other.device} {other.sensor}".rstrip()
        kilometres = decimal_text(self.distance_mm // 100_000, 10)
        seconds = decimal_text((other.at - one.at) // 1000, 1000)
        speed = decimal_text(self.largest_speed, 1000)
        return (
            f"fixes of {sources} lie {kilometres} km and {seconds} s apart; "
            f"nothing here travels faster than {speed} m/s"
        )


LocationEvent = (
    StopEntered | StopLeft | Arrived | OffRouteAlarmed | OffRouteEnded | ImpossibleTravel
)


def milestone_of(event: LocationEvent, plan: RoutePlan, asset: str) -> Milestone | None:
    """Return the milestone that an event amounts to, where it does.

    Leaving the origin is the departure, coming to the destination the arrival.
    """
    if isinstance(event, StopLeft) and event.departed:
        role: StopRole = "origin"
        name, at = MilestoneName.DEPARTURE, event.at
    elif isinstance(event, Arrived):
        role, name, at = "destination", MilestoneName.ARRIVAL, event.since
    else:
        return None
    stop = next((one for one in plan.stops if one.id == event.stop), None)
    if stop is None or stop.role != role:
        return None
    return Milestone(1, asset, name, at, stop.place)
