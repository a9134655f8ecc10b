import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from contracts.dsse import InvalidEnvelope, pre_authentication_encoding
from contracts.report_statement import attest_report, check_attestation
from contracts.signer import AttesterKey

VECTORS = Path(__file__).parents[2] / "vectors" / "report_attestation.json"
GOLDEN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
KEY = AttesterKey(b"k" * 32)
RECORD: dict[str, Any] = {
    "schema": "cargotwin.report_provenance.v2",
    "text_sha256": "aa" * 32,
    "facts_sha256": "bb" * 32,
    "attempts": 1,
}


def statement() -> dict[str, Any]:
    payload = attest_report(RECORD, KEY)["payload"]
    found: dict[str, Any] = json.loads(base64.b64decode(str(payload)))
    return found


def test_statement_has_the_members_of_in_toto_statement_v1() -> None:
    # https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
    assert statement() == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": "text", "digest": {"sha256": "aa" * 32}},
            {"name": "facts", "digest": {"sha256": "bb" * 32}},
        ],
        "predicateType": "urn:cargotwin:schema:report_provenance.v2",
        "predicate": RECORD,
    }


def test_envelope_names_the_media_type_of_in_toto() -> None:
    assert attest_report(RECORD, KEY)["payloadType"] == "application/vnd.in-toto+json"


def test_attestation_of_the_same_record_is_good() -> None:
    check_attestation(attest_report(RECORD, KEY), RECORD, KEY.public_key)


@pytest.mark.parametrize(
    "other",
    [
        {**RECORD, "text_sha256": "cc" * 32},
        {**RECORD, "facts_sha256": "cc" * 32},
        {**RECORD, "attempts": 2},
        {**RECORD, "more": 1},
        {**RECORD, "schema": 2},
        {},
    ],
    ids=lambda one: str(sorted(one.items())),
)
def test_attestation_of_another_record_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(InvalidEnvelope, match="another report"):
        check_attestation(attest_report(RECORD, KEY), other, KEY.public_key)


@pytest.mark.parametrize("case", GOLDEN["vectors"], ids=["template", "llm", "edited"])
def test_statement_encoding_and_envelope_equal_their_vectors(case: dict[str, Any]) -> None:
    key = AttesterKey(bytes.fromhex(GOLDEN["secret"]))
    envelope = attest_report(case["provenance"], key)
    body = base64.b64decode(str(envelope["payload"]))
    assert body.decode() == case["statement"]
    encoding = pre_authentication_encoding("application/vnd.in-toto+json", body)
    assert hashlib.sha256(encoding).hexdigest() == case["encoding_sha256"]
    assert envelope == case["envelope"]
    check_attestation(case["envelope"], case["provenance"], key.public_key)
