"""The reviewed sentences: for each kind of statement a list, `[a|b]` for a choice of words.

Rules for whoever edits them: one sentence each, an empty line between two; every slot of the
kind exactly once; no digit, no unit, no count and no name outside a slot; nothing that the values
do not bear ("the readings show", never "the goods were"); no sentence fits two kinds; none begins
with a word that a slot would leave in small letters.
"""

from __future__ import annotations

from .reading_phrases import READING_PHRASES
from .record_phrases import RECORD_PHRASES
from .shapes import Kind

PHRASES: dict[Kind, str] = {**READING_PHRASES, **RECORD_PHRASES}
