"""The formats of the specification, compared with vectors that other code made."""

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import rfc8785

from contracts.canonical import canonical_bytes, cid_of
from contracts.evidence import Evidence, evidence_of, leaf_of, salt_of
from contracts.metadata import (
    Attestation,
    VersionFacts,
    Wording,
    attested_statement,
    metadata_document,
    token_id_of,
)
from contracts.signer import AttesterKey
from gateway.access.accounts import Account, Accounts
from gateway.codecs.registry import codec_named
from gateway.codecs.signed import SignedCodec, envelope_of
from gateway.codecs.signed_counters import SignedCounters
from gateway.policies import digest_of, policy_of, read_policy_file
from gateway.store.entries import (
    Batch,
    Message,
    PolicyFiled,
    Quarantined,
    decode_entries,
    encode_messages,
    joined,
)
from gateway.store.journal import GENESIS, JournalReader, JournalWriter, chain_of
from tests.vectors.independent import make
from twins.bindings import folded_inputs
from twins.inputs import (
    Decision,
    Handover,
    HandoverStatement,
    Input,
    decode,
    encode,
    statement_of,
)
from twins.policy.condition_policy import ConditionPolicy
from twins.temperature.mean_kinetic import arrhenius_factor
from twins.twin import AssetTwin, advance
from twins.verdict.condition import Condition, assess, condition_document

StoredMessage = tuple[int, str, int | None, bool, bytes | None, list[msgspec.Raw]]
ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors"


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((VECTORS / name).read_text("utf-8"))
    return found


RECORDS = vectors("record.json")["vectors"]
CONDITIONS = vectors("condition.json")
METADATA = vectors("metadata.json")
ANY_RECORD = msgspec.msgpack.Decoder(Input | Quarantined | PolicyFiled)


def policy(case: dict[str, Any]) -> ConditionPolicy:
    return policy_of(case["policy"].encode())


def folded(case: dict[str, Any]) -> tuple[AssetTwin, Condition]:
    log = [decode(bytes.fromhex(one)) for one in case["log"]]
    asset = case["document"].get("asset", METADATA["asset"])
    twin = advance(AssetTwin(asset), folded_inputs(log), policy(case))
    return twin, assess(twin, policy(case), case["as_of"])


def attester(case: dict[str, Any]) -> AttesterKey:
    return AttesterKey(bytes.fromhex(case["attester_secret"]))


@pytest.mark.parametrize("name", list(make.made()))
def test_committed_vectors_are_what_the_independent_code_makes(name: str) -> None:
    assert vectors(name) == json.loads(json.dumps(make.made()[name]))


@pytest.mark.parametrize("vector", RECORDS, ids=[one["name"] for one in RECORDS])
def test_record_encodes_to_its_vector(vector: dict[str, Any]) -> None:
    data = bytes.fromhex(vector["hex"])
    record = ANY_RECORD.decode(data)
    stated = [
        bytes.fromhex(one["hex"]) if isinstance(one, dict) else one for one in vector["fields"]
    ]
    assert [type(record).__struct_config__.tag, *msgspec.structs.astuple(record)] == stated
    assert msgspec.msgpack.encode(record) == data


def test_records_of_the_vectors_show_every_kind() -> None:
    assert {one["fields"][0] for one in RECORDS} == set(range(9))


def test_leaf_and_salt_equal_their_vectors() -> None:
    found = vectors("leaf.json")
    key = bytes.fromhex(found["asset_key"])
    for one in found["vectors"]:
        record = bytes.fromhex(one["record"])
        assert salt_of(key, record).hex() == one["salt"]
        assert leaf_of(key, record).hex() == one["leaf"]


def test_evidence_of_every_size_equals_its_vector() -> None:
    found = vectors("evidence.json")
    key = bytes.fromhex(found["asset_key"])
    log = [bytes.fromhex(one) for one in found["log"]]
    for size, root in enumerate(found["roots"]):
        assert evidence_of(key, log[:size]) == Evidence(size, bytes.fromhex(root))


def test_journal_blobs_and_chain_equal_their_vectors() -> None:
    chain = GENESIS
    for one in vectors("journal.json")["batches"]:
        blob = bytes.fromhex(one["blob"])
        batch = Batch(one["id"], one["committed_at"], one["codec_version"], blob, b"")
        stored = msgspec.msgpack.decode(blob, type=list[StoredMessage])
        messages = [Message(*fields, records=records) for *fields, records in stored]
        assert encode_messages(messages) == blob
        halves = [encode_messages(messages[:1]), encode_messages(messages[1:])]
        assert joined(halves, len(messages)) == blob
        assert [entry.record for entry in decode_entries(batch)] == [
            record for message in stored for record in message[-1]
        ]
        chain = chain_of(chain, batch.id, batch.committed_at, batch.codec_version, blob)
        assert chain.hex() == one["chain"]


