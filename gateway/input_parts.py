"""What is stored of an asset's inputs, in parts small enough to hold and to fold at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Protocol

from gateway.store.derived import DerivedStore
from gateway.store.reading_chunks import EARLIEST
from gateway.store.reading_store import ReadingStore
from twins.bindings import FOREVER
from twins.inputs import (
    Binding,
    EventKey,
    Input,
    Packing,
    event_key,
    in_event_order,
    observed_at,
)
from twins.packing import Attachments, Span
from twins.readings import Reading


class ReadingSource(Protocol):
    """Whoever returns stored readings; see `gateway.store.reading_store.ReadingStore`."""

    def in_order(self, spans: Sequence[Span]) -> Sequence[Input]:
        """Return the readings of devices within half-open intervals, in event order."""

    def end_of_part(self, spans: Sequence[Span], start: int, most: int) -> int:
        """Return a moment up to which there are about so many readings, `FOREVER` if all are."""


def inputs_between(
    store: DerivedStore,
    source: ReadingSource,
    asset: str,
    attachments: Attachments,
    last: EventKey | None,
    until: EventKey | None,
    most: int,
) -> Iterator[list[Input]]:
    """Yield what `twins.packing.folded_inputs` gives between two places, part by part.

    Args:
        store: Where all else is stored that the logs took.
        source: Where the readings are.
        asset: Id of the asset.
        attachments: Which devices speak for it.
        last: The place before the first; None for the beginning.
        until: The place of the last; None for the end.
        most: About how many readings a part may hold.
    """
    start = last[0] if last is not None else EARLIEST
    end = until[0] + 1 if until is not None else FOREVER
    others: list[Input] = [
        one for one in store.inputs_of(asset, start) if not isinstance(one, (Binding, Packing))
    ]
    brought: Iterator[Input] = chain(attachments.bindings, attachments.statements)
    others += [one for one in brought if observed_at(one) >= start]
    others.sort(key=observed_at)
    moments = [observed_at(one) for one in others]
    for begins, ends, spans in _parts(source, attachments.spans, start, most, end):
        ordered = source.in_order(spans)
        found = others[bisect_left(moments, begins) : bisect_left(moments, ends)]
        if found:
            ordered = in_event_order([*found, *ordered])
        if last is not None:
            ordered = ordered[bisect_right(ordered, last, key=event_key) :]
            last = None
        if until is not None and ends > until[0]:
            ordered = ordered[: bisect_right(ordered, until, key=event_key)]
        if ordered:
            yield list(ordered)


def readings_in_parts(
    store: ReadingStore, spans: Sequence[Span], start: int, most: int
) -> Iterator[tuple[int, int, list[tuple[int, Reading]]]]:
    """Yield consecutive half-open intervals with the (position, reading) of each, unordered.

    Args:
        store: Where they are stored.
        spans: Devices and intervals; what lies outside is left out.
        start: Where the first part begins.
        most: About how many readings a part may hold.
    """
    for begins, ends, shares in _parts(store, spans, start, most, FOREVER):
        yield begins, ends, [placed for share in shares for placed in store.between(*share)]


def _parts(
    source: ReadingSource, spans: Sequence[Span], start: int, most: int, stop: int
) -> Iterator[tuple[int, int, tuple[Span, ...]]]:
    """Yield consecutive half-open intervals, and what of the spans lies in each."""
    while start < stop:
        end = min(stop, source.end_of_part(spans, start, most))
        shares = tuple(
            (device, max(first, start), min(until, end))
            for device, first, until in spans
            if first < end and until > start
        )
        yield start, end, shares
        start = end
