"""A session as the server keeps it (§4.1): what outlives one connection of a client."""

from __future__ import annotations

from .outbox import Outbox
from .ports import StoredSession
from .topics import matches


class SessionState:
    """The state of one client's session; connections come and go.

    Open packet ids of QoS 2 belong to it too; they lie in the sink, where they commit with the
    messages.

    Args:
        client: Client id.
        principal: Who was admitted under it.
        expiry_s: Seconds that it outlives its connection, 0 for not at all.
        outbox_capacity: Own messages that the client may leave unacknowledged.

    Attributes:
        client: The same.
        principal: The same.
        expiry_s: The same; DISCONNECT may change it.
        subscriptions: Topic filters and the QoS granted.
        outbox: Own messages that the client has not acknowledged.
        left_at: When the client went, microseconds UTC; None while it is connected.
        is_stored: Whether the session store knows it.
    """

    __slots__ = (
        "client",
        "expiry_s",
        "is_stored",
        "left_at",
        "outbox",
        "principal",
        "subscriptions",
    )

    def __init__(self, client: str, principal: str, expiry_s: int, outbox_capacity: int) -> None:
        self.client = client
        self.principal = principal
        self.expiry_s = expiry_s
        self.subscriptions: dict[str, int] = {}
        self.outbox = Outbox(outbox_capacity)
        self.left_at: int | None = None
        self.is_stored = False

    @classmethod
    def of(cls, stored: StoredSession, outbox_capacity: int) -> SessionState:
        """Return a session as it was kept."""
        state = cls(stored.client, stored.principal, stored.expiry_s, outbox_capacity)
        state.subscriptions = dict(stored.subscriptions)
        state.left_at = stored.left_at
        state.is_stored = True
        return state

    @property
    def stored(self) -> StoredSession:
        """What is to be kept of it."""
        return StoredSession(
            self.client,
            self.principal,
            self.expiry_s,
            tuple(self.subscriptions.items()),
            self.left_at,
        )

    def granted_qos(self, topic: str) -> int | None:
        """Highest QoS granted to a subscription that matches, None without one (§3.3.4)."""
        return max(
            (qos for pattern, qos in self.subscriptions.items() if matches(pattern, topic)),
            default=None,
        )
