"""Messages that were refused for want of a right: known again as refused, and as nothing else."""

from __future__ import annotations

from collections import OrderedDict

MOST_MESSAGES = 10_000
"""The oldest is forgotten for one more; what comes again then is kept in quarantine once more."""


class Refused:
    """Messages that stand in no record of what was taken, so that they may come with a right.

    A restart forgets them.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, bytes], bool] = OrderedDict()

    def note(self, client: str, packet_id: int, digest: bytes, *, is_kept: bool) -> None:
        """Note a message that was refused, and whether it is kept in quarantine."""
        key = client, packet_id, digest
        self._kept[key] = is_kept
        self._kept.move_to_end(key)
        if len(self._kept) > MOST_MESSAGES:
            self._kept.popitem(last=False)

    def is_kept(self, client: str, packet_id: int, digest: bytes) -> bool:
        """Tell whether a message was refused and is in quarantine."""
        return self._kept.get((client, packet_id, digest), False)

    def is_known(self, client: str, packet_id: int, digest: bytes) -> bool:
        """Tell whether a message was refused."""
        return (client, packet_id, digest) in self._kept

    def forget(self, client: str, packet_id: int, digest: bytes) -> None:
        """Forget a message that is taken after all."""
        self._kept.pop((client, packet_id, digest), None)
