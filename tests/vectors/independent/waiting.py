"""Who has a voice, and for whom those wait that speak alone (specification 9, *Waiting*)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .history import History, Measurement

Sensor = tuple[str, str]
Spoken = tuple[str, str, Measurement]
"""(device, sensor, measurement)"""


@dataclass
class Voices:
    """Who may speak of a quantity at a moment."""

    devices: set[str]
    sensors: int
    attached: dict[str, int]
    """Expected interval by device."""

    @property
    def awaited(self) -> int:
        return len(self.devices) if len(self.devices) > 1 else self.sensors

    def among(self, spoken: Iterable[Spoken]) -> int:
        """Return how many voices sensors have."""
        devices = [device for device, _, _ in spoken]
        return len(set(devices)) if len(self.devices) > 1 else len(devices)

    def are_few(self, spoken: Iterable[Spoken]) -> bool:
        return self.awaited >= 3 and self.among(spoken) in (1, 2)

    def patience(self, spoken: Iterable[Spoken], heard: Iterable[Spoken]) -> int | None:
        """Return how long those wait that speak on, None where nobody does."""
        holds = [one.hold for _, _, one in heard]
        if not holds:
            return None
        told = {device for device, _, _ in spoken} if len(self.devices) > 1 else set()
        silent = [self.attached[device] for device in self.devices - told]
        return min(4 * min(holds) // 5, 5 * max(silent, default=0) // 4)


def voices_at(found: History, series: Mapping[Sensor, list[Measurement]], at: int) -> Voices:
    """Return who may speak of a quantity with some series at a moment."""
    attached = next((some for then, some in reversed(found.attachments) if then <= at), {})
    known = [
        device for (device, _), some in series.items() if some[0].at <= at and device in attached
    ]
    unheard = [device for device in attached if found.first_heard.get(device, at + 1) > at]
    return Voices({*known, *unheard}, len(known) + len(unheard), attached)


class Settle(Protocol):
    """Lets a moment be judged, of two the milder one if so, or not."""

    def __call__(self, *, is_judged: bool, is_mild: bool = False) -> None: ...


@dataclass
class Spot:
    """What counts at a moment."""

    at: int
    spoken: list[Spoken]
    heard: list[Spoken]
    """Of it what speaks on."""
    settle: Settle
    are_apart: bool
    is_certain: bool
    """Whether a third voice could change nothing of what the milder of two says."""
    is_of_place: bool = False
    is_open: bool = False


@dataclass
class Wait:
    """Few speak: since when, until when they are heard out, and what is put off."""

    since: int
    until: int | None
    put_off: list[Spot] = field(default_factory=list)

    def judge(self, *, is_early: bool = False) -> None:
        """Let what was put off be judged; nobody waits from here on."""
        for one in self.put_off:
            is_mild = is_early and one.is_open
            one.settle(is_judged=one.is_certain or not is_mild, is_mild=is_mild)
        self.put_off, self.until = [], None


class Hearing:
    """Goes from moment to moment, and says which of them are judged."""

    def __init__(self) -> None:
        self.wait: Wait | None = None

    def hear(self, spot: Spot, voices: Voices) -> None:
        """Take what counts at a moment."""
        are_few, number = voices.are_few(spot.spoken), voices.among(spot.spoken)
        spot.is_open = are_few and not spot.is_of_place and (number == 1 or spot.are_apart)
        spot.is_certain = spot.is_certain and number > 1
        patience = voices.patience(spot.spoken, spot.heard)
        if self.wait is None and spot.is_open:
            self.wait = Wait(spot.at, spot.at + (patience or 0))
        elif self.wait and self.wait.until is not None and are_few and patience is not None:
            self.wait.until = min(self.wait.until, self.wait.since + patience)
        if self.wait is not None and self.wait.until is not None and spot.at >= self.wait.until:
            self.wait.judge()
        if self.wait is not None and not are_few:
            self.wait.judge(is_early=number not in (1, 2))
            self.wait = None
        if self.wait is not None and self.wait.until is not None:
            self.wait.put_off.append(spot)
        else:
            spot.settle(is_judged=True)

    def end(self) -> None:
        """Judge at the end what is certain of what still waits."""
        if self.wait is not None:
            self.wait.judge(is_early=True)
