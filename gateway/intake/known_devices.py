"""Which devices intake knows, and which series of each: what no device may make grow for ever.

Each series of a device costs memory in every process and lines in its asset's document, so a device
has a bounded number of them, and so have devices that nobody ever bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from twins.readings import Reading

_SEPARATOR = "\t"


class Refusal(NamedTuple):
    """Why intake does not take a record: the named reason, and what its sender should do."""

    reason: str
    detail: str


class KnownDevices:
    """The devices that a command bound, and the series of all devices.

    Args:
        bound: Devices that some asset was ever bound to.
        series: Stored names of series, as `note` returned them.
        maximum_series: Most pairs of sensor and quantity of one device.
        maximum_unknown: Most devices that no command ever bound and whose readings are kept all the
            same.
    """

    def __init__(
        self,
        bound: Iterable[str],
        series: Iterable[str],
        *,
        maximum_series: int,
        maximum_unknown: int,
    ) -> None:
        self._bound = set(bound)
        self._maximum_unknown = maximum_unknown
        self._maximum_series = maximum_series
        self._series: dict[str, set[tuple[str, str]]] = {}
        for one in series:
            device, sensor, quantity = one.split(_SEPARATOR)
            self._series.setdefault(device, set()).add((sensor, quantity))
        self._unknown = len(self._series.keys() - self._bound)

    def is_bound(self, device: str) -> bool:
        """Tell whether a command ever bound this device."""
        return device in self._bound

    def is_known(self, device: str, sensor: str, quantity: str) -> bool:
        """Tell whether readings of this series were taken before."""
        return (sensor, quantity) in self._series.get(device, ())

    def bind(self, device: str) -> None:
        """Know a device by a command from now on."""
        if device in self._series and device not in self._bound:
            self._unknown -= 1
        self._bound.add(device)

    def refusal_of(self, reading: Reading) -> Refusal | None:
        """Return why a reading is not taken, or None where it is."""
        known = self._series.get(reading.device)
        if known is None:
            if reading.device in self._bound or self._unknown < self._maximum_unknown:
                return None
            return Refusal(
                "too_many_devices",
                f"intake.maximum_unknown_devices is {self._maximum_unknown:,}, and as many devices "
                f"are known already that nobody bound; bind {reading.device} to an asset first, or "
                "raise it",
            )
        if len(known) < self._maximum_series or (reading.sensor, reading.quantity) in known:
            return None
        return Refusal(
            "too_many_sensors",
            f"device {reading.device} has {len(known)} series already, so {reading.quantity} of "
            f"{reading.sensor} is not taken; raise intake.maximum_series_per_device",
        )

    def note(self, reading: Reading) -> str | None:
        """Know the series of a reading from now on; return its name to store where it is new."""
        known = self._series.get(reading.device)
        series = (reading.sensor, reading.quantity)
        if known is None:
            known = self._series[reading.device] = set()
            self._unknown += reading.device not in self._bound
        elif series in known:
            return None
        known.add(series)
        return _SEPARATOR.join((reading.device, *series))
