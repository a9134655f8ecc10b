"""What the MQTT shells hand over, and the port through which they do so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from .reason_codes import ReasonCode


class Publish(msgspec.Struct, gc=False, frozen=True):
    """One received PUBLISH.

    Attributes:
        client: The sender: its client id, or ``principal/client id`` where these differ, so that
            no account can speak under another's id; for a subscriber, its own client id at the
            broker.
        topic: Topic name, a topic alias resolved.
        payload: The application message.
        packet_id: Present with QoS 1 and 2.
        qos: 0, 1 or 2.
        dup: The sender says that it may have sent this before (MQTT 5 §3.3.1.1).
        retain: The RETAIN flag as it came. From a broker it marks stored state, not a new reading
            (§3.3.1.3); from a device it only asks that the message be stored.
        received_at: Microseconds UTC.
        is_permitted: Whether the sender has the right to publish to this topic.
    """

    client: str
    topic: str
    payload: bytes
    packet_id: int | None
    qos: int
    dup: bool
    retain: bool
    received_at: int
    is_permitted: bool = True


class PublishSink(Protocol):
    """Where received messages become durable. All methods are called in the event loop."""

    def submit(self, publishes: list[Publish], answered: Callable[[Sequence[int]], None]) -> None:
        """Take a batch; call `answered` in the loop once it is durable.

        `answered` gets one MQTT 5 reason code per publish, in order: 0x00, 0x10, or a failure such
        as 0x99. It may be called before `submit` returns. Never calling it leaves the batch
        unacknowledged, and the sender sends it again.

        A message of QoS 2 is taken once: while its packet id is open, the same message of the same
        client is answered and not taken again. The id opens in the commit that makes the message
        durable (MQTT 5 §4.3.3, method B).
        """

    def unheard(self, publishes: Sequence[Publish]) -> None:
        """Note submitted messages whose answers cannot be written: their connection has ended.

        Their sender holds those of QoS 1 and sends exactly them again, marked with DUP (MQTT 5
        §4.4), whatever others of its name send under their packet ids meanwhile.
        """

    def release(
        self, client: str, packet_ids: Sequence[int], answered: Callable[[Sequence[int]], None]
    ) -> None:
        """Close packet ids of QoS 2; call `answered` once that is durable.

        `answered` gets one reason code per id, in order: 0x00, or 0x92 where it was not open.
        """

    @property
    def is_full(self) -> bool:
        """Whether connections must stop reading; a batch submitted meanwhile is still taken."""

    def on_room(self, callback: Callable[[], None]) -> None:
        """Call `callback` once in the loop when the sink is no longer full."""

    def refuse(self, client: str, address: str, reason: str, head: bytes, received_at: int) -> None:
        """Count and keep bytes that are no MQTT.

        Args:
            client: Client id, empty when the sender had not said it.
            address: ``host:port`` of the sender.
            reason: What is wrong, with the clause and the reason code.
            head: The offending bytes, at most 4 KiB.
            received_at: Microseconds UTC.
        """


class StoredSession(msgspec.Struct, frozen=True):
    """What outlives a connection (§4.1): all but messages on their way to the client.

    Attributes:
        client: The client, named as in `Publish`.
        principal: Who was admitted under it; nobody else may take the session over.
        expiry_s: Session Expiry Interval, within the server's maximum.
        subscriptions: Topic filters and the QoS granted.
        left_at: When the client went, microseconds UTC; None while it is connected.
    """

    client: str
    principal: str
    expiry_s: int
    subscriptions: tuple[tuple[str, int], ...] = ()
    left_at: int | None = None


class SessionStore(Protocol):
    """Where sessions are durable. All methods are called in the event loop."""

    def sessions(self) -> Sequence[StoredSession]:
        """Return what was kept, at the start."""

    def keep(self, session: StoredSession, kept: Callable[[], None]) -> None:
        """Store a session in place of an earlier one of its client; call `kept` once durable."""

    def drop(self, client: str) -> None:
        """Forget a session and its open packet ids, before anything that is submitted later."""


class Attempt(msgspec.Struct, frozen=True):
    """What a client shows of itself with its CONNECT.

    Attributes:
        client: Client id.
        user_name: As sent, None where there is none.
        password: As sent, None where there is none.
        certificate_name: Common name of a client certificate that TLS verified, else None.
        host: Address without port.
    """

    client: str
    user_name: str | None
    password: bytes | None
    certificate_name: str | None
    host: str


class DeviceRights(msgspec.Struct, frozen=True):
    """Which devices a sender may speak for.

    Attributes:
        names: Ids of devices; one that ends with ``*`` stands for all that begin so.
        by_topic: Whether it may also speak for the device that the topic of a message names: the
            right to the topic decides then. A device that only a payload names is not covered.
    """

    names: tuple[str, ...]
    by_topic: bool = False


class Grant(msgspec.Struct, frozen=True):
    """What an admitted client may do.

    Attributes:
        principal: Whose rights these are: the account's name; empty without authentication.
        publish: Topic filters that it may publish to, None for all.
        subscribe: Topic filters that it may subscribe to; a narrower filter is allowed too.
        messages_per_s: Rate above which reading from it pauses, None for no limit.
        maximum_connections: How many connections the principal may hold at once, None for any.
        devices: Which devices it may speak for, None for all.
    """

    principal: str
    publish: tuple[str, ...] | None
    subscribe: tuple[str, ...]
    messages_per_s: int | None = None
    maximum_connections: int | None = None
    devices: DeviceRights | None = None


class Gatekeeper(Protocol):
    """Who decides whether a client is admitted. Called in the event loop."""

    def admit(self, attempt: Attempt, decided: Callable[[Grant | ReasonCode], None]) -> None:
        """Decide, at once or later: checking a password takes a worker thread a while.

        `decided` gets what is granted, or the failure to answer: 0x86, 0x87, 0x97, ….
        """
