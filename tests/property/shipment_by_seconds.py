"""What is judged of a shipment, second by second, from the words of the specification alone.

All inputs are of whole seconds. At each second first come the commissioning, the bindings, the
milestones and the handovers, then the readings; then it is said what is judged for the second that
begins, and the second is counted. Nothing here is shared with the fold but the records.

Expected intervals are multiples of four seconds and holds of five, so that five quarters and four
fifths of them are whole seconds too.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tests.property.boundaries_by_seconds import (
    SECOND,
    Measured,
    Saying,
    Sensor,
    Watch,
    judged,
    measurements,
    soundness,
)
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
from twins.readings import Reading

ORIGIN, TRANSIT, DESTINATION, DELIVERED = Phase
ENOUGH = 3
"""Sensors of which one that lies is outvoted."""

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
class Wait:
    """Too few speak."""

    since: int
    until: int | None
    put_off: list[Saying] = field(default_factory=list)


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
        self.as_of = as_of
        self.last: Saying | None = None
        """What was judged last of what lasts; None where that was nothing."""
        self.begin()
        by_second: dict[int, list[Input]] = defaultdict(list)
        for one in inputs:
            by_second[_second_of(one)].append(one)
        for second in range(min([0, *by_second]), as_of + 1):
            self.take(second, by_second[second])
            if self.closed_at is None:
                heard = self.speaking(second)
                said = Saying(second, heard, heard, self.phase, self.holder, lasts=True)
                said.voices = self.voices([sensor for _, sensor, _ in heard])
                self.hear_out(said, [sensor for _, sensor, _ in heard])
                if second < as_of:
                    self.count_sensors(second)
                    if not self.is_waiting:
                        self.count(said)
                elif self.wait is not None:
                    self.judge_put_off(self.wait, is_early=True)

    def begin(self) -> None:
        """Begin anew: nothing was seen yet."""
        self.sensors: dict[Sensor, Measured] = defaultdict(Measured)
        self.watches = [Watch(one) for one in self.policy.boundaries]
        self.outside = 0
        self.observed: set[int] = set()
        self.touched: set[int] = set()
        self.judged_values: list[int] = []
        self.wait: Wait | None = None

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
            if self.wait is not None:
                self.judge_put_off(self.wait, is_early=True)
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
        high, low = (
            [(worst(told[one]), one, second) if told[one] else speaking[one] for one in those]
            for worst in (max, min)
        )
        said = Saying(second, high, low, self.phase, self.holder, lasts=False)
        self.hear_out(said, list(those))

    def measure(self, second: int, sensor: Sensor, same: list[Reading]) -> None:
        one = self.sensors[sensor]
        is_conflict, is_sound = soundness(same)
        one.count += 1
        one.conflicts += is_conflict
        one.unusable += not is_sound
        one.speaking = (same[0].value, second, second + self.hold) if is_sound else None
        if is_sound:
            one.sound.append((same[0].value, second))

    @property
    def is_waiting(self) -> bool:
        return self.wait is not None and self.wait.until is not None

    def judged_last(self, *, is_upper: bool) -> int | None:
        """Return what was judged last of one side; None where that was nothing."""
        said = self.last
        if said is None or not said.high:
            return None
        heard = said.high if is_upper else said.low
        return judged(heard, is_upper=is_upper is not said.is_mild)[0]

    def hear_out(self, said: Saying, those: list[Sensor]) -> None:
        """Judge what is said in a second, or put it off; `those` are the sensors that say it."""
        second = said.second
        voices, awaited = self.voices(those), self.awaited()
        are_few = awaited >= ENOUGH and 0 < voices < ENOUGH
        said.is_open = are_few and (voices == 1 or self.are_apart(said))
        if said.is_open or (are_few and self.wait is not None):
            self.begin_or_shorten(second, those)
        if self.wait is not None:
            if self.wait.until is not None and second >= self.wait.until:
                self.judge_put_off(self.wait)
            if not are_few:
                self.judge_put_off(self.wait, is_early=not 0 < voices < ENOUGH)
                self.wait = None
        if self.wait is not None and self.wait.until is not None:
            self.wait.put_off.append(said)
        else:
            self.judge(said)

    def begin_or_shorten(self, second: int, those: list[Sensor]) -> None:
        """Wait as long as the silent ones need, no longer than those that speak surely do."""
        told = {device for device, _ in those} if len(self.attached) > 1 else set()
        silent = [every for device, every in self.attached.items() if device not in told]
        speaks_on = bool(self.speaking(second))
        patience = min(4 * self.hold // 5, 5 * max(silent, default=0) // 4)
        if self.wait is None:
            self.wait = Wait(second, second + patience * speaks_on)
        elif self.wait.until is not None and speaks_on:
            self.wait.until = min(self.wait.until, self.wait.since + patience)

    def are_apart(self, said: Saying) -> bool:
        """Tell whether a boundary lies between two that speak, or they differ by too much."""
        upper, lower = judged(said.high, is_upper=True)[0], judged(said.low, is_upper=False)[0]
        sensors = self.policy.sensors
        most = sensors.of(self.quantity).disagreement if sensors else 0
        if 0 < most < upper - lower:
            return True
        return any(one.is_beyond(upper) != one.is_beyond(lower) for one in self.watches)

    def judge_put_off(self, wait: Wait, *, is_early: bool = False) -> None:
        """Judge what was put off, as it was; then nobody waits any more."""
        put_off, wait.put_off, wait.until = wait.put_off, [], None
        for one in put_off:
            is_silent = is_early and one.is_open and not self.is_certain(one)
            one.is_mild = is_early and one.is_open
            self.judge(one, is_silent=is_silent)
            if one.lasts and not is_silent and one.second < self.as_of:
                self.count(one)

    def is_certain(self, said: Saying) -> bool:
        """Tell whether a third could change nothing: both are outside, or on one side of all."""
        if self.voices([sensor for _, sensor, _ in said.high]) == 1:
            return False
        upper, lower = judged(said.high, is_upper=False)[0], judged(said.low, is_upper=True)[0]
        if any(one.is_beyond(upper if one.boundary.is_upper else lower) for one in self.watches):
            return True
        return all(one.is_beyond(upper) == one.is_beyond(lower) for one in self.watches)

    def known(self) -> list[str]:
        """Return the device of each sensor that may speak."""
        return [device for device, _ in self.sensors if device in self.attached]

    def voices(self, those: list[Sensor]) -> int:
        """Return how many voices sensors have: devices, or the sensors of the only one."""
        devices = {device for device, _ in those}
        return len(devices) if len(self.attached) > 1 else len(those)

    def awaited(self) -> int:
        """Return how many voices there may be."""
        return len(self.attached) if len(self.attached) > 1 else len(self.known())

    def speaking(self, second: int) -> list[tuple[int, Sensor, int]]:
        return [
            (one.speaking[0], sensor, one.speaking[1])
            for sensor, one in self.sensors.items()
            if one.speaking is not None and second < one.speaking[2]
        ]

    def judge(self, said: Saying, *, is_silent: bool = False) -> None:
        """Judge what is said in a second; of what is passed over only that phases end counts."""
        if said.lasts:
            self.last = None if is_silent else said
            if not is_silent and said.voices >= self.quorum:
                self.touched.add(said.second)
        for watch in self.watches:
            is_active = self.is_active(watch.boundary, said.second, said.phase)
            heard = said.high if watch.boundary.is_upper else said.low
            if said.lasts:
                heard = [] if is_silent else heard
                watch.judge(said.second, heard, is_active=is_active, is_mild=said.is_mild)
            elif is_active and not is_silent:
                watch.go_beyond(said.second, heard, is_mild=said.is_mild)

    def is_active(self, boundary: Boundary, second: int, phase: Phase | None = None) -> bool:
        if self.planned_from is None:
            return False
        passed = (second - self.planned_from) * SECOND
        is_begun = passed >= self.policy.observation.ignore_first
        return is_begun and (boundary.phases is None or (phase or self.phase) in boundary.phases)

    def count_sensors(self, second: int) -> None:
        for value, sensor, _ in self.speaking(second):
            self.sensors[sensor].spoken.append(value)

    def count(self, said: Saying) -> None:
        """Count a second for which it was said."""
        if said.high:
            self.judged_values.append(judged(said.high, is_upper=not said.is_mild)[0])
        if said.voices >= self.quorum:
            self.observed.add(said.second)
        outside = [
            watch.count(
                said.second,
                said.high if watch.boundary.is_upper else said.low,
                said.holder,
                is_mild=said.is_mild,
            )
            for watch in self.watches
        ]
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


def _second_of(one: Input) -> int:
    moment = statement_of(one).observed_at if isinstance(one, Handover) else one.observed_at
    return moment // SECOND
