"""Whether a message is in Cargotwin's own format: its topic says so."""

from __future__ import annotations

from .base import Guess, Refusal
from .json_text import parse
from .statements import STATEMENTS
from .topic_template import TopicTemplate

_TOPIC = TopicTemplate("cargotwin/v1/{device}/{kind}")


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Tell whether a message was meant as one of the gateway's own format."""
    levels = _TOPIC.match(topic)
    if levels is None or levels["kind"] not in {"readings", *STATEMENTS}:
        return None
    try:
        value = parse(payload)
    except Refusal:
        return None
    return Guess("cargotwin/v1/+/+", {}, 100) if isinstance(value, dict | list) else None
