"""One asset's whole published history, made by the real writers, ready to be verified or forged."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from condition_reports.actions import ACTION_SENTENCES, actions_of
from condition_reports.facts import facts_of
from condition_reports.release import release
from contracts.canonical import canonical_bytes, cid_of, digest
from contracts.chain import BlockReference, ChainHead
from contracts.evidence import evidence_of
from contracts.metadata import (
    Attestation,
    VersionFacts,
    Wording,
    attested_statement,
    metadata_document,
    title_of,
    token_id_of,
)
from contracts.signer import AttesterKey
from contracts.verify import Claims
from gateway.policies import digest_of, policy_of
from tests.fakes.journals import ASSET_KEY
from tests.property.test_twin_book import LOOSE, STRICT, assign
from tests.unit.twins.samples import ASSET, bind, close, commission, decide, read
from twins.bindings import folded_inputs
from twins.inputs import Input, encode
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess

ATTESTER = AttesterKey(b"a" * 32)
BASE_URI = "ipfs://"
LOG: list[Input] = [commission(), assign(0, LOOSE), bind(0), read(5, 5_000), read(10, 13_000)]
LOG += [read(25, 13_000), decide(30), read(40, 5_000), close(50)]
SIZES = (3, 6, 9)


def document_of(
    log: list[Input],
    version: int,
    previous: bytes | None,
    policy_document: bytes = LOOSE,
    *,
    is_late: bool = False,
    is_signed_stated: bool = True,
) -> bytes:
    """Return the document of a version as the gateway publishes it."""
    policy = policy_of(policy_document)
    twin = advance(AssetTwin(ASSET), folded_inputs(log), policy)
    condition = assess(twin, policy, twin.last_key[0] if twin.last_key else 0)
    evidence = evidence_of(ASSET_KEY, map(encode, log))
    if not is_signed_stated:
        evidence = replace(evidence, signed=0)
    facts = facts_of(
        condition,
        title=title_of(twin),
        policy=policy,
        custody=twin.custody,
        milestones=twin.milestones,
        decisions=twin.decisions,
    )
    report = release(facts, seed=version)
    signature = ATTESTER.sign(attested_statement(condition, evidence, version))
    made = metadata_document(
        condition,
        Wording(
            text=report.text,
            writer=report.writer,
            provenance=report.provenance,
            next_step=ACTION_SENTENCES[actions_of(facts)[0]],
        ),
        VersionFacts(
            title=title_of(twin),
            version=version,
            previous=previous,
            supersedes=previous if is_late else None,
            evidence=evidence,
            decision=twin.decisions[-1] if twin.decisions else None,
            external_url="",
        ),
        Attestation(key=f"ed25519:{ATTESTER.public_key.hex()}", signature=signature.hex()),
    )
    return canonical_bytes(made)


def published() -> list[bytes]:
    """Return the documents of three versions over a growing log."""
    documents: list[bytes] = []
    for version, size in enumerate(SIZES, start=1):
        previous = digest(json.loads(documents[-1])) if documents else None
        documents.append(document_of(LOG[:size], version, previous))
    return documents


def head_of(documents: list[bytes]) -> ChainHead:
    """Return what the chain says after the newest document was anchored."""
    newest: dict[str, Any] = json.loads(documents[-1])
    stated = newest["properties"]["cargotwin"]
    return ChainHead(
        token_id=token_id_of(ASSET),
        owner="0x" + "ab" * 20,
        token_uri=BASE_URI + cid_of(digest(newest)),
        metadata_digest=digest(newest),
        version=len(documents),
        as_of_us=stated["as_of"],
        severity=stated["condition"]["severity"],
        locked=False,
        block=BlockReference(number=1, block_hash=bytes(32), timestamp=0),
    )


def claims(documents: list[bytes] | None = None, **changes: object) -> Claims:
    """Return what is to be verified, with some of it changed."""
    stored = published() if documents is None else documents
    fields: dict[str, Any] = {
        "asset": ASSET,
        "documents": stored,
        "records": [encode(record) for record in LOG],
        "asset_key": ASSET_KEY,
        "policies": {digest_of(one): one for one in (LOOSE, STRICT)},
        "base_uri": BASE_URI,
    }
    if "head" not in changes:
        fields["head"] = head_of(stored)
    return Claims(**fields | changes)


def forged(change: Callable[[dict[str, Any]], object], *, version: int = 3) -> Claims:
    """Return claims in which one document was changed and all that binds it was made to fit.

    The later documents name the changed one, and the chain names the newest: only the content
    itself can give the forger away.
    """
    documents = published()
    for number in range(version, len(documents) + 1):
        content = json.loads(documents[number - 1])
        stated = content["properties"]["cargotwin"]
        if number == version:
            change(content)
        else:
            stated["previous"] = digest(json.loads(documents[number - 2])).hex()
        documents[number - 1] = canonical_bytes(content)
    honest = head_of(published())
    newest = digest(json.loads(documents[-1]))
    head = replace(honest, token_uri=BASE_URI + cid_of(newest), metadata_digest=newest)
    return claims(documents, head=head)
