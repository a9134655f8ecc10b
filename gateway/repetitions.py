"""What was journalled before: the identity of messages whose readings have no time of their own.

With a counter it is (device, sensor, quantity, epoch, seq). Without one only the PUBLISH tells a
repetition from a second reading: at QoS 1 by DUP and (client, packet id, content), at QoS 2 by its
open packet id (MQTT 5 §4.3.3). Readings with the device's time need none of this: their record is
their identity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from gateway.mqtt.ports import Publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.pending import Batches
from gateway.sequences import Sequences
from gateway.store.journal import JournalWriter
from twins.readings import Reading

_PACKET = "packet"
_SEQUENCE = "sequence"
_SEQUENCES_AT = "sequences_at"
_SNAPSHOT_BYTES = 16 << 20


class Repetitions:
    """Knows what intake has taken, as far as identity needs it.

    Args:
        journal: Where it is kept.
        batches: What is not on disk yet.
        clock_us: Microseconds UTC.
        in_flight: Most messages that a client may leave unacknowledged.
        brokers: Client ids under which messages are taken from brokers; of those some send a
            message of QoS 2 again, marked with DUP, after it was released.
    """

    def __init__(
        self,
        journal: JournalWriter,
        batches: Batches,
        clock_us: Callable[[], int],
        in_flight: int,
        brokers: frozenset[str],
    ) -> None:
        self._brokers = brokers
        self._journal = journal
        self._batches = batches
        self._clock_us = clock_us
        self._uncommitted: set[tuple[str, int, bytes]] = set()
        self._open: dict[str, dict[int, bytes]] = {}
        for name, digest in journal.kept(_PACKET).items():
            packet_id, client = name.split(" ", 1)
            self._open.setdefault(client, {})[int(packet_id)] = digest
        self._sequences = Sequences(journal.kept(_SEQUENCE), in_flight)
        self._snapshot_due_bytes = 0
        self._replay()

    def is_repeated_publish(self, publish: Publish) -> bool:
        """Note a PUBLISH; tell whether the very same one was journalled before."""
        if publish.packet_id is None:
            return False
        if publish.qos > 1 and publish.client not in self._brokers:
            return False  # `is_open` has told
        key = (publish.client, publish.packet_id, _digest(publish))
        if publish.dup and (
            key in self._uncommitted or self._journal.has_publish(*key, self._clock_us())
        ):
            return True
        self._uncommitted.add(key)
        self._batches.pending.publish_keys.append(key)
        return False

    def is_repeated_reading(self, reading: Reading, seq: int) -> bool:
        """Note a reading that counts without a clock; tell whether it was journalled before."""
        series = (reading.device, reading.sensor, reading.quantity)
        return not self._sequences.take(series, seq, reading.value)

    def is_open(self, publish: Publish) -> bool:
        """Open the packet id of a QoS 2 PUBLISH; tell whether it stands open for this message.

        A sender that begins anew without telling uses open ids for other messages; without DUP
        those are new (MQTT-4.3.3-2 wants DUP on every other).
        """
        packet_id = publish.packet_id or 0
        digest = _digest(publish)
        opened = self._open.setdefault(publish.client, {})
        known = opened.get(packet_id)
        if known is not None and (publish.dup or known == digest):
            return True
        opened[packet_id] = digest
        self._batches.pending.keep(_PACKET, f"{packet_id} {publish.client}", digest)
        return False

    def close(self, client: str, packet_ids: Sequence[int]) -> list[int]:
        """Close packet ids of QoS 2; return a reason code for each."""
        opened = self._open.get(client, {})
        codes = []
        for packet_id in packet_ids:
            if opened.pop(packet_id, None) is None:
                codes.append(int(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND))
            else:
                codes.append(int(ReasonCode.SUCCESS))
                self._batches.pending.keep(_PACKET, f"{packet_id} {client}", None)
        if not opened:
            self._open.pop(client, None)
        return codes

    def close_all(self, client: str) -> bool:
        """Forget the open packet ids of a client whose session ends; tell whether any was open."""
        return bool(self.close(client, list(self._open.get(client, ()))))

    def committed(self, keys: Sequence[tuple[str, int, bytes]]) -> None:
        """Note that these publishes are in the journal."""
        self._uncommitted.difference_update(keys)

    def snapshot_if_due(self, batch_id: int) -> None:
        """Keep the counters of all series with the next batch, where it is time to.

        Args:
            batch_id: The id that this batch will have.
        """
        self._snapshot_due_bytes -= self._batches.next_size
        if self._snapshot_due_bytes > 0 or self._batches.has_sealed:
            return  # a full batch waits: the counters are ahead of it
        changed = self._sequences.take_changed()
        if not changed:
            return
        pending = self._batches.pending
        for name, data in changed.items():
            pending.keep(_SEQUENCE, name, data)
        pending.keep(_SEQUENCES_AT, "", str(batch_id).encode())
        self._snapshot_due_bytes = _SNAPSHOT_BYTES

    def _replay(self) -> None:
        """Take what was journalled after the last snapshot of the counters."""
        snapshot = self._journal.kept(_SEQUENCES_AT).get("")
        if snapshot is None:
            return
        self._snapshot_due_bytes = _SNAPSHOT_BYTES
        for reading in self._journal.clockless_readings_after(int(snapshot)):
            if reading.seq is not None:
                self.is_repeated_reading(reading, reading.seq)


def _digest(publish: Publish) -> bytes:
    # A topic holds no U+0000 (§4.7.3), so the pair is told from every other.
    return hashlib.sha256(publish.topic.encode() + b"\0" + publish.payload).digest()
