"""What stands in what, as far as intake knows, and what is refused because it cannot be."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.errors import CommandRefused
from twins.inputs import BindingAction, InvalidRecord, Packing, decode, encode
from twins.intervals import shared
from twins.packing import PackingBook

PACKING = "packing"


class Packings:
    """Every packing in the journal.

    Args:
        kept: Their records by their keys, as `key_of` gives them.
    """

    def __init__(self, kept: Mapping[str, bytes]) -> None:
        self._book = PackingBook()
        for data in kept.values():
            record = decode(data)
            if not isinstance(record, Packing):
                raise InvalidRecord("it is kept as a packing, and is none")
            self._book.add(record)

    def add(self, packing: Packing) -> tuple[str, bytes]:
        """Know a packing from now on; return the key and the bytes under which it is kept."""
        self._book.add(packing)
        action = packing.action.value
        return f"{packing.child} {packing.observed_at} {action} {packing.parent}", encode(packing)

    def refuse(self, packing: Packing) -> None:
        """Refuse a packing that cannot be.

        Raises:
            CommandRefused: The asset would hold itself, or stand in two others at once; or it is
                taken out of what it does not stand in.
        """
        if packing.action is BindingAction.DELETE:
            self._refuse_unpacking(packing)
            return
        parent, child = packing.parent, packing.child
        intervals = self._book.intervals_with(packing)
        above = self._book.windows_of(parent).get(child, [])
        if parent == child or shared(above, intervals):
            between = "" if parent == child else f": {parent} stands in {child} already"
            raise CommandRefused("packed_in_itself", f"{child} cannot stand in itself{between}")
        for other, known in self._book.parents_of(child).items():
            if other != parent and shared(known, intervals):
                reason = (
                    f"{child} stands in {other} then; "
                    f"take it out first with `cargotwin asset unpack {child} --from {other}`"
                )
                raise CommandRefused("packed_elsewhere", reason)

    def _refuse_unpacking(self, packing: Packing) -> None:
        known = self._book.parents_of(packing.child)
        moment = packing.observed_at
        if any(first <= moment <= until for first, until in known.get(packing.parent, [])):
            return
        holding = [
            other
            for other, intervals in known.items()
            if any(first <= moment < until for first, until in intervals)
        ]
        where = f"; it stands in {', '.join(holding)}" if holding else ""
        reason = f"{packing.child} does not stand in {packing.parent} at that time{where}"
        raise CommandRefused("not_packed", reason)
