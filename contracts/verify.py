"""Verification: from the inputs to the token again, by nobody's leave.

`verify_versions` takes bytes and asks no service: the published documents, the asset's input log,
its salt key, the policies, and what the chain says. It follows the documents by their `previous`
digests to the one that the chain names, rebuilds the evidence, the condition and all that follows
from them of each, and has the report's text read back. Every check is listed with its outcome.
Whatever the bytes are, the answer is a check that failed, never an error.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.canonical import canonical_bytes, cid_of
from contracts.canonical import digest as digest_of
from contracts.chain import ChainHead
from contracts.documents import Published, read_document
from contracts.evidence import Evidence, is_signed, leaf_of
from contracts.merkle import Frontier
from contracts.metadata import (
    SCHEMA,
    Attestation,
    VersionFacts,
    Wording,
    condition_digest,
    metadata_document,
    title_of,
    token_id_of,
)
from contracts.parents import ParentLog, ParentRoots, sizes_of
from contracts.refolding import Refolding
from twins.errors import CargotwinError
from twins.inputs import decode, observed_at
from twins.policy.condition_policy import ConditionPolicy
from twins.twin import AssetTwin
from twins.verdict.condition import RULES, Condition, assess
from twins.verdict.counts import counted, noun


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
        chain_problem: Why the chain could not be asked, empty where it was.
        base_uri: What stands before the CID in the token URI.
        parents: The logs of what ever held the asset.
    """

    asset: str
    documents: Sequence[bytes]
    records: Sequence[bytes]
    asset_key: bytes
    policies: Mapping[bytes, bytes]
    head: ChainHead | None
    base_uri: str
    chain_problem: str = ""
    parents: Mapping[str, ParentLog] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a document's inputs give when they are folded again."""

    twin: AssetTwin
    condition: Condition
    policy: ConditionPolicy
    evidence: Evidence


TextCheck = Callable[[Mapping[str, Any], Rebuilt], Sequence[Check]]
"""Returns the checks of a document's words, named without its number."""
SignatureCheck = Callable[[Mapping[str, Any], Rebuilt], str]
"""Returns what is wrong with a document's signature, empty where nothing is."""


def verify_versions(
    claims: Claims, text_check: TextCheck, signature_check: SignatureCheck
) -> list[Check]:
    """Return every check of an asset's versions.

    Args:
        claims: What is to be verified.
        text_check: Reads a document's report back to its facts, given the inputs it covers.
        signature_check: Checks a document's attester.
    """
    documents: list[Published] = []
    checks: list[Check] = []
    for number, stored in enumerate(claims.documents, start=1):
        document, check = _parsed(claims.asset, number, stored)
        checks.append(check)
        if document is None:
            return [_chain_check(claims, []), *checks]
        documents.append(document)
    checks = [_chain_check(claims, documents), *checks, *_link_checks(documents)]
    evidence = _evidence_at(claims, {document.twin.evidence.size for document in documents})
    checks.extend(_evidence_checks(evidence, documents))
    stated = [one for document in documents for one in document.twin.evidence.parents]
    roots = ParentRoots(claims.parents, stated)
    checks.extend(_parent_checks(roots, documents))
    if _has_failed(checks):
        return checks
    records = {asset: log.records for asset, log in claims.parents.items()}
    refolding = Refolding(claims.asset, claims.records, claims.policies, records)
    before: Published | None = None
    for number, document in enumerate(documents, start=1):
        parents = roots.evidence_of(document.twin.evidence.parents)
        covered = replace(evidence[document.twin.evidence.size], parents=parents)
        found = _content_checks(number, document, covered, refolding, text_check, signature_check)
        if found[0].outcome is Outcome.OK and not _has_failed(found):
            found.append(_supersession_check(number, before, document, claims.records, refolding))
        checks.extend(found)
        if _has_failed(found):
            break
        before = document
    return checks


def _has_failed(checks: Sequence[Check]) -> bool:
    return any(check.outcome is Outcome.FAILED for check in checks)


def _chain_check(claims: Claims, documents: Sequence[Published]) -> Check:
    if claims.chain_problem:
        return Check("chain", Outcome.UNCHECKED, claims.chain_problem)
    problem = _chain_problem(claims, documents)
    if problem:
        return Check("chain", Outcome.FAILED, problem)
    digest = hashlib.sha256(claims.documents[-1]).hexdigest()
    return Check("chain", Outcome.OK, f"the token names document {digest}")


