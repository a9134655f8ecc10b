"""What keeps a signed payload from being sent again by somebody else.

A reading with a time of its own is the same reading whenever it comes. One without is told from an
older one only by the device's counter: of each key of a device, the highest counter is kept, and a
payload whose counters do not go beyond it is refused. A counter that begins anew needs a new key.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .base import Memo
from .refusals import Replayed

_PREFIX = "signed\t"


class _Newest(msgspec.Struct, frozen=True, array_like=True):
    """The payload with the highest counter of a key.

    Attributes:
        key: Public key that signed it.
        seq: Its highest counter.
        signature: Its signature: the same payload, sent again by a device that got no answer, is
            let through, so that intake can answer it as the repetition that it is.
    """

    key: bytes
    seq: int
    signature: bytes


class SignedCounters:
    """The highest counter that each device without a clock has signed, by device and key."""

    def __init__(self) -> None:
        self._newest: dict[tuple[str, bytes], _Newest] = {}
        self._decoder = msgspec.msgpack.Decoder(_Newest)

    def take(self, device: str, key: bytes, seq: int, signature: bytes) -> Memo | None:
        """Note the highest counter of a signed payload; return what to remember, where it is new.

        Raises:
            Replayed: It does not go beyond what this key has signed before.
        """
        known = self._newest.get((device, key))
        if known is not None and seq <= known.seq:
            if (seq, signature) == (known.seq, known.signature):
                return None
            raise Replayed(device, seq, known.seq)
        newest = self._newest[device, key] = _Newest(key, seq, signature)
        return Memo(f"{_PREFIX}{device}\t{key.hex()}", msgspec.msgpack.encode(newest))

    def recall(self, memos: Iterable[Memo]) -> list[Memo]:
        """Know again what `take` returned; return the memos that are not its own.

        Memos of several formats come in any order: one of an older key takes nothing from a newer.
        """
        others = []
        for memo in memos:
            if not memo.key.startswith(_PREFIX):
                others.append(memo)
                continue
            device = memo.key.removeprefix(_PREFIX).partition("\t")[0]
            found = self._decoder.decode(memo.value)
            known = self._newest.get((device, found.key))
            if known is None or known.seq < found.seq:
                self._newest[device, found.key] = found
        return others
