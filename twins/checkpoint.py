"""A twin as bytes, so that folding can go on where it stopped.

A checkpoint is derived: it may be thrown away at any time and the twin folded again from its
inputs. It holds for the policy that the twin was folded under and for no other. What is now and
what has been are apart: two folds agree from a moment on where the bytes of what is now are equal.
"""

from __future__ import annotations

import zlib
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from .errors import CargotwinError
from .judging.channel import ChannelSums
from .judging.series import SeriesSums
from .past import Past
from .state import AssetTwin

VERSION = 7
"""Raised with every change of the twin's fields or of the rules that fill them."""


class UnreadableCheckpoint(CargotwinError):
    """Bytes that are no checkpoint of this version; the twin must be folded from its inputs."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(
            f"checkpoint cannot be read: {reason}; drop it and fold the twin from its inputs"
        )


class _Present(msgspec.Struct, frozen=True, array_like=True):
    """The twin without its past."""

    version: int
    twin: AssetTwin


class _Past(msgspec.Struct, frozen=True, array_like=True):
    """The past without its wide sums, and these as hexadecimal text: msgpack ends at 64 bits."""

    version: int
    series: list[tuple[str, str, str]]
    channels: list[tuple[str, ...]]
    past: Past


class _Versioned(msgspec.Struct, frozen=True, array_like=True):
    """The first field of a checkpoint of any version."""

    version: int


_encoder = msgspec.msgpack.Encoder()
_present_decoder = msgspec.msgpack.Decoder(_Present)
_past_decoder = msgspec.msgpack.Decoder(_Past)
_version_decoder = msgspec.msgpack.Decoder(_Versioned)


def present_to_bytes(twin: AssetTwin) -> bytes:
    """Return what is now: equal bytes, equal folds from here on."""
    stored = _Present(VERSION, replace(twin, past=Past()))
    return zlib.compress(_encoder.encode(stored), 1)


def past_to_bytes(past: Past) -> bytes:
    """Return what has been."""
    return _encoder.encode(
        _Past(
            version=VERSION,
            series=[
                (f"{one.weighted:x}", f"{one.kinetic:x}", f"{one.damage:x}") for one in past.series
            ],
            channels=[_wide(one) for one in past.channels],
            past=replace(
                past,
                series=tuple(replace(one, weighted=0, kinetic=0, damage=0) for one in past.series),
                channels=tuple(_narrowed(one) for one in past.channels),
            ),
        )
    )


def twin_from_bytes(present: bytes, past: Past) -> AssetTwin:
    """Return the twin that a checkpoint holds.

    Args:
        present: What `present_to_bytes` gave.
        past: What has been.

    Raises:
        UnreadableCheckpoint: The bytes are damaged, or another version wrote them.
    """
    try:
        data = zlib.decompress(present)
    except zlib.error as error:
        raise UnreadableCheckpoint(str(error)) from error
    return replace(_decoded(data, _present_decoder).twin, past=past)


def past_from_bytes(data: bytes) -> Past:
    """Return what has been, as a checkpoint holds it.

    Raises:
        UnreadableCheckpoint: The bytes are damaged, or another version wrote them.
    """
    stored = _decoded(data, _past_decoder)
    try:
        return replace(
            stored.past,
            series=tuple(
                _widened_series(one, wide)
                for one, wide in zip(stored.past.series, stored.series, strict=True)
            ),
            channels=tuple(map(_widened, stored.past.channels, stored.channels)),
        )
    except ValueError as error:
        raise UnreadableCheckpoint(str(error)) from error


_Stored = TypeVar("_Stored", _Present, _Past)


def _decoded(data: bytes, decoder: msgspec.msgpack.Decoder[_Stored]) -> _Stored:
    try:
        version = _version_decoder.decode(data).version
        if version != VERSION:
            raise UnreadableCheckpoint(f"version {version}, this release reads {VERSION}")
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableCheckpoint(str(error)) from error


def _widened_series(one: SeriesSums, wide: tuple[str, str, str]) -> SeriesSums:
    weighted, kinetic, damage = (int(text, 16) for text in wide)
    return replace(one, weighted=weighted, kinetic=kinetic, damage=damage)


def _wide(one: ChannelSums) -> tuple[str, ...]:
    found = one.exposure
    return () if found is None else (f"{found.kinetic:x}", f"{found.life_used:x}")


def _narrowed(one: ChannelSums) -> ChannelSums:
    if one.exposure is None:
        return one
    return replace(one, exposure=replace(one.exposure, kinetic=0, life_used=0))


def _widened(one: ChannelSums, wide: tuple[str, ...]) -> ChannelSums:
    if one.exposure is None:
        return one
    kinetic, life_used = (int(text, 16) for text in wide)
    return replace(one, exposure=replace(one.exposure, kinetic=kinetic, life_used=life_used))
