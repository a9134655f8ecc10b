"""The reviewed sentences: for each kind of statement a list, `[a|b]` for a choice of words.

Rules for whoever edits them: one sentence each, an empty line between two; every slot of the
kind exactly once; no digit, no unit, no count and no name outside a slot; nothing that the values
do not bear ("the readings show", never "the goods were"); no sentence fits two kinds; none begins
with a word that a slot would leave in small letters.

A kind has at most 16 phrases and a phrase at most 16 wordings: that is what a manner of `prompts`
tells apart. What often stands alone in its section has 50 wordings or more.
"""

from __future__ import annotations

from .shapes import Kind
from .wordings.allowances import ALLOWANCE_PHRASES
from .wordings.coverage import COVERAGE_PHRASES
from .wordings.custody import CUSTODY_PHRASES
from .wordings.events import EVENT_PHRASES
from .wordings.excursions import EXCURSION_PHRASES
from .wordings.measurements import MEASUREMENT_PHRASES
from .wordings.opening import OPENING_PHRASES

PHRASES: dict[Kind, str] = {
    **OPENING_PHRASES,
    **MEASUREMENT_PHRASES,
    **EXCURSION_PHRASES,
    **EVENT_PHRASES,
    **CUSTODY_PHRASES,
    **COVERAGE_PHRASES,
    **ALLOWANCE_PHRASES,
}
