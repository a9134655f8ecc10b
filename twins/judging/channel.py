"""Where the judgement of one quantity of an asset stands, from all sensors that measure it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from twins.sensors.findings import FindingLog, joined_logs
from twins.sensors.watch import Watch
from twins.temperature.exposure import Exposure, ExposureSums

from .excursions import HeldBy, Run, copied
from .moment import Circumstances
from .outvoted import Alone, Outvoted, joined_outvoted
from .waiting import Wait

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
        silent_since: Since when nothing is judged, the beginning of planned time where nothing was
            yet; None while something is.
        runs: One per boundary of what is measured, and behind them one per boundary of the core.
        exposure: Where what exposure adds up to stands.
        core: Estimated core temperature that is judged now; None where none is.
        watch: How the sensors compare with each other.
        wait: While too few speak to outvote one of them: how long they are heard out.
        alone: Sensors that are outside a boundary by themselves.
    """

    quantity: str
    spoken_until: int
    judged_until: int
    upper: int | None = None
    lower: int | None = None
    observed_until: int | None = None
    gap_since: int | None = None
    silent_since: int | None = None
    runs: list[Run] = []
    exposure: Exposure | None = None
    core: int | None = None
    watch: Watch | None = None
    wait: Wait | None = None
    alone: list[Alone] = []


class ChannelSums(msgspec.Struct):
    """Sums of what was judged of one quantity; the fold adds to them and never reads them.

    Attributes:
        quantity: What was judged.
        spoken: Microseconds for which a value was judged.
        observed: Microseconds in which enough trusted voices spoke.
        longest_gap: Longest time in which they did not, of those that are over.
        longest_silence: Longest time in which no value was judged, likewise.
        outside: Observed microseconds outside a boundary, of several at once counted once.
        outside_by: Who held the asset then, by the first time that it fell to each; they sum to
            `outside`.
        exposure: What exposure adds up to.
        log: What was found of the sensors together.
        outvoted: Sensors that by themselves were outside a boundary for its delay.
    """

    quantity: str
    spoken: int = 0
    observed: int = 0
    longest_gap: int = 0
    longest_silence: int = 0
    outside: int = 0
    outside_by: tuple[HeldBy, ...] = ()
    exposure: ExposureSums | None = None
    log: FindingLog = msgspec.field(default_factory=FindingLog)
    outvoted: tuple[Outvoted, ...] = ()


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
        alone=[replace(one) for one in channel.alone],
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
        longest_silence=max(earlier.longest_silence, later.longest_silence),
        outside=earlier.outside + later.outside,
        outside_by=joined_holders(earlier.outside_by, later.outside_by),
        exposure=exposure or later.exposure,
        log=joined_logs(earlier.log, later.log),
        outvoted=joined_outvoted(earlier.outvoted, later.outvoted),
    )


def joined_holders(earlier: Iterable[HeldBy], later: Iterable[HeldBy]) -> tuple[HeldBy, ...]:
    """Return what fell to each holder in two stretches of time that follow each other."""
    sums: dict[str, int] = {}
    for one in (*earlier, *later):
        sums[one.holder] = sums.get(one.holder, 0) + one.outside
    return tuple(HeldBy(holder, outside) for holder, outside in sums.items())
