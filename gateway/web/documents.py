"""What the gateway knows, as JSON: people's units with their unit, raw integers beside them.

Times are RFC 3339 in UTC, durations are seconds, shares are per cent; `raw` is always the integer
in the quantity's steps that digests and sums use.
"""

from __future__ import annotations

import msgspec

from contracts.chain import ChainHead
from gateway.ports import (
    Alarm,
    AssetDetail,
    AssetSummary,
    QuarantineEntry,
    SeriesBuckets,
    Status,
    TimelineEntry,
    Version,
)
from twins.condition import Budget, Condition, RuleFired, SeriesStatistics, condition_document
from twins.excursions import Excursion
from twins.policy import Boundary, ConditionPolicy
from twins.readings import MICROSECONDS, QUANTITIES
from twins.twin import AssetTwin

from .attention import needs_attention, next_step, severity_word
from .values import number, optional_rfc3339, rfc3339

Document = dict[str, object]


def value_of(steps: int | None, quantity: str) -> Document | None:
    """Return a value with its unit and its raw integer; None stays None."""
    if steps is None:
        return None
    return {"value": number(steps, quantity), "unit": QUANTITIES[quantity].unit, "raw": steps}


def severity_of(severity: int) -> Document:
    """Return a severity as number and word."""
    return {"level": int(severity), "word": severity_word(severity)}


def summary_document(asset: AssetSummary, since: int | None) -> Document:
    """Return one asset of the fleet."""
    return {
        "id": asset.id,
        "title": asset.title,
        "policy": {"id": asset.policy, "title": asset.policy_title},
        "disposition": asset.disposition,
        "severity": severity_of(asset.severity),
        "needs_attention": needs_attention(asset),
        "since": optional_rfc3339(since),
        "reasons": list(asset.reasons),
        "next_step": next_step(asset),
        "coverage_percent": asset.coverage_ppm / 10_000,
        "custody": {"state": asset.custody_state, "holder": asset.holder},
        "last_reading_at": optional_rfc3339(asset.last_reading_at),
        "is_closed": asset.is_closed,
        "version": asset.version,
        "is_anchored": asset.is_anchored,
    }


