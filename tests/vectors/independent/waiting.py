"""For whom sensors that speak alone wait (SPECIFICATION section 9, *Waiting*)."""

from collections.abc import Mapping
from dataclasses import dataclass

from .history import History, Measurement

Sensor = tuple[str, str]


@dataclass
class Waiting:
    """How a quantity stands at a moment of judging."""

    awaited: int
    longest_interval: int
    since: int | None
    """Since when it was short of sensors just before; None if it was not."""

    def is_short(self, speaking: int) -> bool:
        return self.awaited >= 3 and speaking in (1, 2)

    def over(self, at: int) -> int:
        """Return when the time ends that it waits, if it is short at a moment."""
        return (at if self.since is None else self.since) + self.longest_interval * 4 // 5

    def lasts(self, at: int, speaking: int) -> bool:
        return self.is_short(speaking) and at < self.over(at)


def waiting_of(
    found: History, series: Mapping[Sensor, list[Measurement]], at: int, since: int | None
) -> Waiting:
    """Return how a quantity with some series stands at a moment, everything of it told."""
    attached = next((some for then, some in reversed(found.attachments) if then <= at), {})
    speaking = [
        device for (device, _), some in series.items() if some[0].at <= at and device in attached
    ]
    unheard = [device for device in attached if found.first_heard.get(device, at + 1) > at]
    return Waiting(len(speaking) + len(unheard), max(attached.values(), default=0), since)
