"""Messages whose acknowledgement never left: their senders hold them still and send them again."""

from __future__ import annotations

from collections import OrderedDict

from gateway.store.journal import PUBLISH_KEY_LIFETIME_US

MOST_MESSAGES = 100_000
"""The oldest is forgotten for one more: about 30 MB."""


class Unheard:
    """Messages of QoS 1 whose connection ended before their PUBACK.

    The newest message of a packet id is known from the journal. These are known beside it, for two
    devices that bear one name use the same packet ids and take the connection from each other.
    What ends a connection is rarely the end of the process too: a restart forgets them.
    """

    def __init__(self) -> None:
        self._noted: OrderedDict[tuple[str, int, bytes], int] = OrderedDict()

    def note(self, client: str, packet_id: int, digest: bytes, now: int) -> None:
        """Note a message; `now` in microseconds UTC."""
        key = client, packet_id, digest
        self._noted[key] = now
        self._noted.move_to_end(key)
        if len(self._noted) > MOST_MESSAGES:
            self._noted.popitem(last=False)

    def take(self, client: str, packet_id: int, digest: bytes, now: int) -> bool:
        """Tell whether a message that comes again is one of these, and forget it.

        It is answered now; what comes after that with its packet id is another message.
        """
        noted_at = self._noted.pop((client, packet_id, digest), None)
        return noted_at is not None and now - noted_at <= PUBLISH_KEY_LIFETIME_US
