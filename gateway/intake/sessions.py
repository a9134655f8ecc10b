"""MQTT sessions in the journal: kept with the same commits as the messages that they guard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from gateway.intake.pending import Batches
from gateway.intake.repetitions import Repetitions
from gateway.intake.sink import Intake
from gateway.mqtt.ports import StoredSession
from gateway.store.journal import JournalWriter

_SESSION = "session"
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(StoredSession)


class JournalSessions:
    """Fills the `SessionStore` port."""

    def __init__(
        self, journal: JournalWriter, batches: Batches, repetitions: Repetitions, intake: Intake
    ) -> None:
        self._journal = journal
        self._stored = set(journal.kept(_SESSION))
        self._batches = batches
        self._repetitions = repetitions
        self._intake = intake

    def sessions(self) -> Sequence[StoredSession]:
        """Return what was kept, at the start."""
        return [_decoder.decode(data) for data in self._journal.kept(_SESSION).values()]

    def keep(self, session: StoredSession, kept: Callable[[], None]) -> None:
        """Store a session in place of an earlier one of its client; call `kept` once durable."""
        self._stored.add(session.client)
        self._batches.pending.keep(_SESSION, session.client, _encoder.encode(session))
        self._intake.when_durable(kept)

    def drop(self, client: str) -> None:
        """Forget a session and its open packet ids, before anything that is submitted later."""
        had_open = self._repetitions.close_all(client)
        if client in self._stored:
            self._stored.discard(client)
            self._batches.pending.keep(_SESSION, client, None)
        elif not had_open:
            return
        self._intake.when_durable(_nothing)


def _nothing() -> None:
    """Nobody waits for a session to be forgotten."""
