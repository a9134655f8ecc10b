"""Verification of one report from its JSON alone: no data folder, no chain, no service is asked.

That its facts are what the sensors measured cannot be told from it: `cargotwin verify` rebuilds
them from the inputs. All else is looked at: who signed, whether each sentence follows from the
facts, and whether the named writer words it so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from condition_reports.fact_types import Facts
from condition_reports.provenance import FACTS_SCHEMA, text_digest
from condition_reports.report import SCHEMA
from contracts.canonical import canonical_bytes
from contracts.canonical import digest as digest_of
from contracts.dsse import KEY_SCHEME, key_named_by, read_envelope
from contracts.errors import NotCanonicalizable
from contracts.report_statement import check_attestation
from contracts.verify import Check, Outcome, Verification
from gateway.known_writers import KnownWriters
from gateway.report_checks import first_difference, members_of, words_checks
from gateway.web.values import rfc3339
from twins.errors import CargotwinError

_OTHER = {"text": "another text", "facts": "other facts"}


def report_verification(
    document: Mapping[str, Any], writers: KnownWriters, public_key: bytes | None
) -> Verification:
    """Verify a report that `cargotwin report --json` or the HTTP interface gave.

    Args:
        document: Its JSON.
        writers: Who can word it again.
        public_key: Whose signature it must bear; None where nobody knows. The file is then held
            to the key that it names itself, which says nothing of who made it.
    """
    checks = tuple(_checks(document, writers, public_key))
    roots = (
        "facts: as this file states them; `cargotwin verify` rebuilds them from the inputs",
        _key_root(document, public_key),
    )
    return Verification(str(document.get("asset", "")), 1, checks, roots)


def _checks(
    document: Mapping[str, Any], writers: KnownWriters, public_key: bytes | None
) -> Iterator[Check]:
    try:
        canonical_bytes(document)
    except NotCanonicalizable as error:
        yield Check("file", Outcome.FAILED, str(error))
        return
    facts, record, text = (document.get(name) for name in ("facts", "provenance", "text"))
    if facts is None and document.get("attestation") is None and document.get("schema") == 1:
        detail = "made before reports held their facts: `cargotwin verify ASSET` can check it"
        yield Check("facts", Outcome.UNCHECKED, detail)
        return
    if not (isinstance(facts, dict) and isinstance(record, dict) and isinstance(text, str)):
        yield Check("file", Outcome.FAILED, "text, facts or provenance are not what they must be")
        return
    yield _attestation_check(
        document, record, public_key, {"text": text_digest(text), "facts": digest_of(facts).hex()}
    )
    found = _facts_check(facts, record)
    yield found
    if found.outcome is not Outcome.OK:
        return
    read = msgspec.convert(facts, Facts)
    words = words_checks(read, text, record, str(document.get("writer")), writers)
    yield from words
    if all(one.outcome is not Outcome.FAILED for one in words[:2]):
        yield _members_check(document, read, text, record)


def _attestation_check(
    document: Mapping[str, Any],
    record: Mapping[str, Any],
    public_key: bytes | None,
    digests: Mapping[str, str],
) -> Check:
    """Return who signed the record, and whether text and facts are those of the record."""
    envelope = document.get("attestation")
    if envelope is None:
        detail = "the file has no signature: nothing stands as its `attestation`"
        return Check("attestation", Outcome.FAILED, detail)
    try:
        key = public_key or key_named_by(read_envelope(envelope))
        check_attestation(envelope, record, key)
    except CargotwinError as error:
        return Check("attestation", Outcome.FAILED, error.diagnostics())
    for name, digest in digests.items():
        if digest != record.get(f"{name}_sha256"):
            other = _OTHER[name]
            detail = f"{KEY_SCHEME}{key.hex()} signed {other} than this file holds"
            return Check("attestation", Outcome.FAILED, detail)
    signed = f"text, facts and provenance are signed by {KEY_SCHEME}{key.hex()}"
    if public_key is not None:
        return Check("attestation", Outcome.OK, signed)
    detail = (
        f"{signed}, which only the file itself names: anybody can sign with a key of their own; "
        "state with --key the one in the token's document, properties.cargotwin.single_attester.key"
    )
    return Check("attestation", Outcome.UNCHECKED, detail)


def _facts_check(facts: dict[str, Any], record: Mapping[str, Any]) -> Check:
    digest = digest_of(facts).hex()
    if digest != record.get("facts_sha256"):
        detail = f"their digest is {digest}, not the one that the provenance states"
        return Check("facts", Outcome.FAILED, detail)
    schema = facts.get("schema")
    if schema != FACTS_SCHEMA:
        detail = f"of schema {schema}, and this release knows {FACTS_SCHEMA}"
        return Check("facts", Outcome.UNCHECKED, detail)
    try:
        msgspec.convert(facts, Facts)
    except msgspec.ValidationError as error:
        return Check("facts", Outcome.FAILED, f"are no facts of schema {schema}: {error}")
    return Check("facts", Outcome.OK, digest)


def _members_check(
    document: Mapping[str, Any], facts: Facts, text: str, record: Mapping[str, Any]
) -> Check:
    """Compare all that a report shows beside its words with what follows from facts and record."""
    expected = members_of(facts, text, record)
    if expected is None:
        return Check("members", Outcome.UNCHECKED, "they hang on sentences that were not read back")
    # Checked on their own, the record also where another release made it.
    checked = {"attestation": document.get("attestation"), "provenance": record}
    found = dict(document)
    expected["as_of"] = rfc3339(facts.as_of)
    # What is printed and served states it so; the ledger has the integer.
    if type(found.get("as_of")) is int and found["as_of"] == facts.as_of:
        found["as_of"] = expected["as_of"]
    problem = first_difference(expected | checked, found)
    good = f"all that schema {SCHEMA} shows beside the words follows from facts and provenance"
    return Check("members", Outcome.FAILED if problem else Outcome.OK, problem or good)


def _key_root(document: Mapping[str, Any], public_key: bytes | None) -> str:
    if public_key is not None:
        return f"key {KEY_SCHEME}{public_key.hex()}: given by you"
    try:
        key = key_named_by(read_envelope(document.get("attestation")))
    except CargotwinError:
        return "no key: the file names none"
    return (
        f"key {KEY_SCHEME}{key.hex()}: named by the file itself; the token's document names the "
        "attester's, and --key holds the file to one"
    )
