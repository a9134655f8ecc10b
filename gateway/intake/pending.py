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
        size: About how many bytes they have, and what waits for the answers.
        publish_keys: By (client, packet id) the SHA-256 of its newest PUBLISH, where it may be
            needed to know that one again.
        kept: By (kind, id) what is known from now on; None forgets it.
        counters: Amounts to add to named counters.
        answers: Called once the batch is on disk.
    """

    blobs: list[bytes] = field(default_factory=list)
    messages: int = 0
    entries: int = 0
    size: int = 0
    publish_keys: dict[tuple[str, int], bytes] = field(default_factory=dict)
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

    def answer(self, answer: Callable[[], None], size: int) -> None:
        """Call `answer` after the commit; `size` bytes are held for it meanwhile."""
        self.answers.append(answer)
        self.size += size

    def keep(self, kind: str, name: str, value: bytes | None) -> None:
        """Know something from now on, or forget it."""
        self.kept[kind, name] = value
        self.size += len(name) + len(value or b"")


class Batches:
    """The batch that grows, those that are full, and the one on its way to the disk.

    Args:
        next_id: The id that the next batch will have.

    Attributes:
        pending: The batch that grows.
        before_sealing: Called with a batch that is complete and the id that it will have; may add
            to what it keeps.
    """

    def __init__(self, next_id: int) -> None:
        self.pending = Pending()
        self.before_sealing: Callable[[Pending, int], None] = lambda _batch, _id: None
        self._next_id = next_id
        self._sealed: deque[Pending] = deque()
        self._sealed_size = 0
        self._committing_size = 0

    @property
    def size(self) -> int:
        """About how many bytes wait for the disk, or for an answer after it."""
        return self.pending.size + self._sealed_size + self._committing_size

    @property
    def pending_id(self) -> int:
        """The id that the batch that grows will have, or the last one where nothing is added."""
        return self._next_id if self.pending.is_worth_a_commit else self._next_id - 1

    @property
    def has_sealed(self) -> bool:
        """Whether a full batch waits."""
        return bool(self._sealed)

    def seal_if_long(self) -> None:
        """Begin a new batch where the present one holds as much as a batch may."""
        if self.pending.entries >= MOST_ENTRIES or self.pending.size >= LARGEST_BYTES:
            self._sealed.append(self._completed())
            self._sealed_size += self._sealed[-1].size

    def take_next(self) -> Pending:
        """Take the oldest batch; it counts as waiting until `settle`."""
        if self._sealed:
            batch = self._sealed.popleft()
            self._sealed_size -= batch.size
        else:
            batch = self._completed()
        self._committing_size = batch.size
        return batch

    def settle(self) -> None:
        """Note that the batch that was taken is on disk."""
        self._committing_size = 0

    def _completed(self) -> Pending:
        batch, self.pending = self.pending, Pending()
        if batch.is_worth_a_commit:
            self.before_sealing(batch, self._next_id)
            self._next_id += 1
        return batch
