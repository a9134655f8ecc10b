"""The in-toto statement of a condition report, signed apart from the condition.

Its subjects are the text and the facts that it was worded about, its predicate is the provenance
record: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from .canonical import canonical_bytes
from .dsse import InvalidEnvelope, body_signed_by, read_envelope, signed_envelope
from .signer import AttesterKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_SCHEMA_PREFIX = "urn:cargotwin:schema:"


def report_statement(provenance: Mapping[str, object]) -> dict[str, object]:
    """Return the statement of the report with this provenance record.

    Of what is no record it is some statement all the same, which nobody has signed.
    """
    schema = str(provenance.get("schema")).removeprefix("cargotwin.")
    return {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": "text", "digest": {"sha256": provenance.get("text_sha256")}},
            {"name": "facts", "digest": {"sha256": provenance.get("facts_sha256")}},
        ],
        "predicateType": _SCHEMA_PREFIX + schema,
        "predicate": dict(provenance),
    }


def attest_report(provenance: Mapping[str, object], key: AttesterKey) -> dict[str, object]:
    """Return the envelope with the statement of a report, ready for JSON.

    The attester's key signs it, the one that every document of the token names: whoever knows the
    token knows the key. It cannot be mistaken for an attestation of the condition, which is
    signed bare.
    """
    return signed_envelope(PAYLOAD_TYPE, canonical_bytes(report_statement(provenance)), key)


def check_attestation(
    document: object, provenance: Mapping[str, object], public_key: bytes
) -> None:
    """Check that a key signed the statement of exactly the report with this provenance.

    Args:
        document: The envelope as JSON values.
        provenance: The record that it must be about.
        public_key: The key that must have signed it.

    Raises:
        InvalidEnvelope: It did not.
        NotCanonicalizable: The record holds what no record does.
    """
    body = body_signed_by(read_envelope(document), PAYLOAD_TYPE, public_key)
    if body != canonical_bytes(report_statement(provenance)):
        raise InvalidEnvelope("what is signed is the statement of another report")
