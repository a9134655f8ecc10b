"""What was journalled before: the identity of messages whose readings have no time of their own.

At QoS 1 DUP and (client, packet id, content) tell, of the newest message and of those whose answer
was not heard; at QoS 2 the open packet id (MQTT 5 §4.3.3), and without either a counter of the
device. Readings with the device's time need none of this: their record is their identity.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence

from gateway.intake.pending import Batches, Pending
from gateway.intake.refused import Refused
from gateway.intake.sequences import Sequences
from gateway.intake.unheard import Unheard
from gateway.mqtt.ports import Publish
from gateway.mqtt.reason_codes import ReasonCode
from gateway.store.journal import JournalWriter
from twins.readings import Reading

PACKET_ID_OF_KEYS = 0
"""In place of a packet id, of which none is 0 (MQTT 5 §2.2.1); the key itself ends the client."""

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
        brokers: Client ids under which messages are taken from brokers; of those some send a
            message of QoS 2 again, marked with DUP, after it was released.
    """

    def __init__(
        self,
        journal: JournalWriter,
        batches: Batches,
        clock_us: Callable[[], int],
        brokers: frozenset[str],
    ) -> None:
        self._journal = journal
        self._batches = batches
        self._clock_us = clock_us
        self._brokers = brokers
        self._uncommitted: dict[tuple[str, int], bytes] = {}
        self._open: dict[str, dict[int, bytes]] = {}
        for name, digest in journal.kept(_PACKET).items():
            packet_id, client = name.split(" ", 1)
            self._open.setdefault(client, {})[int(packet_id)] = digest
        self._unheard = Unheard()
        self._refused = Refused()
        self._sequences = Sequences(journal.kept(_SEQUENCE))
        self._replay()
        self._snapshot_due_bytes = 0
        batches.before_sealing = self._snapshot_if_due

    def is_repeated_publish(self, publish: Publish) -> bool:
        """Note a PUBLISH; tell whether the very same one was journalled before."""
        if publish.packet_id is None:
            return False
        if publish.qos > 1 and publish.client not in self._brokers:
            return False  # `is_open` has told
        key, digest = (publish.client, publish.packet_id), _digest(publish)
        self._refused.forget(*key, digest)
        if publish.dup:
            now = self._clock_us()
            was_unheard = publish.qos == 1 and self._unheard.take(*key, digest, now)
            if was_unheard or self._newest(key, now) == digest:
                return True
        self._note(key, digest)
        return False

    def is_repeated_refusal(self, publish: Publish) -> bool:
        """Tell whether the very same PUBLISH is in quarantine already, or was taken before."""
        if publish.packet_id is None or not publish.dup:
            return False
        key, digest = (publish.client, publish.packet_id), _digest(publish)
        return self._refused.is_kept(*key, digest) or self._newest(key, self._clock_us()) == digest

    def note_refused(self, publish: Publish, *, is_kept: bool) -> None:
        """Note a PUBLISH that its sender had no right to send: it is none that was taken."""
        if publish.packet_id is None:
            return
        digest = _digest(publish)
        self._refused.note(publish.client, publish.packet_id, digest, is_kept=is_kept)
        if publish.qos > 1:
            # It is refused in PUBREC, which frees its packet id (MQTT 5 §4.3.3).
            self.close(publish.client, [publish.packet_id])

    def is_key_of_another(self, publish: Publish) -> bool:
        """Tell whether a message's Idempotency-Key came before with another message."""
        newest = self._newest((publish.client, PACKET_ID_OF_KEYS), self._clock_us())
        return newest is not None and newest != _digest(publish)

    def keep_key(self, publish: Publish) -> None:
        """Know the Idempotency-Key of a message that was taken, whatever its readings are."""
        key = publish.client, PACKET_ID_OF_KEYS
        if self._newest(key, self._clock_us()) is None:
            self._note(key, _digest(publish))

    def note_unheard(self, publishes: Sequence[Publish]) -> None:
        """Know messages again whose senders will not hear that they were taken.

        Of QoS 1; at QoS 2 the packet id stands open (MQTT 5 §4.3.3).
        """
        now = self._clock_us()
        for publish in publishes:
            if publish.qos == 1 and publish.packet_id is not None:
                key = publish.client, publish.packet_id, _digest(publish)
                if not self._refused.is_known(*key):
                    self._unheard.note(*key, now)

    def is_repeated_reading(self, reading: Reading, received_at: int) -> bool:
        """Note a reading without a clock; tell whether its counter says that it came before."""
        seq = reading.seq
        return seq is not None and not self._sequences.take(reading, seq, received_at)

    def keep_counters(self) -> None:
        """Keep all counters with the batch that grows: readings were added without their order."""
        self._snapshot_due_bytes = 0

    def is_open(self, publish: Publish) -> bool:
        """Open the packet id of a QoS 2 PUBLISH; tell whether it stands open for this message.

        A sender that begins anew without telling uses open ids for other messages: those are new.
        """
        packet_id = publish.packet_id or 0
        digest = _digest(publish)
        opened = self._open.setdefault(publish.client, {})
        if opened.get(packet_id) == digest:
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

    def close_all_but(self, sessions: Container[str]) -> None:
        """Forget the open packet ids of clients without a session: nobody will close them."""
        for client in [one for one in self._open if one not in sessions]:
            if client not in self._brokers:
                self.close_all(client)

    def committed(self, keys: Mapping[tuple[str, int], bytes]) -> None:
        """Note that these publishes are in the journal."""
        for key, digest in keys.items():
            if self._uncommitted.get(key) == digest:
                del self._uncommitted[key]

    def _newest(self, key: tuple[str, int], now: int) -> bytes | None:
        """Return the digest of the newest message of a client's packet id."""
        uncommitted = self._uncommitted.get(key)
        return self._journal.published(*key, now) if uncommitted is None else uncommitted

    def _note(self, key: tuple[str, int], digest: bytes) -> None:
        self._uncommitted[key] = digest
        self._batches.pending.publish_keys[key] = digest

    def _snapshot_if_due(self, batch: Pending, batch_id: int) -> None:
        """Keep the counters of all series with a batch that is complete, where it is time to."""
        self._snapshot_due_bytes -= batch.size
        if self._snapshot_due_bytes > 0:
            return
        for name, data in self._sequences.take_changed().items():
            batch.keep(_SEQUENCE, name, data)
        batch.keep(_SEQUENCES_AT, "", str(batch_id).encode())
        self._snapshot_due_bytes = _SNAPSHOT_BYTES

    def _replay(self) -> None:
        """Take what was journalled after the counters were kept last."""
        kept_at = self._journal.kept(_SEQUENCES_AT).get("", b"0")
        for received_at, reading in self._journal.clockless_readings_after(int(kept_at)):
            self.is_repeated_reading(reading, received_at)


def _digest(publish: Publish) -> bytes:
    # A topic holds no U+0000 (§4.7.3), so the pair is told from every other.
    return hashlib.sha256(publish.topic.encode() + b"\0" + publish.payload).digest()
