"""Bindings that a device has with an asset because of what holds the asset: they are in no log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from .bindings import FOREVER, Interval
from .inputs import Binding, BindingAction, CalibratedBinding, EventKey, event_key
from .intervals import shared

_Calibration = tuple[EventKey, int]
"""The place of a binding that states a calibration, and the moment that it states."""


class Stretch(NamedTuple):
    """A half-open interval in which a device travels with an asset, bound in one way."""

    first: int
    until: int
    expected_interval: int
    calibration: _Calibration | None

    @property
    def says(self) -> tuple[int, int | None]:
        """The planned interval, and when the device was calibrated."""
        return self.expected_interval, None if self.calibration is None else self.calibration[1]


def by_device(bindings: Iterable[Binding]) -> dict[str, list[Binding]]:
    """Return bindings by their device."""
    found: dict[str, list[Binding]] = defaultdict(list)
    for one in bindings:
        found[one.device].append(one)
    return found


def stretches_of(bindings: Iterable[Binding]) -> list[Stretch]:
    """Return when one device travels with one asset, parted wherever a binding says so anew."""
    found: list[Stretch] = []
    since: Binding | None = None
    calibration: _Calibration | None = None
    for binding in sorted(bindings, key=_in_order):
        if since is not None and since.observed_at < binding.observed_at:
            ends = (since.observed_at, binding.observed_at)
            found.append(Stretch(*ends, since.expected_interval, calibration))
        since = binding if binding.action is BindingAction.ADD else None
        if isinstance(binding, CalibratedBinding):
            calibration = event_key(binding), binding.calibrated_at
    if since is not None:
        found.append(Stretch(since.observed_at, FOREVER, since.expected_interval, calibration))
    return found


def _in_order(binding: Binding) -> tuple[int, str, EventKey]:
    return binding.observed_at, binding.action, event_key(binding)


def within(stretches: Iterable[Stretch], intervals: Sequence[Interval]) -> list[Stretch]:
    """Return what of stretches lies in the intervals."""
    return [
        one._replace(first=first, until=until)
        for one in stretches
        for first, until in shared([(one.first, one.until)], intervals)
    ]


def joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return stretches that do not overlap.

    Of those that do: the shortest planned interval, and the calibration that was stated last.
    """
    ends = sorted({end for one in stretches for end in (one.first, one.until)})
    found: list[Stretch] = []
    for first, until in pairwise(ends):
        lasting = [one for one in stretches if one.first <= first and until <= one.until]
        if not lasting:
            continue
        every = min(one.expected_interval for one in lasting)
        stated = [one.calibration for one in lasting if one.calibration is not None]
        now = Stretch(first, until, every, max(stated, default=None))
        if found and found[-1].until == first and found[-1].says == now.says:
            found[-1] = found[-1]._replace(until=until)
        else:
            found.append(now)
    return found


def bindings_in(asset: str, device: str, stretches: Sequence[Stretch]) -> list[Binding]:
    """Return the bindings that say of a device and an asset what stretches in order say."""
    found: list[Binding] = []
    for index, one in enumerate(stretches):
        found.append(_begun(asset, device, one))
        follows = index + 1 < len(stretches) and stretches[index + 1].first == one.until
        if not follows and one.until < FOREVER:
            found.append(Binding(1, BindingAction.DELETE, device, asset, one.until))
    return found


def _begun(asset: str, device: str, stretch: Stretch) -> Binding:
    every, calibrated_at = stretch.says
    what = (1, BindingAction.ADD, device, asset, stretch.first, every)
    if calibrated_at is None:
        return Binding(*what)
    return CalibratedBinding(*what, calibrated_at=calibrated_at)
