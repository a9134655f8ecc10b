"""What readers and machines are told about who worded a report (EU AI Act, Article 50).

Machines read IPTC's digital source types, https://cv.iptc.org/newscodes/digitalsourcetype/: media
made by an algorithm alone (`algorithmicMedia`), by one that was trained on samples
(`trainedAlgorithmicMedia`), the latter mixed with other media
(`compositeWithTrainedAlgorithmicMedia`), and media that people changed with tools that generate
nothing (`humanEdits`).
"""

from __future__ import annotations

from typing import Literal

import msgspec

_SCHEME = "http://cv.iptc.org/newscodes/digitalsourcetype/"


class Marking(msgspec.Struct, frozen=True):
    """What is told about some words.

    Attributes:
        mark: One sentence for readers.
        uses_language_model: Whether a language model had a part in the words.
        digital_source_type: URI of IPTC's term.
    """

    mark: str
    uses_language_model: bool
    digital_source_type: str


_BY_RULES = Marking(
    "Worded by fixed rules from sensor facts; no language model was used.",
    uses_language_model=False,
    digital_source_type=_SCHEME + "algorithmicMedia",
)
_BY_MODEL = Marking(
    "Drafted by a language model from sensor facts and checked sentence by sentence.",
    uses_language_model=True,
    digital_source_type=_SCHEME + "trainedAlgorithmicMedia",
)
_BY_RULES_EDITED = Marking(
    "Worded by fixed rules from sensor facts, edited by a person and checked sentence by sentence; "
    "no language model was used.",
    uses_language_model=False,
    digital_source_type=_SCHEME + "humanEdits",
)
_BY_MODEL_EDITED = Marking(
    "Drafted by a language model from sensor facts, edited by a person and checked sentence by "
    "sentence.",
    uses_language_model=True,
    digital_source_type=_SCHEME + "compositeWithTrainedAlgorithmicMedia",
)


MARKS = frozenset(one.mark for one in (_BY_RULES, _BY_MODEL, _BY_RULES_EDITED, _BY_MODEL_EDITED))
"""Every line that `render_text` sets below a report; none of them is part of its text."""


def marking_of(writer: Literal["template", "tiny", "llm"], *, is_edited: bool) -> Marking:
    """Return the marking of a writer's words, as they are or edited by a person."""
    if writer == "template":
        return _BY_RULES_EDITED if is_edited else _BY_RULES
    return _BY_MODEL_EDITED if is_edited else _BY_MODEL
