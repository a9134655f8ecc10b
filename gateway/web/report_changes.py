"""What has changed since the newest report was published: it speaks of an earlier moment."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gateway.holders import holder_words
from twins.policy.condition_policy import ConditionPolicy
from twins.verdict.breach_words import breach_words
from twins.verdict.condition import Condition
from twins.verdict.notes import is_note

from .attention import disposition_word, severity_word
from .values import percent_text


class _Rule(msgspec.Struct, frozen=True):
    rule: str
    text: str


class _Coverage(msgspec.Struct, frozen=True):
    ratio_ppm: int


class _Custody(msgspec.Struct, frozen=True):
    state: str
    holder: str


class _Condition(msgspec.Struct, frozen=True):
    disposition: str
    severity: int
    rules_fired: tuple[_Rule, ...]
    coverage: _Coverage
    custody: _Custody


class _Twin(msgspec.Struct, frozen=True):
    condition: _Condition


class _Properties(msgspec.Struct, frozen=True):
    cargotwin: _Twin


class _Metadata(msgspec.Struct, frozen=True):
    properties: _Properties


def changes_since(
    document: bytes | None, condition: Condition, policy: ConditionPolicy
) -> list[str]:
    """Return what is so now and is not in a published document, in sentences; empty where nothing.

    Args:
        document: The metadata document that holds the report; None where none is published.
        condition: What is judged now.
        policy: By which policy.
    """
    if document is None:
        return []
    try:
        stated = msgspec.json.decode(document, type=_Metadata).properties.cargotwin.condition
    except msgspec.MsgspecError as error:
        return [f"What it stated cannot be compared: {error}."]
    return [*_verdict(stated, condition), *_rules(stated, condition, policy)]


def _verdict(stated: _Condition, now: Condition) -> Iterator[str]:
    before = f"{disposition_word(stated.disposition)}, severity {severity_word(stated.severity)}"
    after = f"{disposition_word(now.disposition)}, severity {severity_word(now.severity)}"
    if before != after:
        yield f"Judged then: {before}; now: {after}."
    seen, sees = percent_text(stated.coverage.ratio_ppm), percent_text(now.coverage.ratio_ppm)
    if seen != sees:
        yield f"Observed then: {seen} of the planned time; now: {sees}."
    if stated.custody.holder != now.custody.holder:
        held, holds = holder_words(stated.custody.holder), holder_words(now.custody.holder)
        yield f"Held then by {held}; now by {holds}."
    if stated.custody.state != now.custody.state:
        yield f"Custody then: {stated.custody.state}; now: {now.custody.state}."


def _rules(stated: _Condition, now: Condition, policy: ConditionPolicy) -> Iterator[str]:
    known = {one.rule for one in stated.rules_fired}
    fires = {one.rule for one in now.rules_fired}
    for one in now.rules_fired:
        if one.rule not in known and not is_note(one):
            yield f"New since then: {breach_words(one, policy)}."
    for gone in stated.rules_fired:
        if gone.rule not in fires:
            yield f"Kept again: {gone.text}."
