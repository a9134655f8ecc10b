"""A report's own signature: put on when it is published, looked at when its version is verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from condition_reports.fact_types import Facts
from condition_reports.provenance import FACTS_SCHEMA, FIRST_SCHEMA
from condition_reports.report import ConditionReport
from contracts.canonical import canonical_bytes
from contracts.canonical import digest as digest_of
from contracts.dsse import public_key_in
from contracts.report_statement import attest_report, check_attestation
from contracts.signer import AttesterKey
from contracts.verify import Check, Outcome
from gateway.report_checks import first_difference, members_of
from gateway.store.ledger import Published
from twins.errors import CargotwinError


def attested(report: ConditionReport, attester: AttesterKey) -> ConditionReport:
    """Return a report with the attester's signature over its text, facts and provenance."""
    envelope = attest_report(report.provenance, attester)
    return msgspec.structs.replace(report, attestation=envelope)


def stored_report_check(version: Published, document: bytes) -> Check:
    """Return whether the report in a version's row is that of its document, and signed.

    People are shown what stands in the row; the token names the document. A report from before
    reports were signed has no signature to look at.

    Args:
        version: The row.
        document: The document of this version, known to be one.
    """
    name = f"stored report {version.version}"
    try:
        detail = _stored_report(version, json.loads(document))
    except CargotwinError as error:
        return Check(name, Outcome.FAILED, error.diagnostics())
    except msgspec.MsgspecError as error:
        return Check(name, Outcome.FAILED, f"is no report: {error}")
    return Check(name, Outcome.OK, detail)


class ReportDiffers(CargotwinError):
    """What is shown of a version is not what the token's document says."""

    def __init__(self, member: str) -> None:
        self.member = member
        super().__init__(f"{member} of the stored version is not the document's")


def _stored_report(version: Published, document: Mapping[str, Any]) -> str:
    twin = document["properties"]["cargotwin"]
    _check_row(version, twin)
    report = version.condition_report()
    stated = twin["report"]
    if report.text != document["description"]:
        raise ReportDiffers("the text")
    if report.writer != stated["writer"]:
        raise ReportDiffers("the writer")
    if canonical_bytes(report.provenance) != canonical_bytes(stated["provenance"]):
        raise ReportDiffers("the provenance")
    if (report.as_of, report.severity) != (version.as_of, version.severity):
        raise ReportDiffers("moment or severity")
    if report.provenance["schema"] == FIRST_SCHEMA and report.attestation is None:
        return "is that of the document; made before reports were signed"
    if digest_of(report.facts).hex() != report.provenance["facts_sha256"]:
        raise ReportDiffers("what is stated as facts")
    key = twin["single_attester"]["key"]
    check_attestation(report.attestation, report.provenance, public_key_in(key))
    _check_members(report)
    return f"is that of the document, signed by {key}"


def _check_row(version: Published, twin: Mapping[str, Any]) -> None:
    """Compare what a row says beside its report, which lists and pages show."""
    condition, evidence = twin["condition"], twin["evidence"]
    stated = {
        "asset": twin["asset"],
        "version": twin["version"],
        "as_of": twin["as_of"],
        "disposition": condition["disposition"],
        "severity": condition["severity"],
        "writer": twin["report"]["writer"],
        "evidence_size": evidence["size"],
        "evidence_root": bytes.fromhex(evidence["root"]),
    }
    for name, value in stated.items():
        if getattr(version, name) != value:
            raise ReportDiffers(name)


def _check_members(report: ConditionReport) -> None:
    """Compare what a report shows beside its words with what follows from its facts."""
    facts = report.facts or {}
    shown = msgspec.to_builtins(report)
    expected = {name: facts.get(name) for name in ("asset", "as_of", "severity")}
    if facts.get("schema") == FACTS_SCHEMA:
        # Of another release's sentences nobody can tell in which section each stands.
        read = msgspec.convert(facts, Facts)
        expected |= members_of(read, report.text, report.provenance) or {}
        # Checked on their own, the record also where another release made it.
        expected |= {"attestation": shown["attestation"], "provenance": shown["provenance"]}
    problem = first_difference(expected, {name: shown[name] for name in expected})
    if problem:
        raise ReportDiffers(problem.partition(" ")[0])
