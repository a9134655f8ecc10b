"""What a temperature does to goods over time: the sums and estimates that follow from it.

Exposure is fed with the temperature that is judged, from one moment to the next. What nobody
observed is not fed; goods age meanwhile all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, islice
from operator import mul, sub

import msgspec
from msgspec.structs import replace

from twins.judging.channel_rules import ChannelRules

from . import core as core_temperature
from . import kinetic_windows
from .core import Core, CoreSpans
from .kinetic_windows import KineticWindow, WindowSums, higher
from .mean_kinetic import arrhenius_factor
from .shelf_life import ShelfLife, rate_sum


class ExposureSums(msgspec.Struct):
    """Sums of an exposure; the fold adds to them and never reads them.

    Attributes:
        observed: Microseconds for which a temperature was judged.
        kinetic: Σ microseconds · `arrhenius_factor`.
        life_used: Σ microseconds · rate of the policy's shelf life.
        life_assumed: Microseconds of these for which nobody observed a temperature.
        highest_window: Of the windows that are over, that of the highest mean kinetic temperature.
        core_outside: Observed microseconds of the core outside, all boundaries added up.
    """

    observed: int = 0
    kinetic: int = 0
    life_used: int = 0
    life_assumed: int = 0
    highest_window: WindowSums | None = None
    core_outside: int = 0

    def joined(self, later: ExposureSums) -> ExposureSums:
        """Return the sums over two stretches of time that follow each other."""
        return ExposureSums(
            observed=self.observed + later.observed,
            kinetic=self.kinetic + later.kinetic,
            life_used=self.life_used + later.life_used,
            life_assumed=self.life_assumed + later.life_assumed,
            highest_window=higher(self.highest_window, later.highest_window),
            core_outside=self.core_outside + later.core_outside,
        )


class Exposure(msgspec.Struct):
    """Where exposure stands.

    Attributes:
        window: What windows of the mean kinetic temperature may still need.
        core: The estimate of the product's core.
        until: Up to when the shelf life was counted.
        newest: The temperature that was judged last; None before the first.
    """

    window: KineticWindow | None = None
    core: Core | None = None
    until: int = 0
    newest: int | None = None

    def copied(self) -> Exposure:
        """Return one that can be changed without changing this one."""
        return Exposure(
            None if self.window is None else kinetic_windows.copied(self.window),
            None if self.core is None else replace(self.core),
            self.until,
            self.newest,
        )

    def feed(
        self,
        sums: ExposureSums,
        rules: ChannelRules,
        times: Sequence[int],
        values: Sequence[int],
        until: int,
    ) -> CoreSpans | None:
        """Add a temperature from each moment to the next.

        Args:
            sums: What is added to.
            rules: What the policy says of temperature.
            times: Moments in order, microseconds UTC.
            values: Milli-°C from each of them on.
            until: Up to where the last value is counted.

        Returns:
            The core temperature over the same time, where the policy has it.
        """
        spans = map(sub, chain(islice(times, 1, None), (until,)), times)
        sums.observed += until - times[0]
        sums.kinetic += sum(map(mul, spans, map(arrhenius_factor, values)))
        if rules.shelf_life is not None:
            self._age(sums, rules.shelf_life, times, values, until)
        window = self.window
        if window is not None:
            kinetic_windows.feed(window, times, values, until)
            if window.finished is not None:
                sums.highest_window = higher(sums.highest_window, window.finished)
                window.finished = None
        if self.core is None:
            return None
        return core_temperature.feed(self.core, times, values, until)

    def _age(
        self,
        sums: ExposureSums,
        shelf_life: ShelfLife,
        times: Sequence[int],
        values: Sequence[int],
        until: int,
    ) -> None:
        """Let the goods age, in silence too: then at the warmer one of its two ends."""
        silence = times[0] - self.until
        if silence > 0:
            warmer = values[0] if self.newest is None else max(self.newest, values[0])
            sums.life_used += rate_sum(shelf_life, (self.until,), (warmer,), times[0])
            sums.life_assumed += silence
        sums.life_used += rate_sum(shelf_life, times, values, until)
        self.until, self.newest = until, values[-1]


def exposure_of(rules: ChannelRules, at: int) -> Exposure:
    """Return an exposure at its beginning.

    Args:
        rules: What the policy says of temperature.
        at: The moment.
    """
    limit, lag = rules.window, rules.time_constant
    window = None
    if limit is not None and limit.window is not None and limit.above is not None:
        window = KineticWindow(limit.window, limit.above)
    return Exposure(
        window,
        None if lag is None else Core(lag),
        until=0 if rules.shelf_life is None else at,
    )
