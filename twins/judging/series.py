"""What one sensor says of one quantity, and exact sums of what it said.

A reading speaks from its own time until the next one, at most for its hold; what lies beyond is
unobserved. A reading takes effect only when time has moved past it, so that a second reading of the
same identity with another value can still silence both. What is judged of the quantity follows from
all sensors together, in `twins.judging.channel`.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from twins.readings import UNUSABLE, ClockSource, Quality, Reading
from twins.sensors.findings import FindingLog, joined_logs
from twins.sensors.health import Health, ordered_count
from twins.sensors.health import copied as copied_health
from twins.temperature.mean_kinetic import arrhenius_factor

# Plain integers: an enum's operators cost as much as the rest of `take`.
_GATEWAY = int(ClockSource.GATEWAY)
_CLOCK_SUSPECT = int(Quality.CLOCK_SUSPECT)

SeriesKey = tuple[str, str, str]
"""Quantity, device, sensor: the order in which series are listed."""


class Series(msgspec.Struct):
    """Where one sensor's readings of one quantity stand now.

    Attributes:
        device: Id of the device.
        sensor: Its sensor.
        quantity: What is measured.
        is_level: Whether a reading holds until the next one.
        last_at: Time of the newest reading.
        last_seq: Its seq, -1 where it has none.
        last_value: Its value.
        spoken_until: Up to where its value has been counted.
        speaks_until: Up to where it may be counted when no other reading comes.
        is_pending: True until time has moved past it.
        is_conflicting: Whether it contradicts another of its identity.
        is_usable: Whether its quality lets it speak.
        is_clock_suspect: Whether its time is only that of its arrival, or naive.
        last_count: Its `ordered_count`, -1 where nobody watches.
        health: Whether it can be believed; None where the policy asks nothing of the sensors.
        same_moment: Counts and values of sound readings of the newest one's moment, before it.
        residue: What rainflow counting has not yet closed, where the quantity fatigues the asset.
    """

    device: str
    sensor: str
    quantity: str
    is_level: bool
    last_at: int = 0
    last_seq: int = -1
    last_value: int = 0
    spoken_until: int = 0
    speaks_until: int = 0
    is_pending: bool = False
    is_conflicting: bool = False
    is_usable: bool = True
    is_clock_suspect: bool = False
    last_count: int = -1
    health: Health | None = None
    same_moment: list[tuple[int, int]] = []
    residue: list[int] = []

    @property
    def key(self) -> SeriesKey:
        """Which series it is."""
        return self.quantity, self.device, self.sensor

    @property
    def is_sound(self) -> bool:
        """Whether the newest reading says something."""
        return self.is_usable and not self.is_conflicting


class SeriesSums(msgspec.Struct):
    """Sums of one sensor's readings of one quantity; the fold adds to them and never reads them.

    Attributes:
        device: Id of the device.
        sensor: Its sensor.
        quantity: What is measured.
        readings: Readings that took effect, sound or not.
        unusable: Of these, how many say nothing.
        conflicts: Of these, how many contradicted another of the same identity.
        clock_suspects: Readings whose time is not that of a trusted clock.
        first_at: Time of the first reading that took effect.
        minimum: Lowest sound value, None before the first.
        minimum_at: When it was read.
        maximum: Highest sound value.
        maximum_at: When it was read.
        observed: Microseconds for which a value was held.
        weighted: Σ microseconds · value.
        kinetic: Σ microseconds · `arrhenius_factor`, temperature only.
        log: What was found of the sensor and is over.
        half_cycles: Half cycles that rainflow counting has closed.
        damage: Miner's sum of them, of which `DAMAGE_SCALE` uses the asset up.
    """

    device: str
    sensor: str
    quantity: str
    readings: int = 0
    unusable: int = 0
    conflicts: int = 0
    clock_suspects: int = 0
    first_at: int = 0
    minimum: int | None = None
    minimum_at: int = 0
    maximum: int | None = None
    maximum_at: int = 0
    observed: int = 0
    weighted: int = 0
    kinetic: int = 0
    log: FindingLog = msgspec.field(default_factory=FindingLog)
    half_cycles: int = 0
    damage: int = 0

    @property
    def key(self) -> SeriesKey:
        """Which series they are of."""
        return self.quantity, self.device, self.sensor


def copied(series: Series) -> Series:
    """Return a series that can be changed without changing this one."""
    health = None if series.health is None else copied_health(series.health)
    return replace(series, health=health, residue=list(series.residue))


def copied_sums(sums: SeriesSums) -> SeriesSums:
    """Return sums that can be added to without changing these."""
    return replace(sums, log=replace(sums.log))


def joined_sums(earlier: SeriesSums, later: SeriesSums) -> SeriesSums:
    """Return the sums of one series over two stretches of time that follow each other."""
    lowest = _lower(earlier, later)
    highest = _higher(earlier, later)
    return SeriesSums(
        device=earlier.device,
        sensor=earlier.sensor,
        quantity=earlier.quantity,
        readings=earlier.readings + later.readings,
        unusable=earlier.unusable + later.unusable,
        conflicts=earlier.conflicts + later.conflicts,
        clock_suspects=earlier.clock_suspects + later.clock_suspects,
        first_at=earlier.first_at if earlier.readings else later.first_at,
        minimum=lowest.minimum,
        minimum_at=lowest.minimum_at,
        maximum=highest.maximum,
        maximum_at=highest.maximum_at,
        observed=earlier.observed + later.observed,
        weighted=earlier.weighted + later.weighted,
        kinetic=earlier.kinetic + later.kinetic,
        log=joined_logs(earlier.log, later.log),
        half_cycles=earlier.half_cycles + later.half_cycles,
        damage=earlier.damage + later.damage,
    )


def _lower(earlier: SeriesSums, later: SeriesSums) -> SeriesSums:
    if earlier.minimum is None or later.minimum is None:
        return later if earlier.minimum is None else earlier
    return later if later.minimum < earlier.minimum else earlier


def _higher(earlier: SeriesSums, later: SeriesSums) -> SeriesSums:
    if earlier.maximum is None or later.maximum is None:
        return later if earlier.maximum is None else earlier
    return later if later.maximum > earlier.maximum else earlier


def seq_of(reading: Reading) -> int:
    """Return a reading's seq, -1 where it has none."""
    return -1 if reading.seq is None else reading.seq