def _chain_problem(claims: Claims, documents: Sequence[Published]) -> str:
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
    if documents:
        newest = documents[-1].twin
        severity = newest.condition.get("severity")
        found[f"the token states severity {head.severity}"] = head.severity != severity
        found[f"the token states the moment {head.as_of_us}"] = head.as_of_us != newest.as_of
    return next((problem for problem, is_so in found.items() if is_so), "")


def _parsed(asset: str, number: int, stored: bytes) -> tuple[Published | None, Check]:
    name = f"document {number}"
    document, problem = read_document(stored)
    if document is None:
        return None, Check(name, Outcome.FAILED, problem)
    if document.twin.version != number or document.twin.asset != asset:
        detail = f"is version {document.twin.version} of asset {document.twin.asset}"
        return None, Check(name, Outcome.FAILED, detail)
    return document, Check(name, Outcome.OK, hashlib.sha256(stored).hexdigest())


def _link_checks(documents: Sequence[Published]) -> list[Check]:
    checks = []
    previous: str | None = None
    for number, document in enumerate(documents, start=1):
        name = f"version chain {number}"
        stated, superseded = document.twin.previous, document.twin.supersedes
        if stated != previous:
            detail = f"names {stated} as the version before, not {previous}"
            checks.append(Check(name, Outcome.FAILED, detail))
        elif superseded is not None and superseded != previous:
            detail = f"supersedes {superseded}, which is not the version before"
            checks.append(Check(name, Outcome.FAILED, detail))
        else:
            checks.append(Check(name, Outcome.OK, "names the version before it"))
        previous = hashlib.sha256(document.stored).hexdigest()
    return checks


def _evidence_at(claims: Claims, sizes: set[int]) -> dict[int, Evidence]:
    """Return the evidence over the log's first inputs, by how many they are."""
    found: dict[int, Evidence] = {}
    frontier, signed = Frontier(), 0
    for record in claims.records:
        frontier = frontier.append(leaf_of(claims.asset_key, record))
        signed += is_signed(record)
        if frontier.size in sizes:
            found[frontier.size] = Evidence(frontier.size, frontier.root(), signed)
    return found


def _evidence_checks(found: Mapping[int, Evidence], documents: Sequence[Published]) -> list[Check]:
    """Compare each version's evidence with the tree over the log's first leaves."""
    stated = [document.twin.evidence for document in documents]
    checks = []
    before = 0
    for number, evidence in enumerate(stated, start=1):
        name = f"evidence {number}"
        inputs = counted(evidence.size, "input")
        if evidence.size < before:
            detail = f"covers {inputs}, the version before it {before:,}"
            checks.append(Check(name, Outcome.FAILED, detail))
        elif evidence.size not in found or found[evidence.size].root.hex() != evidence.root:
            have = noun(evidence.size, "input has", "inputs have")
            detail = f"the first {evidence.size:,} {have} another root"
            checks.append(Check(name, Outcome.FAILED, detail))
        else:
            checks.append(Check(name, Outcome.OK, inputs))
        before = evidence.size
    return checks


def _parent_checks(roots: ParentRoots, documents: Sequence[Published]) -> list[Check]:
    """Compare what each version states of its parents' logs with their first leaves."""
    checks = []
    before: dict[str, int] = {}
    for number, document in enumerate(documents, start=1):
        stated = document.twin.evidence.parents
        if stated:
            inputs = ", ".join(f"{counted(one.size, 'input')} of {one.asset}" for one in stated)
            checks.append(
                _worded(f"parents {number}", roots.problem_of(stated, before), f"with {inputs}")
            )
        before.update(sizes_of(stated))
    return checks


def _content_checks(
    number: int,
    document: Published,
    evidence: Evidence,
    refolding: Refolding,
    text_check: TextCheck,
    signature_check: SignatureCheck,
) -> list[Check]:
    """Rebuild what a document says and compare."""
    name = f"condition {number}"
    if document.twin.rules != RULES:
        return [_under_other_rules(name, document)]
    try:
        rebuilt = _rebuilt(document, evidence, refolding)
        problem = _condition_problem(document, rebuilt)
        if problem:
            return [Check(name, Outcome.FAILED, problem)]
        content = _content_problem(document, rebuilt)
        words = text_check(document.content, rebuilt)
        signature = signature_check(document.content, rebuilt)
    except CargotwinError as error:
        return [Check(name, Outcome.FAILED, error.diagnostics())]
    rebuilt_from = f"rebuilt from {counted(rebuilt.evidence.size, 'input')}"
    return [
        Check(name, Outcome.OK, f"{rebuilt_from}: {document.twin.condition_digest}"),
        Check(f"policy {number}", Outcome.OK, f"{rebuilt.policy.id} {rebuilt.policy.digest.hex()}"),
        _worded(f"content {number}", content, "all that is shown follows from the condition"),
        *(replace(one, name=f"{one.name} {number}") for one in words),
        _worded(f"attester {number}", signature, "the signature fits the stated key"),
    ]


