"""Publishing: a condition that changed becomes a worded, signed, versioned document.

The report is drafted elsewhere and read back here; the document goes to the ledger, from where the
anchor queue takes it. A missing draft never holds up a version: the template's text is released
and says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol

import msgspec

from condition_reports.actions import ACTION_SENTENCES, Action
from condition_reports.facts import facts_of
from condition_reports.plan import Plan
from condition_reports.release import Attempt, plan_for, release, seed_of
from condition_reports.report import ConditionReport
from contracts.canonical import canonical_bytes
from contracts.evidence import Evidence, ParentEvidence
from contracts.metadata import (
    LARGEST_DOCUMENT_BYTES,
    Attestation,
    VersionFacts,
    Wording,
    attested_statement,
    metadata_document,
    title_of,
)
from contracts.signer import AttesterKey
from gateway.drafting import DraftAway
from gateway.errors import DocumentTooLarge
from gateway.store.ledger import Ledger, Published, digest_of
from twins.policy.condition_policy import ConditionPolicy, Disposition, Severity
from twins.twin import AssetTwin
from twins.verdict.anchoring import Standing, anchor_reason, standing_of
from twins.verdict.condition import Condition, assess

LATE_INPUT = "late_input"


def published_parents(ledger: Ledger, asset: str) -> dict[str, int]:
    """Return how many inputs of each parent's log the newest version of an asset covers."""
    newest = ledger.newest(asset)
    document = ledger.document(newest.digest) if newest is not None else None
    return {one.asset: one.size for one in parents_in(document)} if document is not None else {}


def parents_in(document: bytes) -> tuple[ParentEvidence, ...]:
    """Return what a published document states of the logs of what held its asset."""
    evidence = json.loads(document)["properties"]["cargotwin"]["evidence"]
    return tuple(
        ParentEvidence(one["asset"], one["size"], bytes.fromhex(one["root"]))
        for one in evidence.get("parents", ())
    )


class Drafting(Protocol):
    """Whoever words plans."""

    async def draft(self, plan: Plan, seed: int) -> Attempt:
        """Return a draft.

        Raises:
            DraftAway: There is none.
        """


