"""Bindings that come after the readings that they cover, each in a cut of its own.

Such a binding may bring months of readings into an asset's log at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.slices import Cut
from gateway.store.journal import POSITION_BITS
from twins.inputs import Binding, BindingAction


def parted(cut: Cut, is_late: Callable[[Binding, bytes], bool]) -> Iterator[tuple[Cut, bool]]:
    """Yield the parts of a cut, in their order, and whether each is one late binding.

    Args:
        cut: What is parted.
        is_late: Tells it of a binding and the bytes of its record; asked when every late binding
            before it has been absorbed.
    """
    start = 0
    for index, record in enumerate(cut.records):
        if (
            isinstance(record, Binding)
            and record.action is BindingAction.ADD
            and is_late(record, cut.data[index])
        ):
            if start < index:
                yield _part(cut, start, index), False
            start = index + 1
            yield _part(cut, index, start), True
    if start == 0:
        yield cut, False
    elif start < len(cut.records):
        yield _part(cut, start, len(cut.records)), False


def _part(cut: Cut, start: int, end: int) -> Cut:
    batch, begun = cut.batch, cut.begun
    if end < len(cut.records):
        last = cut.positions[end - 1]
        batch, begun = (last >> POSITION_BITS) - 1, (last & ((1 << POSITION_BITS) - 1)) + 1
    return Cut(
        records=cut.records[start:end],
        data=cut.data[start:end],
        positions=cut.positions[start:end],
        messages={
            index - start: one for index, one in cut.messages.items() if start <= index < end
        },
        batch=batch,
        begun=begun,
    )
