"""What is stored of an asset's inputs, in parts small enough to hold and to fold at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from gateway.store.derived import DerivedStore
from gateway.store.reading_chunks import EARLIEST
from twins.bindings import FOREVER
from twins.inputs import EventKey, Input, event_key, in_event_order, observed_at
from twins.readings import Reading

Span = tuple[str, int, int]
"""A device, and a half-open interval in which it travels with the asset."""


def inputs_after(
    store: DerivedStore, asset: str, spans: Sequence[Span], last: EventKey | None, most: int
) -> Iterator[list[Input]]:
    """Yield what `folded_inputs` of an asset's log gives behind a place, part by part.

    Args:
        store: Where all that the log took is stored.
        asset: Id of the asset.
        spans: When which devices travel with it.
        last: The place; None for the beginning.
        most: About how many readings a part may hold.
    """
    start = last[0] if last is not None else EARLIEST
    others = sorted(store.inputs_of(asset, start), key=observed_at)
    moments = [observed_at(one) for one in others]
    for begins, ends, readings in readings_in_parts(store, spans, start, most):
        found = others[bisect_left(moments, begins) : bisect_left(moments, ends)]
        found.extend(reading for _, reading in readings)
        ordered = in_event_order(found)
        if last is not None:
            ordered = ordered[bisect_right(ordered, last, key=event_key) :]
            last = None
        if ordered:
            yield ordered


def readings_in_parts(
    store: DerivedStore, spans: Sequence[Span], start: int, most: int
) -> Iterator[tuple[int, int, list[tuple[int, Reading]]]]:
    """Yield consecutive half-open intervals with the (position, reading) of each, unordered.

    Args:
        store: Where they are stored.
        spans: Devices and intervals; what lies outside is left out.
        start: Where the first part begins.
        most: About how many readings a part may hold.
    """
    while start < FOREVER:
        end = store.readings.end_of_part(spans, start, most)
        readings: list[tuple[int, Reading]] = []
        for device, first, until in spans:
            if first < end and until > start:
                readings += store.readings.between(device, max(first, start), min(until, end))
        yield start, end, readings
        start = end
