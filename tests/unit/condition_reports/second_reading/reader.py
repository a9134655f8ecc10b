"""A second reader of reports: from the facts, by its own cues, without the grammar of reports."""

from __future__ import annotations

import re

from condition_reports.fact_types import Facts

from .allowances import ALLOWANCES
from .coverage import COVERAGE
from .custody import CUSTODY
from .events import EVENTS
from .excursions import EXCURSIONS
from .observations import OBSERVATIONS
from .sense import Sense, is_said

SENSES: tuple[Sense, ...] = (
    *OBSERVATIONS,
    *EXCURSIONS,
    *EVENTS,
    *CUSTODY,
    *COVERAGE,
    *ALLOWANCES,
)

_SENTENCE = re.compile(r"(?:“[^”]*”|[^“])+?\.(?=\s|$)")


def objections(text: str, facts: Facts) -> list[str]:
    """Return the sentences that the facts do not bear, and what they bear and nobody says."""
    open_ones = [
        (sense, number, record)
        for sense in SENSES
        for number, record in enumerate(sense.records(facts))
    ]
    found = []
    for sentence in sentences(text):
        for one in open_ones:
            if is_said(one[0], one[2], sentence):
                open_ones.remove(one)
                break
        else:
            found.append(sentence)
    return [*found, *(f"not said: {sense.name} {record}" for sense, _, record in open_ones)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a full stop inside quotation marks ends none."""
    found = [one.group().strip() for one in _SENTENCE.finditer(text)]
    rest = _SENTENCE.sub("", text).strip()
    return [*found, rest] if rest else found
