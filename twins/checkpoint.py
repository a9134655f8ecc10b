"""A twin as bytes, so that folding can go on where it stopped.

A checkpoint is derived: it may be thrown away at any time and the twin folded again from its
inputs. It holds for the policy that the twin was folded under and for no other.
"""

from __future__ import annotations

import msgspec

from .errors import CargotwinError
from .twin import AssetTwin

VERSION = 1
"""Raised with every change of the twin's fields or of the rules that fill them."""


class UnreadableCheckpoint(CargotwinError):
    """Bytes that are no checkpoint of this version; the twin must be folded from its inputs."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"checkpoint cannot be read: {reason}; drop it and fold the twin from its inputs"
        )


class _Checkpoint(msgspec.Struct, frozen=True, array_like=True):
    """The twin without its wide sums, and these as hexadecimal text: msgpack ends at 64 bits."""

    version: int
    wide_sums: list[tuple[str, str]]
    twin: AssetTwin


class _Versioned(msgspec.Struct, frozen=True, array_like=True):
    """The first field of a checkpoint of any version."""

    version: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Checkpoint)
_version_decoder = msgspec.msgpack.Decoder(_Versioned)


def to_bytes(twin: AssetTwin) -> bytes:
    """Return the twin's checkpoint."""
    narrow = tuple(msgspec.structs.replace(one, weighted=0, kinetic=0) for one in twin.series)
    wide_sums = [(f"{one.weighted:x}", f"{one.kinetic:x}") for one in twin.series]
    return _encoder.encode(
        _Checkpoint(VERSION, wide_sums, msgspec.structs.replace(twin, series=narrow))
    )


def from_bytes(data: bytes) -> AssetTwin:
    """Return the twin of a checkpoint.

    Raises:
        UnreadableCheckpoint: The bytes are damaged, or another version wrote them.
    """
    try:
        version = _version_decoder.decode(data).version
        if version != VERSION:
            raise UnreadableCheckpoint(f"version {version}, this release reads {VERSION}")
        stored = _decoder.decode(data)
        series = tuple(
            msgspec.structs.replace(one, weighted=int(weighted, 16), kinetic=int(kinetic, 16))
            for one, (weighted, kinetic) in zip(stored.twin.series, stored.wide_sums, strict=True)
        )
    except (msgspec.MsgspecError, ValueError) as error:
        raise UnreadableCheckpoint(str(error)) from error
    return msgspec.structs.replace(stored.twin, series=series)
