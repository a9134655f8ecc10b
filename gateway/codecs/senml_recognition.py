"""Whether a message looks like SenML: an array of records with SenML's labels alone."""

from __future__ import annotations

from .base import Guess, Refusal
from .json_text import JsonObject
from .senml import VALUES, pack

_BASE = {"bn", "bt", "bu", "bv", "bs", "bver"}
_LABELS = {*_BASE, *VALUES, "n", "u", "t", "s", "ut"}


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Tell whether a message may be a SenML pack."""
    try:
        records = pack(payload)
    except Refusal:
        return None
    names = _names(records)
    if not names or not any(set(record) & {*VALUES, "s"} for record in records):
        return None
    if any(set(record) - _LABELS for record in records):
        return None
    if all(name.startswith("urn:dev:") for name in names):
        return Guess(_filter(topic, names[0]), {}, 98)
    shows_more = any(set(record) & (_BASE | {"u"}) for record in records)
    *before, _ = topic.split("/")
    return Guess(
        "/".join([*before, "+"]),
        {"topic": "/".join([*before, "{device}"])},
        80 if shows_more else 50,
        ("level of the topic that names the device",),
    )


def _names(records: list[JsonObject]) -> list[str]:
    """Return the full names of the records that carry a value."""
    base: object = ""
    names = []
    for record in records:
        base = record.get("bn", base)
        if set(record) & {*VALUES, "s"}:
            names.append(f"{base}{record.get('n', '')}")
    return names if all(names) else []


def _filter(topic: str, name: str) -> str:
    """Return the topic with a wildcard for each level that stands in the name."""
    return "/".join(
        "+" if level and level in [*name.split(":"), name] else level for level in topic.split("/")
    )
