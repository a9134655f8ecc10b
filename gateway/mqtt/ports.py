"""What the MQTT shells hand over, and the port through which they do so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec


class Publish(msgspec.Struct, gc=False, frozen=True):
    """One received PUBLISH.

    Attributes:
        client: Client id of the sender; for a subscriber, its own client id at the broker.
        topic: Topic name, a topic alias resolved.
        payload: The application message.
        packet_id: Present with QoS 1 and 2.
        qos: 0, 1 or 2.
        dup: The sender says that it may have sent this before (MQTT 5 §3.3.1.1).
        retain: The RETAIN flag as it came. From a broker it marks stored state, not a new reading
            (§3.3.1.3); from a device it only asks that the message be stored.
        received_at: Microseconds UTC.
    """

    client: str
    topic: str
    payload: bytes
    packet_id: int | None
    qos: int
    dup: bool
    retain: bool
    received_at: int


class PublishSink(Protocol):
    """Where received messages become durable. All methods are called in the event loop."""

    def submit(self, publishes: list[Publish], answered: Callable[[Sequence[int]], None]) -> None:
        """Take a batch; call `answered` in the loop once it is durable.

        `answered` gets one MQTT 5 reason code per publish, in order: 0x00, 0x10, or a failure such
        as 0x99. It may be called before `submit` returns. Never calling it leaves the batch
        unacknowledged, and the sender sends it again.
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
