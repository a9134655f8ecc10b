"""Messages whose acknowledgement never left: their senders hold them still and send them again."""

from __future__ import annotations

from collections import OrderedDict

from gateway.store.journal import PUBLISH_KEY_LIFETIME_US

MOST_MESSAGES = 100_000
"""The oldest is forgotten for one more: about 45 MB where no two are alike."""


class Unheard:
    """Messages of QoS 1 whose connection ended before their PUBACK.

    The newest message of a packet id is known from the journal. These are known beside it, for two
    devices that bear one name use the same packet ids and take the connection from each other. Of
    messages alike each is one of its own: both may hold the same reading.
    What ends a connection is rarely the end of the process too: a restart forgets them.
    """

    def __init__(self) -> None:
        self._noted: OrderedDict[tuple[str, int, bytes], list[int]] = OrderedDict()
        self._count = 0

    def note(self, client: str, packet_id: int, digest: bytes, now: int) -> None:
        """Note a message; `now` in microseconds UTC."""
        key = client, packet_id, digest
        self._noted.setdefault(key, []).append(now)
        self._noted.move_to_end(key)
        self._count += 1
        if self._count > MOST_MESSAGES:
            self._drop_oldest(next(iter(self._noted)))

    def take(self, client: str, packet_id: int, digest: bytes, now: int) -> bool:
        """Tell whether a message that comes again is one of these, and forget that one.

        It is answered now; what comes after that with its packet id is another message.
        """
        key = client, packet_id, digest
        while (noted_at := self._noted.get(key)) is not None:
            is_valid = now - noted_at[0] <= PUBLISH_KEY_LIFETIME_US
            self._drop_oldest(key)
            if is_valid:
                return True
        return False

    def _drop_oldest(self, key: tuple[str, int, bytes]) -> None:
        noted_at = self._noted[key]
        del noted_at[0]
        self._count -= 1
        if not noted_at:
            del self._noted[key]
