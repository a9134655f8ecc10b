"""What is judged of one quantity of an asset, from all sensors that measure it.

At every moment the sensors whose newest reading still speaks are heard, each device with one voice
(`twins.sensors.voices`); where too few speak, they are heard out first (`twins.judging.waiting`).

A channel is folded from one moment to the next. `judge` says what is judged from a moment on,
`ChannelFold.speak_to` counts time for it, up to where a reading ceases to speak.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from twins.sensors.voices import LEAST_FOR_A_MEDIAN
from twins.sensors.watch import compare_all, trusted_among

from .channel import FOREVER
from .excursions import is_outside
from .judgement import Judgement
from .moment import Moment, extreme, held
from .series import Series
from .waiting import HEARD, SILENT, Audience, Wait, audience_of


class ChannelFold(Judgement):
    """A judgement that hears the sensors."""

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
        then, voices = self.shipment.then, audience.speaking
        is_of_place = self.rules.is_of_place
        moment = Moment(at, said, said, trusted, then, voices, is_of_place=is_of_place)
        self._hear(moment, audience)

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
        then, voices = self.shipment.then, audience.speaking
        moment = Moment(at, high, low, 0, then, voices, is_held=False)
        self._hear(replace(moment, is_of_place=self.rules.is_of_place), audience)

    def audience_of(self, speaking: Sequence[Series], at: int) -> Audience:
        """Return who speaks at a moment, beside those that could."""
        bound, heard = self.shipment.bound, self.shipment.heard
        if len(bound) == len(self.members) == 1 and self.members[0].device in bound:
            # Most shipments have one sensor, and nobody to wait for.
            return HEARD if speaking else SILENT
        return audience_of(self.members, speaking, bound, heard, at)

    def hear_out(self, at: int) -> None:
        """Judge at the end what still waits for others, as far as they can change nothing."""
        if self.channel.wait is not None:
            self._judge_put_off(self.channel.wait, at, is_early=True)

    def are_apart(self, upper: int, lower: int) -> bool:
        """Tell whether a boundary lies between two values, or more than sound sensors differ."""
        if 0 < self.rules.disagreement < upper - lower:
            return True
        return self._is_limit_between(upper, lower)

    def _is_limit_between(self, upper: int, lower: int) -> bool:
        boundaries = (*self.rules.boundaries, *self.rules.core_boundaries)
        return any(is_outside(one, upper) != is_outside(one, lower) for one in boundaries)

    def _hear(self, moment: Moment, audience: Audience) -> None:
        """Judge a moment, or put that off."""
        if audience.is_small and not self.rules.is_of_place and self._is_open(moment):
            moment = replace(moment, is_open=True)
        wait = self._wait_at(moment, audience)
        if wait is None or wait.until is None:
            self._judge(moment)
            return
        channel = self.channel
        wait.put_off.append(moment)
        channel.judged_until = min(channel.judged_until, wait.until)
        self._observe(moment.at, 0, is_judged=False)
        channel.upper = channel.lower = channel.core = None

    def _is_open(self, moment: Moment) -> bool:
        """Tell whether others could change what one says, or two."""
        upper, lower = moment.upper, moment.lower
        if upper is None or lower is None:
            return False
        return moment.voices == 1 or self.are_apart(upper, lower)

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
        self._judge_put_off(wait, at, is_early=not is_over)
        self.channel.wait = None
        return None

    def _judge_put_off(self, wait: Wait, at: int, *, is_early: bool = False) -> None:
        """Judge what was put off, as it was, up to a moment; from there on nobody waits.

        Args:
            wait: The wait.
            at: The moment.
            is_early: Whether only that is judged which others could not have changed.
        """
        if wait.until is None:
            return
        moments, wait.put_off, wait.until = wait.put_off, [], None
        ends = [*(one.at for one in moments[1:]), at]
        for moment, stop in zip(moments, ends, strict=False):
            judged = self._certain(moment) if is_early else moment
            if judged is None:
                self._pass_over(moment)
                continue
            self._judge(judged)
            if judged.is_held and judged.at < stop:
                self._count(judged.at, stop, judged)

    def _certain(self, moment: Moment) -> Moment | None:
        """Return what is certain of a moment, whatever others would have said; None if nothing."""
        if not moment.is_open:
            return moment
        mild = replace(moment, is_mild=True)
        upper, lower = mild.upper, mild.lower
        if moment.voices == 1 or upper is None or lower is None:
            return None
        is_beyond = any(
            is_outside(one, upper if one.is_upper else lower) for one in self.rules.boundaries
        )
        return mild if is_beyond or not self._is_limit_between(upper, lower) else None
