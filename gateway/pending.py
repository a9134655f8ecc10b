"""What waits for the disk: messages, what intake has learnt, and who is to be told."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gateway.store.entries import Message, encode_messages, joined
from gateway.store.journal import POSITION_BITS

MOST_ENTRIES = 1 << (POSITION_BITS - 1)
"""A batch that has reached this is sealed: an entry's index must fit into its position."""
LARGEST_BYTES = 4 << 20
"""So is one of this size, so that whoever follows the journal gets it in slices."""


@dataclass(slots=True)
class Pending:
    """One batch while it grows.

    Attributes:
        blobs: Messages in order of arrival, encoded.
        messages: How many they are.
        entries: How many records they hold.
        size: How many bytes they have.
        publish_keys: Identity of PUBLISHes that only the packet itself identifies.
        kept: By (kind, id) what is known from now on; None forgets it.
        counters: Amounts to add to named counters.
        answers: Called once the batch is on disk.
    """

    blobs: list[bytes] = field(default_factory=list)
    messages: int = 0
    entries: int = 0
    size: int = 0
    publish_keys: list[tuple[str, int, bytes]] = field(default_factory=list)
    kept: dict[tuple[str, str], bytes | None] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    answers: list[Callable[[], None]] = field(default_factory=list)

    @property
    def is_worth_a_commit(self) -> bool:
        """Whether anything must be on disk before the answers leave."""
        return bool(self.messages or self.kept or self.publish_keys or self.counters)

    def count(self, name: str, amount: int = 1) -> None:
        """Add to a counter."""
        self.counters[name] = self.counters.get(name, 0) + amount

    def add(self, messages: Sequence[Message], entries: int) -> None:
        """Take messages that hold so many records."""
        blob = encode_messages(messages)
        self.blobs.append(blob)
        self.messages += len(messages)
        self.entries += entries
        self.size += len(blob)

    def blob(self) -> bytes:
        """Return the batch as it goes into the journal."""
        return joined(self.blobs, self.messages)

    def keep(self, kind: str, name: str, value: bytes | None) -> None:
        """Know something from now on, or forget it."""
        self.kept[kind, name] = value


class Batches:
    """The batch that grows, those that are full, and the one on its way to the disk.

    Attributes:
        pending: The batch that grows.
    """

    def __init__(self) -> None:
        self.pending = Pending()
        self._sealed: deque[Pending] = deque()
        self._sealed_size = 0
        self._committing_size = 0

    @property
    def size(self) -> int:
        """How many bytes are not on disk yet."""
        return self.pending.size + self._sealed_size + self._committing_size

    @property
    def has_sealed(self) -> bool:
        """Whether a full batch waits."""
        return bool(self._sealed)

    @property
    def next_size(self) -> int:
        """How many bytes the next batch has."""
        return (self._sealed[0] if self._sealed else self.pending).size

    def seal_if_long(self) -> None:
        """Begin a new batch where the present one holds as much as a batch may."""
        if self.pending.entries >= MOST_ENTRIES or self.pending.size >= LARGEST_BYTES:
            self._sealed.append(self.pending)
            self._sealed_size += self.pending.size
            self.pending = Pending()

    def take_next(self) -> Pending:
        """Take the oldest batch; it counts as waiting until `settle`."""
        if self._sealed:
            batch = self._sealed.popleft()
            self._sealed_size -= batch.size
        else:
            batch, self.pending = self.pending, Pending()
        self._committing_size = batch.size
        return batch

    def settle(self) -> None:
        """Note that the batch that was taken is on disk."""
        self._committing_size = 0
