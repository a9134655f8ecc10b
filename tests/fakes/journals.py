"""Journal entries, and what a reader of the whole journal makes of them."""

from collections.abc import Iterable

import msgspec

from contracts.evidence import Evidence, evidence_of
from gateway.asset_log import asset_log
from gateway.policies import policy_of
from gateway.store.entries import Batch, Entry, Message, PolicyFiled, Quarantined, encode_messages
from gateway.store.journal import JournalReader
from twins.bindings import folded_inputs
from twins.inputs import Input, PolicyAssigned, decode, event_key
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, assess

ASSET_KEY = b"k" * 32


def entry_of(
    record: Input | PolicyFiled | Quarantined, *, received_at: int = 0, raw: bytes | None = None
) -> Entry:
    """Return a record as intake journals it."""
    data = msgspec.Raw(msgspec.msgpack.encode(record))
    return Entry(received_at, "device", None, dup=False, raw=raw, record=data)


def message_of(
    record: Input | PolicyFiled | Quarantined, *, received_at: int = 0, raw: bytes | None = None
) -> Message:
    """Return a message with one record."""
    return Message(received_at, "device", None, dup=False, raw=raw, records=(record,))


def encode_entries(entries: Iterable[Entry]) -> bytes:
    """Return the blob of a batch in which each entry is a message of its own."""
    return encode_messages(
        [
            Message(one.received_at, one.client, one.packet_id, one.dup, one.raw, (one.record,))
            for one in entries
        ]
    )


def log_evidence(journal: list[Batch], asset: str, key: bytes = ASSET_KEY) -> Evidence:
    """Return the evidence over an asset's log, rebuilt from the journal alone."""
    return evidence_of(key, asset_log(lambda: journal, asset).records)


def condition_from_scratch(journal: list[Batch], asset: str, as_of: int) -> Condition | None:
    """Return what the journal's inputs give when they are folded once; None without a policy."""
    log = asset_log(lambda: journal, asset)
    inputs = [decode(record) for record in log.records]
    assigned = [one for one in inputs if isinstance(one, PolicyAssigned)]
    if not assigned:
        return None
    document = log.policies.get(max(assigned, key=event_key).policy_digest)
    if document is None:
        return None
    policy = policy_of(document)
    return assess(advance(AssetTwin(asset), folded_inputs(inputs), policy), policy, as_of)


def batches_of(reader: JournalReader) -> list[Batch]:
    """Return every batch of a journal."""
    return reader.after(0, 1 << 20)
