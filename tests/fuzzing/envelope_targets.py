"""Signed payloads, CBOR, and journal records, damaged."""

import zlib
from collections.abc import Hashable, Sequence
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.codecs.base import Refusal
from gateway.codecs.cbor import InvalidCbor, parse_cbor
from gateway.codecs.cose import cose_of
from gateway.codecs.jws import jws_of
from gateway.codecs.registry import codec_named
from gateway.codecs.signed import SignedCodec, opened
from gateway.codecs.signed_counters import SignedCounters
from tests.unit.gateway.codecs import signing
from twins.errors import CargotwinError
from twins.inputs import decode, encode
from twins.readings import Reading

from .codec_targets import RECEIVED_AT, STATEMENTS, check_sound
from .json_mutations import mutated_json
from .mutations import mutated
from .target import Plain, Target, require, within_time

_PAYLOADS = [
    b'{"quantity": "temperature", "value": 4.25, "unit": "C"}',
    b'{"quantity":"temperature","value":4.25,"unit":"C","observed_at":"2026-05-28T20:00:00Z"}',
    b'{"quantity":"temperature","value":4.25,"unit":"C","seq":7}',
]
_ENVELOPES = [
    make(payload)
    for payload in _PAYLOADS
    for make in (signing.compact, signing.flattened, signing.sign1)
]
_SECRET = Ed25519PrivateKey.from_private_bytes(signing.SECRET)


class Signers:
    """One device, which has a key and need not sign."""

    must_sign: frozenset[str] = frozenset()

    def signing_key(self, device: str) -> bytes | None:
        """Return its key."""
        return signing.key_of(device)


class Envelopes(Plain):
    """Envelopes that were damaged after they were signed."""

    name = "envelopes"
    seeds = _ENVELOPES

    def check(self, data: bytes) -> Hashable:
        """Open the envelope: what comes out of it was signed, or nothing does."""
        marks: list[object] = []
        for read in (cose_of, jws_of):
            try:
                marks.append(within_time(lambda: read(data), len(data)) is None)  # noqa: B023 -- called at once
            except Refusal as refusal:
                marks.append("".join(filter(str.isalpha, str(refusal)))[:16])
        try:
            parse_cbor(data)
        except InvalidCbor as problem:
            marks.append("".join(filter(str.isalpha, str(problem)))[:16])
        try:
            found = opened(data, signing.key_of)
        except Refusal as refusal:
            return (*marks, type(refusal).__name__)
        require(
            found is None or found.payload in _PAYLOADS, "nothing is opened that was not signed"
        )
        codec = SignedCodec(codec_named("cargotwin"), Signers(), SignedCounters())
        decoded = codec.decode(signing.TOPIC, data, RECEIVED_AT)
        check_sound(decoded)
        signatures = [one.signature for one in decoded.records if isinstance(one, Reading)]
        is_signed = found is not None
        require(all(bool(one) is is_signed for one in signatures), "who signed is written down")
        return (*marks, is_signed, len(decoded.records))


class Signed:
    """Damaged payloads that were signed as they are."""

    name = "signed_payloads"
    seeds = _PAYLOADS

    def __init__(self) -> None:
        self._plain = codec_named("cargotwin")

    def made(self, random: Random, corpus: Sequence[bytes]) -> bytes:
        """Return a damaged payload, half of the time within its JSON."""
        found = mutated_json(random, random.choice(corpus)) if random.randrange(2) else None
        return mutated(random, corpus) if found is None else found

    def check(self, data: bytes) -> Hashable:
        """Decode it signed and not: a signature refuses or adds itself, and changes nothing."""
        codec = SignedCodec(self._plain, Signers(), SignedCounters())
        envelope = _signed(data, is_json=zlib.crc32(data) % 2 == 0)
        decoded = within_time(lambda: codec.decode(signing.TOPIC, envelope, RECEIVED_AT), len(data))
        check_sound(decoded)
        plain = self._plain.decode(signing.TOPIC, data, RECEIVED_AT)
        if decoded.records:
            shape = [_without_signature(one) for one in decoded.records]
            require(shape == [_without_signature(one) for one in plain.records], "same readings")
            require(decoded.faults == plain.faults, "the same faults")
        again = codec.decode(signing.TOPIC, envelope, RECEIVED_AT)
        require(again.records == decoded.records, "the very same payload is taken for a repetition")
        reasons = sorted({str(fault.reason) for fault in decoded.faults})
        return min(len(decoded.records), 3), tuple(reasons), len(decoded.memos)


class Records(Plain):
    """Records of the journal, damaged."""

    name = "records"

    def __init__(self) -> None:
        codec = codec_named("cargotwin")
        messages = [
            *((signing.TOPIC, payload) for payload in _PAYLOADS),
            ("cargotwin/v1/d/handover", STATEMENTS[0]),
            ("cargotwin/v1/d/milestone", STATEMENTS[1]),
        ]
        self.seeds = [
            encode(record)
            for topic, payload in messages
            for record in codec.decode(topic, payload, RECEIVED_AT).records
        ]

    def check(self, data: bytes) -> Hashable:
        """Read it back, or refuse it by name."""
        try:
            record = decode(data)
        except CargotwinError as error:
            return type(error).__name__
        require(decode(encode(record)) == record, "a record is read back as it was written")
        return type(record).__name__


def _signed(payload: bytes, *, is_json: bool) -> bytes:
    """Return a JWS or a COSE_Sign1 of a payload, signed by another library than the tests' own."""
    if is_json:
        header = b'{"alg":"EdDSA","kid":"truck-7"}'
        content = f"{signing.base64url(header)}.{signing.base64url(payload)}"
        return f"{content}.{signing.base64url(_SECRET.sign(content.encode()))}".encode()
    structure = b"\x84\x6aSignature1" + signing.shortest(signing.ALG_EDDSA) + b"\x40"
    signature = _SECRET.sign(structure + signing.shortest(payload))
    return signing.sign1(payload, signature=signature)


def _without_signature(record: object) -> object:
    if not isinstance(record, Reading):
        return record
    return record.device, record.sensor, record.quantity, record.value, record.observed_at


def envelope_targets() -> list[Target]:
    """Return what is signed, and records."""
    return [Envelopes(), Signed(), Records()]
