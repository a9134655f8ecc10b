"""Handovers and milestones of Cargotwin's own JSON format.

A handover: `asset`, `from`, `to`, `phase`, `nonce` and a time are required; `place` and `seal` are
empty where they are absent. Its record holds the RFC 8785 bytes of the statement: exactly what a
party signs. `signer` and `signature` come together or not at all; what they are worth is judged
when the record is taken. A milestone: `asset`, `name` and a time are required, `place` is not.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TypeVar

from gateway.access.handover_signatures import (
    InvalidSigner,
    signature_of_text,
    signer_of_text,
    statement_bytes,
)
from twins.errors import InvalidIdentifier
from twins.identity.identifiers import AssetId, asset_id, entered_id, party_id
from twins.inputs import Handover, HandoverPhase, HandoverStatement, Milestone, MilestoneName

from .json_text import JsonObject
from .refusals import (
    BadSignature,
    InvalidField,
    InvalidName,
    InvalidTime,
    MissingField,
    ReservedField,
)
from .times import epoch, rfc3339

LONGEST_TEXT = 200

_Word = TypeVar("_Word", bound=enum.StrEnum)


def handover(element: JsonObject) -> tuple[Handover, int]:
    """Return a handover and its moment.

    Raises:
        Refusal: A field is missing or cannot be used.
    """
    observed_at = _moment(element)
    statement = HandoverStatement(
        asset=_id(element, "asset", _scanned),
        from_party=_id(element, "from", party_id),
        to_party=_id(element, "to", party_id),
        observed_at=observed_at,
        phase=_word(element, "phase", HandoverPhase),
        nonce=_required_text(element, "nonce"),
        place=_free_text(element, "place"),
        seal=_free_text(element, "seal"),
    )
    return Handover(1, statement_bytes(statement), *_signature(element)), observed_at


def milestone(element: JsonObject) -> tuple[Milestone, int]:
    """Return a milestone and its moment.

    Raises:
        Refusal: A field is missing or cannot be used.
    """
    _refuse_signature(element)
    observed_at = _moment(element)
    record = Milestone(
        1,
        _id(element, "asset", _scanned),
        _word(element, "name", MilestoneName),
        observed_at,
        _free_text(element, "place"),
    )
    return record, observed_at


STATEMENTS: dict[str, Callable[[JsonObject], tuple[Handover | Milestone, int]]] = {
    "handover": handover,
    "milestone": milestone,
}
"""The last topic level and what reads its elements."""


def optional_text(element: JsonObject, field: str) -> str | None:
    """Return a text that may be absent.

    Raises:
        InvalidField: Something else than text stands there.
    """
    value = element.get(field)
    if value is not None and not isinstance(value, str):
        raise InvalidField(field, value, "text")
    return value


def _refuse_signature(element: JsonObject) -> None:
    for field in ("signature", "signer"):
        if field in element:
            raise ReservedField(field)


def _signature(element: JsonObject) -> tuple[str | None, bytes | None]:
    signer, signature = (optional_text(element, field) for field in ("signer", "signature"))
    if signer is None and signature is None:
        return None, None
    if signer is None or signature is None:
        raise MissingField("signer" if signer is None else "signature")
    try:
        return signer_of_text(signer), signature_of_text(signature)
    except InvalidSigner as error:
        raise BadSignature(str(error)) from error


def _required_text(element: JsonObject, field: str) -> str:
    text = _free_text(element, field)
    if not text:
        raise MissingField(field)
    return text


def _free_text(element: JsonObject, field: str) -> str:
    text = optional_text(element, field) or ""
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise InvalidField(field, text, f"up to {LONGEST_TEXT} printable characters")
    return text


def _scanned(text: str) -> AssetId:
    """Return the id of an asset; a scanner may send the Digital Link or elements of its label."""
    return asset_id(entered_id(text))


def _id(element: JsonObject, field: str, checked: Callable[[str], str]) -> str:
    text = _required_text(element, field)
    try:
        return checked(text)
    except InvalidIdentifier as error:
        raise InvalidName(str(error)) from error


def _word(element: JsonObject, field: str, words: type[_Word]) -> _Word:
    text = _required_text(element, field)
    try:
        return words(text)
    except ValueError as error:
        raise InvalidField(field, text, ", ".join(words)) from error


def _moment(element: JsonObject) -> int:
    """Return the stated time; a statement about possession never takes the gateway's clock."""
    microseconds = element.get("observed_at_us")
    if microseconds is not None:
        return epoch(microseconds, "epoch_us")
    text = element.get("observed_at")
    if text is None:
        field = "observed_at"
        raise MissingField(field, "send when it happened, RFC 3339 with offset")
    if not isinstance(text, str):
        raise InvalidTime(text, "send RFC 3339 text with offset")
    return rfc3339(text)
