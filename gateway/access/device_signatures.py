"""Signatures of devices under the readings of an asset, checked again for verification.

The journal keeps the signed payload of each signed reading. A signature proves that the device's
key made the payload. That the payload says what the record says can be seen without the gateway's
settings where it is in Cargotwin's own format; where it is in another, the gateway's word stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from contracts.verify import Check, Outcome
from gateway.codecs.base import CodecSettings, Refusal
from gateway.codecs.cargotwin import CargotwinCodec
from gateway.codecs.envelope import Envelope
from gateway.codecs.signed import envelope_of, is_signed_by
from gateway.store.entries import Batch, Entry, decode_entries
from twins.inputs import decode
from twins.readings import ClockSource, Reading
from twins.verdict.counts import counted

NAME = "device signatures"

# Whether a time was in the future was judged on arrival, under the gateway's own tolerance.
_ANY_TIME = CodecSettings(future_tolerance_seconds=10**12)

SigningKey = Callable[[str], bytes | None]


@dataclass(slots=True)
class _Found:
    """What became of the signed readings of one device, by how far each could be checked."""

    proven: int = 0
    signed: int = 0
    unchecked: int = 0


@dataclass(slots=True)
class DeviceSignatures:
    """What the signatures under an asset's readings prove.

    Attributes:
        check: How the check ended; None where nothing is signed, or no key is known.
        trust_roots: Which key was believed of whom, and what was not checked.
    """

    check: Check | None = None
    trust_roots: list[str] = field(default_factory=list)


def check_device_signatures(
    journal: Iterable[Batch], records: Iterable[bytes], signing_key: SigningKey
) -> DeviceSignatures:
    """Check the signatures under the readings of an asset's log.

    Args:
        journal: Every batch, already checked to be what was committed.
        records: The log.
        signing_key: Returns the Ed25519 public key of a device, None where it is not known.

    Raises:
        JournalDamaged: A batch cannot be read.
    """
    wanted = dict(_signed(records))
    readings = len(wanted)
    if not wanted:
        return DeviceSignatures()
    found: dict[str, _Found] = {}
    for entry in _entries(journal, wanted):
        reading = wanted.pop(bytes(entry.record))
        of_device = found.setdefault(reading.device, _Found())
        problem = _problem(entry, reading, signing_key(reading.device), of_device)
        if problem:
            detail = f"a reading of {reading.device}, {reading.quantity} {reading.value}: {problem}"
            return DeviceSignatures(Check(NAME, Outcome.FAILED, detail))
    return DeviceSignatures(_summed(found, readings), list(_roots(found, signing_key)))


def _signed(records: Iterable[bytes]) -> Iterator[tuple[bytes, Reading]]:
    for data in records:
        record = decode(data)
        if isinstance(record, Reading) and record.signature is not None:
            yield data, record


def _entries(journal: Iterable[Batch], wanted: dict[bytes, Reading]) -> Iterator[Entry]:
    """Give the first entry of each wanted record."""
    for batch in journal:
        for entry in decode_entries(batch):
            if bytes(entry.record) in wanted:
                yield entry


def _problem(entry: Entry, reading: Reading, key: bytes | None, found: _Found) -> str:
    """Count a reading by what its signature proves; return what is wrong, "" where nothing is."""
    try:
        envelope = envelope_of(entry.raw or b"")
    except Refusal as refusal:
        return str(refusal)
    if envelope is None or envelope.signature != reading.signature:
        return "the journal does not hold the payload that its signature is under"
    if envelope.signer != reading.device:
        return f"{envelope.signer} signed it"
    if key is None or not is_signed_by(key, envelope):
        found.unchecked += 1
        return ""
    stated = _stated(envelope, reading.device, entry.received_at)
    if stated and not any(_says(one, reading) for one in stated):
        return "the signed payload says something else"
    found.proven += bool(stated)
    found.signed += not stated
    return ""


def _stated(envelope: Envelope, device: str, received_at: int) -> list[Reading]:
    """Return what a payload in Cargotwin's own format says; nothing where it is in another."""
    codec = CargotwinCodec(_ANY_TIME)
    topic = f"cargotwin/v1/{device}/readings"
    decoded = codec.decode(topic, envelope.payload, received_at)
    return [one for one in decoded.records if isinstance(one, Reading)]


def _says(stated: Reading, reading: Reading) -> bool:
    """Tell whether a reading is the one that a payload states, but for what the gateway added."""
    # A time ahead of the gateway's may have given way to that of the arrival.
    is_of_time = (
        reading.clock_source == ClockSource.GATEWAY or stated.observed_at == reading.observed_at
    )
    said = (stated.sensor, stated.quantity, stated.value, stated.seq)
    return is_of_time and said == (reading.sensor, reading.quantity, reading.value, reading.seq)


def _summed(found: dict[str, _Found], readings: int) -> Check | None:
    totals = Counter[str]()
    for one in found.values():
        totals.update(proven=one.proven, signed=one.signed)
    if not totals.total():
        return None
    detail = f"{totals.total()} of {readings} signed readings are under their devices' keys"
    if totals["signed"]:
        detail += f"; of {totals['signed']} the gateway's word stands for what the payload says"
    return Check(NAME, Outcome.OK, detail)


def _roots(found: dict[str, _Found], signing_key: SigningKey) -> Iterator[str]:
    for device, one in sorted(found.items()):
        key = signing_key(device)
        if key is not None and one.proven + one.signed:
            yield f"device {device} ed25519:{key.hex()}: named by the accounts of this gateway"
        if one.unchecked:
            why = "no account names its key" if key is None else "another key than its account's"
            unchecked = counted(one.unchecked, "signature was", "signatures were")
            yield f"device {device}: {unchecked} not checked: {why}"