def test_journal_writes_the_chain_of_the_vectors(tmp_path: Path) -> None:
    journal = JournalWriter(tmp_path / "journal.db")
    batches = vectors("journal.json")["batches"]
    for one in batches:
        journal.append(bytes.fromhex(one["blob"]), one["committed_at"])
    journal.close()
    with JournalReader(tmp_path / "journal.db") as reader:
        assert [one.chain.hex() for one in reader.checked()] == [one["chain"] for one in batches]


def test_digests_of_the_shipped_policies_equal_their_vectors() -> None:
    folder = ROOT / "config" / "policies"
    found = {
        file.stem: digest_of(rfc8785.dumps(read_policy_file(file))).hex()
        for file in folder.glob("*.toml")
    }
    assert found == vectors("policy.json")["shipped"]


@pytest.mark.parametrize("name", ["tiny", "vector"])
def test_digest_of_a_policy_covers_its_canonical_form(name: str) -> None:
    stated = vectors("policy.json")[name]
    assert policy_of(stated["canonical"].encode()).digest.hex() == stated["digest"]


def test_arrhenius_factors_equal_their_vectors() -> None:
    stated = CONDITIONS["arrhenius_factors"]
    assert {one: str(arrhenius_factor(int(one))) for one in stated} == stated


@pytest.mark.parametrize("case", CONDITIONS["vectors"], ids=lambda case: case["name"])
def test_condition_equals_its_vector(case: dict[str, Any]) -> None:
    _, condition = folded(case)
    document = canonical_bytes(condition_document(condition))
    assert json.loads(document) == case["document"]
    assert hashlib.sha256(document).hexdigest() == case["digest"]


def test_condition_vectors_show_every_kind_of_rule_and_every_severity() -> None:
    rules = [rule for case in CONDITIONS["vectors"] for rule in case["document"]["rules_fired"]]
    assert {one["rule"].partition(":")[0] for one in rules} == {
        "boundary",
        "mean_kinetic_temperature",
        "coverage",
        "custody_disputed",
    }
    assert {one["severity"] for one in rules} == {0, 1, 2, 3}
    assert any(one["count"] > len(one["excursions"]) for one in rules)


@pytest.mark.parametrize("case", METADATA["vectors"], ids=["first", "second", "signed"])
def test_metadata_document_digest_and_cid_equal_their_vectors(case: dict[str, Any]) -> None:
    twin, condition = folded(case)
    key, stated = bytes.fromhex(METADATA["asset_key"]), case["document"]
    told = stated["properties"]["cargotwin"]
    evidence = evidence_of(key, [bytes.fromhex(one) for one in case["log"]])
    statement = attested_statement(condition, evidence, told["version"])
    signer = attester(case)
    document = metadata_document(
        condition,
        Wording(
            text=stated["description"],
            writer=told["report"]["writer"],
            provenance=told["report"]["provenance"],
            next_step=told["next_step"],
        ),
        VersionFacts(
            title=stated["name"],
            version=told["version"],
            previous=bytes.fromhex(told["previous"] or "") or None,
            supersedes=bytes.fromhex(told["supersedes"] or "") or None,
            evidence=evidence,
            decision=newest_decision(twin),
            external_url=stated["external_url"],
        ),
        Attestation(
            key=f"ed25519:{signer.public_key.hex()}", signature=signer.sign(statement).hex()
        ),
    )
    assert statement.decode() == case["statement"]
    assert json.loads(canonical_bytes(document)) == stated
    digest = hashlib.sha256(canonical_bytes(document)).digest()
    assert (digest.hex(), cid_of(digest)) == (case["digest"], case["cid"])


def newest_decision(twin: AssetTwin) -> Decision | None:
    return twin.decisions[-1] if twin.decisions else None


def test_second_metadata_vector_names_the_first() -> None:
    first, second, _ = METADATA["vectors"]
    assert second["document"]["properties"]["cargotwin"]["previous"] == first["digest"]


def test_token_id_equals_its_vector() -> None:
    assert str(token_id_of(METADATA["asset"])) == METADATA["token_id"]


def test_handover_statement_and_record_equal_their_vectors() -> None:
    for one in vectors("handover.json")["vectors"]:
        stated = msgspec.convert(one["fields"], HandoverStatement)
        data = rfc8785.dumps(msgspec.to_builtins(stated))
        assert data.hex() == one["statement"]
        assert encode(Handover(1, data)).hex() == one["record"]
        assert statement_of(Handover(1, data)) == stated


@pytest.mark.parametrize("vector", vectors("signed.json")["vectors"], ids=lambda one: one["form"])
def test_signed_payload_is_opened_and_gives_the_record_of_its_vector(
    vector: dict[str, Any],
) -> None:
    stated = vectors("signed.json")
    accounts = Accounts([Account(name=stated["device"], signing_key=stated["key"], must_sign=True)])
    codec = SignedCodec(codec_named("cargotwin"), accounts, SignedCounters())
    envelope = bytes.fromhex(vector["envelope"])
    opened = envelope_of(envelope)
    assert opened is not None
    assert opened.payload.hex() == stated["payload"]
    (record,) = codec.decode(stated["topic"], envelope, 1).records
    assert encode(record).hex() == vector["record"]
