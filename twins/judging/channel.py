"""What is judged of one quantity of an asset, from all sensors that measure it.

At every moment the sensors whose newest reading still speaks are heard, each device with one voice
(`twins.sensors.voices`); where too few speak, they are heard out first (`twins.judging.waiting`).
Readings of event quantities, such as the peak of a shock, do not hold; each is judged by itself.

A channel is folded from one moment to the next. `judge` says what is judged from a moment on,
`ChannelFold.speak_to` counts time for it, up to where a reading ceases to speak.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from msgspec.structs import replace

from twins.policy.condition_policy import Boundary, Phase
from twins.sensors.findings import FindingLog, joined_logs
from twins.sensors.voices import LEAST_FOR_A_MEDIAN
from twins.sensors.watch import Watch, compare_all, trusted_among
from twins.temperature.exposure import Exposure, ExposureSums

from .channel_rules import ChannelRules
from .excursions import Excursion, HeldBy, Run, Shown, copied, cross, end, is_outside, stay_outside
from .moment import Circumstances, Moment, extreme, held
from .series import Series
from .waiting import Audience, Wait, audience_of

FOREVER = 1 << 62
"""Later than any moment that a record can carry."""


class Shipment(msgspec.Struct):
    """What of a shipment every channel needs.

    Attributes:
        then: Its circumstances now.
        judged_from: Before this moment no boundary judges: sensors still show where they were.
        bound: Devices that travel with it now, with their expected interval.
        heard: Devices that were heard.
    """

    then: Circumstances
    judged_from: int
    bound: dict[str, int]
    heard: set[str]


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
        wait: While too few speak to outvote one of them: how long they are heard out.
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
    wait: Wait | None = None


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
        """Judge what speaks from a moment on, or hear it out first (`twins.judging.waiting`).

        Args:
            at: The moment; time has been counted up to it.
        """
        speaking = [one for one in self.members if one.speaks_until > at]
        ends = [one.speaks_until for one in speaking]
        if at < self.shipment.judged_from:
            ends.append(self.shipment.judged_from)
        self.channel.judged_until = min(ends, default=FOREVER)
        audience = self.audience_of(speaking, at)
        said = held(speaking)
        trusted = audience.speaking
        if self.rules.sensors is not None and speaking:
            sound = trusted_among(self.channel.watch, speaking, self.rules.sensors)
            trusted = audience.voices_of(sound)
        self._hear(Moment(at, said, said, trusted, self.shipment.then), audience)

    def judge_extremes(self, read: Sequence[Series], at: int) -> None:
        """Judge what sensors read at one moment before their last reading of it.

        Held for no time, it counts all the same: an upper boundary judges the highest value of each
        sensor, a lower one the lowest.

        Args:
            read: The sensors that were read, at least one of them several times.
            at: The moment.
        """
        told = {id(one) for one in read}
        others = [one for one in self.members if id(one) not in told and one.speaks_until > at]
        high = extreme(read, others, is_upper=True)
        low = extreme(read, others, is_upper=False)
        audience = self.audience_of([*read, *others], at)
        self._hear(Moment(at, high, low, 0, self.shipment.then, is_held=False), audience)

    def audience_of(self, speaking: Sequence[Series], at: int) -> Audience:
        """Return who speaks at a moment, beside those that could."""
        bound, heard = self.shipment.bound, self.shipment.heard
        return audience_of(self.members, speaking, bound, heard, at)

    def _hear(self, moment: Moment, audience: Audience) -> None:
        """Judge a moment, or put that off."""
        if audience.is_lonely or (audience.is_small and self._are_apart(moment)):
            moment = replace(moment, is_open=True)
        wait = self._wait_at(moment, audience)
        if wait is None or wait.until is None:
            self._judge(moment)
            return
        channel = self.channel
        wait.put_off.append(moment)
        channel.judged_until = min(channel.judged_until, wait.until)
        self._observe(moment.at, 0)
        channel.upper = channel.lower = channel.core = None

    def _are_apart(self, moment: Moment) -> bool:
        """Tell whether a boundary lies between what is said, or more than sound sensors differ."""
        upper, lower = moment.upper, moment.lower
        if upper is None or lower is None:
            return False
        if 0 < self.rules.disagreement < upper - lower:
            return True
        boundaries = (*self.rules.boundaries, *self.rules.core_boundaries)
        return any(is_outside(one, upper) != is_outside(one, lower) for one in boundaries)

    def _wait_at(self, moment: Moment, audience: Audience) -> Wait | None:
        """Return for what a moment waits, None where it does not; judge what has waited enough."""
        at, wait = moment.at, self.channel.wait
        if wait is None:
            if moment.is_open:
                wait = self.channel.wait = Wait(at, at + (audience.patience or 0))
            else:
                return None
        elif audience.is_small and audience.patience is not None:
            wait.shorten(audience.patience)
        if wait.until is not None and at >= wait.until:
            self._judge_put_off(wait, at)
        if audience.is_small:
            return wait
        # Where some speak and are not few, nobody else can come any more, or enough have come.
        is_over = 0 < audience.speaking < LEAST_FOR_A_MEDIAN
        self._judge_put_off(wait, at, with_open=is_over)
        self.channel.wait = None
        return None

    def _judge_put_off(self, wait: Wait, at: int, *, with_open: bool = True) -> None:
        """Judge what was put off, as it was, up to a moment; from there on nobody waits.

        Args:
            wait: The wait.
            at: The moment.
            with_open: Whether also that is judged which other sensors could have changed.
        """
        if wait.until is None:
            return
        moments, wait.put_off, wait.until = wait.put_off, [], None
        ends = [*(one.at for one in moments[1:]), at]
        for moment, stop in zip(moments, ends, strict=False):
            if moment.is_open and not with_open:
                self._pass_over(moment)
                continue
            self._judge(moment)
            if moment.is_held and moment.at < stop:
                self._count(moment.at, stop, moment)

    def _pass_over(self, moment: Moment) -> None:
        """Judge nothing from a moment on; only that a phase ended counts."""
        if not moment.is_held:
            return
        self._observe(moment.at, 0)
        self._end_inactive(moment.at, moment.then.phase)
        self.channel.upper = self.channel.lower = self.channel.core = None

    def _judge(self, moment: Moment) -> None:
        """Judge what is said from a moment on."""
        channel, at = self.channel, moment.at
        upper, lower = moment.upper, moment.lower
        if moment.is_held:
            self._observe(at, moment.trusted)
            self._end_inactive(at, moment.then.phase)
            channel.upper, channel.lower = upper, lower
        if upper is None or lower is None:
            channel.core = None
            return
        for run, boundary in self.runs:
            value = upper if boundary.is_upper else lower
            # Written out: at most boundaries nothing happens.
            if is_outside(boundary, value) or (run.is_open and moment.is_held):
                self._cross(run, boundary, value, moment)

    def _end_inactive(self, at: int, phase: Phase) -> None:
        for run, boundary in (*self.runs, *self.core_runs):
            if run.is_open and not self._is_active(boundary, at, phase):
                self._end(run, boundary, at)

    def judge_event(self, one: Series) -> None:
        """Judge a sound reading of an event quantity by itself."""
        shown = Shown(one.device, one.sensor, one.last_at, one.last_value)
        for run, boundary in self.runs:
            is_judged = self._is_active(boundary, one.last_at, self.shipment.then.phase)
            if is_judged and is_outside(boundary, one.last_value):
                cross(run, boundary, one.quantity, one.last_at, [shown, shown])
                self._end(run, boundary, one.last_at)

    def is_quiet(self, highest: int, lowest: int) -> bool:
        """Tell whether no run is open, and none is opened by values between these."""
        for run, boundary in self.runs:
            if run.is_open or is_outside(boundary, highest if boundary.is_upper else lowest):
                return False
        return True

    def expose(
        self,
        times: Sequence[int],
        values: Sequence[int],
        until: int,
        then: Circumstances | None = None,
    ) -> None:
        """Add judged temperatures, each from its moment to the next, and judge the core.

        Args:
            times: Moments in order.
            values: Milli-°C from each of them on.
            until: Up to where the last value is counted.
            then: The circumstances meanwhile; those of now where they are the same.
        """
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
            self._judge_core(at, value, then or self.shipment.then)
            self._count_core(at, until_then, value, sums, then or self.shipment.then)

    def _is_active(self, boundary: Boundary, at: int, phase: Phase) -> bool:
        """Tell whether a boundary judges at a moment."""
        if at < self.shipment.judged_from:
            return False
        return boundary.phases is None or phase in boundary.phases

    def _observe(self, at: int, speaking: int) -> None:
        channel = self.channel
        if speaking >= self.rules.quorum:
            if channel.gap_since is not None:
                self.sums.longest_gap = max(self.sums.longest_gap, at - channel.gap_since)
                channel.gap_since = None
            channel.observed_until = at
        elif channel.gap_since is None:
            channel.gap_since = at

    def _cross(self, run: Run, boundary: Boundary, value: int, moment: Moment) -> None:
        """Note a value that is outside, or that an open run meets."""
        at = moment.at
        if not self._is_active(boundary, at, moment.then.phase):
            return
        cross(run, boundary, self.channel.quantity, at, moment.shown_for(boundary, value))
        if not run.is_open:
            self._end(run, boundary, at)

    def _end(self, run: Run, boundary: Boundary, at: int) -> None:
        over = end(run, boundary, at)
        if over is not None:
            self.ended.append(over)

    def _count(self, start: int, stop: int, moment: Moment | None = None) -> None:
        """Count time for which what was judged stands.

        Args:
            start: From here.
            stop: To here.
            moment: What is judged then, where it was put off; else what speaks now.
        """
        channel, span = self.channel, stop - start
        if channel.gap_since is None:
            self.sums.observed += span
            channel.observed_until = stop
        if channel.upper is None or channel.lower is None:
            return
        then = self.shipment.then if moment is None else moment.then
        self.sums.spoken += span
        self.expose((start,), (channel.upper,), stop, then)
        was_outside = False
        for run, boundary in self.runs:
            value = channel.upper if boundary.is_upper else channel.lower
            if run.is_open and is_outside(boundary, value):
                was_outside = True
                moment = moment or self._standing_at(start)
                outside = moment.shown_for(boundary, value)[1:]
                stay_outside(run, boundary, channel.quantity, start, span, then.holder, outside)
        if was_outside:
            self._hold_outside(span, then.holder)

    def _standing_at(self, at: int) -> Moment:
        """Return what is judged at a moment, where nothing was put off."""
        said = held(one for one in self.members if one.speaks_until > at)
        return Moment(at, said, said, 0, self.shipment.then)

    def _hold_outside(self, span: int, holder: str) -> None:
        """Count time outside, and to whom it falls."""
        self.sums.outside += span
        self.sums.outside_by = joined_holders(self.sums.outside_by, (HeldBy(holder, span),))

    def _judge_core(self, at: int, value: int, then: Circumstances) -> None:
        """Judge an estimate of the core from a moment on.

        It rests on every reading before; none of them shows it by itself.
        """
        channel = self.channel
        channel.core = value
        for run, boundary in self.core_runs:
            if not run.is_open and not is_outside(boundary, value):
                continue
            if not self._is_active(boundary, at, then.phase):
                self._end(run, boundary, at)
                continue
            shown = Shown("", "", at, value)
            cross(run, boundary, channel.quantity, at, [shown])
            if not run.is_open:
                self._end(run, boundary, at)

    def _count_core(
        self, at: int, until: int, value: int, sums: ExposureSums, then: Circumstances
    ) -> None:
        for run, boundary in self.core_runs:
            if run.is_open and is_outside(boundary, value):
                sums.core_outside += until - at
                quantity = self.channel.quantity
                stay_outside(run, boundary, quantity, at, until - at, then.holder, [])


def copied_channel(channel: Channel) -> Channel:
    """Return a channel that can be changed without changing this one."""
    exposure = None if channel.exposure is None else channel.exposure.copied()
    return replace(
        channel,
        runs=[copied(run) for run in channel.runs],
        exposure=exposure,
        watch=None if channel.watch is None else channel.watch.copied(),
        wait=None
        if channel.wait is None
        else replace(channel.wait, put_off=[*channel.wait.put_off]),
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
