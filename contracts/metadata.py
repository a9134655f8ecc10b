"""Token metadata: the ERC-721 JSON document of one version, and its canonical bytes.

The document is what the token's digest covers: the condition, the evidence that it was folded
from, the words about it and who wrote them, and the version before it. Its numbers are integers
or decimal strings; no personal data, no exact position and no secret is ever put in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.canonical import canonical_bytes
from contracts.canonical import digest as digest_of
from contracts.evidence import Evidence
from contracts.image import state_image
from twins.inputs import Decision
from twins.policy.condition_policy import Severity
from twins.readings import QUANTITIES, decimal_text
from twins.twin import AssetTwin
from twins.verdict.condition import RULES, Condition, condition_document

SCHEMA = "cargotwin.metadata.v1"
SCHEMA_OF_SIGNED = "cargotwin.metadata.v2"
"""The same with `evidence.signed`, where a reading bears its device's signature."""
SCHEMA_OF_PACKED = "cargotwin.metadata.v3"
"""The same with `evidence.parents`, where something ever held the asset."""

LARGEST_DOCUMENT_BYTES = 262_144

_SCHEMAS = {1: SCHEMA, 2: SCHEMA_OF_SIGNED, 3: SCHEMA_OF_PACKED}
_PPM_IN_PERCENT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The report as the document carries it.

    Attributes:
        text: The released text.
        writer: template, tiny or llm, or human where a person edited the words.
        provenance: Who wrote and checked it, ready for JSON.
        next_step: What is recommended first.
    """

    text: str
    writer: str
    provenance: Mapping[str, object]
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Who vouches for the condition: an Ed25519 key and its signature over the statement."""

    key: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """What makes a document beside condition and wording.

    Attributes:
        title: What people call the asset.
        version: 1, 2, 3, …
        previous: Digest of the version before, None for the first.
        supersedes: Digest of the version that late input made wrong, where it did.
        evidence: The inputs that it was folded from.
        decision: The newest quality decision.
        external_url: Page of the asset, empty where there is none.
    """

    title: str
    version: int
    previous: bytes | None
    supersedes: bytes | None
    evidence: Evidence
    decision: Decision | None
    external_url: str


def token_id_of(asset: str) -> int:
    """Return the token of an asset: SHA-256 of its id as a big-endian integer."""
    return int.from_bytes(hashlib.sha256(asset.encode()).digest(), "big")


def title_of(twin: AssetTwin) -> str:
    """Return what people call the asset."""
    return twin.commissioned.title if twin.commissioned else twin.asset


def condition_digest(condition: Condition) -> bytes:
    """Return the SHA-256 of the condition document's RFC 8785 bytes."""
    return digest_of(condition_document(condition))


def attested_statement(condition: Condition, evidence: Evidence, version: int) -> bytes:
    """Return the bytes that an attester signs: condition, evidence and version of one asset."""
    return canonical_bytes(
        {
            "schema": f"cargotwin.attestation.v{_evidence_version(evidence)}",
            "asset": condition.asset,
            "version": version,
            "as_of": condition.as_of,
            "condition_digest": condition_digest(condition).hex(),
            "evidence": evidence.document(),
        }
    )


def _evidence_version(evidence: Evidence) -> int:
    """Return the oldest version of the formats that can state the evidence."""
    if evidence.parents:
        return 3
    return 2 if evidence.signed else 1


def metadata_document(
    condition: Condition, wording: Wording, facts: VersionFacts, attestation: Attestation
) -> dict[str, object]:
    """Return the document of one version, ready for RFC 8785."""
    digest = condition_digest(condition).hex()
    return {
        "name": facts.title,
        "description": wording.text,
        "image": state_image(facts.title, condition, digest),
        "external_url": facts.external_url,
        "attributes": attributes_of(condition),
        "properties": {
            "cargotwin": {
                "schema": _SCHEMAS[_evidence_version(facts.evidence)],
                "asset": condition.asset,
                "version": facts.version,
                "previous": facts.previous.hex() if facts.previous else None,
                "supersedes": facts.supersedes.hex() if facts.supersedes else None,
                "as_of": condition.as_of,
                "rules": RULES,
                "policy": {"id": condition.policy, "digest": condition.policy_digest},
                "condition": condition_document(condition),
                "condition_digest": digest,
                "custody": _custody(condition),
                "next_step": wording.next_step,
                "decision": _decision(facts.decision),
                "evidence": facts.evidence.document(),
                "single_attester": {"key": attestation.key, "signature": attestation.signature},
                "report": {"writer": wording.writer, "provenance": dict(wording.provenance)},
                "licence": "CC-BY-4.0",
            }
        },
    }


def attributes_of(condition: Condition) -> list[dict[str, object]]:
    """Return the attributes that marketplaces show, with stable names."""
    statistics = condition.statistics
    found: list[tuple[str, object]] = [
        ("Disposition", condition.disposition.value),
        ("Severity", Severity(condition.severity).name.lower()),
        ("Coverage", _percent(condition.coverage.ratio_ppm)),
        ("Wear", _percent(statistics.wear.index_ppm)),
        ("Custody", condition.custody.state.value),
        ("Handovers", condition.custody.handovers),
        ("Rules fired", len(condition.rules_fired)),
        ("Shocks", statistics.shocks.count),
        ("Openings", statistics.openings),
    ]
    temperatures = [one for one in statistics.series if one.quantity == "temperature"]
    lowest = [one.minimum for one in temperatures if one.minimum is not None]
    highest = [one.maximum for one in temperatures if one.maximum is not None]
    judged = [one for one in statistics.judged if one.quantity == "temperature"]
    scale = QUANTITIES["temperature"].scale
    if lowest and highest:
        found.append(("Lowest temperature", f"{decimal_text(min(lowest), scale)} °C"))
        found.append(("Highest temperature", f"{decimal_text(max(highest), scale)} °C"))
    found.extend(
        ("Mean kinetic temperature", f"{one.mean_kinetic_celsius} °C")
        for one in judged
        if one.mean_kinetic_celsius is not None
    )
    return [{"trait_type": name, "value": value} for name, value in found]


def _percent(ppm: int) -> str:
    whole, rest = divmod(ppm, _PPM_IN_PERCENT)
    return f"{whole}.{rest // 100:02d} %"


def _custody(condition: Condition) -> dict[str, object]:
    custody = condition.custody
    return {
        "state": custody.state.value,
        "possessing_party": custody.holder,
        "since": custody.since,
        "offered_to": custody.offered_to or None,
        "handovers": custody.handovers,
    }


def _decision(decision: Decision | None) -> dict[str, object] | None:
    if decision is None:
        return None
    return {
        "outcome": decision.outcome.value,
        "by": decision.by,
        "observed_at": decision.observed_at,
    }
