"""What is said of one quantity, held against its boundaries, and the time that it stands.

A value that is judged stands until the next one. Readings of event quantities, such as the peak of
a shock, do not hold; each is judged by itself. The product's core is judged along with what the
sensors say, by an estimate that no reading shows by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from twins.policy.condition_policy import Boundary, Phase
from twins.temperature.exposure import ExposureSums

from .channel import Channel, ChannelSums, Shipment, joined_holders
from .channel_rules import ChannelRules
from .excursions import Excursion, HeldBy, Run, Shown, cross, end, is_outside, stay_outside
from .moment import Circumstances, Moment, held
from .outvoted import count_alone, heed, is_any_open, joined_outvoted
from .series import Series


class Judgement:
    """Working copy of a channel while a batch is folded: its boundaries, and time.

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

    def _judge(self, moment: Moment) -> None:
        """Judge what is said from a moment on."""
        channel, at = self.channel, moment.at
        upper, lower = moment.upper, moment.lower
        if moment.is_held:
            self._observe(at, moment.trusted, is_judged=upper is not None)
            self._end_inactive(at, moment.then.phase)
            channel.upper, channel.lower = upper, lower
            self._heed(moment)
        if upper is None or lower is None:
            channel.core = None
            return
        for run, boundary in self.runs:
            value = upper if boundary.is_upper else lower
            # Written out: at most boundaries nothing happens.
            may_return = run.is_open and moment.is_held and not moment.is_mild
            if may_return or is_outside(boundary, value):
                self._cross(run, boundary, value, moment)

    def _pass_over(self, moment: Moment) -> None:
        """Judge nothing from a moment on; only that a phase ended counts."""
        if not moment.is_held:
            return
        self._observe(moment.at, 0, is_judged=False)
        self._end_inactive(moment.at, moment.then.phase)
        self.channel.upper = self.channel.lower = self.channel.core = None

    def _heed(self, moment: Moment) -> None:
        """Note which sensors are outside by themselves."""

        def is_active(boundary: Boundary) -> bool:
            return self._is_active(boundary, moment.at, moment.then.phase)

        told = heed(self.channel.alone, self.rules.boundaries, moment, is_active)
        if told:
            self.sums.outvoted = joined_outvoted(self.sums.outvoted, told)

    def _end_inactive(self, at: int, phase: Phase) -> None:
        for run, boundary in (*self.runs, *self.core_runs):
            if run.is_open and not self._is_active(boundary, at, phase):
                self._end(run, boundary, at)

    def _is_active(self, boundary: Boundary, at: int, phase: Phase) -> bool:
        """Tell whether a boundary judges at a moment."""
        if at < self.shipment.judged_from:
            return False
        return boundary.phases is None or phase in boundary.phases

    def _observe(self, at: int, speaking: int, *, is_judged: bool) -> None:
        """Note whether a value is judged from a moment on, and whether it counts as observed.

        Args:
            at: The moment.
            speaking: Trusted voices that speak from then on.
            is_judged: Whether a value is.
        """
        channel = self.channel
        if not is_judged:
            channel.silent_since = at if channel.silent_since is None else channel.silent_since
        elif channel.silent_since is not None:
            silence = at - channel.silent_since
            self.sums.longest_silence = max(self.sums.longest_silence, silence)
            channel.silent_since = None
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
        if channel.alone and is_any_open(channel.alone):
            moment = moment or self._standing_at(start)
            told = count_alone(channel.alone, self.rules.boundaries, moment, start, span)
            self.sums.outvoted = joined_outvoted(self.sums.outvoted, told)
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
        is_of_place = self.rules.is_of_place
        return Moment(at, said, said, 0, self.shipment.then, is_of_place=is_of_place)

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
