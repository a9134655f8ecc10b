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

    def patience(self, heard: Iterable[Spoken]) -> list[int]:
        spans = [min(self.attached[device], one.hold) for device, _, one in heard]
        return [4 * span // 5 for span in spans]


def voices_at(found: History, series: Mapping[Sensor, list[Measurement]], at: int) -> Voices:
    """Return who may speak of a quantity with some series at a moment."""
    attached = next((some for then, some in reversed(found.attachments) if then <= at), {})
    known = [
        device for (device, _), some in series.items() if some[0].at <= at and device in attached
    ]
    unheard = [device for device in attached if found.first_heard.get(device, at + 1) > at]
    return Voices({*known, *unheard}, len(known) + len(unheard), attached)


class Settle(Protocol):
    """Lets a moment be judged, or not."""

    def __call__(self, *, is_judged: bool) -> None: ...


@dataclass
class Wait:
    """Few speak: since when, until when they are heard out, and what is put off."""

    since: int
    until: int | None
    put_off: list[tuple[bool, Settle]] = field(default_factory=list)
    """Whether it is open, and what makes each moment judged or not."""

    def judge(self, *, with_open: bool = True) -> None:
        """Let what was put off be judged; nobody waits from here on."""
        for is_open, settle in self.put_off:
            settle(is_judged=with_open or not is_open)
        self.put_off, self.until = [], None


class Hearing:
    """Goes from moment to moment, and says which of them are judged."""

    def __init__(self) -> None:
        self.wait: Wait | None = None

    def hear(
        self,
        at: int,
        voices: Voices,
        spoken: list[Spoken],
        heard: list[Spoken],
        settle: Settle,
        *,
        are_apart: bool,
    ) -> None:
        """Take what counts at a moment, and of it what speaks from then on."""
        are_few, number = voices.are_few(spoken), voices.among(spoken)
        is_open = are_few and (number == 1 or are_apart)
        patience = voices.patience(heard)
        if self.wait is None and is_open:
            self.wait = Wait(at, at + min(patience, default=0))
        elif self.wait is not None and self.wait.until is not None and are_few:
            self.wait.until = min([self.wait.until, *(self.wait.since + one for one in patience)])
        if self.wait is not None and self.wait.until is not None and at >= self.wait.until:
            self.wait.judge()
        if self.wait is not None and not are_few:
            self.wait.judge(with_open=number in (1, 2))
            self.wait = None
        if self.wait is not None and self.wait.until is not None:
            self.wait.put_off.append((is_open, settle))
        else:
            settle(is_judged=True)
