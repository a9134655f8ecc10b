"""The sensors of one quantity, watched while they are folded.

What is found lowers how much of the time counts as observed. The value of a sensor that is not
trusted is judged all the same: a finding never hides an excursion.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from twins.judging.channel_rules import ChannelRules
from twins.judging.series import Series

from . import agreement as agreements
from . import copied_series
from .agreement import Agreement, Held
from .copied_series import Witnesses, copies_among, watch_witness
from .findings import FindingLog, SensorFinding, Subject
from .health import (
    Health,
    is_trusted,
    note_conflict,
    running_findings,
    watch_median,
    watch_value,
)
from .limits import SensorLimits
from .voices import LEAST_FOR_A_MEDIAN, median, voices_among


class Watch(msgspec.Struct):
    """How the sensors of one quantity compare with each other.

    Attributes:
        agreement: How far they lie apart.
        witnesses: Whether one copies another.
    """

    agreement: Agreement
    witnesses: Witnesses

    def copied(self) -> Watch:
        """Return one that can be changed without changing this one."""
        return Watch(replace(self.agreement), copied_series.copied(self.witnesses))


def watch_of(rules: ChannelRules) -> Watch | None:
    """Return a watch at its beginning; None where the policy asks nothing of the sensors."""
    if rules.sensors is None:
        return None
    return Watch(Agreement(rules.quantity), Witnesses(rules.quantity))


def health_of(one: Series, hold: int, calibrated_at: int | None) -> Health:
    """Return the health of a series at its beginning."""
    subject = Subject(one.device, one.sensor, one.quantity)
    return Health(subject, hold if one.is_level else 0, calibrated_at)


def watch_settled(one: Series, log: FindingLog, limits: SensorLimits, *, is_sound: bool) -> None:
    """Watch a reading that took effect."""
    health = one.health
    if health is None:
        return
    if is_sound:
        watch_value(health, log, one.last_at, one.last_value, one.last_count, limits)
    elif one.is_conflicting:
        note_conflict(health, log, one.last_at, one.last_value)


def compare_all(
    watch: Watch,
    log: FindingLog,
    rules: ChannelRules,
    read: Sequence[Series],
    speaking: Sequence[Series],
    at: int,
) -> None:
    """Compare the sensors that speak from a moment on.

    Args:
        watch: How they compared before.
        log: Takes what is over.
        rules: What the policy says of the quantity.
        read: Those that were read at that moment, and are sound.
        speaking: All that speak.
        at: The moment.
    """
    ordered = sorted(read, key=lambda one: (one.device, one.sensor))
    for one in ordered:
        watch_witness(watch.witnesses, log, one.device, one.sensor, at, one.last_value)
    is_enough = voices_among([one.device for one in speaking]) >= LEAST_FOR_A_MEDIAN
    if rules.sensors is not None and rules.drift and is_enough:
        judged = median((one.device, one.last_value) for one in speaking)
        for one in ordered:
            if one.health is not None:
                watch_median(one.health, log, at, one.last_value, judged, rules.sensors)
    if rules.disagreement:
        held = [Held(one.device, one.sensor, one.last_value, one.last_at) for one in speaking]
        holds = [one.speaks_until - one.last_at for one in speaking]
        watch.agreement.hold = max(holds, default=0)
        agreements.weigh(watch.agreement, log, at, held, rules.disagreement)


def trusted_among(
    watch: Watch | None, speaking: Sequence[Series], limits: SensorLimits
) -> list[Series]:
    """Return those sensors that speak and are trusted; one that copies another is no witness."""
    trusted = [one for one in speaking if one.health is None or is_trusted(one.health, limits)]
    if watch is None or len(trusted) <= 1:
        return trusted
    copies = copies_among(watch.witnesses)
    return [one for one in trusted if (one.device, one.sensor) not in copies]


def running_of(
    watch: Watch | None, members: Sequence[Series], limits: SensorLimits, as_of: int
) -> list[SensorFinding]:
    """Return what is found of the sensors of a quantity and is not over."""
    found = [
        finding
        for one in members
        if one.health is not None
        for finding in running_findings(one.health, limits)
    ]
    if watch is not None:
        found += copied_series.running_copies(watch.witnesses)
        if agreements.is_disagreeing_at(watch.agreement, as_of):
            found.append(agreements.disagreement_found(watch.agreement, None, as_of))
    return found
