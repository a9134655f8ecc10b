from pathlib import Path

import msgspec
import pytest

from condition_reports.report import ConditionReport, SectionText
from contracts.signer import AttesterKey
from contracts.verify import Check, Outcome
from gateway.report_attestation import attested, stored_report_check
from gateway.store.ledger import Published
from tests.unit.gateway.deriving import MINTED, Deriving
from tests.unit.twins.samples import close

STRANGER = AttesterKey(b"s" * 32)


@pytest.fixture
async def stored(tmp_path: Path) -> tuple[Published, bytes]:
    one = Deriving(tmp_path)
    one.take(*MINTED, close(50))
    await one.publish()
    (version,) = one.versions()
    document = one.ledger.document(version.digest)
    assert document is not None
    for opened in (one.reader, one.store, one.ledger, one.journal):
        opened.close()
    return version, document


def with_report(version: Published, report: ConditionReport) -> Published:
    return msgspec.structs.replace(version, report=msgspec.json.encode(report))


def checked(stored: tuple[Published, bytes], **changes: object) -> Check:
    version, document = stored
    report = msgspec.structs.replace(version.condition_report(), **changes)
    return stored_report_check(with_report(version, report), document)


def test_published_report_is_signed_by_the_attester_of_its_document(
    stored: tuple[Published, bytes],
) -> None:
    found = stored_report_check(*stored)
    assert (found.name, found.outcome) == ("stored report 1", Outcome.OK)
    assert "signed by ed25519:" in found.detail


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("text", "All is well."),
        ("writer", "tiny"),
        ("provenance", {}),
        ("attestation", None),
        ("attestation", {"payload": "", "payloadType": "", "signatures": []}),
        ("asset", "box-9"),
        ("as_of", 1),
        ("severity", 3),
        ("actions", ("quarantine",)),
        ("sections", (SectionText("opening", "All is well."),)),
        ("attempts", 4),
        ("reject_codes", ("wrong_level",)),
        ("schema", 1),
    ],
)
def test_report_that_is_not_the_documents_fails(
    stored: tuple[Published, bytes], member: str, value: object
) -> None:
    assert checked(stored, **{member: value}).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("asset", "box-9"),
        ("version", 2),
        ("as_of", 1),
        ("disposition", "damaged"),
        ("severity", 3),
        ("writer", "tiny"),
        ("evidence_size", 1),
        ("evidence_root", b"r" * 32),
    ],
)
def test_row_that_says_another_thing_than_its_document_fails(
    stored: tuple[Published, bytes], column: str, value: object
) -> None:
    version, document = stored
    spoilt = msgspec.structs.replace(version, **{column: value})
    assert stored_report_check(spoilt, document).outcome is Outcome.FAILED


def test_report_signed_by_another_than_the_attester_fails(stored: tuple[Published, bytes]) -> None:
    version, document = stored
    report = attested(version.condition_report(), STRANGER)
    found = stored_report_check(with_report(version, report), document)
    assert found.outcome is Outcome.FAILED
    assert "no signature" in found.detail


@pytest.mark.parametrize("junk", [b"", b"{}", b"null", b"\xff"])
def test_row_that_holds_no_report_fails(stored: tuple[Published, bytes], junk: bytes) -> None:
    version, document = stored
    spoilt = msgspec.structs.replace(version, report=junk)
    assert stored_report_check(spoilt, document).outcome is Outcome.FAILED


def test_facts_beside_the_text_are_those_of_its_record(stored: tuple[Published, bytes]) -> None:
    version, _ = stored
    facts = version.condition_report().facts
    assert facts is not None
    other = facts | {"asset": "box-9"}
    assert checked(stored, facts=other).outcome is Outcome.FAILED
    assert checked(stored, facts=None).outcome is Outcome.FAILED


def test_report_from_before_reports_were_signed_is_compared_with_its_document(
    stored: tuple[Published, bytes],
) -> None:
    version, document = stored
    first = b'"cargotwin.report_provenance.v1"'
    document = document.replace(b'"cargotwin.report_provenance.v2"', first)
    report = version.condition_report()
    record = report.provenance | {"schema": "cargotwin.report_provenance.v1"}
    old = msgspec.structs.replace(report, provenance=record, facts=None, attestation=None)
    found = stored_report_check(with_report(version, old), document)
    assert (found.outcome, "before reports were signed" in found.detail) == (Outcome.OK, True)
