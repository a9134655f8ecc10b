"""The embedded chain's durable form: an append-only file of what its blocks are made of.

The file begins with a magic line. A record is its length and that number's CRC-32, the msgpack
array, and the array's CRC-32; integers are 4 bytes, big-endian. The first record is the genesis,
every other one a block. A process that dies while it appends leaves the last record short; such a
block was never answered for, so the next start cuts it off. Anything else that does not fit is
damage, and is refused.
"""

from __future__ import annotations

import os
import sys
import zlib
from typing import TYPE_CHECKING, BinaryIO, Self

import msgspec

from contracts.errors import ChainLogInUse, DamagedChainLog

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FILE_NAME = "chain.log"
MAGIC = b"cargotwin chain log 1\n"
WORD = 4
HEADER_BYTES = 2 * WORD


class Genesis(msgspec.Struct, frozen=True, array_like=True):
    """What block 0 is made of.

    Attributes:
        chain_id: Chain id that every transaction is signed for.
        timestamp: Seconds since 1970-01-01 UTC.
        funded: Addresses that own ether from the start.
        balance_ether: What each of them owns.
    """

    chain_id: int
    timestamp: int
    funded: tuple[bytes, ...]
    balance_ether: int


class LoggedBlock(msgspec.Struct, frozen=True, array_like=True):
    """One block: enough to make it again, and its hash to see that the same came out.

    Attributes:
        timestamp: Seconds since 1970-01-01 UTC.
        transactions: Signed transactions in their order, as they came over the wire.
        block_hash: Hash of the block that they made.
    """

    timestamp: int
    transactions: tuple[bytes, ...]
    block_hash: bytes


class ChainLog:
    """An open, locked chain log, at its end.

    Attributes:
        path: The file.
        genesis: Its first record.
    """

    def __init__(self, path: Path, file: BinaryIO, genesis: Genesis) -> None:
        self.path = path
        self.genesis = genesis
        self._file = file

    @classmethod
    def open(cls, folder: Path, new_genesis: Genesis) -> tuple[Self, Sequence[LoggedBlock]]:
        """Open the log of `folder`, or begin it with `new_genesis`, and read its blocks.

        Raises:
            ChainLogInUse: Another process runs this chain.
            DamagedChainLog: The file was changed by something else.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE_NAME
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(descriptor, "r+b", buffering=0)
        try:
            _lock(file, path)
            log, blocks = cls._read_or_begin(path, file, new_genesis)
        except BaseException:
            file.close()
            raise
        return log, blocks

    @classmethod
    def _read_or_begin(
        cls, path: Path, file: BinaryIO, new_genesis: Genesis
    ) -> tuple[Self, Sequence[LoggedBlock]]:
        stored = file.read()
        records, end = _split(path, stored)
        if not records:
            file.seek(0)
            file.truncate()
            _write(file, MAGIC + _record(msgspec.msgpack.encode(new_genesis)))
            _sync_folder(path.parent)
            return cls(path, file, new_genesis), ()
        if end < len(stored):
            file.truncate(end)
            os.fsync(file.fileno())
        file.seek(end)
        try:
            genesis = msgspec.msgpack.decode(records[0], type=Genesis)
            blocks = [msgspec.msgpack.decode(record, type=LoggedBlock) for record in records[1:]]
        except msgspec.DecodeError as error:
            raise DamagedChainLog(path, len(MAGIC), str(error)) from error
        return cls(path, file, genesis), blocks

    def append(self, block: LoggedBlock) -> None:
        """Make a block durable; it may be answered for when this returns."""
        _write(self._file, _record(msgspec.msgpack.encode(block)))

    def close(self) -> None:
        """Close the file and release its lock."""
        self._file.close()


def _record(payload: bytes) -> bytes:
    length = len(payload).to_bytes(WORD, "big")
    return length + _checksum(length) + payload + _checksum(payload)


def _checksum(covered: bytes) -> bytes:
    return zlib.crc32(covered).to_bytes(WORD, "big")


def _split(path: Path, stored: bytes) -> tuple[list[bytes], int]:
    """Return the whole records' contents and the offset at which the last of them ends."""
    if not stored.startswith(MAGIC):
        if MAGIC.startswith(stored):  # died before the genesis was written
            return [], 0
        raise DamagedChainLog(path, 0, "this is no chain log")
    records: list[bytes] = []
    start = len(MAGIC)
    while (payload := _payload_at(path, stored, start)) is not None:
        records.append(payload)
        start += HEADER_BYTES + len(payload) + WORD
    return records, start


def _payload_at(path: Path, stored: bytes, start: int) -> bytes | None:
    """Return the record that begins at `start`; None at the end, be it clean or torn."""
    header = stored[start : start + HEADER_BYTES]
    # A file system may have enlarged the file before the power failed, without writing what is in
    # it.
    if len(header) < HEADER_BYTES or not any(stored[start:]):
        return None
    length, checksum = header[:WORD], header[WORD:]
    if _checksum(length) != checksum:
        raise DamagedChainLog(path, start, "the length of a record does not fit its checksum")
    end = start + HEADER_BYTES + int.from_bytes(length, "big")
    payload, checksum = stored[start + HEADER_BYTES : end], stored[end : end + WORD]
    if _checksum(payload) == checksum:
        return payload
    if end + WORD >= len(stored):
        return None
    raise DamagedChainLog(path, start, "a record does not fit its checksum")


def _write(file: BinaryIO, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(file: BinaryIO, path: Path) -> None:
    if sys.platform == "win32":
        return  # no flock there: two processes on one folder go unnoticed
    import fcntl  # noqa: PLC0415 exists on POSIX only

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ChainLogInUse(path) from error
