"""The provenance record of a report: which words, about what, by whom, and how they were checked.

It holds no time: the moment of release belongs to whoever publishes the report. What it states is
either implied by facts, text and program, or part of the `Account` of how the words came to be;
so a record is checked by making it again from its account.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from twins.errors import CargotwinError

from .fact_types import Facts
from .facts import facts_digest
from .marking import Marking, marking_of
from .verifier import VERIFIER, ruleset_digest
from .writers.writer import Decoding, DraftSection, ModelIdentity, WriterIdentity

SCHEMA = "cargotwin.report_provenance.v2"
FIRST_SCHEMA = "cargotwin.report_provenance.v1"
"""Of reports that were made before the record named models, decoding and language."""

FACTS_SCHEMA = 6
"""The layout of facts that this program knows; of another it cannot say what they bear."""

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
DecimalText = Annotated[str, msgspec.Meta(pattern="^[0-9]{1,40}$")]


class InvalidProvenance(CargotwinError):
    """A record is no provenance record, or contradicts itself."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"provenance: {reason}")


class Editor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who changed the words, and the text that they were changed from.

    Attributes:
        by: Party or role, never a personal name.
        basis_sha256: Digest of the text that the writer's draft had made.
    """

    by: Annotated[str, msgspec.Meta(min_length=1, max_length=96)]
    basis_sha256: Digest


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """How a text came to be, as its record tells it.

    Attributes:
        writer: Whose words it is, or was before it was edited.
        seed: What the writer chose by.
        decoding: How a model chose its words; None for the template.
        reject_codes: Why earlier drafts were refused, in order.
        fallback_reason: Why the template speaks in another writer's place; "" where it does not.
        language: Which rules the text was read back by.
        draft: The draft with its slots, where the language is free: what those rules look at.
        editor: Who edited the text; None where nobody did.
    """

    writer: WriterIdentity
    seed: int
    decoding: Decoding | None = None
    reject_codes: tuple[str, ...] = ()
    fallback_reason: str = ""
    language: Literal["closed", "free"] = "closed"
    draft: tuple[DraftSection, ...] | None = None
    editor: Editor | None = None

    @property
    def kind(self) -> Literal["template", "tiny", "llm", "human"]:
        """Whose words these are now: template, tiny, llm or human."""
        return "human" if self.editor else self.writer.kind

    @property
    def marking(self) -> Marking:
        """What readers and machines are told about the words."""
        return marking_of(self.writer.kind, is_edited=self.editor is not None)


class _Writer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Literal["template", "tiny", "llm"]
    version: str
    sha256: Digest
    # A string: RFC 8785 numbers are doubles.
    seed: DecimalText
    fallback_reason: str


class _Verifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    ruleset_sha256: Digest
    language: Literal["closed", "free"]


class _Generator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Literal["template", "tiny", "llm", "human"]
    uses_language_model: bool
    mark: str


class _Record(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag=SCHEMA
):
    facts_schema: int
    facts_sha256: Digest
    text_sha256: Digest
    writer: _Writer
    model: ModelIdentity | None
    decoding: Decoding | None
    editor: Editor | None
    verifier: _Verifier
    attempts: int
    reject_codes: tuple[str, ...]
    draft: tuple[DraftSection, ...] | None
    generator: _Generator
    digital_source_type: str = msgspec.field(name="digitalSourceType")


class _FirstVerifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    ruleset_sha256: Digest


class _FirstRecord(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="schema", tag=FIRST_SCHEMA
):
    facts_sha256: Digest
    text_sha256: Digest
    writer: _Writer
    model: None
    verifier: _FirstVerifier
    attempts: int
    reject_codes: tuple[str, ...]
    digital_source_type: str = msgspec.field(name="digitalSourceType")


def provenance_of(facts: Facts, text: str, account: Account) -> dict[str, object]:
    """Return the record of how a text came to be, ready for RFC 8785.

    Args:
        facts: What the text states.
        text: The released text.
        account: How it came to be.
    """
    marking = account.marking
    record = _Record(
        facts_schema=facts.schema,
        facts_sha256=facts_digest(facts).hex(),
        text_sha256=text_digest(text),
        writer=_writer_of(account),
        model=account.writer.model,
        decoding=account.decoding,
        editor=account.editor,
        verifier=_Verifier(VERIFIER, ruleset_digest().hex(), account.language),
        attempts=len(account.reject_codes) + 1,
        reject_codes=account.reject_codes,
        draft=account.draft,
        generator=_Generator(account.kind, marking.uses_language_model, marking.mark),
        digital_source_type=marking.digital_source_type,
    )
    return as_json(record)


def first_provenance_of(facts: Facts, text: str, account: Account) -> dict[str, object]:
    """Return the record of schema 1 of how a text came to be, to compare an old one with."""
    record = _FirstRecord(
        facts_sha256=facts_digest(facts).hex(),
        text_sha256=text_digest(text),
        writer=_writer_of(account),
        model=None,
        verifier=_FirstVerifier(VERIFIER, ruleset_digest().hex()),
        attempts=len(account.reject_codes) + 1,
        reject_codes=account.reject_codes,
        digital_source_type=account.marking.digital_source_type,
    )
    return as_json(record)


def account_in(record: Mapping[str, object]) -> Account:
    """Return the account that a record of either schema gives.

    Raises:
        InvalidProvenance: It is of another schema or shape, or contradicts itself.
    """
    try:
        stated = msgspec.convert(record, _Record | _FirstRecord)
    except msgspec.ValidationError as error:
        raise InvalidProvenance(f"it is no provenance record: {error}") from error
    writer = stated.writer
    account = Account(
        writer=WriterIdentity(writer.kind, writer.version, writer.sha256, stated.model),
        seed=int(writer.seed),
        reject_codes=stated.reject_codes,
        fallback_reason=writer.fallback_reason,
    )
    if isinstance(stated, _FirstRecord):
        # Schema 1 had no place for a model; it told a small one by the digest of its weights.
        if writer.kind == "llm":
            raise InvalidProvenance("a large model's words name no model, schema 1 cannot")
        return account
    account = msgspec.structs.replace(
        account,
        decoding=stated.decoding,
        language=stated.verifier.language,
        draft=stated.draft,
        editor=stated.editor,
    )
    contradiction = _contradiction_in(account)
    if contradiction:
        raise InvalidProvenance(contradiction)
    return account


def as_json(value: msgspec.Struct) -> dict[str, object]:
    """Return a value as JSON reads it back: arrays are lists."""
    found: dict[str, object] = msgspec.json.decode(msgspec.json.encode(value))
    return found


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text's UTF-8 form, hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_of_this_ruleset(record: Mapping[str, object]) -> bool:
    """Tell whether a record, of any schema, was read back by the rules of this program."""
    verifier = record.get("verifier")
    if not isinstance(verifier, Mapping):
        return False
    rules = (verifier.get("version"), verifier.get("ruleset_sha256"))
    return rules == (VERIFIER, ruleset_digest().hex())


def _writer_of(account: Account) -> _Writer:
    writer = account.writer
    return _Writer(
        kind=writer.kind,
        version=writer.version,
        sha256=writer.digest,
        seed=str(account.seed),
        fallback_reason=account.fallback_reason,
    )


def _contradiction_in(account: Account) -> str:
    """Return what in an account cannot be so, "" where nothing is."""
    is_template = account.writer.kind == "template"
    names_model = account.writer.model is not None and account.writer.model.id.strip() != ""
    found = {
        "the template is no model": is_template and account.writer.model is not None,
        "the template decodes nothing": is_template and account.decoding is not None,
        "a model's words name no model": not is_template and not names_model,
        "a model's words do not say how they were chosen": not is_template
        and account.decoding is None,
        "a model's words were released, so nothing fell back": not is_template
        and account.fallback_reason != "",
        "drafts were refused, yet no reason is given for the template's words": is_template
        and account.reject_codes != ()
        and account.fallback_reason == "",
        "only words of an llm may be in free language": account.language == "free"
        and account.writer.kind != "llm",
        "free language comes with its draft, and nothing else does": (account.language == "free")
        != (account.draft is not None),
    }
    return next((problem for problem, is_so in found.items() if is_so), "")
