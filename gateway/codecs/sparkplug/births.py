"""What a BIRTH taught of one node or device, for how long it holds, and its durable form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from gateway.codecs.base import Memo

from .metrics import Metrics, Row

_SCHEMA: Literal[1] = 1
_encoder = msgspec.msgpack.Encoder()
_NO_ROWS = _encoder.encode(())


class Birth:
    """The BIRTH of a node or device, or that data came of one whose BIRTH is not known.

    Attributes:
        source: `group/node` or `group/node/device`.
        body: The rows of its metrics as msgpack; empty where no BIRTH is known.
        metrics: Its metrics.
        session: `bdSeq` of the node's session, where it was stated.
        era: When the node was last born or died, microseconds UTC; the BIRTH of a device in another
            era than its node's has ended.
        valid_from: From when on it describes what the node sends, microseconds UTC.
        ended_at: Until when; None while it holds.
        lacking_since: Since when messages of the node could not be read for want of a BIRTH.
    """

    __slots__ = (
        "_noted",
        "body",
        "ended_at",
        "era",
        "lacking_since",
        "metrics",
        "session",
        "source",
        "valid_from",
    )

    def __init__(self, source: str) -> None:
        self.source = source
        self.body = b""
        self.metrics = Metrics(())
        self.session: int | None = None
        self.era = 0
        self.valid_from = 0
        self.ended_at: int | None = 0
        self.lacking_since: int | None = None
        self._noted = self._essence()

    @property
    def is_in_force(self) -> bool:
        """Whether it describes what the node sends now."""
        return self.ended_at is None

    def held_at(self, moment: int) -> bool:
        """Return whether it described what the node sent at a moment."""
        return self.valid_from <= moment and (self.ended_at is None or moment < self.ended_at)

    def begin(
        self, body: bytes, metrics: Metrics, session: int | None, era: int, since: int
    ) -> None:
        """Take a BIRTH that holds since a moment, or longer where the one before said the same."""
        is_same = body == self.body and session == self.session
        self.valid_from = min(since, self.valid_from) if is_same else since
        self.body, self.metrics, self.session, self.era = body, metrics, session, era
        self.ended_at = self.lacking_since = None

    def end(self, moment: int) -> None:
        """Take it that it holds no longer."""
        if self.ended_at is None:
            self.ended_at = moment

    def note(self, memos: list[Memo]) -> None:
        """Add its durable form to the memos, where that has changed."""
        essence = self._essence()
        if essence == self._noted:
            return
        self._noted = essence
        state = _State(
            _SCHEMA,
            self.session,
            self.era,
            self.valid_from,
            self.ended_at,
            self.lacking_since,
            msgspec.Raw(self.body or _NO_ROWS),
        )
        memos.append(Memo(self.source, _encoder.encode(state)))

    def recall(self, value: bytes, metrics_of: Callable[[list[Row]], Metrics]) -> None:
        """Take its durable form again; what metrics measure is made anew by today's settings.

        Raises:
            msgspec.DecodeError: The value is none.
        """
        state = _state.decode(value)
        rows = _rows.decode(state.rows)
        self.body = bytes(state.rows) if rows else b""
        self.metrics = metrics_of(rows)
        self.session = state.session
        self.era = state.era
        self.valid_from = state.valid_from
        self.ended_at = state.ended_at
        self.lacking_since = state.lacking_since
        self._noted = self._essence()

    def _essence(self) -> tuple[object, ...]:
        return (
            self.session,
            self.era,
            self.valid_from,
            self.ended_at,
            self.lacking_since,
            self.body,
        )


class _State(msgspec.Struct, frozen=True, array_like=True):
    """A `Birth` as it is kept."""

    schema: Literal[1]
    session: int | None
    era: int
    valid_from: int
    ended_at: int | None
    lacking_since: int | None
    rows: msgspec.Raw


_state = msgspec.msgpack.Decoder(_State)
_rows = msgspec.msgpack.Decoder(list[Row])


def body_of(rows: list[Row]) -> bytes:
    """Return the rows of a BIRTH in the form in which they are kept and compared."""
    return _encoder.encode(rows)
