"""Signed payloads: an envelope around the ordinary payload of a topic's format.

The envelope is a JWS or a COSE_Sign1, by Ed25519. Its key id names the device whose readings the
payload holds; the key is the one that the device's account names, and nothing in the envelope can
choose another key or algorithm. The envelope names the topic too, for the topic decides how the
payload is read; only readings in Cargotwin's own format need it not. A signed reading needs a time
of its own, so that a copy that is sent again later is the same reading and changes nothing; or a
counter that goes beyond all before.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from twins.readings import ClockSource, Reading

from .base import (
    AddressedCodec,
    Codec,
    Decoded,
    IsKnown,
    Memo,
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
from .topic_template import TopicTemplate

_PLAIN = frozenset({b'{"' + bytes([one]) for one in range(256) if one not in b"psh"} | {b'[{"'})
"""How JSON begins that is no envelope: the members of a JWS are protected, payload, signature and
header."""

_OWN_FORMAT = "cargotwin"
_OWN_TOPIC = TopicTemplate("cargotwin/v1/{device}/{kind}")
_READINGS = "readings"

_Decode = Callable[[str, bytes, int], Decoded]

_TakeCounters = Callable[[Envelope, list[int]], list[Memo]]

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
        self._learns = isinstance(inner, RememberingCodec)
        self._is_own = inner.name == _OWN_FORMAT
        self._subject_of = _subjects_of(inner)

    def decode(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message says; readings in an envelope carry its signature."""
        # Tested in place: this stands before every message, and few are signed.
        if payload[:3] in _PLAIN and not self._signers.must_sign:
            return self._inner.decode(topic, payload, received_at)
        return self._checked(self._inner.decode, topic, payload, received_at, self._take_counters)

    def decode_again(self, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Return what a message that came earlier says by what the format knows today.

        Its counters are neither checked nor noted: later messages may have gone beyond them, and
        what is read here may be no more than a person's trial.
        """
        inner = self._inner
        again = inner.decode_again if isinstance(inner, RememberingCodec) else inner.decode
        return self._checked(again, topic, payload, received_at, _no_counters)

    def subject_of(self, topic: str) -> str | None:
        """Return the id of the topic's device, None where only the payload names it."""
        inner = self._inner
        return inner.subject_of(topic) if isinstance(inner, AddressedCodec) else None

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

    def _checked(
        self, decode: _Decode, topic: str, payload: bytes, received_at: int, take: _TakeCounters
    ) -> Decoded:
        try:
            envelope = opened(payload, self._signers.signing_key)
            if envelope is None:
                return self._unsigned(decode, topic, payload, received_at)
            self._check_subject(topic, envelope)
        except Refusal as refusal:
            return Decoded(faults=[refusal.fault()])
        decoded = decode(topic, envelope.payload, received_at)
        try:
            for record in decoded.records:
                if isinstance(record, Reading) and record.device != envelope.signer:
                    problem = f"{envelope.signer} signed it, and it speaks of {record.device}"
                    raise BadSignature(problem)
            decoded.memos += take(envelope, _counters(decoded))
        except Refusal as refusal:
            # What the format has learnt of its device stays, and so must what it remembers of it.
            return Decoded([], [refusal.fault()], decoded.requests, decoded.memos)
        for place, record in enumerate(decoded.records):
            if isinstance(record, Reading):
                signature = envelope.signature
                decoded.records[place] = msgspec.structs.replace(record, signature=signature)
        return decoded

    def _check_subject(self, topic: str, envelope: Envelope) -> None:
        """Check, before anything is learnt, that whom a topic names signed, and for this topic.

        Raises:
            BadSignature: It is not so, or others could have changed what the payload means.
        """
        signer, subject = envelope.signer, self._subject_of(topic)
        if envelope.topic is None:
            if not self._is_own or _own_levels(topic)[1] != _READINGS:
                problem = "its header does not name the topic that it is for; sign topic too"
                raise BadSignature(problem)
        elif envelope.topic != topic:
            problem = f"it was signed for the topic {envelope.topic!r}"
            raise BadSignature(problem)
        if subject not in (None, signer):
            problem = f"{signer} signed it, and the topic is that of {subject}"
            raise BadSignature(problem)
        if self._learns and signer not in self._signers.must_sign:
            problem = (
                f"others could tell unsigned what the values of {signer} mean; give its account "
                "must_sign"
            )
            raise BadSignature(problem)

    def _take_counters(self, envelope: Envelope, counters: list[int]) -> list[Memo]:
        """Check that nothing of a payload would be new only because it is sent again.

        Raises:
            Replayed: The counters came before.
        """
        if not counters:
            return []
        key = self._signers.signing_key(envelope.signer) or b""
        memo = self._counters.take(envelope.signer, key, max(counters), envelope.signature)
        return [] if memo is None else [memo]

    def _unsigned(self, decode: _Decode, topic: str, payload: bytes, received_at: int) -> Decoded:
        """Decode an unsigned message.

        Raises:
            Unsigned: Its device must sign.
        """
        must_sign = self._signers.must_sign
        # Before it is decoded: a format may learn from a message, and nobody vouches for this one.
        subject = self._subject_of(topic)
        if subject is not None and subject in must_sign:
            raise Unsigned(subject)
        decoded = decode(topic, payload, received_at)
        for record in decoded.records:
            if isinstance(record, Reading) and record.device in must_sign:
                raise Unsigned(record.device)
        return decoded


def _subjects_of(codec: Codec) -> Callable[[str], str | None]:
    """Return what tells whose signature a topic asks for, where that must be known beforehand.

    Of other formats each reading tells it: nothing is learnt from what is refused then.
    """
    if codec.name == _OWN_FORMAT:
        return lambda topic: _own_levels(topic)[0]
    learns = isinstance(codec, RememberingCodec)
    return codec.subject_of if learns and isinstance(codec, AddressedCodec) else lambda _topic: None


@functools.lru_cache(maxsize=65_536)
def _own_levels(topic: str) -> tuple[str | None, str]:
    """Return the device and the kind that a topic of Cargotwin's own format names."""
    found = _OWN_TOPIC.match(topic)
    return (None, "") if found is None else (found["device"], found["kind"])


def _no_counters(_envelope: Envelope, _counters: list[int]) -> list[Memo]:
    return []


def _counters(decoded: Decoded) -> list[int]:
    """Return the counters of the readings that have no time of their own.

    Raises:
        MissingField: One has no counter either.
    """
    counters = [
        one.seq
        for one in decoded.records
        if isinstance(one, Reading) and one.clock_source == ClockSource.GATEWAY
    ]
    known = [seq for seq in counters if seq is not None]
    if len(known) < len(counters):
        field = "the time of a signed reading"
        raise MissingField(field, "send observed_at, or seq: a copy of it would be a new one")
    return known


@functools.lru_cache(maxsize=4096)
def _public_key(key: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(key)