class Publisher:
    """Writes versions.

    Args:
        ledger: Where they are written.
        drafting: Who words the report.
        attester: Signs the condition.
        clock_us: Microseconds UTC.
        page_of: Returns the address of an asset's page, empty where there is none.
    """

    def __init__(
        self,
        ledger: Ledger,
        drafting: Drafting,
        attester: AttesterKey,
        *,
        clock_us: Callable[[], int],
        page_of: Callable[[str], str],
    ) -> None:
        self._ledger = ledger
        self._drafting = drafting
        self._attester = attester
        self._clock_us = clock_us
        self._page_of = page_of
        self._standings: dict[str, Standing] = {}

    async def publish_if_changed(
        self,
        twin: AssetTwin,
        policy: ConditionPolicy,
        evidence: Evidence,
        *,
        as_of: int,
        earliest: int | None,
    ) -> Published | None:
        """Write a version where the twin's standing has changed; return it, or None.

        Args:
            twin: The twin.
            policy: What judges it.
            evidence: Evidence over exactly the twin's inputs.
            as_of: The moment to judge.
            earliest: Moment of the earliest input that no version tells of, where there is one.
        """
        newest = self._ledger.newest(twin.asset)
        if newest is not None and self._is_behind(evidence, newest):
            # Derived data is being rebuilt: the twin has not come to where it was published.
            return None
        condition = assess(twin, policy, as_of)
        is_superseded = newest is not None and earliest is not None and earliest <= newest.as_of
        reason: str | None = anchor_reason(self._standing(newest), standing_of(twin, condition))
        if reason is None and is_superseded and twin.closed_at is not None:
            # An open shipment's next version will tell; a closed one's final version was wrong.
            reason = LATE_INPUT
        if reason is None:
            return None
        version = newest.version + 1 if newest else 1
        report = await self._report(twin, policy, condition, version)
        document = self._document(
            twin, condition, report, evidence, newest, is_superseded=is_superseded
        )
        published = self._published(twin, condition, report, evidence, reason, newest, document)
        self._ledger.publish(published, document)
        self._standings[twin.asset] = standing_of(twin, condition)
        return published

    def tells_of(self, asset: str, evidence: Evidence) -> bool:
        """Tell whether the newest version covers all of an asset's inputs."""
        newest = self._ledger.newest(asset)
        if newest is None or (newest.evidence_size, newest.evidence_root) != (
            evidence.size,
            evidence.root,
        ):
            return False
        # The ledger keeps the size and the root; what held the asset stands in the document alone.
        return not evidence.parents or evidence.parents == parents_in(self._document_of(newest))

    def _is_behind(self, evidence: Evidence, newest: Published) -> bool:
        """Tell whether the newest version covers more than the evidence does."""
        if evidence.size < newest.evidence_size:
            return True
        if not evidence.parents:
            return False
        told = {one.asset: one.size for one in parents_in(self._document_of(newest))}
        return any(one.size < told.get(one.asset, 0) for one in evidence.parents)

    def _document_of(self, newest: Published) -> bytes:
        return self._ledger.document(newest.digest) or b"{}"

    def _standing(self, newest: Published | None) -> Standing | None:
        if newest is None:
            return None
        known = self._standings.get(newest.asset)
        if known is None:
            known = self._standings[newest.asset] = self._stored_standing(newest)
        return known

    def _stored_standing(self, newest: Published) -> Standing:
        document = json.loads(self._document_of(newest))
        custody = document["properties"]["cargotwin"]["custody"]
        return Standing(
            disposition=Disposition(newest.disposition),
            severity=Severity(newest.severity),
            holder=custody["possessing_party"],
            handovers=custody["handovers"],
            milestones=newest.milestones,
            decisions=newest.decisions,
        )

    async def _report(
        self, twin: AssetTwin, policy: ConditionPolicy, condition: Condition, version: int
    ) -> ConditionReport:
        facts = facts_of(
            condition,
            title=title_of(twin),
            policy=policy,
            custody=twin.custody,
            milestones=twin.milestones,
            decisions=twin.decisions,
        )
        seed = seed_of(twin.asset, version)
        try:
            attempts = [await self._drafting.draft(plan_for(facts), seed)]
            why = ""
        except DraftAway as away:
            attempts, why = [], away.code
        return release(facts, attempts, seed=seed, fallback_reason=why)

    def _document(
        self,
        twin: AssetTwin,
        condition: Condition,
        report: ConditionReport,
        evidence: Evidence,
        newest: Published | None,
        *,
        is_superseded: bool,
    ) -> bytes:
        version = newest.version + 1 if newest else 1
        signature = self._attester.sign(attested_statement(condition, evidence, version))
        document = metadata_document(
            condition,
            Wording(
                text=report.text,
                writer=report.writer,
                provenance=report.provenance,
                next_step=ACTION_SENTENCES[Action(report.actions[0])],
            ),
            VersionFacts(
                title=title_of(twin),
                version=version,
                previous=newest.digest if newest else None,
                supersedes=newest.digest if newest and is_superseded else None,
                evidence=evidence,
                decision=twin.decisions[-1] if twin.decisions else None,
                external_url=self._page_of(twin.asset),
            ),
            Attestation(
                key=f"ed25519:{self._attester.public_key.hex()}", signature=signature.hex()
            ),
        )
        written = canonical_bytes(document)
        if len(written) > LARGEST_DOCUMENT_BYTES:
            raise DocumentTooLarge(twin.asset, len(written), LARGEST_DOCUMENT_BYTES)
        return written

    def _published(
        self,
        twin: AssetTwin,
        condition: Condition,
        report: ConditionReport,
        evidence: Evidence,
        reason: str,
        newest: Published | None,
        document: bytes,
    ) -> Published:
        return Published(
            asset=twin.asset,
            version=newest.version + 1 if newest else 1,
            digest=digest_of(document),
            as_of=condition.as_of,
            published_at=self._clock_us(),
            reason=str(reason),
            disposition=condition.disposition.value,
            severity=int(condition.severity),
            writer=report.writer,
            evidence_size=evidence.size,
            evidence_root=evidence.root,
            milestones=len(twin.milestones),
            decisions=len(twin.decisions),
            report=msgspec.json.encode(report),
        )