def take(series: Series, reading: Reading, hold: int) -> None:
    """Make a reading the series' newest one; it stays pending until time has moved past it.

    A repeated reading changes nothing. One that contradicts the pending reading of the same
    identity silences both.

    Args:
        series: The series, settled up to the reading's time.
        reading: The reading, not older than the newest one.
        hold: Microseconds for which it may speak.
    """
    seq = seq_of(reading)
    if series.is_pending and series.last_at == reading.observed_at and series.last_seq == seq:
        if series.last_value != reading.value:
            series.is_conflicting = True
        return
    if series.same_moment and series.last_at != reading.observed_at:
        series.same_moment = []
    series.last_at = series.spoken_until = reading.observed_at
    series.last_seq = seq
    series.last_value = reading.value
    series.is_usable = not reading.quality & UNUSABLE
    series.is_clock_suspect = (
        reading.clock_source == _GATEWAY or reading.quality & _CLOCK_SUSPECT != 0
    )
    if series.health is not None:
        series.last_count = ordered_count(reading)
    series.is_conflicting = False
    series.is_pending = True
    series.speaks_until = reading.observed_at + (hold if series.is_level else 0)


def settle(series: Series, sums: SeriesSums) -> bool:
    """Let the pending reading take effect, now that no other can contradict it.

    Returns:
        Whether it is sound.
    """
    series.is_pending = False
    if not sums.readings:
        sums.first_at = series.last_at
    sums.readings += 1
    sums.clock_suspects += series.is_clock_suspect
    if series.is_conflicting or not series.is_usable:
        sums.conflicts += series.is_conflicting
        sums.unusable += 1
        series.speaks_until = series.last_at
        return False
    value, at = series.last_value, series.last_at
    if sums.minimum is None or value < sums.minimum:
        sums.minimum, sums.minimum_at = value, at
    if sums.maximum is None or value > sums.maximum:
        sums.maximum, sums.maximum_at = value, at
    return True


def speak(series: Series, sums: SeriesSums, until: int) -> None:
    """Count the newest value up to a moment, as far as its hold reaches."""
    until = min(until, series.speaks_until)
    span = until - series.spoken_until
    if span <= 0:
        return
    value = series.last_value
    sums.observed += span
    sums.weighted += span * value
    if series.quantity == "temperature":
        sums.kinetic += span * arrhenius_factor(value)
    series.spoken_until = until


def silence(series: Series) -> None:
    """Let the newest value say nothing from here on: its device is detached."""
    series.speaks_until = series.spoken_until
