"""Findings about sensors, and for how long enough of them are trusted (section 9, *Sensors*)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .agreeing import (
    About,
    Copying,
    Sensor,
    Spoken,
    common_median,
    copies,
    disagreements,
    speaking_at,
)
from .boundaries import Judgement
from .findings import Found
from .history import History, Measurement, Record, event_key
from .quantities import EVENTS
from .waiting import voices_at
from .watching import Calibration, Limits, Watched, watch

SeriesBySensor = dict[Sensor, list[Measurement]]
MILLION = 1_000_000
LISTED = 20
ORDER = ("since", "kind", "quantity", "device", "sensor")
Finding = dict[str, Any]
Key = tuple[str, str, str]
POSITIONS = ("latitude", "longitude")


@dataclass
class Quantity:
    """What its sensors show of each other."""

    told: list[About]
    copying: list[Copying]


@dataclass
class Sensors:
    """What is found of all sensors."""

    found: History
    policy: dict[str, Any]
    watched: dict[Key, Watched]
    quantities: dict[str, Quantity]

    def findings(self) -> list[list[Finding]]:
        """Return what is found of each series, and of what they share of each quantity.

        What is over stands in the order in which that was seen.
        """
        single = [
            [
                _finding(device, sensor, name, one)
                for one in sorted(watched.found, key=_seen)
                if not _is_shared(one)
            ]
            for (device, sensor, name), watched in self.watched.items()
        ]
        shared = [
            [
                _finding(one.device, one.sensor, name, one.found)
                for one in sorted([*some.told, *self.drifts(name)], key=lambda one: one.seen_at)
            ]
            for name, some in self.quantities.items()
        ]
        return [*single, *shared]

    def drifts(self, quantity: str) -> list[About]:
        """Return the drifts that were seen to be over beside the others of a quantity."""
        return [
            About(device, sensor, one, one.seen[0])
            for (device, sensor, name), watched in self.watched.items()
            for one in watched.found
            if name == quantity and _is_shared(one)
        ]

    @property
    def gaps(self) -> int:
        return sum(one.gaps for one in self.watched.values())

    def trusted(self, quantity: str, spoken: Iterable[Spoken], at: int) -> list[Spoken]:
        """Return those of some that are trusted at a moment."""
        if not self.watched:
            return [*spoken]
        some = [one for one in spoken if self.watched[(*one[:2], quantity)].is_trusted(at)]
        if len(some) < 2:
            return some
        copying = self.quantities[quantity].copying
        copies = {
            sensor
            for sensor, since, until in copying
            if since <= at and (until is None or at < until)
        }
        return [one for one in some if one[:2] not in copies]

    def coverage(self, quantity: str, judged: Iterable[Judgement], end: int) -> dict[str, Any]:
        """Return a member of the coverage."""
        section = self.policy.get("sensors", {})
        series = series_of(self.found, quantity)
        spans = []
        for one in judged:
            some = self.trusted(quantity, one.speaking, one.at)
            voices = voices_at(self.found, series, one.at).among(some)
            if one.speaking and voices >= section.get("quorum", 1):
                spans.append((one.at, one.until))
        start = self.found.planned_from
        planned = 0 if start is None else end - start
        observed = sum(until - since for since, until in spans)
        edges = [start or 0, *(edge for span in spans for edge in span), end]
        gaps = [edges[place + 1] - edges[place] for place in range(0, len(edges), 2)]
        return {
            "quantity": quantity,
            "observed": observed,
            "ratio_ppm": observed * MILLION // planned if planned else 0,
            "longest_gap": 0 if start is None else max(gaps),
            "observed_until": None if start is None else (spans[-1][1] if spans else start),
        }


def calibrations_of(records: Iterable[Record]) -> dict[str, list[Calibration]]:
    """Return by device when it was said for when it was calibrated, in event order."""
    said: dict[str, list[Calibration]] = {}
    for one in sorted((one for one in records if one[0] == 12), key=event_key):
        said.setdefault(one[3], []).append((one[5], one[7]))
    return said


def sensors_of(
    found: History, policy: dict[str, Any], end: int, records: Iterable[Record] = ()
) -> Sensors:
    """Return what is found of sensors that have spoken as `let_speak` says.

    Args:
        found: What the records say.
        policy: How they are judged.
        end: Of the shipment, or now.
        records: Those that may say when a device was calibrated.
    """
    said = calibrations_of(records)
    if found.closed_at is not None:
        # What is said after the close changes nothing.
        closed_at = found.closed_at
        said = {name: [one for one in some if one[0] <= closed_at] for name, some in said.items()}
    watched: dict[Key, Watched] = {}
    quantities: dict[str, Quantity] = {}
    for name in sorted({key[2] for key in found.series}) if "sensors" in policy else ():
        limits, series = Limits.of(policy, name), series_of(found, name)
        ends = {device: _detachments(found, device) for device, _ in series}
        for (device, sensor), some in series.items():

            def median_at(at: int, series: SeriesBySensor = series) -> int | None:
                return common_median(speaking_at(series, at))

            watched[device, sensor, name] = watch(
                some, name, limits, ends[device], median_at, said.get(device, [])
            )
        told, copying = ([], []) if name in EVENTS else copies(series)
        if name not in EVENTS:
            told += disagreements(series, limits.disagreement, end)
        quantities[name] = Quantity(told, copying)
    return Sensors(found, policy, watched, quantities)


def series_of(found: History, quantity: str) -> SeriesBySensor:
    return {key[:2]: some for key, some in found.series.items() if key[2] == quantity}


def _detachments(found: History, device: str) -> list[int]:
    """Return when a device was detached before the end, at which all is over."""
    return [
        at
        for at in found.detachments.get(device, [])
        if found.closed_at is None or at <= found.closed_at
    ]


def _is_shared(one: Found) -> bool:
    return one.kind == "drift" and one.ended_by is not None


def _seen(one: Found) -> tuple[int, int]:
    return one.seen


def _finding(device: str, sensor: str, quantity: str, one: Found) -> Finding:
    return {
        "kind": one.kind,
        "device": device,
        "sensor": sensor,
        "quantity": quantity,
        "since": one.since,
        "until": one.until,
        "readings": [] if quantity in POSITIONS else one.readings,
    }


def document(findings: list[list[Finding]], gaps: int) -> dict[str, Any]:
    """Return the member `sensors`, of what is found of each series, copies and disagreements."""
    over = [[one for one in some if one["until"] is not None] for some in findings]
    running = [one for some in findings for one in some if one["until"] is None]
    known = [one for some in over for one in some[-LISTED:]]
    counts = Counter(one["kind"] for some in over for one in some) + Counter(gap=gaps)
    return {
        "running": sorted(running, key=place),
        "over": sorted(known, key=place)[-LISTED:],
        "counts": dict(counts),
    }


def place(one: Finding) -> tuple[Any, ...]:
    return tuple(one[name] for name in ORDER)