def _under_other_rules(name: str, document: Published) -> Check:
    """Check what hangs on no rules, and say what can check the rest."""
    twin = document.twin
    if digest_of(twin.condition).hex() != twin.condition_digest:
        return Check(name, Outcome.FAILED, "condition_digest is not that of the condition")
    which = "an older" if twin.rules < RULES else "a newer"
    detail = (
        f"made under rules {twin.rules}, and this release checks rules {RULES}: "
        f"{which} release, one of rules {twin.rules}, can check it"
    )
    return Check(name, Outcome.UNCHECKED, detail)


def _supersession_check(
    number: int,
    before: Published | None,
    document: Published,
    records: Sequence[bytes],
    refolding: Refolding,
) -> Check:
    """Compare `supersedes` with whether this version covers what came late for the one before."""
    name = f"supersedes {number}"
    is_late = False
    if before is not None:
        known, covered = before.twin.evidence.size, document.twin.evidence.size
        added = records[known:covered]
        is_late = any(observed_at(decode(record)) <= before.twin.as_of for record in added)
        effect = refolding.parents_effect(
            sizes_of(before.twin.evidence.parents), sizes_of(document.twin.evidence.parents)
        )
        is_late |= effect is not None and effect <= before.twin.as_of
    if (document.twin.supersedes is not None) != is_late:
        late = "inputs" if is_late else "no inputs"
        detail = f"{late} at or before the moment of the version before came after it was made"
        return Check(name, Outcome.FAILED, detail)
    detail = "says that late input changed the version before" if is_late else "no input was late"
    return Check(name, Outcome.OK, detail)


def _rebuilt(document: Published, evidence: Evidence, refolding: Refolding) -> Rebuilt:
    """Fold a version's inputs again.

    Raises:
        CargotwinError: The inputs, the policy or the moment cannot be folded or assessed.
    """
    stated = document.twin
    parents = sizes_of(stated.evidence.parents)
    twin, policy = refolding.at(stated.evidence.size, stated.policy.digest, parents)
    if stated.schema == SCHEMA:
        # The first schema says nothing of signatures.
        evidence = replace(evidence, signed=0)
    return Rebuilt(
        twin=twin,
        condition=assess(twin, policy, stated.as_of),
        policy=policy,
        evidence=evidence,
    )


def _condition_problem(document: Published, rebuilt: Rebuilt) -> str:
    expected = condition_digest(rebuilt.condition).hex()
    stated = document.twin
    if stated.condition_digest != expected or digest_of(stated.condition).hex() != expected:
        return f"the inputs give condition {expected}"
    assigned = rebuilt.twin.assigned
    if assigned is None or assigned.policy_digest != rebuilt.policy.digest:
        return f"the inputs assign another policy than {rebuilt.policy.digest.hex()}"
    return ""


def _content_problem(document: Published, rebuilt: Rebuilt) -> str:
    """Return which part of a document does not follow from its condition, "" where all does."""
    stated, twin = document.twin, rebuilt.twin
    expected: Mapping[str, Any] = metadata_document(
        rebuilt.condition,
        Wording(
            text=document.description,
            writer=stated.report.writer,
            provenance=stated.report.provenance,
            next_step=stated.next_step,
        ),
        VersionFacts(
            title=title_of(twin),
            version=stated.version,
            previous=_bytes_of(stated.previous),
            supersedes=_bytes_of(stated.supersedes),
            evidence=rebuilt.evidence,
            decision=twin.decisions[-1] if twin.decisions else None,
            external_url=document.external_url,
        ),
        Attestation(key=stated.single_attester.key, signature=stated.single_attester.signature),
    )
    if canonical_bytes(expected) == document.stored:
        return ""
    return f"{_first_difference(expected, document.content)} is not what its condition gives"


def _first_difference(expected: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    for key in sorted(expected.keys() | found.keys()):
        ours, theirs = expected.get(key), found.get(key)
        if canonical_bytes(ours) != canonical_bytes(theirs):
            if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
                return f"{key}.{_first_difference(ours, theirs)}"
            return key
    return "the document"


def _bytes_of(digest: str | None) -> bytes | None:
    return None if digest is None else bytes.fromhex(digest)


def _worded(name: str, problem: str, good: str) -> Check:
    return Check(name, Outcome.FAILED if problem else Outcome.OK, problem or good)
