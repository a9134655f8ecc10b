"""A session as the server keeps it (§4.1): what outlives one connection of a client."""

from __future__ import annotations

from .outbox import Outbox
from .ports import Grant, StoredSession
from .rights import may_subscribe
from .topics import matches


def session_name(principal: str, client_id: str) -> str:
    """Return the name of a client's session: each principal has client ids of its own.

    It is the client id alone for a client of nobody in particular and for one that has its
    account's name, else ``principal/client id``. In a principal, ``/`` and ``%`` are
    percent-encoded, so that two of them never meet in one name.
    """
    escaped = principal.replace("%", "%25").replace("/", "%2F")
    if not principal or principal == client_id == escaped:
        return client_id
    return f"{escaped}/{client_id}"


def principal_of(name: str) -> str:
    """Return the principal of a session's name, where sessions have principals at all."""
    return name.partition("/")[0].replace("%2F", "/").replace("%25", "%")


class SessionState:
    """The state of one client's session; connections come and go.

    Open packet ids of QoS 2 belong to it too; they lie in the sink, where they commit with the
    messages.

    Args:
        client: Name of the client, from `session_name`.
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

    def narrow(self, grant: Grant) -> bool:
        """Take away what a grant does not cover (any more); says whether that was anything.

        Messages that wait for a subscription which is taken away are left out, too.
        """
        covered = {
            pattern: qos
            for pattern, qos in self.subscriptions.items()
            if may_subscribe(grant, pattern)
        }
        if len(covered) == len(self.subscriptions):
            return False
        self.subscriptions = covered
        self.outbox.retain(lambda topic: self.granted_qos(topic) is not None)
        return True

    def granted_qos(self, topic: str) -> int | None:
        """Highest QoS granted to a subscription that matches, None without one (§3.3.4)."""
        return max(
            (qos for pattern, qos in self.subscriptions.items() if matches(pattern, topic)),
            default=None,
        )
