"""What is judged of a shipment, second by second, from the words of the specification alone.

All inputs are of whole seconds. At each second first come the commissioning, the bindings, the
milestones and the handovers, then the readings; then it is said what is judged for the second that
begins, and the second is counted. Nothing here is shared with the fold but the records.

Expected intervals are multiples of five seconds, so that four fifths of them are whole seconds too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby

from tests.unit.twins.samples import at
from twins.inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Handover,
    HandoverPhase,
    Input,
    Milestone,
    MilestoneName,
    encode,
    statement_of,
)
from twins.policy.condition_policy import Boundary, ConditionPolicy, Phase
from twins.readings import Quality, Reading

SECOND = at(1)
Sensor = tuple[str, str]
ORIGIN, TRANSIT, DESTINATION, DELIVERED = Phase
ENOUGH = 3
"""Sensors of which one that lies is outvoted."""

UNSOUND = Quality.SENTINEL | Quality.IMPLAUSIBLE | Quality.CONFLICT
NEXT_PHASE = {
    (MilestoneName.START, ORIGIN): ORIGIN,
    (MilestoneName.DEPARTURE, ORIGIN): TRANSIT,
    (MilestoneName.DEPARTURE, DESTINATION): TRANSIT,
    (MilestoneName.ARRIVAL, ORIGIN): DESTINATION,
    (MilestoneName.ARRIVAL, TRANSIT): DESTINATION,
    (MilestoneName.DELIVERY, ORIGIN): DELIVERED,
    (MilestoneName.DELIVERY, TRANSIT): DELIVERED,
    (MilestoneName.DELIVERY, DESTINATION): DELIVERED,
}


@dataclass
class Measured:
    """What one sensor said since the shipment began, all times in seconds."""

    count: int = 0
    conflicts: int = 0
    unusable: int = 0
    sound: list[tuple[int, int]] = field(default_factory=list)
    """(value, when) of the sound ones."""
    spoken: list[int] = field(default_factory=list)
    """The value of each second in which it spoke."""
    speaking: tuple[int, int, int] | None = None
    """(value, when it was read, up to when it speaks)"""


@dataclass
class Outing:
    """A run outside, or of a cumulative boundary all of them."""

    began: int
    outside: int = 0
    worst: tuple[int, Sensor, int] | None = None
    """(value, sensor, when it was read)"""
    alarmed: int | None = None
    ended: int | None = None
    shown: tuple[tuple[Sensor, int, int], ...] = ()
    """(sensor, when it was read, value) of all that were outside at the alarm."""
    held: list[tuple[str, int]] = field(default_factory=list)


@dataclass
class Watch:
    """One boundary and what it saw."""

    boundary: Boundary
    outings: list[Outing] = field(default_factory=list)
    is_open: bool = False
    outside: int = 0

    def is_beyond(self, value: int) -> bool:
        limit = self.boundary.limit
        return value > limit if self.boundary.is_upper else value < limit

    def is_back(self, value: int) -> bool:
        limit, dead = self.boundary.limit, self.boundary.hysteresis
        return value <= limit - dead if self.boundary.is_upper else value >= limit + dead

    def judge(self, second: int, heard: list[tuple[int, Sensor, int]], *, is_active: bool) -> None:
        """Judge the value of a moment, `heard` being (value, sensor, when it was read)."""
        if not heard:
            if self.is_open and not is_active:
                self._close(second)
            return
        value, _, _ = judged(heard, is_upper=self.boundary.is_upper)
        if not is_active:
            if self.is_open:
                self._close(second)
        elif self.is_beyond(value):
            self.go_beyond(second, heard)
        elif self.is_open and self.is_back(value):
            self._close(second)

    def go_beyond(self, second: int, heard: list[tuple[int, Sensor, int]]) -> None:
        """Open the run or deepen it, where what is judged is outside."""
        value, sensor, read_at = judged(heard, is_upper=self.boundary.is_upper)
        if not self.is_beyond(value):
            return
        if not self.is_open:
            self._open(second)
        mine = self.outings[-1]
        if mine.worst is None or self._is_worse(value, mine.worst[0]):
            mine.worst = (value, sensor, read_at)
        if self.boundary.delay == 0:
            self._alarm(second, heard)

    def count(self, second: int, heard: list[tuple[int, Sensor, int]], holder: str) -> bool:
        """Count the second that begins; return whether it is one outside."""
        if not heard or not self.is_open:
            return False
        if not self.is_beyond(judged(heard, is_upper=self.boundary.is_upper)[0]):
            return False
        mine = self.outings[-1]
        mine.outside += 1
        self.outside += 1
        if mine.held and mine.held[-1][0] == holder:
            mine.held[-1] = (holder, mine.held[-1][1] + 1)
        else:
            mine.held.append((holder, 1))
        if mine.outside * SECOND >= self.boundary.delay:
            self._alarm(second + 1, heard)
        return True

    def excursions(self) -> list[Outing]:
        return [one for one in self.outings if one.alarmed is not None]

    def _is_worse(self, value: int, than: int) -> bool:
        return value > than if self.boundary.is_upper else value < than

    def _open(self, second: int) -> None:
        self.is_open = True
        if self.boundary.is_cumulative and self.outings:
            self.outings[-1].ended = None
        else:
            self.outings.append(Outing(second))

    def _close(self, second: int) -> None:
        self.is_open = False
        self.outings[-1].ended = second

    def _alarm(self, second: int, heard: list[tuple[int, Sensor, int]]) -> None:
        mine = self.outings[-1]
        if mine.alarmed is None:
            mine.alarmed = second
            beyond = [one for one in heard if self.is_beyond(one[0])]
            mine.shown = tuple(
                (sensor, read_at, value) for value, sensor, read_at in sorted(beyond, key=_place)
            )


def _place(one: tuple[int, Sensor, int]) -> Sensor:
    return one[1]


def judged(heard: list[tuple[int, Sensor, int]], *, is_upper: bool) -> tuple[int, Sensor, int]:
    """Return the upper or lower median, shown by the first sensor that has this value."""
    values = sorted(value for value, _, _ in heard)
    middle = values[len(values) // 2] if is_upper else values[(len(values) - 1) // 2]
    return next(one for one in sorted(heard, key=_place) if one[0] == middle)


class Judge:
    """A shipment under a policy, up to a moment.

    Args:
        inputs: In any order, each once.
        policy: With one required quantity.
        quantity: The level that is judged, the only one among the readings.
        as_of: The last second.
        hold: Seconds for which a reading speaks.
    """

    def __init__(
        self, inputs: list[Input], policy: ConditionPolicy, quantity: str, as_of: int, hold: int
    ) -> None:
        self.policy = policy
        self.quantity = quantity
        self.hold = hold
        self.quorum = policy.sensors.quorum if policy.sensors else 1
        self.attached: dict[str, int] = {}
        self.planned_from: int | None = None
        self.closed_at: int | None = None
        self.phase = ORIGIN
        self.reached: list[MilestoneName] = []
        self.is_commissioned = False
        self.holder = ""
        self.offer: tuple[str, str, str] | None = None
        self.nonces: set[str] = set()
        self.unjudged = 0
        self.begin()
        by_second: dict[int, list[Input]] = defaultdict(list)
        for one in inputs:
            by_second[_second_of(one)].append(one)
        for second in range(min([0, *by_second]), as_of + 1):
            self.take(second, by_second[second])
            if self.closed_at is None:
                self.short_since = self.short_from(second, len(self.speaking(second)))
                self.judge(second, self.heard(second))
                if second < as_of:
                    self.count(second)

    def begin(self) -> None:
        """Begin anew: nothing was seen yet."""
        self.sensors: dict[Sensor, Measured] = defaultdict(Measured)
        self.watches = [Watch(one) for one in self.policy.boundaries]
        self.outside = 0
        self.observed: set[int] = set()
        self.touched: set[int] = set()
        self.judged_values: list[int] = []
        self.short_since: int | None = None

    def take(self, second: int, records: list[Input]) -> None:
        # Of equal places in event order the bytes decide.
        for record in sorted(records, key=encode):
            if isinstance(record, Commissioned) and not self.is_commissioned:
                self.is_commissioned, self.holder = True, record.holder
        bindings = [one for one in records if isinstance(one, Binding)]
        for binding in sorted(bindings, key=encode):
            self.bind(second, binding)
        for one in sorted((one for one in records if isinstance(one, Milestone)), key=encode):
            self.reach(second, one.name)
        statements = [statement_of(one) for one in records if isinstance(one, Handover)]
        # Offers come first.
        for said in sorted(statements, key=lambda one: one.phase is not HandoverPhase.OFFERED):
            self.hear(said.phase, said.from_party, said.to_party, said.nonce)
        self.read(second, [one for one in records if isinstance(one, Reading)])

    def bind(self, second: int, binding: Binding) -> None:
        if binding.action is BindingAction.ADD:
            self.attached[binding.device] = binding.expected_interval // SECOND
            if self.planned_from is None and self.closed_at is None:
                self.planned_from = second
            return
        self.attached.pop(binding.device, None)
        for (device, _), one in self.sensors.items():
            if device == binding.device:
                one.speaking = None

    def reach(self, second: int, name: MilestoneName) -> None:
        if self.closed_at is not None or (name is MilestoneName.START and self.reached):
            return
        if name is MilestoneName.CLOSE:
            self.closed_at = second
        elif (name, self.phase) not in NEXT_PHASE:
            return
        else:
            self.phase = NEXT_PHASE[name, self.phase]
            if name is MilestoneName.START:
                self.begin_anew(second)
        self.reached.append(name)

    def begin_anew(self, second: int) -> None:
        self.unjudged += sum(one.count for one in self.sensors.values())
        self.planned_from = second
        self.begin()

    def hear(self, phase: HandoverPhase, giver: str, taker: str, nonce: str) -> None:
        """Take a statement, of offers and acceptances alone."""
        if phase is HandoverPhase.OFFERED:
            is_new = self.offer is None and giver == self.holder != taker
            if is_new and nonce not in self.nonces:
                self.offer = (giver, taker, nonce)
                self.nonces.add(nonce)
        elif self.offer == (giver, taker, nonce):
            self.holder, self.offer = taker, None

    def read(self, second: int, readings: list[Reading]) -> None:
        mine = [one for one in readings if one.device in self.attached]
        if self.closed_at is not None:
            self.unjudged += len(mine)
            return

        for (device, name, _), same in measurements(mine):
            self.measure(second, (device, name), same)
        if any(self.is_told_before_its_last(sensor, second) for sensor in self.sensors):
            self.judge_once_more(second)

    def is_told_before_its_last(self, sensor: Sensor, second: int) -> bool:
        one = self.sensors[sensor]
        told = sum(when == second for _, when in one.sound)
        is_last = one.speaking is not None and one.speaking[1] == second
        return told > is_last

    def judge_once_more(self, second: int) -> None:
        """Judge the worst that each sensor said at a moment, though it may be held for no time."""
        told = {
            sensor: [value for value, when in one.sound if when == second]
            for sensor, one in self.sensors.items()
        }
        speaking = {one[1]: one for one in self.speaking(second)}
        those = {*speaking, *(sensor for sensor, values in told.items() if values)}
        since = self.short_from(second, len(those))
        if since is not None and second < since + self.patience(second):
            return
        for watch in self.watches:
            if self.is_active(watch.boundary, second):
                worst = max if watch.boundary.is_upper else min
                said = [
                    (worst(told[one]), one, second) if told[one] else speaking[one] for one in those
                ]
                watch.go_beyond(second, said)

    def measure(self, second: int, sensor: Sensor, same: list[Reading]) -> None:
        one = self.sensors[sensor]
        is_conflict, is_sound = soundness(same)
        one.count += 1
        one.conflicts += is_conflict
        one.unusable += not is_sound
        one.speaking = (same[0].value, second, second + self.hold) if is_sound else None
        if is_sound:
            one.sound.append((same[0].value, second))

    def heard(self, second: int) -> list[tuple[int, Sensor, int]]:
        """Return what is judged: what speaks, unless it waits for others."""
        since = self.short_since
        is_waiting = since is not None and second < since + self.patience(second)
        return [] if is_waiting else self.speaking(second)

    def patience(self, second: int) -> int:
        """Return for how many seconds those that speak wait for others."""
        spans = [min(self.attached[name], self.hold) for _, (name, _), _ in self.speaking(second)]
        return 4 * min(spans, default=0) // 5

    def short_from(self, second: int, count: int) -> int | None:
        """Return since when so many of three or more speak alone; None if they do not."""
        ours = [device for device, _ in self.sensors if device in self.attached]
        awaited = len(ours) + len(self.attached.keys() - set(ours))
        if awaited < ENOUGH or not 0 < count < ENOUGH:
            return None
        return second if self.short_since is None else self.short_since

    def speaking(self, second: int) -> list[tuple[int, Sensor, int]]:
        return [
            (one.speaking[0], sensor, one.speaking[1])
            for sensor, one in self.sensors.items()
            if one.speaking is not None and second < one.speaking[2]
        ]

    def judge(self, second: int, heard: list[tuple[int, Sensor, int]]) -> None:
        if len(heard) >= self.quorum:
            self.touched.add(second)
        for watch in self.watches:
            watch.judge(second, heard, is_active=self.is_active(watch.boundary, second))

    def is_active(self, boundary: Boundary, second: int) -> bool:
        if self.planned_from is None:
            return False
        passed = (second - self.planned_from) * SECOND
        is_begun = passed >= self.policy.observation.ignore_first
        return is_begun and (boundary.phases is None or self.phase in boundary.phases)

    def count(self, second: int) -> None:
        for value, sensor, _ in self.speaking(second):
            self.sensors[sensor].spoken.append(value)
        heard = self.heard(second)
        if heard:
            self.judged_values.append(judged(heard, is_upper=True)[0])
        if len(heard) >= self.quorum:
            self.observed.add(second)
        outside = [watch.count(second, heard, self.holder) for watch in self.watches]
        self.outside += any(outside)


class Peaks(Judge):
    """The same of an event quantity, each sound reading of which is judged by itself."""

    def begin(self) -> None:
        """Begin anew: nothing was seen yet."""
        super().begin()
        self.sound: list[tuple[int, int]] = []
        """(value, when) in event order."""
        self.beyond: list[tuple[str, int, Sensor, int]] = []
        """(boundary, second, sensor, value)"""

    def read(self, second: int, readings: list[Reading]) -> None:
        """Judge what is read in a second, one measurement after the other."""
        mine = [one for one in readings if one.device in self.attached]
        if self.closed_at is not None:
            self.unjudged += len(mine)
            return
        for (device, name, _), same in measurements(mine):
            is_conflict, is_sound = soundness(same)
            one = self.sensors[device, name]
            one.count += 1
            one.conflicts += is_conflict
            one.unusable += not is_sound
            if is_sound:
                self.sound.append((same[0].value, second))
                self.beyond += [
                    (watch.boundary.id, second, (device, name), same[0].value)
                    for watch in self.watches
                    if self.is_active(watch.boundary, second) and watch.is_beyond(same[0].value)
                ]


def measurements(found: list[Reading]) -> list[tuple[tuple[str, str, int], list[Reading]]]:
    """Return the readings of one moment by their identity: device, sensor and seq."""

    def identity(one: Reading) -> tuple[str, str, int]:
        return one.device, one.sensor, -1 if one.seq is None else one.seq

    ordered = sorted(found, key=identity)
    return [(key, list(same)) for key, same in groupby(ordered, key=identity)]


def soundness(same: list[Reading]) -> tuple[bool, bool]:
    """Tell whether a measurement contradicts itself, and whether it says something."""
    is_conflict = len({reading.value for reading in same}) > 1
    return is_conflict, not is_conflict and not same[0].quality & UNSOUND


def _second_of(one: Input) -> int:
    moment = statement_of(one).observed_at if isinstance(one, Handover) else one.observed_at
    return moment // SECOND
