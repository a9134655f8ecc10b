"""What is judged of one quantity of an asset, from all sensors that measure it.

At every moment the sensors whose newest reading still speaks are put in the order of their values.
An upper boundary judges the upper median, a lower one the lower median: with one sensor that is its
value, with two the worse of them, with three and more no single sensor can move the verdict. Every
value that is judged is thus one that a reading shows. Readings of event quantities, such as the
peak of a shock, do not hold; each is judged by itself.

A channel is folded from one moment to the next. `judge` says what is judged from a moment on,
`ChannelFold.speak_to` counts time for it, up to where a reading ceases to speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

import msgspec

from twins.policy.condition_policy import Boundary, Phase
from twins.sensors.agreement import LEAST_FOR_A_MEDIAN
from twins.sensors.findings import FindingLog, joined_logs
from twins.sensors.watch import Watch, compare_all, trusted_of
from twins.temperature.exposure import Exposure, ExposureSums

from .channel_rules import ChannelRules
from .excursions import Excursion, HeldBy, Run, Shown, copied, cross, end, is_outside, stay_outside
from .series import Series

FOREVER = 1 << 62
"""Later than any moment that a record can carry."""


class Shipment(msgspec.Struct):
    """What of a shipment every channel needs.

    Attributes:
        phase: The phase it is in.
        judged_from: Before this moment no boundary judges: sensors still show where they were.
        holder: Who holds the asset.
        bound: Devices that travel with it now, with their expected interval.
        heard: Devices that were heard.
    """

    phase: Phase
    judged_from: int
    holder: str
    bound: dict[str, int]
    heard: set[str]

    def awaited(self, members: Iterable[Series]) -> int:
        """Return how many sensors may speak of what some series measure: known and unheard ones."""
        unheard = sum(device not in self.heard for device in self.bound)
        return unheard + sum(one.device in self.bound for one in members)

    def patience(self, speaking: Iterable[Series]) -> int:
        """Return the microseconds for which sensors that speak wait for the others.

        Less than their own next reading takes to come, and less than they speak: what they say is
        judged before that.
        """
        spans = [
            min(self.bound.get(one.device, 0), one.speaks_until - one.last_at) for one in speaking
        ]
        return min(spans, default=0) * 4 // 5


class Channel(msgspec.Struct):
    """Where the judgement of one quantity stands.

    Attributes:
        quantity: What is judged.
        spoken_until: Up to where time has been counted.
        judged_until: Up to where what is judged cannot change without a new reading.
        upper: Upper median of the values that speak; None where none does.
        lower: Lower median.
        observed_until: Up to where it was observed; None before it ever was.
        gap_since: Since when it is not observed; None while it is.
        runs: One per boundary of what is measured, and behind them one per boundary of the core.
        exposure: Where what exposure adds up to stands.
        core: Estimated core temperature that is judged now; None where none is.
        watch: How the sensors compare with each other.
        short_since: Since when fewer than three of three or more sensors speak; None while enough
            do, or there are not so many.
    """

    quantity: str
    spoken_until: int
    judged_until: int
    upper: int | None = None
    lower: int | None = None
    observed_until: int | None = None
    gap_since: int | None = None
    runs: list[Run] = []
    exposure: Exposure | None = None
    core: int | None = None
    watch: Watch | None = None
    short_since: int | None = None


class ChannelSums(msgspec.Struct):
    """Sums of what was judged of one quantity; the fold adds to them and never reads them.

    Attributes:
        quantity: What was judged.
        spoken: Microseconds for which a value was judged.
        observed: Microseconds in which enough trusted sensors spoke.
        longest_gap: Longest time in which they did not, of those that are over.
        outside: Observed microseconds outside a boundary, of several at once counted once.
        outside_by: Who held the asset then, by the first time that it fell to each; they sum to
            `outside`.
        exposure: What exposure adds up to.
        log: What was found of the sensors together.
    """

    quantity: str
    spoken: int = 0
    observed: int = 0
    longest_gap: int = 0
    outside: int = 0
    outside_by: tuple[HeldBy, ...] = ()
    exposure: ExposureSums | None = None
    log: FindingLog = msgspec.field(default_factory=FindingLog)


_by_place = attrgetter("device", "sensor")


class ChannelFold:
    """Working copy of a channel while a batch is folded.

    Args:
        channel: A channel that may be changed.
        sums: Sums that may be added to.
        members: Every series of the quantity, kept up to date by the caller.
        rules: What the policy says of the quantity.
        shipment: What all channels share.
        ended: Takes every excursion that is over.
    """

    def __init__(
        self,
        channel: Channel,
        sums: ChannelSums,
        members: Sequence[Series],
        rules: ChannelRules,
        shipment: Shipment,
        ended: list[Excursion],
    ) -> None:
        self.channel = channel
        self.sums = sums
        self.members = members
        self.rules = rules
        self.runs = list(zip(channel.runs, rules.boundaries, strict=False))
        core_runs = channel.runs[len(rules.boundaries) :]
        self.core_runs = list(zip(core_runs, rules.core_boundaries, strict=True))
        self.shipment = shipment
        self.ended = ended

    def speak_to(self, until: int) -> None:
        """Count time up to a moment."""
        channel = self.channel
        while channel.spoken_until < until:
            start = channel.spoken_until
            if start >= channel.judged_until:
                self.judge(start)
            stop = min(until, channel.judged_until)
            self._count(start, stop)
            channel.spoken_until = stop

    def compare(self, read: Sequence[Series], at: int) -> None:
        """Compare the sensors, where there are several and the policy asks something of them.

        Args:
            read: Those that were read at a moment, and are sound.
            at: The moment.
        """
        if self.channel.watch is not None and len(self.members) > 1:
            speaking = [one for one in self.members if one.speaks_until > at]
            compare_all(self.channel.watch, self.sums.log, self.rules, read, speaking, at)

    def judge(self, at: int) -> None:
        """Judge what speaks from a moment on.

        Where three sensors and more could speak, one or two of them are judged only when the others
        had time to: the one that lies may be the first to speak, or the last.

        Args:
            at: The moment; time has been counted up to it.
        """
        channel = self.channel
        speaking = self._judged_from(at)
        if at < self.shipment.judged_from:
            channel.judged_until = min(channel.judged_until, self.shipment.judged_from)
        sensors = self.rules.sensors
        trusted = len(speaking)
        if sensors is not None:
            trusted = trusted_of(channel.watch, speaking, sensors)
        self._observe(at, trusted)
        for run, boundary in (*self.runs, *self.core_runs):
            if run.is_open and not self.is_active(boundary, at):
                self._end(run, boundary, at)
        if not speaking:
            channel.upper = channel.lower = channel.core = None
            return
        values = sorted([one.last_value for one in speaking])
        channel.upper = values[len(values) // 2]
        channel.lower = values[(len(values) - 1) // 2]
        for run, boundary in self.runs:
            value = channel.upper if boundary.is_upper else channel.lower
            # Written out: at most boundaries nothing happens.
            if run.is_open or is_outside(boundary, value):
                self._cross(run, boundary, at, value, speaking)

    def judge_extremes(self, read: Sequence[Series], at: int) -> None:
        """Judge what sensors read at one moment before their last reading of it.

        Held for no time, it counts all the same: an upper boundary judges the highest value of each
        sensor, a lower one the lowest.

        Args:
            read: The sensors that were read, at least one of them several times.
            at: The moment.
        """
        told = {
            id(one): [*(value for _, value in one.same_moment)]
            + ([one.last_value] if one.is_sound else [])
            for one in read
        }
        others = [one for one in self.members if id(one) not in told and one.speaks_until > at]
        if self._waits(at, [*read, *others]):
            return
        for run, boundary in self.runs:
            if not self.is_active(boundary, at):
                continue
            worst = max if boundary.is_upper else min
            shown = [Shown(one.device, one.sensor, at, worst(told[id(one)])) for one in read]
            shown = sorted([*shown, *_shown(others)], key=_by_place)
            value = _median(boundary, [one.value for one in shown])
            if is_outside(boundary, value):
                judged = next(one for one in shown if one.value == value)
                outside = [one for one in shown if is_outside(boundary, one.value)]
                cross(run, boundary, self.channel.quantity, at, [judged, *outside])

    def _judged_from(self, at: int) -> list[Series]:
        """Return the series that are judged from a moment on, and note up to when that holds."""
        channel = self.channel
        speaking = [one for one in self.members if one.speaks_until > at]
        channel.judged_until = min([one.speaks_until for one in speaking], default=FOREVER)
        if not self.is_short(len(speaking)):
            channel.short_since = None
            return speaking
        if channel.short_since is None:
            channel.short_since = at
        if not self._waits(at, speaking):
            return speaking
        until = channel.short_since + self.shipment.patience(speaking)
        channel.judged_until = min(channel.judged_until, until)
        return []

    def is_short(self, speaking: int) -> bool:
        """Tell whether so many sensors speak and are too few to outvote one."""
        if not 0 < speaking < LEAST_FOR_A_MEDIAN:
            return False
        return self.shipment.awaited(self.members) >= LEAST_FOR_A_MEDIAN

    def _waits(self, at: int, speaking: Sequence[Series]) -> bool:
        """Tell whether nothing is judged yet, because more sensors may speak soon."""
        if not self.is_short(len(speaking)):
            return False
        since = self.channel.short_since
        return at < (at if since is None else since) + self.shipment.patience(speaking)

    def judge_event(self, one: Series) -> None:
        """Judge a sound reading of an event quantity by itself."""
        shown = Shown(one.device, one.sensor, one.last_at, one.last_value)
        for run, boundary in self.runs:
            is_judged = self.is_active(boundary, one.last_at)
            if is_judged and is_outside(boundary, one.last_value):
                cross(run, boundary, one.quantity, one.last_at, [shown, shown])
                self._end(run, boundary, one.last_at)

    def is_active(self, boundary: Boundary, at: int) -> bool:
        """Tell whether a boundary judges at a moment."""
        if at < self.shipment.judged_from:
            return False
        return boundary.phases is None or self.shipment.phase in boundary.phases

    def is_quiet(self, highest: int, lowest: int) -> bool:
        """Tell whether no run is open, and none is opened by values between these."""
        for run, boundary in self.runs:
            if run.is_open or is_outside(boundary, highest if boundary.is_upper else lowest):
                return False
        return True

    def expose(self, times: Sequence[int], values: Sequence[int], until: int) -> None:
        """Add judged temperatures, each from its moment to the next, and judge the core."""
        exposure, sums = self.channel.exposure, self.sums.exposure
        if exposure is None or sums is None:
            return
        core = exposure.feed(sums, self.rules, times, values, until)
        if core is None:
            return
        if not core.times:
            self.channel.core = None
            return
        ends = [*core.times[1:], core.until]
        for at, until_then, value in zip(core.times, ends, core.values, strict=True):
            self._judge_core(at, value)
            self._count_core(at, until_then, value, sums)

    def _observe(self, at: int, speaking: int) -> None:
        channel = self.channel
        if speaking >= self.rules.quorum:
            if channel.gap_since is not None:
                self.sums.longest_gap = max(self.sums.longest_gap, at - channel.gap_since)
                channel.gap_since = None
            channel.observed_until = at
        elif channel.gap_since is None:
            channel.gap_since = at

    def _cross(
        self, run: Run, boundary: Boundary, at: int, value: int, speaking: list[Series]
    ) -> None:
        if not self.is_active(boundary, at):
            self._end(run, boundary, at)
            return
        outside = _outside(boundary, speaking)
        judged = next(one for one in _shown(speaking) if one.value == value)
        cross(run, boundary, self.channel.quantity, at, [judged, *outside])
        if not run.is_open:
            self._end(run, boundary, at)

    def _end(self, run: Run, boundary: Boundary, at: int) -> None:
        over = end(run, boundary, at)
        if over is not None:
            self.ended.append(over)

    def _count(self, start: int, stop: int) -> None:
        channel, span = self.channel, stop - start
        if channel.gap_since is None:
            self.sums.observed += span
            channel.observed_until = stop
        if channel.upper is None or channel.lower is None:
            return
        self.sums.spoken += span
        self.expose((start,), (channel.upper,), stop)
        was_outside = False
        for run, boundary in self.runs:
            value = channel.upper if boundary.is_upper else channel.lower
            if run.is_open and is_outside(boundary, value):
                was_outside = True
                speaking = [one for one in self.members if one.speaks_until > start]
                holder, outside = self.shipment.holder, _outside(boundary, speaking)
                stay_outside(run, boundary, channel.quantity, start, span, holder, outside)
        if was_outside:
            self._hold_outside(span)

    def _hold_outside(self, span: int) -> None:
        """Count time outside, and to whom it falls."""
        self.sums.outside += span
        more = (HeldBy(self.shipment.holder, span),)
        self.sums.outside_by = joined_holders(self.sums.outside_by, more)

    def _judge_core(self, at: int, value: int) -> None:
        """Judge an estimate of the core from a moment on.

        It rests on every reading before; none of them shows it by itself.
        """
        channel = self.channel
        channel.core = value
        for run, boundary in self.core_runs:
            if not run.is_open and not is_outside(boundary, value):
                continue
            if not self.is_active(boundary, at):
                self._end(run, boundary, at)
                continue
            shown = Shown("", "", at, value)
            cross(run, boundary, channel.quantity, at, [shown])
            if not run.is_open:
                self._end(run, boundary, at)

    def _count_core(self, at: int, until: int, value: int, sums: ExposureSums) -> None:
        for run, boundary in self.core_runs:
            if run.is_open and is_outside(boundary, value):
                sums.core_outside += until - at
                holder = self.shipment.holder
                quantity = self.channel.quantity
                stay_outside(run, boundary, quantity, at, until - at, holder, [])


def copied_channel(channel: Channel) -> Channel:
    """Return a channel that can be changed without changing this one."""
    exposure = None if channel.exposure is None else channel.exposure.copied()
    return msgspec.structs.replace(
        channel,
        runs=[copied(run) for run in channel.runs],
        exposure=exposure,
        watch=None if channel.watch is None else channel.watch.copied(),
    )


def joined_channel_sums(earlier: ChannelSums, later: ChannelSums) -> ChannelSums:
    """Return the sums of one channel over two stretches of time that follow each other."""
    exposure = earlier.exposure
    if exposure is not None and later.exposure is not None:
        exposure = exposure.joined(later.exposure)
    return ChannelSums(
        quantity=earlier.quantity,
        spoken=earlier.spoken + later.spoken,
        observed=earlier.observed + later.observed,
        longest_gap=max(earlier.longest_gap, later.longest_gap),
        outside=earlier.outside + later.outside,
        outside_by=joined_holders(earlier.outside_by, later.outside_by),
        exposure=exposure or later.exposure,
        log=joined_logs(earlier.log, later.log),
    )


def joined_holders(earlier: Iterable[HeldBy], later: Iterable[HeldBy]) -> tuple[HeldBy, ...]:
    """Return what fell to each holder in two stretches of time that follow each other."""
    sums: dict[str, int] = {}
    for one in (*earlier, *later):
        sums[one.holder] = sums.get(one.holder, 0) + one.outside
    return tuple(HeldBy(holder, outside) for holder, outside in sums.items())


def _median(boundary: Boundary, values: Iterable[int]) -> int:
    """Return the value that a boundary judges: the middle one, of two the one nearer to it."""
    ordered = sorted(values)
    return ordered[(len(ordered) - (not boundary.is_upper)) // 2]


def _shown(speaking: Iterable[Series]) -> list[Shown]:
    return [
        Shown(one.device, one.sensor, one.last_at, one.last_value)
        for one in sorted(speaking, key=_by_place)
    ]


def _outside(boundary: Boundary, speaking: Iterable[Series]) -> list[Shown]:
    """Return the readings that are outside, in the order of device and sensor."""
    return [one for one in _shown(speaking) if is_outside(boundary, one.value)]
