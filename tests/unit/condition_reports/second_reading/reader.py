"""A second reader of reports: from the facts, by its own cues, without the grammar of reports."""

from __future__ import annotations

import re

from condition_reports.fact_types import Facts

from .allowances import ALLOWANCES
from .coverage import COVERAGE
from .custody import CUSTODY
from .events import EVENTS
from .excursions import EXCURSIONS
from .left import DETAILS, RANGE_ALONE, objections_to_silence
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

OPTIONAL = (DETAILS, RANGE_ALONE)
"""What may be said once instead of something else."""

_SENTENCE = re.compile(r"(?:“[^”]*”|[^“])+?\.(?=\s|$)")


def objections(text: str, facts: Facts) -> list[str]:
    """Return the sentences that the facts do not bear, and what they bear and must be said."""
    open_ones = [
        (sense, record) for sense in (*SENSES, *OPTIONAL) for record in sense.records(facts)
    ]
    said, found = [], []
    for sentence in sentences(text):
        for place, (sense, record) in enumerate(open_ones):
            if is_said(sense, record, sentence):
                said.append((sense.name, record))
                del open_ones[place]
                break
        else:
            found.append(sentence)
    unsaid = [(sense.name, record) for sense, record in open_ones if sense not in OPTIONAL]
    return [*found, *objections_to_silence(text, said, unsaid, facts)]


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a full stop inside quotation marks ends none."""
    found = [one.group().strip() for one in _SENTENCE.finditer(text)]
    rest = _SENTENCE.sub("", text).strip()
    return [*found, rest] if rest else found
