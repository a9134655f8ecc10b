"""Many readings folded into a twin at once, where they only add to its sums.

What a batch says is what its inputs say one by one (`twins.fold`); it is only said quicker.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from itertools import islice
from operator import attrgetter, le
from typing import NamedTuple

from msgspec.structs import replace

from .fold import Fold, in_event_order
from .judging.series import SeriesKey
from .judging.steady import Steady, judge_steadily, steady_of
from .judging.stretch import Stretch
from .position.track import steady_fixes
from .readings import POSITION, QUANTITIES, Reading
from .sensors.bias import HOUR
from .wear.shocks import PULSE_QUANTITIES, with_peak

_MANY = 4
"""Readings from which on it pays to look at them together."""

_MOST = 256
"""Readings that are looked at together at most."""

_FEW = 16
"""So few are looked at one by one where one of them must; of more, only half is looked at."""


_moment = attrgetter("observed_at")


class _Together(NamedTuple):
    """Readings of one quantity that only add to sums.

    Attributes:
        stretches: One for each series that was read.
        level: The same, as the channel of a level takes it; None of events.
    """

    stretches: list[Stretch]
    level: Steady | None


class BatchFold(Fold):
    """A fold that looks at many readings together."""

    def read_all(self, readings: list[Reading]) -> None:
        """Fold readings in event order, many at once where they only add to sums."""
        here, at_once = 0, _MOST
        while here < len(readings):
            if readings[here].observed_at <= self.now:
                # What was read before at this moment is looked at already.
                self.add(readings[here])
                here += 1
                continue
            some = readings[here : self._end_of_some(readings, here, at_once)]
            if self._read_together(some):
                here += len(some)
                at_once = min(2 * at_once, _MOST)
            else:
                at_once = len(some) // 2

    def _end_of_some(self, readings: list[Reading], here: int, at_once: int) -> int:
        """Return up to where readings are looked at together; sensors are compared by the hour."""
        most = min(here + at_once, len(readings))
        if not self._are_compared:
            return most
        next_hour = readings[here].observed_at // HOUR * HOUR + HOUR
        return bisect_left(readings, next_hour, here, most, key=_moment)

    @property
    def _are_compared(self) -> bool:
        """Whether any quantity has several sensors that may drift beside each other."""
        return any(len(one.members) > 1 and one.rules.drift for one in self.channels.values())

    def _read_together(self, readings: list[Reading]) -> bool:
        """Fold readings, and return whether it was done: of fewer, more may only add to sums."""
        is_few = len(readings) <= _FEW
        moments = [one.observed_at for one in readings]
        is_ordered = all(map(le, moments, islice(moments, 1, None)))
        if len(readings) < _MANY or self.closed_at is not None or not is_ordered:
            self._add_each(readings)
            return True
        self.settle_all()
        steady, others = self._parted(readings)
        if not is_few and any(self._may_only_add(one) for one in others):
            return False
        if self.track.is_followed and not self._pass_by(readings, set(steady)):
            if is_few:
                self._add_each(readings)
            return is_few
        self._read_many(readings, steady, others)
        return True

    def _add_each(self, readings: list[Reading]) -> None:
        for one in readings:
            self.add(one)

    def _may_only_add(self, reading: Reading) -> bool:
        """Tell whether a reading can only add to sums, whatever it says; pulses are told each."""
        return reading.quantity not in PULSE_QUANTITIES or self.policy.shock is None

    def _pass_by(self, readings: list[Reading], steady: set[str]) -> bool:
        """Follow the fixes of many readings at once, where no phase begins with any of them.

        Return whether it was so.
        """
        read = {one.quantity for one in readings}
        if not POSITION & read:
            return True
        if not POSITION & read <= steady:
            return False
        track = replace(self.track)
        events = track.follow(steady_fixes(readings, readings[-1].observed_at), self.holds)
        if track.milestones_of(events):
            return False
        self.track = track
        self._show(events)
        return True

    def _read_many(
        self, readings: list[Reading], steady: dict[str, _Together], others: list[Reading]
    ) -> None:
        self._add_each(others)
        until = readings[-1].observed_at
        if until > self.now:
            self.settle_all()
            self.now = until
        for quantity, together in steady.items():
            self._add_together(quantity, together)
        self.pending.sort(key=in_event_order)

    def _parted(self, readings: list[Reading]) -> tuple[dict[str, _Together], list[Reading]]:
        """Return, by quantity, what only adds to sums, and what must be folded one by one."""
        by_series: dict[SeriesKey, list[Reading]] = defaultdict(list)
        for one in readings:
            by_series[one.quantity, one.device, one.sensor].append(one)
        if any(key[1] not in self.shipment.heard and key[1] in self.bound for key in by_series):
            # Of whom it is heard first changes whom all others wait for.
            return {}, readings
        stretches: dict[str, list[Stretch]] = defaultdict(list)
        unsteady: set[str] = set()
        for key, some in by_series.items():
            quantity, device, _ = key
            series, hold = self.series.get(key), self.holds.get(device)
            if hold is None or series is None:
                unsteady.add(quantity)
                continue
            stretches[quantity].append(Stretch(series, self._sums_of(series), some, hold))
        until = readings[-1].observed_at
        steady = {
            quantity: together
            for quantity, some in stretches.items()
            if quantity not in unsteady
            and (together := self._together(quantity, some, until)) is not None
        }
        if len(steady) == len(stretches) and not unsteady:
            return steady, []
        return steady, [one for one in readings if one.quantity not in steady]

    def _together(self, quantity: str, stretches: list[Stretch], until: int) -> _Together | None:
        """Return readings of a quantity that only add to sums, None where they do more."""
        limits = self.policy.sensors
        if not all(one.is_sound() and one.is_quiet(limits) for one in stretches):
            return None
        fold = self.channels[quantity]
        if QUANTITIES[quantity].is_level:
            level = steady_of(fold, stretches, until)
            return None if level is None else _Together(stretches, level)
        if quantity in PULSE_QUANTITIES and (len(stretches) > 1 or self.policy.shock is not None):
            # The highest peak is the first one in event order; pulses are told in parts.
            return None
        is_quiet = all(fold.is_quiet(max(one.values), min(one.values)) for one in stretches)
        return _Together(stretches, None) if is_quiet else None

    def _add_together(self, quantity: str, together: _Together) -> None:
        if together.level is not None:
            judge_steadily(together.level)
        for one in together.stretches:
            one.add(self.now, self.policy.sensors)
            if one.series.is_pending:
                self.pending.append(one.series)
            if quantity == "acceleration":
                for value, at in zip(one.values[: one.settled], one.times, strict=False):
                    self.shocks = with_peak(self.shocks, self.policy.wear, value, at)
            self._tire(one.series, one.sums, one.values[: one.settled])
