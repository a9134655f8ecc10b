"""What is found about a sensor (SPECIFICATION section 9, *Sensors*)."""

from dataclasses import dataclass

from .history import SECOND, Measurement

Shown = list[list[int]]
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


@dataclass
class Found:
    """A finding about one series."""

    kind: str
    since: int
    until: int | None
    readings: Shown
    ended_by: Measurement | None = None
    """The one that showed that it is over."""
    doubted_from: int | None = None
    """The moment from which it costs trust, up to `until`; None where it costs none."""

    detached_at: int | None = None
    recalibrated_at: int | None = None

    @property
    def seen(self) -> tuple[int, int]:
        """When its end was seen: that of its device before a measurement of the same moment."""
        if self.recalibrated_at is not None:
            return self.recalibrated_at, -3
        if self.detached_at is not None:
            return self.detached_at, -2
        return (0, 0) if self.ended_by is None else time_and_seq(self.ended_by)


def time_and_seq(one: Measurement) -> tuple[int, int]:
    return one.at, -1 if one.seq is None else one.seq


def time_of(one: Measurement | None) -> int | None:
    return None if one is None else one.at


def pair_of(one: Measurement) -> list[int]:
    return [one.at, one.value]
