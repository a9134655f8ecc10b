"""What the gateway knows, as JSON: people's units with their unit, raw integers beside them.

Times are RFC 3339 in UTC, durations are seconds, shares are per cent; `raw` is always the integer
in the quantity's steps that digests and sums use.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from contracts.chain import ChainHead
from gateway.exports.input_events import business_step
from gateway.ports import (
    Alarm,
    AssetDetail,
    AssetSummary,
    Containment,
    LateReadings,
    QuarantineEntry,
    SeriesBuckets,
    Status,
    TimelineEntry,
    Version,
)
from twins.inputs import Milestone
from twins.milestone_answers import fault_of, fault_words
from twins.readings import MICROSECONDS, QUANTITIES
from twins.verdict.condition import condition_document

from .attention import needs_attention, next_step, severity_of
from .custody_documents import custody_document
from .liability_documents import liability_document
from .policy_documents import policy_document
from .report_documents import report_document
from .values import Document, number, optional_rfc3339, rfc3339
from .verdict_documents import verdict_document


def summary_document(asset: AssetSummary, worst: Alarm | None) -> Document:
    """Return one asset of the fleet.

    `since` is when its worst alarm began, null if unknown; that is the beginning of `since_rule`
    and not of the verdict, which other rules may have brought about.
    """
    return {
        "id": asset.id,
        "title": asset.title,
        "policy": {"id": asset.policy, "title": asset.policy_title},
        "disposition": asset.disposition,
        "severity": severity_of(asset.severity),
        "needs_attention": needs_attention(asset),
        "released_at": optional_rfc3339(asset.released_at),
        "since": None if worst is None else optional_rfc3339(worst.since),
        "since_rule": None if worst is None or worst.since is None else worst.rule,
        "reasons": list(asset.reasons),
        "next_step": next_step(asset),
        "coverage_percent": asset.coverage_ppm / 10_000,
        "custody": {"state": asset.custody_state, "holder": asset.holder},
        "last_reading_at": optional_rfc3339(asset.last_reading_at),
        "is_closed": asset.is_closed,
        "version": asset.version,
        "is_anchored": asset.is_anchored,
    }


def asset_document(
    detail: AssetDetail, worst: Alarm | None, late: Iterable[LateReadings] = ()
) -> Document:
    """Return everything about one asset; `condition_document` is what its digest covers."""
    condition = detail.condition
    return {
        **summary_document(detail.summary, worst),
        **verdict_document(condition, detail.policy, detail.twin),
        "policy": policy_document(detail.policy),
        "custody": custody_document(detail.twin.custody, detail.key_holders.get)
        | liability_document(condition.custody, detail.twin.custody, detail.policy),
        "milestones": [_milestone(one, detail) for one in detail.twin.milestones],
        "milestone_faults": [
            _milestone(one, detail) | _fault(one, detail) for one in detail.twin.milestone_faults
        ],
        "decisions": [
            {
                "outcome": one.outcome,
                "by": one.by,
                "reason": one.reason,
                "at": rfc3339(one.observed_at),
            }
            for one in detail.twin.decisions
        ],
        "late_readings": [_late(one) for one in late],
        "contained_in": [_containment(one) for one in detail.contained_in],
        "contains": [_containment(one) for one in detail.contains],
        "report": None if detail.report is None else report_document(detail.report),
        "token": {
            "id": detail.token_id,
            "uri": detail.token_uri,
            "head": None if detail.head is None else _head(detail.head),
        },
        "versions": [version_document(one) for one in detail.versions],
        "condition_document": condition_document(condition),
    }


def _late(one: LateReadings) -> Document:
    moments = {name: rfc3339(getattr(one, name)) for name in ("first_at", "last_at", "came_at")}
    document: Document = msgspec.to_builtins(one)
    return document | moments


def _containment(one: Containment) -> Document:
    return {
        "asset": one.asset,
        "since": rfc3339(one.since),
        "until": optional_rfc3339(one.until),
    }


def version_document(version: Version) -> Document:
    """Return one published metadata version."""
    document: Document = msgspec.to_builtins(version)
    return document | {
        "as_of": rfc3339(version.as_of),
        "published_at": rfc3339(version.published_at),
        "severity": severity_of(version.severity),
        "document": f"/ipfs/{version.cid}",
    }


def timeline_document(entry: TimelineEntry) -> Document:
    """Return one entry of a timeline."""
    return {
        "at": rfc3339(entry.at),
        "kind": entry.kind,
        "text": entry.text,
        "severity": severity_of(entry.severity),
    }


def series_document(series: SeriesBuckets) -> Document:
    """Return one sensor's buckets; a bucket without readings does not exist."""
    quantity = series.quantity
    return {
        "device": series.device,
        "sensor": series.sensor,
        "quantity": quantity,
        "unit": QUANTITIES[quantity].unit,
        "scale": QUANTITIES[quantity].scale,
        "step_s": series.step / MICROSECONDS,
        "buckets": [
            {
                "start": rfc3339(one.start),
                "minimum": number(one.minimum, quantity),
                "mean": number(one.mean, quantity),
                "maximum": number(one.maximum, quantity),
                "count": one.count,
                "raw": {"minimum": one.minimum, "mean": one.mean, "maximum": one.maximum},
            }
            for one in series.buckets
        ],
    }


def alarm_document(alarm: Alarm) -> Document:
    """Return one alarm."""
    document: Document = msgspec.to_builtins(alarm)
    return document | {
        "severity": severity_of(alarm.severity),
        "since": optional_rfc3339(alarm.since),
        "closed_at": optional_rfc3339(alarm.closed_at),
        "acknowledged_at": optional_rfc3339(alarm.acknowledged_at),
    }


def quarantined_document(entry: QuarantineEntry) -> Document:
    """Return one quarantined input; its bytes are hexadecimal."""
    settled = entry.settlement
    return {
        "position": entry.position,
        "received_at": rfc3339(entry.received_at),
        "client": entry.client,
        "topic": entry.topic,
        "reason": entry.reason,
        "detail": entry.detail,
        "size_bytes": len(entry.raw),
        "raw_hex": entry.raw.hex(),
        "settlement": None
        if settled is None
        else {
            "outcome": settled.outcome,
            "reason": settled.reason,
            "by": settled.by,
            "settled_at": rfc3339(settled.settled_at),
        },
    }


def status_document(status: Status) -> Document:
    """Return the state of the service."""
    document: Document = msgspec.to_builtins(status)
    return document | {"started_at": rfc3339(status.started_at)}


def _milestone(one: Milestone, detail: AssetDetail) -> Document:
    return {
        "name": one.name,
        "biz_step": business_step(one.name),
        "at": rfc3339(one.observed_at),
        "place": one.place,
        "is_shown": one in detail.twin.shown_milestones,
    }


def _fault(one: Milestone, detail: AssetDetail) -> Document:
    fault, phase = fault_of(detail.twin, one)
    return {"fault": fault, "detail": fault_words(fault, one.name, phase)}


def _head(head: ChainHead) -> Document:
    return {
        "owner": head.owner,
        "metadata_digest": head.metadata_digest.hex(),
        "version": head.version,
        "as_of": rfc3339(head.as_of_us),
        "severity": severity_of(head.severity),
        "is_locked": head.locked,
        "block": {"number": head.block.number, "hash": head.block.block_hash.hex()},
    }
