"""A published metadata document as it is read back: its exact bytes, and its fields by their types.

Only what verification looks at is typed; all else is compared with what the condition gives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from contracts.canonical import canonical_bytes
from contracts.errors import NotCanonicalizable
from contracts.metadata import SCHEMA, SCHEMA_OF_PACKED, SCHEMA_OF_SIGNED

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, msgspec.Meta(ge=0)]


class StatedPolicy(msgspec.Struct, frozen=True):
    """The policy that a document was judged by."""

    id: str
    digest: Digest


class StatedParent(msgspec.Struct, frozen=True):
    """How much of the log of an asset that held this one a document was folded with."""

    asset: str
    size: Count
    root: Digest


class StatedEvidence(msgspec.Struct, frozen=True):
    """What a document states about its inputs."""

    size: Count
    root: Digest
    signed: Count = 0
    parents: tuple[StatedParent, ...] = ()


class StatedAttester(msgspec.Struct, frozen=True):
    """Who signed, and the signature, both as text."""

    key: str
    signature: str


class StatedReport(msgspec.Struct, frozen=True):
    """Who worded the text."""

    writer: str
    provenance: dict[str, Any]


class StatedTwin(msgspec.Struct, frozen=True):
    """`properties.cargotwin` of a document."""

    schema: Literal["cargotwin.metadata.v1", "cargotwin.metadata.v2", "cargotwin.metadata.v3"]
    asset: str
    version: Count
    previous: Digest | None
    supersedes: Digest | None
    as_of: int
    rules: int
    policy: StatedPolicy
    condition: dict[str, Any]
    condition_digest: Digest
    next_step: str
    evidence: StatedEvidence
    single_attester: StatedAttester
    report: StatedReport


class _Properties(msgspec.Struct, frozen=True):
    cargotwin: StatedTwin


class _Document(msgspec.Struct, frozen=True):
    description: str
    external_url: str
    properties: _Properties


@dataclass(frozen=True, slots=True)
class Published:
    """One document.

    Attributes:
        stored: Its bytes.
        content: The same as JSON values.
        description: The report's text.
        external_url: Page of the asset.
        twin: What Cargotwin states.
    """

    stored: bytes
    content: Mapping[str, Any]
    description: str
    external_url: str
    twin: StatedTwin


_DEEPEST = 64
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def read_document(stored: bytes) -> tuple[Published | None, str]:
    """Return a document, or None and what is wrong with its bytes."""
    if _is_deeper(stored, _DEEPEST):
        return None, f"is nested deeper than {_DEEPEST} levels"
    try:
        content = json.loads(stored)
    except (ValueError, TypeError, RecursionError) as error:
        return None, f"is no JSON: {error}"
    try:
        is_canonical = canonical_bytes(content) == stored
    except (NotCanonicalizable, RecursionError):
        is_canonical = False
    if not is_canonical:
        return None, "its bytes are not in canonical form"
    try:
        document = msgspec.convert(content, _Document)
    except (msgspec.ValidationError, RecursionError) as error:
        schemas = f"{SCHEMA}, {SCHEMA_OF_SIGNED} or {SCHEMA_OF_PACKED}"
        return None, f"is no document of schema {schemas}: {error}"
    twin = document.properties.cargotwin
    return Published(stored, content, document.description, document.external_url, twin), ""


def _is_deeper(stored: bytes, deepest: int) -> bool:
    """Tell whether JSON nests too deeply to be parsed.

    The interpreter's own limit cannot be relied on here (see `contracts.recursion`), and a text
    beyond the C stack ends the process.
    """
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(stored):
        bracket = found[0]
        if bracket in b"[{":
            depth += 1
            if depth > deepest:
                return True
        elif bracket in b"]}":
            depth -= 1
    return False
