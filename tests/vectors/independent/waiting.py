"""For whom sensors that speak alone wait (SPECIFICATION section 9, *Waiting*)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .history import History, Measurement

Sensor = tuple[str, str]
Spoken = tuple[str, str, Measurement]
"""(device, sensor, measurement)"""


@dataclass
class Waiting:
    """How a quantity stands at a moment of judging."""

    awaited: int
    patience: int
    """For how long those that speak wait."""
    since: int | None
    """Since when it was short of sensors just before; None if it was not."""

    def is_short(self, speaking: int) -> bool:
        return self.awaited >= 3 and speaking in (1, 2)

    def over(self, at: int) -> int:
        """Return when the time ends that it waits, if it is short at a moment."""
        return (at if self.since is None else self.since) + self.patience

    def lasts(self, at: int, speaking: int) -> bool:
        return self.is_short(speaking) and at < self.over(at)


def waiting_of(
    found: History,
    series: Mapping[Sensor, list[Measurement]],
    heard: Iterable[Spoken],
    at: int,
    since: int | None,
) -> Waiting:
    """Return how a quantity with some series, some of them heard, stands at a moment."""
    attached = next((some for then, some in reversed(found.attachments) if then <= at), {})
    known = [
        device for (device, _), some in series.items() if some[0].at <= at and device in attached
    ]
    unheard = [device for device in attached if found.first_heard.get(device, at + 1) > at]
    spans = [min(attached[device], one.hold) for device, _, one in heard]
    return Waiting(len(known) + len(unheard), min(spans, default=0) * 4 // 5, since)
