"""What a value may look like: the form of every slot, and nothing that could make a sentence.

Facts that this program gathered have these forms. Facts that somebody hands over may hold any
string; without this a sentence would be borne by facts that are themselves sentences.
"""

from __future__ import annotations

import re
from functools import cache

from twins.inputs import MilestoneName
from twins.readings import QUANTITIES

from .device_text import NAME_LENGTH, TITLE_LENGTH
from .fact_doubts import REASONS
from .fact_holders import NOBODY
from .fact_readings import CORE_TEMPERATURE, QUANTITY_WORDS
from .fact_records import FINDING_NOUNS
from .grammar import type_of_slot


def has_form(slot: str, value: str) -> bool:
    """Tell whether a value has the form of its slot, as `figures` and `device_text` write it."""
    form = _OF_SLOTS.get(slot) or _OF_TYPES[type_of_slot(slot)]
    return _pattern(form).fullmatch(value) is not None


def _one_of(*words: str) -> str:
    # The longest first: in an atomic group nothing is tried twice, so no value takes long.
    return f"(?>{'|'.join(map(re.escape, sorted(set(words), key=len, reverse=True)))})"


def _listed(one: str) -> str:
    return f"{one}(?:, {one})*(?: (?:and|or) {one})?"


_QUOTED = '“[^“”„‟"«»\\u2039\\u203a{{}}\\x00-\\x1f\\x7f-\\x9f\u2028\u2029]{{1,{}}}”'
"""A name in quotation marks holds none, no brace, no control character and no line break."""

_NAME = rf"(?>{_QUOTED.format(NAME_LENGTH)}|[A-Za-z0-9][A-Za-z0-9_.:\-]{{0,{NAME_LENGTH - 1}}})"
_TITLE = _QUOTED.format(TITLE_LENGTH)
_UNIT = _one_of("m", *(one.unit for one in QUANTITIES.values() if one.unit))
_LEVEL = rf"-?\d+(?:\.\d+)?(?: {_UNIT})?"
_MINUTE = r"\d{4}-\d\d-\d\d \d\d:\d\d"
_DURATION = r"\d+ (?:d|h|min|s)(?: \d\d (?:h|min))*"
_PERCENTAGE = r"\d+\.\d %"
_SHARE = f"(?:{_DURATION}|less than 1 min)"
_OTHERS = r"\d+ others"
_QUANTITY = _one_of(CORE_TEMPERATURE, *QUANTITY_WORDS.values())
_COVERED = f"{_QUANTITY}(?: by enough trusted sensors)?"
_SENSOR = f"{_NAME}(?: of {_NAME})?"
_CAUSE = "(?:shocks|handling|time outside limits|time open|fatigue)"
_HOLDER = f"(?:{re.escape(NOBODY)}|{_OTHERS} in turn|{_NAME})"
_WITNESS = f"(?:{_OTHERS}|{_NAME})"
_HOLDER_FOR = rf"{_HOLDER}(?: \({_SHARE}\))?"
_WORDS_OF_QUANTITIES = _one_of(*(one for one in QUANTITY_WORDS.values() if " " in one))
_WHOSE = f"(?:{_OTHERS}|{_WORDS_OF_QUANTITIES}|{_SENSOR})"
_NOUN = _one_of(*(noun for nouns in FINDING_NOUNS.values() for noun in nouns))
_FINDING = rf"\d+ (?:findings of )?{_NOUN}(?: \((?:newest: )?{_listed(_WHOSE)}\))?"
_ALLOWANCE = rf"(?:above|below) {_LEVEL} \({_DURATION}\)"
_ALLOWANCES = f"{_QUANTITY} {_listed(_ALLOWANCE)}"

_OF_TYPES = {
    "level": _LEVEL,
    "moment": f"{_MINUTE}Z",
    "period": rf"{_MINUTE} to (?:\d{{4}}-\d\d-\d\d )?\d\d:\d\dZ",
    "duration": _DURATION,
    "percentage": _PERCENTAGE,
    # The noun of a count is the program's own; its number is the fact.
    "count": r"\d+ [a-z ]+",
    "name": _NAME,
    "title": _TITLE,
    "side": "above|below",
    "severity": "[a-z ]+",
    "disposition": "“[a-z -]+”",
    "actions": ".+",
    "causes": _listed(_CAUSE),
    "witnesses": f"the core model|device {_NAME}|devices {_listed(_WITNESS)}",
    "findings": _listed(_FINDING),
    "sensor": rf"(?:sensor|device) {_SENSOR}|\d+ further sensors",
    "doubts": _listed(_one_of(*REASONS.values())),
    "allowances": f"{_ALLOWANCES}(?:, {_ALLOWANCES})*",
}
_OF_SLOTS = {
    "milestone": _one_of(*(one.value for one in MilestoneName)),
    "quantity": _COVERED,
    "covered": _listed(_COVERED),
    "judged": _listed(_QUANTITY),
    "beyond": _listed(_QUANTITY),
    "watched": _listed(_QUANTITY),
    "more": rf"\d+ further excursions? \({_listed(f'{_QUANTITY} (?:high|low)')}\)",
    "outcome": "released|partially released|quarantined|rejected",
    "standing": "inside|outside",
    "chain": f"{_HOLDER}(?: to {_HOLDER})*",
    "custody": f"held by {_HOLDER_FOR}(?:, then {_HOLDER_FOR})*",
    "shares": _listed(f"{_SHARE} with {_HOLDER}"),
}
"""Slots whose words are a closed list, or whose names stand among words of the program."""


@cache
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(form, re.ASCII)
