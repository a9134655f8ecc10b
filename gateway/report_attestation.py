"""A report's own signature: put on when it is published, looked at when its version is verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from condition_reports.provenance import FIRST_SCHEMA
from condition_reports.report import ConditionReport
from contracts.canonical import canonical_bytes
from contracts.canonical import digest as digest_of
from contracts.dsse import public_key_in
from contracts.report_statement import attest_report, check_attestation
from contracts.signer import AttesterKey
from contracts.verify import Check, Outcome
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
    """What is shown as a report is not what the token's document says."""

    def __init__(self, member: str) -> None:
        self.member = member
        super().__init__(f"{member} of the stored report is not the document's")


def _stored_report(version: Published, document: Mapping[str, Any]) -> str:
    report = version.condition_report()
    twin = document["properties"]["cargotwin"]
    stated = twin["report"]
    if report.text != document["description"]:
        raise ReportDiffers("the text")
    if report.writer != stated["writer"]:
        raise ReportDiffers("the writer")
    if canonical_bytes(report.provenance) != canonical_bytes(stated["provenance"]):
        raise ReportDiffers("the provenance")
    if report.provenance["schema"] == FIRST_SCHEMA and report.attestation is None:
        return "is that of the document; made before reports were signed"
    if digest_of(report.facts).hex() != report.provenance["facts_sha256"]:
        raise ReportDiffers("what is stated as facts")
    key = twin["single_attester"]["key"]
    check_attestation(report.attestation, report.provenance, public_key_in(key))
    return f"is that of the document, signed by {key}"
