"""How the readings of each device are seen to arrive: what its guarantee is computed from.

The worst that was ever seen of a device is kept in the journal. How far its clock seems to be off
is estimated while the gateway runs, told as quality, and never applied to a reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from gateway.devices.guarantees import Observed
from gateway.senders import IMPORT
from twins.readings import ClockSource, Quality, Reading

_HOUR_US = 3_600 * 1_000_000
_encoder = msgspec.msgpack.Encoder()


class _Stored(msgspec.Struct, array_like=True):
    """`Observed` as the journal keeps it; older ones end before `from_file`."""

    qos_lowest: int
    via_broker: bool
    clock_sources: list[int]
    has_seq: bool
    is_signed: bool
    from_file: bool = False


_decoder = msgspec.msgpack.Decoder(_Stored)


class Observations:
    """What was observed of every device.

    Args:
        stored: By device, what `note` returned.
        brokers: Client ids under which the gateway itself takes messages from brokers.
    """

    def __init__(self, stored: Mapping[str, bytes], brokers: frozenset[str]) -> None:
        self._observed = {device: _observed(data) for device, data in stored.items()}
        self._brokers = brokers
        self._clocks: dict[str, _ClockOffset] = {}

    def of(self, device: str) -> Observed | None:
        """Return what was observed of a device, None before its first reading."""
        return self._observed.get(device)

    def devices(self) -> Iterable[str]:
        """Return the devices of which a reading was seen."""
        return self._observed.keys()

    def is_broker(self, client: str) -> bool:
        """Tell whether messages of this client came through a broker."""
        return client in self._brokers

    def note(self, device: str, client: str, qos: int, readings: Sequence[Reading]) -> bytes | None:
        """Note readings of a device; return what to store where it is worse than what was known."""
        clocks = {ClockSource(one.clock_source) for one in readings}
        has_seq = all(one.seq is not None for one in readings)
        is_signed = all(one.signature is not None for one in readings)
        from_file = client == IMPORT and all(one.quality & Quality.HISTORICAL for one in readings)
        seen = Observed(qos, client in self._brokers, clocks, has_seq, is_signed, from_file)
        known = self._observed.get(device)
        worst = seen if known is None else _worst(known, seen)
        if worst == known:
            return None
        self._observed[device] = worst
        fields = msgspec.structs.asdict(worst)
        fields["clock_sources"] = sorted(int(one) for one in worst.clock_sources)
        return _encoder.encode(_Stored(**fields))

    def note_clock(self, reading: Reading, received_at: int) -> None:
        """Note when a live reading of a device's clock arrived."""
        if reading.clock_source == ClockSource.DEVICE and not reading.quality & Quality.HISTORICAL:
            clock = self._clocks.get(reading.device)
            if clock is None:
                clock = self._clocks[reading.device] = _ClockOffset()
            clock.note(received_at - reading.observed_at, received_at)

    def clock_offset_us(self, device: str) -> int | None:
        """Return by how much a device's clock runs ahead at least; negative where it lags at most.

        It is the smallest of arrival minus observation within the last hour or two: what is left
        when the time on the way was shortest.
        """
        clock = self._clocks.get(device)
        return None if clock is None else -clock.smallest


class _ClockOffset:
    """The smallest difference of this hour and of the one before."""

    __slots__ = ("_before", "_begun_at", "_now")

    def __init__(self) -> None:
        self._before: int | None = None
        self._now: int | None = None
        self._begun_at = 0

    @property
    def smallest(self) -> int:
        return min(one for one in (self._before, self._now) if one is not None)

    def note(self, difference: int, received_at: int) -> None:
        if self._now is None or received_at - self._begun_at >= _HOUR_US:
            self._before, self._now, self._begun_at = self._now, difference, received_at
        elif difference < self._now:
            self._now = difference


def _worst(one: Observed, other: Observed) -> Observed:
    return Observed(
        qos_lowest=min(one.qos_lowest, other.qos_lowest),
        via_broker=one.via_broker or other.via_broker,
        clock_sources=one.clock_sources | other.clock_sources,
        has_seq=one.has_seq and other.has_seq,
        is_signed=one.is_signed and other.is_signed,
        from_file=one.from_file and other.from_file,
    )


def _observed(data: bytes) -> Observed:
    fields = msgspec.structs.asdict(_decoder.decode(data))
    fields["clock_sources"] = set(map(ClockSource, fields["clock_sources"]))
    return Observed(**fields)
