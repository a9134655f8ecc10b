"""Verification: from the inputs to the token again, by nobody's leave.

`verify_versions` takes bytes and asks no service: the published documents, the asset's input log,
its salt key, the policies, and what the chain says. It rebuilds the evidence and the condition,
compares them with each document, follows the documents by their `previous` digests to the one that
the chain names, and has the report's text read back. Every check is listed with its outcome.
"""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.canonical import canonical_bytes, cid_of
from contracts.canonical import digest as digest_of
from contracts.chain import ChainHead
from contracts.evidence import Evidence, leaf_of
from contracts.merkle import Frontier
from contracts.metadata import SCHEMA, token_id_of
from twins.condition import RULES, Condition, assess, condition_document
from twins.errors import CargotwinError
from twins.inputs import decode, event_key
from twins.policy import ConditionPolicy, parse_policy
from twins.twin import AssetTwin, advance


class Outcome(enum.StrEnum):
    """How a check ended."""

    OK = "ok"
    FAILED = "failed"
    UNCHECKED = "could not check"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was compared, how it ended, and what a person should know of it."""

    name: str
    outcome: Outcome
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Every check of one asset, and the roots of trust that they rest on."""

    asset: str
    versions: int
    checks: tuple[Check, ...]
    trust_roots: tuple[str, ...]

    @property
    def outcome(self) -> Outcome:
        """Failed if anything failed; ok only if everything was checked."""
        outcomes = {check.outcome for check in self.checks}
        if Outcome.FAILED in outcomes:
            return Outcome.FAILED
        return Outcome.UNCHECKED if Outcome.UNCHECKED in outcomes else Outcome.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What is to be verified.

    Attributes:
        asset: Id of the asset.
        documents: Published documents, version 1 first.
        records: The asset's input log.
        asset_key: Salt key of the asset's evidence.
        policies: RFC 8785 bytes of policies by their digest.
        head: What the chain says, None where no token was found.
        base_uri: What stands before the CID in the token URI.
    """

    asset: str
    documents: Sequence[bytes]
    records: Sequence[bytes]
    asset_key: bytes
    policies: Mapping[bytes, bytes]
    head: ChainHead | None
    base_uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a document's inputs give when they are folded again."""

    twin: AssetTwin
    condition: Condition
    policy: ConditionPolicy
    evidence: Evidence


TextCheck = Callable[[Mapping[str, Any], Rebuilt], str]
SignatureCheck = Callable[[Mapping[str, Any], Rebuilt], str]
"""Both return what is wrong with a document, empty where nothing is."""


def verify_versions(
    claims: Claims, text_check: TextCheck, signature_check: SignatureCheck
) -> list[Check]:
    """Return every check of an asset's versions.

    Args:
        claims: What is to be verified.
        text_check: Reads a document's report back to its facts, given the inputs it covers.
        signature_check: Checks a document's attester.
    """
    checks = [_chain_check(claims)]
    previous: bytes | None = None
    for number, stored in enumerate(claims.documents, start=1):
        document, check = _parsed(number, stored)
        checks.append(check)
        if document is None:
            return checks
        checks.append(_link_check(number, document, previous))
        previous = digest_of(document)
    checks.extend(_evidence_checks(claims))
    if any(check.outcome is Outcome.FAILED for check in checks):
        return checks
    newest = json.loads(claims.documents[-1])
    rebuilt, condition_checks = _rebuild(claims, newest)
    checks.extend(condition_checks)
    if rebuilt is None:
        return checks
    text, signature = text_check(newest, rebuilt), signature_check(newest, rebuilt)
    checks.append(_worded("report", text, "every sentence follows from the facts"))
    checks.append(_worded("attester", signature, "the signature fits the stated key"))
    return checks


def _chain_check(claims: Claims) -> Check:
    problem = _chain_problem(claims)
    if problem:
        return Check("chain", Outcome.FAILED, problem)
    digest = hashlib.sha256(claims.documents[-1]).hexdigest()
    return Check("chain", Outcome.OK, f"the token names document {digest}")


def _chain_problem(claims: Claims) -> str:
    if claims.head is None:
        return "the contract has no token for this asset"
    if not claims.documents:
        return "no document was published for this asset"
    head = claims.head
    digest = hashlib.sha256(claims.documents[-1]).digest()
    found = {
        "the token names another document than the newest one": head.metadata_digest != digest,
        "the token is another asset's": head.token_id != token_id_of(claims.asset),
        f"the token URI is {head.token_uri}": head.token_uri != claims.base_uri + cid_of(digest),
        f"the token is at version {head.version}": head.version != len(claims.documents),
    }
    return next((problem for problem, is_so in found.items() if is_so), "")


