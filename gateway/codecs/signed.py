"""Signed payloads: an envelope around the ordinary payload of a topic's format.

The envelope is a JWS or a COSE_Sign1, by Ed25519. Its key id names the device whose readings the
payload holds; the key is the one that the device's account names, and nothing in the envelope can
choose another key or algorithm. A signed reading needs a time of its own, so that a copy that is
sent again later is the same reading and changes nothing; or a counter that goes beyond all before.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Protocol, TypeGuard

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from twins.readings import ClockSource, Reading

from .base import (
    Codec,
    Decoded,
    IsKnown,
    Memo,
    Record,
    Refusal,
    RememberingCodec,
    ShortWay,
    SwiftCodec,
)
from .cose import cose_of
from .envelope import Envelope
from .jws import jws_of
from .refusals import BadSignature, MissingField, UnknownSigner, Unsigned
from .signed_counters import SignedCounters

_PLAIN = frozenset({b'{"' + bytes([one]) for one in range(256) if one not in b"psh"} | {b'[{"'})
"""How JSON begins that is no envelope: the members of a JWS are protected, payload, signature and
header."""

_Decode = Callable[[str, bytes, int], Decoded]

SigningKey = Callable[[str], bytes | None]
"""Returns the Ed25519 public key of a device, 32 bytes, or None where it has none."""


class Signers(Protocol):
    """Who signs, as the accounts say now."""

    @property
    def must_sign(self) -> frozenset[str]:
        """Devices whose unsigned readings are refused."""

    def signing_key(self, device: str) -> bytes | None:
        """Return the Ed25519 public key of a device, or None where it has none."""


def envelope_of(payload: bytes) -> Envelope | None:
    """Return a signed payload taken apart, or None where it is not signed.

    Raises:
        Refusal: It is an envelope and cannot be used.
    """
    return cose_of(payload) or jws_of(payload)


def is_signed_by(key: bytes, envelope: Envelope) -> bool:
    """Tell whether an Ed25519 public key fits an envelope's signature."""
    try:
        _public_key(key).verify(envelope.signature, envelope.signed)
    except InvalidSignature:
        return False
    return True


def opened(payload: bytes, signing_key: SigningKey) -> Envelope | None:
    """Return a signed payload whose signature is its signer's, or None where it is not signed.

    Raises:
        Refusal: It is an envelope and cannot be used, its signer has no key, or its signature is
            not that of this payload.
    """
    envelope = envelope_of(payload)
    if envelope is None:
        return None
    key = signing_key(envelope.signer)
    if key is None:
        raise UnknownSigner(envelope.signer)
    if not is_signed_by(key, envelope):
        problem = f"the key of {envelope.signer} did not sign these bytes"
        raise BadSignature(problem)
    return envelope


class SignedCodec:
    """A format whose payloads may come in a signed envelope.

    Args:
        inner: The format.
        signers: Whose signatures count, and who must sign.
        counters: What devices without a clock have signed; the same for all formats.

    Attributes:
        name: That of the format.
    """

    def __init__(self, inner: Codec, signers: Signers, counters: SignedCounters) -> None:
        self.name = inner.name
        self._inner = inner
        self._signers = signers
        self._counters = counters

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says; readings in an envelope carry its signature."""
        # Tested in place: this stands before every message, and few are signed.
        if payload[:3] in _PLAIN and not self._signers.must_sign:
            return self._inner.decode(topic, payload, received_at)
        return self._checked(self._inner.decode, topic, payload, received_at)

    def decode_again(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message that came earlier says by what the format knows today."""
        inner = self._inner
        again = inner.decode_again if isinstance(inner, RememberingCodec) else inner.decode
        return self._checked(again, topic, payload, received_at)

    def swift(self, topic: str, is_known: IsKnown) -> ShortWay | None:
        """Return the format's short way, unless its device must sign; it reads no envelope."""
        if not isinstance(self._inner, SwiftCodec):
            return None
        found = self._inner.swift(topic, is_known)
        return None if found is None or found.device in self._signers.must_sign else found

    def recall(self, memos: Iterable[Memo]) -> None:
        """Know again what was signed, and what the format has learnt."""
        others = self._counters.recall(memos)
        if isinstance(self._inner, RememberingCodec):
            self._inner.recall(others)

    def _checked(self, decode: _Decode, topic: str, payload: bytes, received_at: int) -> Decoded:
        try:
            envelope = opened(payload, self._signers.signing_key)
            if envelope is None:
                return self._unsigned(decode, topic, payload, received_at)
            return self._signed(decode, topic, envelope, received_at)
        except Refusal as refusal:
            return Decoded(faults=[refusal.fault()])

    def _signed(self, decode: _Decode, topic: str, envelope: Envelope, received_at: int) -> Decoded:
        if envelope.topic not in (None, topic):
            problem = f"it was signed for the topic {envelope.topic!r}"
            raise BadSignature(problem)
        decoded = decode(topic, envelope.payload, received_at)
        for record in decoded.records:
            _check_speaker(topic, envelope, record)
        self._count(envelope, decoded)
        decoded.records = [_with_signature(one, envelope.signature) for one in decoded.records]
        return decoded

    def _count(self, envelope: Envelope, decoded: Decoded) -> None:
        """Check that nothing of a payload would be new only because it is sent again.

        Raises:
            Refusal: A reading has neither time nor counter, or the counters came before.
        """
        counters = [one.seq for one in decoded.records if _is_clockless(one)]
        if not counters:
            return
        known = [seq for seq in counters if seq is not None]
        if len(known) < len(counters):
            field = "the time of a signed reading"
            raise MissingField(field, "send observed_at, or seq: a copy of it would be a new one")
        key = self._signers.signing_key(envelope.signer) or b""
        memo = self._counters.take(envelope.signer, key, max(known), envelope.signature)
        if memo is not None:
            decoded.memos.append(memo)

    def _unsigned(self, decode: _Decode, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Decode an unsigned message, unless its device must sign."""
        must_sign = self._signers.must_sign
        # Before it is decoded: a format may learn from a message, and nobody vouches for this one.
        for level in topic.split("/"):
            if level in must_sign:
                raise Unsigned(level)
        decoded = decode(topic, payload, received_at)
        for record in decoded.records:
            if isinstance(record, Reading) and record.device in must_sign:
                raise Unsigned(record.device)
        return decoded


def _check_speaker(topic: str, envelope: Envelope, record: Record) -> None:
    """Check that a signer speaks of itself, and that it said all that the record says.

    Raises:
        BadSignature: It does not, or did not.
    """
    signer, levels = envelope.signer, topic.split("/")
    if not isinstance(record, Reading):
        # A statement names parties, not the device that sends it: its topic does.
        if signer not in levels:
            problem = f"{signer} signed it, and the topic is another's"
            raise BadSignature(problem)
    elif record.device != signer:
        problem = f"{signer} signed it, and it speaks of {record.device}"
        raise BadSignature(problem)
    elif envelope.topic is None and record.sensor != signer and record.sensor in levels:
        # A value of one sensor, sent on the topic of another, would be the other's.
        problem = "the topic names the sensor, and the signature does not cover it; sign topic too"
        raise BadSignature(problem)


def _is_clockless(record: Record) -> TypeGuard[Reading]:
    return isinstance(record, Reading) and record.clock_source == ClockSource.GATEWAY


def _with_signature(record: Record, signature: bytes) -> Record:
    if isinstance(record, Reading):
        return msgspec.structs.replace(record, signature=signature)
    return record


@functools.lru_cache(maxsize=4096)
def _public_key(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)
