"""A document with other words: the same condition and evidence, as the version after it."""

from __future__ import annotations

import json
from typing import Any

from .canonical import canonical_bytes
from .canonical import digest as digest_of
from .dsse import KEY_SCHEME
from .metadata import Wording
from .signer import AttesterKey


def reworded_document(document: bytes, wording: Wording, attester: AttesterKey) -> bytes:
    """Return the version after a document, which differs from it by its words alone.

    Args:
        document: The newest version's bytes, as they were published.
        wording: The words, about the same facts.
        attester: Signs condition, evidence and the new number.
    """
    content: dict[str, Any] = json.loads(document)
    twin: dict[str, Any] = content["properties"]["cargotwin"]
    twin |= {
        "version": twin["version"] + 1,
        "previous": digest_of(content).hex(),
        # No input is newer than those of the version before.
        "supersedes": None,
        "report": {"writer": wording.writer, "provenance": dict(wording.provenance)},
        "next_step": wording.next_step,
    }
    twin["single_attester"] = {
        "key": KEY_SCHEME + attester.public_key.hex(),
        "signature": attester.sign(_statement(twin)).hex(),
    }
    content["description"] = wording.text
    return canonical_bytes(content)


def _statement(twin: dict[str, Any]) -> bytes:
    """Return what the attester signs about the condition, of the schema of its document."""
    number = str(twin["schema"]).rpartition(".v")[2]
    return canonical_bytes(
        {
            "schema": f"cargotwin.attestation.v{number}",
            "asset": twin["asset"],
            "version": twin["version"],
            "as_of": twin["as_of"],
            "condition_digest": twin["condition_digest"],
            "evidence": twin["evidence"],
        }
    )
