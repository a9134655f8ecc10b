"""What stands in quarantine at the positions of the journal, and which of it was dealt with."""

from __future__ import annotations

from gateway.errors import CommandRefused
from gateway.intake.pending import Batches
from gateway.mqtt.ports import Publish
from gateway.store.entries import Entry, Quarantined, decode_entries, decode_record
from gateway.store.journal import POSITION_BITS, JournalWriter

_SETTLED = "settled"


class KeptEntries:
    """The quarantine as intake knows it.

    Args:
        journal: Where the entries are.
        batches: Where it is kept that one is settled.
    """

    def __init__(self, journal: JournalWriter, batches: Batches) -> None:
        self._journal = journal
        self._batches = batches
        self._settled = set(journal.kept(_SETTLED))
        # Messages are decoded again one after the other, and a batch holds many of them.
        self._opened: tuple[int, list[Entry]] = (0, [])

    def at(self, position: int) -> tuple[Entry, Quarantined]:
        """Return what stands in quarantine at a position.

        Raises:
            CommandRefused: Nothing does.
        """
        number, index = position >> POSITION_BITS, position & ((1 << POSITION_BITS) - 1)
        if self._opened[0] != number:
            batch = self._journal.batch_at(position)
            if batch is None:
                raise CommandRefused("not_quarantined", f"{position} is not in quarantine")
            self._opened = number, decode_entries(batch)
        entries = self._opened[1]
        if index < len(entries):
            record = decode_record(entries[index].record)
            if isinstance(record, Quarantined):
                return entries[index], record
        raise CommandRefused("not_quarantined", f"{position} is not in quarantine")

    def settle(self, position: int) -> None:
        """Note that an entry is dealt with.

        Raises:
            CommandRefused: It was before.
        """
        self.refuse_settled(position)
        self._settled.add(str(position))
        self._batches.pending.keep(_SETTLED, str(position), b"")

    def refuse_settled(self, position: int) -> None:
        """Refuse to deal with an entry twice.

        Raises:
            CommandRefused: It was decoded or discarded before.
        """
        if str(position) in self._settled:
            raise CommandRefused("already_settled", f"{position} was decoded or discarded before")


def kept_message(entry: Entry, record: Quarantined) -> Publish:
    """Return a message as it stands in quarantine."""
    return Publish(
        entry.client,
        record.topic,
        entry.raw or b"",
        packet_id=None,
        qos=0,
        dup=False,
        retain=False,
        received_at=entry.received_at,
    )
