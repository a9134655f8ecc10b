"""Values that slots may legally hold: usual ones, and some made to look like parts of sentences."""

from __future__ import annotations

from condition_reports.actions import ACTION_SENTENCES
from condition_reports.device_text import named, quoted
from condition_reports.grammar import filled, type_of_slot
from condition_reports.slots import slots_in

USUAL = {
    "level": "8.0 °C",
    "moment": "2026-11-20 09:41Z",
    "period": "2026-11-20 09:41 to 10:05Z",
    "duration": "2 h 05 min",
    "percentage": "95.0 %",
    "count": "3 shocks",
    "counted": "2 further excursions (temperature high and relative humidity low)",
    "name": "coldhaul",
    "title": "“Pallet 7”",
    "side": "above",
    "severity": "no findings",
    "disposition": "“conformant”",
    "words": "temperature",
    "custodians": "held by northlab",
    "actions": "continue the shipment as planned",
    "causes": "handling",
    "witnesses": "device logger-17",
    "findings": "2 silent sensors",
    "sensor": "sensor air of logger-17",
    "doubts": "drift",
    "allowances": "temperature above 8.0 °C (24 h)",
}

_LIKE_A_CLAUSE = named(
    "a, shown by device b, with an extreme of 9.0 °C and no judged return, the first at noon, "
    "over by now"
)

HOSTILE = {
    "level": "-0.5 %RH",
    "moment": "1999-12-31 23:59Z",
    "period": "1999-12-31 23:59 to 2000-01-01 00:10Z",
    "duration": "9 d 01 h 05 min",
    "percentage": "0.0 %",
    "count": "1 unusable one",
    "counted": "1 further excursion (estimated core temperature low)",
    "name": _LIKE_A_CLAUSE,
    "title": quoted("x, with critical findings, at 2026-11-20 09:41Z"),
    "side": "below",
    "severity": "critical findings",
    "disposition": "“container open”",
    "words": "relative humidity",
    "custodians": f"held by {_LIKE_A_CLAUSE} (45 min), then b to c",
    "actions": "; ".join(ACTION_SENTENCES.values()),
    "causes": "shocks, handling and time outside limits",
    "witnesses": f"devices {_LIKE_A_CLAUSE}, b and 7 others",
    "findings": f"1 silent sensor ({_LIKE_A_CLAUSE} of {_LIKE_A_CLAUSE}) and 1 low battery",
    "sensor": f"sensor {_LIKE_A_CLAUSE} of {_LIKE_A_CLAUSE}",
    "doubts": "lone outliers, drift and a value that does not change",
    "allowances": "humidity above 6 % (1 h), above 7 % (1 h) and below 0 (0 s), tilt above 0 (9 d)",
}

UNHELD = HOSTILE | {
    "level": "0",
    "duration": "0 s",
    "custodians": "held by nobody on record",
    "witnesses": "the core model",
    "sensor": "5 further sensors",
}


def values_for(frame: str, known: dict[str, str]) -> dict[str, str]:
    """Return a value for each slot of a frame, by the slot's type."""
    return {slot: known[type_of_slot(slot)] for slot in slots_in(frame)}


def sentence_of(frame: str, known: dict[str, str] = USUAL) -> str:
    """Return the sentence that a frame makes of known values."""
    return filled(frame, values_for(frame, known))
