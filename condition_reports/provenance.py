"""The provenance record of a report: which words, about what, by whom, and how they were checked.

It holds no time: the moment of release belongs to whoever publishes the report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from .fact_types import Facts
from .facts import facts_digest
from .verifier import VERIFIER, ruleset_digest
from .writers.writer import WriterIdentity

SCHEMA = "cargotwin.report_provenance.v1"

DIGITAL_SOURCE_TYPES = {
    "template": "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
    "tiny": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    "llm": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
}
"""IPTC's machine-readable marking of where words come from (EU AI Act, Article 50(2))."""


def provenance_of(
    facts: Facts,
    text: str,
    writer: WriterIdentity,
    *,
    seed: int,
    attempts: int,
    reject_codes: Sequence[str],
    fallback_reason: str,
) -> dict[str, object]:
    """Return the record of how a text came to be, ready for RFC 8785.

    Args:
        facts: What the text states.
        text: The released text.
        writer: Whose words it is.
        seed: What the writer chose by. A string in the record: RFC 8785 numbers are doubles.
        attempts: Drafts tried, the released one included.
        reject_codes: Why the earlier ones were refused.
        fallback_reason: Why the template speaks in another writer's place; "" where it does not.
    """
    return {
        "schema": SCHEMA,
        "facts_sha256": facts_digest(facts).hex(),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "writer": {
            "kind": writer.kind,
            "version": writer.version,
            "sha256": writer.digest,
            "seed": str(seed),
            "fallback_reason": fallback_reason,
        },
        "model": None,
        "verifier": {"version": VERIFIER, "ruleset_sha256": ruleset_digest().hex()},
        "attempts": attempts,
        "reject_codes": list(reject_codes),
        "digitalSourceType": DIGITAL_SOURCE_TYPES[writer.kind],
    }
