"""Publishing: a condition that changed becomes a worded, signed, versioned document.

The report is drafted elsewhere and read back here; the document goes to the ledger, from where the
anchor queue takes it. A version waits for its words, for so long as it may; without a draft the
template's text is released and says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol

import msgspec

from condition_reports.actions import ACTION_SENTENCES, Action
from condition_reports.fact_types import Facts
from condition_reports.facts import facts_of
from condition_reports.plan import Plan
from condition_reports.release import plan_for, release
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
from gateway.errors import DocumentTooLarge
from gateway.report_attestation import attested
from gateway.reports.drafting import Words
from gateway.reports.seeds import seed_for
from gateway.store.ledger import Ledger, Published, digest_of
from gateway.unpublished import Untold
from twins.policy.condition_policy import ConditionPolicy, Disposition, Severity
from twins.readings import MICROSECONDS
from twins.twin import AssetTwin
from twins.verdict.anchoring import (
    AnchorReason,
    Standing,
    anchor_reason,
    claims_in,
    standing_of,
)
from twins.verdict.condition import RULES, Condition, assess, condition_document

CORRECTION_PAUSE = 3_600 * MICROSECONDS
"""One correction follows another no sooner: devices may be late all the time."""


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


class ReportWording(Protocol):
    """Whoever words reports."""

    def words_for(self, facts: Facts, plan: Plan, seed: int) -> Words | None:
        """Return words for a report; None where they are yet to be written.

        Whoever asked is told of the asset when there are some, and asks again.
        """

    def forget(self, asset: str) -> None:
        """Drop what was asked for: the asset needs no words any more."""

    def published(self, report: ConditionReport) -> None:
        """Take note of a report that was published."""


class Publisher:
    """Writes versions.

    Args:
        ledger: Where they are written.
        wording: Who words the report.
        attester: Signs the condition.
        clock_us: Microseconds UTC.
        page_of: Returns the address of an asset's page, empty where there is none.
    """

    def __init__(
        self,
        ledger: Ledger,
        wording: ReportWording,
        attester: AttesterKey,
        *,
        clock_us: Callable[[], int],
        page_of: Callable[[str], str],
    ) -> None:
        self._ledger = ledger
        self._wording = wording
        self._attester = attester
        self._clock_us = clock_us
        self._page_of = page_of
        self._standings: dict[str, Standing] = {}
        # Assets of whose newest version it is not known whether what came late contradicts it.
        self._doubted: set[str] = set()

    def publish_if_changed(
        self,
        twin: AssetTwin,
        policy: ConditionPolicy,
        evidence: Evidence,
        *,
        as_of: int,
        untold: Untold | None,
        twin_at: Callable[[int], AssetTwin],
    ) -> Published | None:
        """Write a version where the twin's standing has changed, or the newest one is wrong.

        Return it, or None; also where its words are yet to be written. Then the wording tells of
        the asset when they are there, and it is asked for again as it stands by then.

        Args:
            twin: The twin.
            policy: What judges it.
            evidence: Evidence over exactly the twin's inputs.
            as_of: The moment to judge.
            untold: When the inputs lie that no version tells of, where there are any.
            twin_at: Returns the twin as all inputs up to a moment give it.
        """
        newest = self._ledger.newest(twin.asset)
        if newest is not None and untold is not None and untold.is_newly_before(newest.as_of):
            self._doubted.add(twin.asset)
        if newest is not None and self._is_behind(evidence, newest):
            # Derived data is being rebuilt: the twin has not come to where it was published.
            return None
        condition = assess(twin, policy, as_of)
        is_superseded = (
            newest is not None and untold is not None and untold.earliest <= newest.as_of
        )
        reason = anchor_reason(self._standing(newest), standing_of(twin, condition))
        if reason is None and newest is not None and is_superseded:
            if twin.closed_at is not None:
                # No version will follow by itself.
                reason = AnchorReason.LATE_INPUT
            elif self._is_contradicted(newest, policy, as_of, twin_at):
                reason = AnchorReason.CORRECTION
        if reason is None:
            self._wording.forget(twin.asset)
            return None
        report = self._report(twin, policy, condition, newest)
        if report is None:
            return None
        document = self._document(
            twin, condition, report, evidence, newest, is_superseded=is_superseded
        )
        published = self._published(twin, condition, report, evidence, reason, newest, document)
        self._ledger.publish(published, document)
        self._standings[twin.asset] = standing_of(twin, condition)
        self._doubted.discard(twin.asset)
        self._wording.published(report)
        return published

    def _is_contradicted(
        self,
        newest: Published,
        policy: ConditionPolicy,
        as_of: int,
        twin_at: Callable[[int], AssetTwin],
    ) -> bool:
        """Tell whether what came late makes the newest version false of its own moment."""
        asset = newest.asset
        is_correction = newest.reason == AnchorReason.CORRECTION
        is_too_soon = is_correction and as_of - newest.as_of < CORRECTION_PAUSE
        if asset not in self._doubted or is_too_soon:
            return False
        stated = json.loads(self._document_of(newest))["properties"]["cargotwin"]["condition"]
        is_wrong = False
        # Other rules, or another policy, say other things of the same inputs, not truer ones.
        if (stated["rules"], stated["policy_digest"]) == (RULES, policy.digest.hex()):
            then = assess(twin_at(newest.as_of), policy, newest.as_of)
            is_wrong = claims_in(condition_document(then)) != claims_in(stated)
        if not is_wrong:
            self._doubted.discard(asset)
        return is_wrong

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

    def _report(
        self,
        twin: AssetTwin,
        policy: ConditionPolicy,
        condition: Condition,
        newest: Published | None,
    ) -> ConditionReport | None:
        """Return the report, None where its words are yet to be written."""
        facts = facts_of(
            condition,
            title=title_of(twin),
            policy=policy,
            custody=twin.custody,
            milestones=twin.milestones,
            decisions=twin.decisions,
        )
        plan = plan_for(facts)
        version = newest.version + 1 if newest else 1
        before = newest.condition_report() if newest else None
        seed = seed_for(twin.asset, plan, version, before)
        words = self._wording.words_for(facts, plan, seed)
        if words is None:
            return None
        return release(facts, words.attempts, seed=seed, fallback_reason=words.reason)

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
            report=msgspec.json.encode(attested(report, self._attester)),
        )
