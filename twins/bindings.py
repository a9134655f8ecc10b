"""Which asset's log takes which reading, as bindings come in, in any order.

The journal belongs to devices. An asset's log takes a reading when a binding covers its
`observed_at`: at once when the binding is known, or later when the binding comes late. A log is
append-only, so what it took stays in it; a twin is folded without the readings that no binding
covers any more (`folded_inputs`), or its condition would tell when the bindings came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter

import msgspec

from .inputs import Binding, BindingAction, Input, Packing, in_event_order
from .readings import Reading

FOREVER = 1 << 62
"""End of a binding that nobody has ended."""

Interval = tuple[int, int]


class PlacedBinding(msgspec.Struct, frozen=True):
    """A binding and its position in the journal."""

    position: int
    binding: Binding


def intervals_of(bindings: Iterable[Binding | Packing]) -> list[Interval]:
    """Return when one device travels with one asset, as half-open intervals in order.

    A device is attached from an ADD to the next DELETE; an ADD in between changes nothing. An asset
    stands in another from one packing to the next by the same rule.
    """
    intervals: list[Interval] = []
    since: int | None = None
    for binding in sorted(bindings, key=attrgetter("observed_at", "action")):
        if binding.action is BindingAction.ADD:
            since = binding.observed_at if since is None else since
        elif since is not None:
            intervals.append((since, binding.observed_at))
            since = None
    if since is not None:
        intervals.append((since, FOREVER))
    return intervals


def covers(intervals: Iterable[Interval], moment: int) -> bool:
    """Tell whether a moment lies in one of the intervals."""
    return any(start <= moment < end for start, end in intervals)


def folded_inputs(log: Iterable[Input]) -> list[Input]:
    """Return what of an asset's log its twin folds, in event order.

    Left out are the readings that none of the log's bindings covers: whether the log took them
    depends on whether they came before or after a late end of their binding.
    """
    records = list(log)
    bindings: dict[str, list[Binding]] = {}
    for record in records:
        if isinstance(record, Binding):
            bindings.setdefault(record.device, []).append(record)
    intervals = {device: intervals_of(found) for device, found in bindings.items()}
    return in_event_order(
        [
            record
            for record in records
            if not isinstance(record, Reading)
            or covers(intervals.get(record.device, ()), record.observed_at)
        ]
    )


class BindingBook:
    """Every binding so far, and what follows for readings.

    One book serves a whole journal; it is the same for the service and for a verifier.
    """

    def __init__(self) -> None:
        self._placed: dict[tuple[str, str], list[PlacedBinding]] = {}
        self._intervals: dict[str, dict[str, list[Interval]]] = {}
        # The same pairs by asset: looking through every device costs too much where there are many.
        self._devices: dict[str, dict[str, None]] = {}

    def add(self, position: int, binding: Binding) -> None:
        """Take the next binding of the journal."""
        pair = (binding.device, binding.asset)
        placed = self._placed.setdefault(pair, [])
        placed.append(PlacedBinding(position, binding))
        now = intervals_of(one.binding for one in placed)
        self._intervals.setdefault(binding.device, {})[binding.asset] = now
        self._devices.setdefault(binding.asset, {})[binding.device] = None

    def assets_of(self, device: str, moment: int) -> list[str]:
        """Return the assets whose log takes a reading that arrives now, in name order."""
        assets = self._intervals.get(device)
        if not assets:
            return []
        return sorted(asset for asset, spans in assets.items() if covers(spans, moment))

    def assets_throughout(self, device: str, first: int, last: int) -> list[str] | None:
        """Return what `assets_of` returns for every moment from the first to the last.

        None where that is not the same for all of them.
        """
        found = []
        for asset, spans in self._intervals.get(device, {}).items():
            touched = [(start, end) for start, end in spans if start <= last and first < end]
            if any(start > first or last >= end for start, end in touched):
                return None
            if touched:
                found.append(asset)
        return sorted(found)

    def bindings_of(self, asset: str) -> list[Binding]:
        """Return the bindings of an asset, in the order of its log for each device."""
        return [
            one.binding
            for device in self._devices.get(asset, ())
            for one in self._placed[device, asset]
        ]

    def assets_with(self, device: str) -> dict[str, list[Interval]]:
        """Return the assets that ever carried a device, with its present intervals."""
        return dict(self._intervals.get(device, {}))

    def is_bound(self, device: str) -> bool:
        """Tell whether any asset ever carried the device."""
        return device in self._intervals

    def late_intervals(self, binding: Binding) -> list[Interval]:
        """Return the intervals whose older readings the log may still have to take."""
        return self._intervals.get(binding.device, {}).get(binding.asset, [])

    def taken_before(self, binding: Binding) -> Callable[[int, int], bool]:
        """Return what tells whether the log took a reading before the pair's newest binding came.

        What is returned takes the reading's place in the journal and its `observed_at`.

        Args:
            binding: A binding of the pair of device and asset.
        """
        placed = self._placed[binding.device, binding.asset][:-1]
        # Each state of the intervals, and the position up to which it was in force.
        states: list[tuple[int, list[Interval]]] = [
            (
                placed[count].position if count < len(placed) else FOREVER,
                intervals_of(one.binding for one in placed[:count]),
            )
            for count in range(1, len(placed) + 1)
        ]

        def was_taken(position: int, moment: int) -> bool:
            return any(until > position and covers(spans, moment) for until, spans in states)

        return was_taken