def asset_document(detail: AssetDetail, since: int | None) -> Document:
    """Return everything about one asset; `condition_document` is what its digest covers."""
    condition = detail.condition
    return {
        **summary_document(detail.summary, since),
        **verdict_document(condition),
        "policy": policy_document(detail.policy),
        "custody": _custody(detail.twin),
        "milestones": [
            {"name": one.name, "at": rfc3339(one.observed_at), "place": one.place}
            for one in detail.twin.milestones
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
        "report": report_document(detail),
        "token": {
            "id": detail.token_id,
            "uri": detail.token_uri,
            "head": None if detail.head is None else _head(detail.head),
        },
        "versions": [version_document(one) for one in detail.versions],
        "condition_document": condition_document(condition),
    }


def verdict_document(condition: Condition) -> Document:
    """Return what a condition says, why, and the figures that its rules looked at."""
    return {
        "as_of": rfc3339(condition.as_of),
        "disposition": condition.disposition.value,
        "severity": severity_of(condition.severity),
        "rules_fired": [_rule(one) for one in condition.rules_fired],
        "statistics": _statistics(condition),
        "coverage": _coverage(condition),
        "budgets": [_budget(one) for one in condition.budgets],
    }


def report_document(detail: AssetDetail) -> Document | None:
    """Return the newest condition report with its provenance."""
    if detail.report is None:
        return None
    document: Document = msgspec.to_builtins(detail.report)
    return document | {"as_of": rfc3339(detail.report.as_of)}


def version_document(version: Version) -> Document:
    """Return one published metadata version."""
    document: Document = msgspec.to_builtins(version)
    return document | {
        "as_of": rfc3339(version.as_of),
        "published_at": rfc3339(version.published_at),
        "severity": severity_of(version.severity),
        "document": f"/ipfs/{version.cid}",
    }


def policy_document(policy: ConditionPolicy) -> Document:
    """Return a policy with its limits in people's units."""
    observation = policy.observation
    return {
        "id": policy.id,
        "title": policy.title,
        "source": policy.source,
        "digest": policy.digest.hex(),
        "required": list(observation.required),
        "minimum_coverage_percent": observation.minimum_coverage_ppm / 10_000,
        "boundaries": [_boundary(one) for one in policy.boundaries],
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
        "since": rfc3339(alarm.since),
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


def _rule(rule: RuleFired) -> Document:
    return {
        "rule": rule.rule,
        "text": rule.text,
        "severity": severity_of(rule.severity),
        "disposition": rule.disposition,
        "count": rule.count,
        "excursions": [excursion_document(one) for one in rule.excursions],
    }


def excursion_document(one: Excursion) -> Document:
    """Return one excursion."""
    return {
        "boundary": one.boundary,
        "device": one.device,
        "sensor": one.sensor,
        "quantity": one.quantity,
        "began_at": rfc3339(one.began_at),
        "alarmed_at": rfc3339(one.alarmed_at),
        "ended_at": optional_rfc3339(one.ended_at),
        "extreme": value_of(one.extreme, one.quantity),
        "extreme_at": rfc3339(one.extreme_at),
        "outside_s": one.outside / MICROSECONDS,
    }


def _boundary(one: Boundary) -> Document:
    return {
        "id": one.id,
        "title": one.title,
        "quantity": one.quantity,
        "side": "upper" if one.is_upper else "lower",
        "limit": value_of(one.limit, one.quantity),
        "delay_s": one.delay / MICROSECONDS,
        "mode": "cumulative" if one.is_cumulative else "single",
        "severity": severity_of(one.severity),
        "disposition": one.disposition,
    }


def _statistics(condition: Condition) -> Document:
    statistics = condition.statistics
    wear, shocks = statistics.wear, statistics.shocks
    return {
        "series": [_series_statistics(one) for one in statistics.series],
        "shocks": {
            "count": shocks.count,
            "peak": value_of(shocks.peak, "acceleration"),
            "peak_at": optional_rfc3339(shocks.peak_at),
        },
        "openings": statistics.openings,
        "unjudged": statistics.unjudged,
        "wear": {
            "index_percent": wear.index_ppm / 10_000,
            "shock_percent": wear.shock_ppm / 10_000,
            "handling_percent": wear.handling_ppm / 10_000,
            "exposure_percent": wear.exposure_ppm / 10_000,
        },
    }


def _series_statistics(one: SeriesStatistics) -> Document:
    return {
        "device": one.device,
        "sensor": one.sensor,
        "quantity": one.quantity,
        "readings": one.readings,
        "unusable": one.unusable,
        "conflicts": one.conflicts,
        "clock_suspects": one.clock_suspects,
        "first_at": rfc3339(one.first_at),
        "last_at": rfc3339(one.last_at),
        "last": value_of(one.last, one.quantity),
        "minimum": value_of(one.minimum, one.quantity),
        "minimum_at": optional_rfc3339(one.minimum_at),
        "maximum": value_of(one.maximum, one.quantity),
        "maximum_at": optional_rfc3339(one.maximum_at),
        "mean": value_of(one.mean, one.quantity),
        "mean_kinetic_celsius": one.mean_kinetic_celsius,
        "observed_s": one.observed / MICROSECONDS,
    }


def _coverage(condition: Condition) -> Document:
    coverage = condition.coverage
    return {
        "percent": coverage.ratio_ppm / 10_000,
        "planned_from": optional_rfc3339(coverage.planned_from),
        "planned_s": coverage.planned / MICROSECONDS,
        "quantities": [
            {
                "quantity": one.quantity,
                "percent": one.ratio_ppm / 10_000,
                "observed_s": one.observed / MICROSECONDS,
                "longest_gap_s": one.longest_gap / MICROSECONDS,
                "observed_until": optional_rfc3339(one.observed_until),
            }
            for one in coverage.quantities
        ],
    }


def _budget(one: Budget) -> Document:
    return {
        "boundary": one.boundary,
        "used_s": one.used / MICROSECONDS,
        "allowed_s": one.allowed / MICROSECONDS,
        "left_s": one.left / MICROSECONDS,
        "used_up_at": optional_rfc3339(one.used_up_at),
    }


def _custody(twin: AssetTwin) -> Document:
    custody = twin.custody
    offer = custody.offer
    return {
        "state": custody.state,
        "holder": custody.holder,
        "since": rfc3339(custody.since),
        "offer": None
        if offer is None
        else {
            "from": offer.from_party,
            "to": offer.to_party,
            "nonce": offer.nonce,
            "at": rfc3339(offer.observed_at),
        },
        "periods": [
            {
                "holder": one.holder,
                "since": rfc3339(one.since),
                "until": optional_rfc3339(one.until),
                "place": one.place,
                "seal": one.seal,
            }
            for one in custody.periods
        ],
        "refused_statements": [
            {
                "fault": one.fault,
                "phase": one.phase,
                "from": one.from_party,
                "to": one.to_party,
                "at": rfc3339(one.observed_at),
            }
            for one in custody.refusals
        ],
        "disputes": custody.disputes,
    }


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