def _parsed(number: int, stored: bytes) -> tuple[dict[str, Any] | None, Check]:
    name = f"document {number}"
    try:
        document = json.loads(stored)
    except ValueError as error:
        return None, Check(name, Outcome.FAILED, f"is no JSON: {error}")
    if canonical_bytes(document) != stored:
        return None, Check(name, Outcome.FAILED, "its bytes are not in canonical form")
    try:
        twin = _twin_of(document)
        is_ours = twin["schema"] == SCHEMA and twin["version"] == number
    except (KeyError, TypeError):
        is_ours = False
    if not is_ours:
        return None, Check(name, Outcome.FAILED, f"is no version {number} of schema {SCHEMA}")
    return document, Check(name, Outcome.OK, digest_of(document).hex())


def _twin_of(document: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["properties"]["cargotwin"]
    return found


def _link_check(number: int, document: Mapping[str, Any], previous: bytes | None) -> Check:
    name = f"version chain {number}"
    stated = _twin_of(document)["previous"]
    expected = previous.hex() if previous else None
    if stated != expected:
        return Check(name, Outcome.FAILED, f"names {stated} as the version before, not {expected}")
    return Check(name, Outcome.OK, "names the version before it")


def _evidence_checks(claims: Claims) -> list[Check]:
    """Compare each version's evidence with the tree over the log's first leaves."""
    stated = [_twin_of(json.loads(document))["evidence"] for document in claims.documents]
    roots: dict[int, str] = {}
    frontier = Frontier()
    wanted = {evidence["size"] for evidence in stated}
    for record in claims.records:
        frontier = frontier.append(leaf_of(claims.asset_key, record))
        if frontier.size in wanted:
            roots[frontier.size] = frontier.root().hex()
    checks = []
    for number, evidence in enumerate(stated, start=1):
        size, root = evidence["size"], evidence["root"]
        is_equal = roots.get(size) == root
        detail = f"{size} inputs" if is_equal else f"the first {size} inputs have another root"
        outcome = Outcome.OK if is_equal else Outcome.FAILED
        checks.append(Check(f"evidence {number}", outcome, detail))
    return checks


def _rebuild(claims: Claims, document: Mapping[str, Any]) -> tuple[Rebuilt | None, list[Check]]:
    """Fold a version's inputs again and compare the condition that they give."""
    twin = _twin_of(document)
    if twin["rules"] != RULES:
        detail = f"made under rules {twin['rules']}; this release checks rules {RULES}"
        return None, [Check("condition", Outcome.UNCHECKED, detail)]
    policy = _policy(claims, bytes.fromhex(twin["policy"]["digest"]))
    if policy is None:
        return None, [Check("policy", Outcome.FAILED, "the policy of that digest is not there")]
    records = [decode(record) for record in claims.records[: twin["evidence"]["size"]]]
    try:
        folded = advance(AssetTwin(claims.asset), sorted(records, key=event_key), policy)
        condition = assess(folded, policy, twin["as_of"])
    except CargotwinError as error:
        return None, [Check("condition", Outcome.FAILED, error.diagnostics())]
    digest = digest_of(condition_document(condition)).hex()
    if digest != twin["condition_digest"] or digest != digest_of(twin["condition"]).hex():
        return None, [Check("condition", Outcome.FAILED, f"the inputs give condition {digest}")]
    evidence = Evidence(twin["evidence"]["size"], bytes.fromhex(twin["evidence"]["root"]))
    checks = [
        Check("policy", Outcome.OK, f"{policy.id} {policy.digest.hex()}"),
        Check("condition", Outcome.OK, f"rebuilt from {len(records)} inputs: {digest}"),
    ]
    return Rebuilt(twin=folded, condition=condition, policy=policy, evidence=evidence), checks


def _policy(claims: Claims, digest: bytes) -> ConditionPolicy | None:
    stored = claims.policies.get(digest)
    if stored is None:
        return None
    document = json.loads(stored)
    if digest_of(document) != digest:
        return None
    return parse_policy(document, digest, str(document.get("id", "policy")))


def _worded(name: str, problem: str, good: str) -> Check:
    return Check(name, Outcome.FAILED if problem else Outcome.OK, problem or good)
