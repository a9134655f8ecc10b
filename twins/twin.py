"""The twin of an asset: everything its inputs say, folded in event order.

`advance` is pure as a whole: a frozen twin and a batch of inputs in, a new twin out. Inside it
works on copies, because a million readings cannot each make a new value. Nothing here depends on
when or in which batch an input arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, groupby, islice
from operator import attrgetter, le
from typing import cast

import msgspec
from msgspec.structs import replace

from .coverage import ObservedClock, cover, run_to
from .custody import Custody, CustodyState, pass_custody
from .errors import CargotwinError
from .inputs import (
    Binding,
    BindingAction,
    Commissioned,
    Decision,
    EventKey,
    Handover,
    Input,
    Milestone,
    MilestoneName,
    PolicyAssigned,
    event_key,
    observed_at,
    statement_of,
)
from .policy import Boundary, ConditionPolicy, hold_of
from .readings import QUANTITIES, Reading
from .series import Excursion, Run, Series, settle, silence, speak, take
from .steady import Stretch, cover_steadily

_BEFORE_ALL = -(2**63)
"""Earlier than any moment that a record can carry."""

_MANY = 4
"""Readings from which on it pays to look at them together."""

_AT_ONCE = 256
"""Most of them: one that must be looked at alone makes all be looked at one by one."""

_in_event_order = attrgetter("device", "sensor", "quantity")


class OutOfOrderInput(CargotwinError):
    """A twin was handed an input that lies before what it has already folded.

    The caller must go back to a checkpoint before the input and fold from there.
    """

    def __init__(self, asset: str, moment: int) -> None:
        self.asset = asset
        self.moment = moment
        super().__init__(
            f"asset {asset}: an input of {moment} lies before the twin; refold from a checkpoint"
        )


class ShockCount(msgspec.Struct, frozen=True):
    """Peaks that count as shocks, and the highest peak of all, in milli-g."""

    count: int = 0
    peak: int | None = None
    peak_at: int = 0


class AssetTwin(msgspec.Struct, frozen=True):
    """The folded state of one asset.

    Attributes:
        asset: Id of the asset.
        last_key: Event key of the newest folded input; None before the first.
        commissioned: The record that made the asset, where it has come.
        assigned: The newest policy assignment, where it has come.
        bound: Devices that travel with the asset now, with their expected interval.
        planned_from: First binding; from here on the asset should be observed.
        closed_at: When the shipment was closed.
        series: Sums per device, sensor and quantity.
        clocks: Observed time per required quantity.
        excursions: In the order of their alarms within each series.
        custody: Who holds it.
        milestones: In event order.
        decisions: In event order.
        shocks: Peaks that count.
        unjudged: Readings of bound devices after the close: kept, not judged.
    """

    asset: str
    last_key: EventKey | None = None
    commissioned: Commissioned | None = None
    assigned: PolicyAssigned | None = None
    bound: dict[str, int] = {}
    planned_from: int | None = None
    closed_at: int | None = None
    series: tuple[Series, ...] = ()
    clocks: tuple[ObservedClock, ...] = ()
    excursions: tuple[Excursion, ...] = ()
    custody: Custody = Custody(CustodyState.HELD, "", 0)
    milestones: tuple[Milestone, ...] = ()
    decisions: tuple[Decision, ...] = ()
    shocks: ShockCount = ShockCount()
    unjudged: int = 0


def advance(twin: AssetTwin, inputs: Sequence[Input], policy: ConditionPolicy) -> AssetTwin:
    """Return the twin after more inputs.

    Args:
        twin: The twin so far.
        inputs: Inputs in the order of `event_key`, each once, all after the twin's newest one.
        policy: The policy that judges the asset.

    Raises:
        OutOfOrderInput: The first input does not lie after the twin, or one goes back in time. The
            order within one moment is not checked again: it is the caller's promise.
    """
    if not inputs:
        return twin
    if twin.last_key is not None and event_key(inputs[0]) <= twin.last_key:
        raise OutOfOrderInput(twin.asset, observed_at(inputs[0]))
    fold = _Fold(twin, policy)
    for kind, some in groupby(inputs, type):
        if kind is Reading:
            fold.read_all(cast("list[Reading]", list(some)))
        else:
            for record in some:
                fold.add(record)
    return fold.frozen(event_key(inputs[-1]))


def settled_at(twin: AssetTwin, as_of: int, policy: ConditionPolicy) -> AssetTwin:
    """Return the twin as it stands at a moment: every value counted as far as it speaks.

    The result serves assessment only; folding goes on from the original, whose newest readings
    can still be contradicted.

    Raises:
        OutOfOrderInput: The moment lies before what the twin has folded.
    """
    if twin.last_key is not None and as_of < twin.last_key[0]:
        raise OutOfOrderInput(twin.asset, as_of)
    fold = _Fold(twin, policy)
    fold.settle_all()
    if twin.closed_at is None:
        fold.speak_to(as_of)
    return fold.frozen(twin.last_key)


class _Fold:
    """Working copies of a twin while a batch is folded."""

    def __init__(self, twin: AssetTwin, policy: ConditionPolicy) -> None:
        self.policy = policy
        self.now = twin.last_key[0] if twin.last_key else _BEFORE_ALL
        self.asset = twin.asset
        self.bound = dict(twin.bound)
        self.holds = {device: hold_of(policy, every) for device, every in twin.bound.items()}
        self.boundaries = _BoundariesByQuantity(policy)
        self.series = {(one.device, one.sensor, one.quantity): _copied(one) for one in twin.series}
        # In event order, as if the batch before had not ended here.
        self.pending = sorted(
            [one for one in self.series.values() if one.is_pending], key=_in_event_order
        )
        self.clocks = {clock.quantity: replace(clock) for clock in twin.clocks}
        self.excursions = list(twin.excursions)
        if self.excursions:
            self._copy_running_excursions()
        self.shocks = twin.shocks
        self.planned_from = twin.planned_from
        self.closed_at = twin.closed_at
        self.commissioned = twin.commissioned
        self.assigned = twin.assigned
        self.custody = twin.custody
        self.milestones = list(twin.milestones)
        self.decisions = list(twin.decisions)
        self.unjudged = twin.unjudged

    def _copy_running_excursions(self) -> None:
        """Copy those that a run can still change."""
        for one in self.series.values():
            for run in one.runs:
                if run.excursion >= 0:
                    self.excursions[run.excursion] = replace(self.excursions[run.excursion])

    def add(self, record: Input) -> None:
        """Fold one input."""
        moment = observed_at(record)
        if moment > self.now:
            self.settle_all()
            self.now = moment
        elif moment < self.now:
            raise OutOfOrderInput(self.asset, moment)
        if isinstance(record, Reading):
            self._read(record)
        elif isinstance(record, Binding):
            self._bind(record)
        elif isinstance(record, Handover):
            self.custody, _ = pass_custody(self.custody, statement_of(record))
        elif isinstance(record, Milestone):
            self._reach(record)
        else:
            self._note(record)

    def read_all(self, readings: list[Reading]) -> None:
        """Fold readings in event order, many at once where they only add to sums."""
        here = 0
        while here < len(readings) and readings[here].observed_at <= self.now:
            self.add(readings[here])
            here += 1
        for start in range(here, len(readings), _AT_ONCE):
            self._read_some(readings[start : start + _AT_ONCE])

    def _read_some(self, readings: list[Reading]) -> None:
        moments = [one.observed_at for one in readings]
        is_ordered = moments[0] > self.now and all(map(le, moments, islice(moments, 1, None)))
        if len(readings) < _MANY or self.closed_at is not None or not is_ordered:
            for one in readings:
                self.add(one)
            return
        self.settle_all()
        self._read_many(readings)

    def _read_many(self, readings: list[Reading]) -> None:
        steady, others = self._parted(readings)
        for one in others:
            self.add(one)
        until = readings[-1].observed_at
        if until > self.now:
            self.settle_all()
            self.now = until
        for quantity, stretches in steady.items():
            self._add_stretches(quantity, stretches)
        self.pending.sort(key=_in_event_order)

    def _parted(self, readings: list[Reading]) -> tuple[dict[str, list[Stretch]], list[Reading]]:
        """Return, by quantity, what only adds to sums, and what must be folded one by one."""
        by_series: dict[tuple[str, str, str], list[Reading]] = defaultdict(list)
        for one in readings:
            by_series[one.device, one.sensor, one.quantity].append(one)
        stretches: dict[str, list[Stretch]] = defaultdict(list)
        for (device, _, quantity), some in by_series.items():
            hold = self.holds.get(device)
            if hold is not None:
                stretches[quantity].append(Stretch(self._series_of(some[0]), some, hold))
        steady = {name: some for name, some in stretches.items() if self._are_steady(name, some)}
        if len(steady) == len(stretches) and len(by_series) == sum(map(len, stretches.values())):
            return steady, []
        return steady, [
            one for one in readings if one.device not in self.holds or one.quantity not in steady
        ]

    def _are_steady(self, quantity: str, stretches: list[Stretch]) -> bool:
        first = stretches[0]
        if len(stretches) > 1 and quantity == "acceleration":
            # The highest peak is the first one in event order.
            return False
        clock = self.clocks.get(quantity)
        if clock is not None:
            begins = min(one.times[0] for one in stretches)
            # No reading may be outlasted by one before it.
            if begins + first.hold < clock.covered_until:
                return False
            if any(one.hold != first.hold for one in stretches):
                return False
        boundaries = self.boundaries[quantity]
        return all(one.is_steady(boundaries) for one in stretches)

    def _add_stretches(self, quantity: str, stretches: list[Stretch]) -> None:
        for one in stretches:
            one.add(self.now, self.boundaries[quantity])
            if one.series.is_pending:
                self.pending.append(one.series)
            if quantity == "acceleration":
                for value, at in zip(one.values[: one.settled], one.times, strict=False):
                    self._count_shock(value, at)
        clock = self.clocks.get(quantity)
        if clock is None:
            return
        times = sorted(chain.from_iterable(one.times[: one.settled] for one in stretches))
        if times:
            cover_steadily(clock, times, stretches[0].hold)

    def settle_all(self) -> None:
        """Let every pending reading take effect."""
        for one in self.pending:
            self._settle(one)
        self.pending.clear()

    def speak_to(self, moment: int) -> None:
        """Count every held value and the observed time up to a moment."""
        for one in self.series.values():
            speak(one, moment, self.boundaries[one.quantity], self.excursions)
        for clock in self.clocks.values():
            run_to(clock, moment)

    def frozen(self, last_key: EventKey | None) -> AssetTwin:
        """Return the folded twin."""
        return AssetTwin(
            asset=self.asset,
            last_key=last_key,
            commissioned=self.commissioned,
            assigned=self.assigned,
            bound=self.bound,
            planned_from=self.planned_from,
            closed_at=self.closed_at,
            series=tuple(self.series.values()),
            clocks=tuple(self.clocks.values()),
            excursions=tuple(self.excursions),
            custody=self.custody,
            milestones=tuple(self.milestones),
            decisions=tuple(self.decisions),
            shocks=self.shocks,
            unjudged=self.unjudged,
        )

    def _read(self, reading: Reading) -> None:
        hold = self.holds.get(reading.device)
        if hold is None:
            # Whether the log took it depends on when its binding came; the twin must not.
            return
        if self.closed_at is not None:
            self.unjudged += 1
            return
        one = self._series_of(reading)
        if not one.is_pending:
            speak(one, reading.observed_at, self.boundaries[one.quantity], self.excursions)
            self.pending.append(one)
        elif one.last_seq != (-1 if reading.seq is None else reading.seq):
            # Same instant, other seq: the earlier one is complete and held for no time.
            self._settle(one)
        take(one, reading, hold)

    def _series_of(self, reading: Reading) -> Series:
        key = (reading.device, reading.sensor, reading.quantity)
        one = self.series.get(key)
        if one is None:
            one = self.series[key] = Series(
                device=reading.device,
                sensor=reading.sensor,
                quantity=reading.quantity,
                is_level=QUANTITIES[reading.quantity].is_level,
                runs=[Run(boundary.id) for boundary in self.boundaries[reading.quantity]],
            )
        return one

    def _settle(self, one: Series) -> None:
        settle(one, self.boundaries[one.quantity], self.excursions)
        self._cover(one.quantity, one.last_at, one.speaks_until)
        if one.quantity == "acceleration" and one.is_usable and not one.is_conflicting:
            self._count_shock(one.last_value, one.last_at)

    def _cover(self, quantity: str, at: int, until: int) -> None:
        """Bring the clock of a quantity up to date after a reading began or ceased to speak."""
        clock = self.clocks.get(quantity)
        if clock is None:
            return
        if until < clock.covered_until:
            until = max(
                (one.speaks_until for one in self.series.values() if one.quantity == quantity),
                default=at,
            )
        cover(clock, at, until)

    def _count_shock(self, peak: int, at: int) -> None:
        counts = self.policy.wear.shock_full > 0 and peak >= self.policy.wear.shock_from
        highest, highest_at = self.shocks.peak, self.shocks.peak_at
        if highest is None or peak > highest:
            highest, highest_at = peak, at
        self.shocks = ShockCount(self.shocks.count + counts, highest, highest_at)

    def _bind(self, binding: Binding) -> None:
        if binding.action is BindingAction.DELETE:
            self._detach(binding.device)
            return
        self.bound[binding.device] = binding.expected_interval
        self.holds[binding.device] = hold_of(self.policy, binding.expected_interval)
        if self.planned_from is None and self.closed_at is None:
            self.planned_from = self.now
            self.clocks = {
                name: ObservedClock(name, now=self.now, covered_until=self.now)
                for name in self.policy.observation.required
            }

    def _detach(self, device: str) -> None:
        self.bound.pop(device, None)
        self.holds.pop(device, None)
        if self.closed_at is not None:
            return
        for one in self.series.values():
            if one.device == device:
                speak(one, self.now, self.boundaries[one.quantity], self.excursions)
                silence(one)
        for quantity in self.clocks:
            self._cover(quantity, self.now, self.now)

    def _reach(self, milestone: Milestone) -> None:
        self.milestones.append(milestone)
        if milestone.name is MilestoneName.CLOSE and self.closed_at is None:
            self.speak_to(self.now)
            self.closed_at = self.now

    def _note(self, record: Commissioned | PolicyAssigned | Decision) -> None:
        if isinstance(record, PolicyAssigned):
            self.assigned = record
        elif isinstance(record, Decision):
            self.decisions.append(record)
        elif self.commissioned is None:
            self.commissioned = record
            self.custody = replace(self.custody, holder=record.holder, since=record.observed_at)


class _BoundariesByQuantity(dict[str, tuple[Boundary, ...]]):
    """A policy's boundaries of each quantity that was asked for, in the policy's order."""

    def __init__(self, policy: ConditionPolicy) -> None:
        super().__init__()
        self._policy = policy

    def __missing__(self, quantity: str) -> tuple[Boundary, ...]:
        found = tuple(one for one in self._policy.boundaries if one.quantity == quantity)
        self[quantity] = found
        return found


def _copied(series: Series) -> Series:
    return replace(series, runs=[replace(run) for run in series.runs])
