"""Values that slots may legally hold: usual ones, and some made to look like parts of sentences."""

from __future__ import annotations

from condition_reports.actions import ACTION_SENTENCES
from condition_reports.device_text import named, quoted
from condition_reports.grammar import filled, type_of_slot
from condition_reports.slots import slots_in

USUAL = {
    "level": "8.0 °C",
    "moment": "2026-11-20 09:41 UTC",
    "duration": "2 h 05 min",
    "percentage": "95.0 %",
    "count": "3 shocks",
    "name": "coldhaul",
    "title": "“Pallet 7”",
    "side": "above",
    "severity": "no findings",
    "disposition": "“conformant”",
    "words": "temperature",
    "custodians": "in the custody of northlab",
    "actions": "continue the shipment as planned",
    "causes": "handling alone",
    "witnesses": "device logger-17",
    "findings": "2 silent sensors",
    "sensor": "sensor air of logger-17",
    "doubts": "drift",
}

_LIKE_A_CLAUSE = named(
    "a, shown by device b, with an extreme of 9.0 °C and no return on record, the first at noon, "
    "over by now"
)

HOSTILE = {
    "level": "-0.5 %RH",
    "moment": "1999-12-31 23:59 UTC",
    "duration": "9 d 01 h 05 min",
    "percentage": "0.0 %",
    "count": "1 unusable one",
    "name": _LIKE_A_CLAUSE,
    "title": quoted("x, with findings of critical severity, at 2026-11-20 09:41 UTC"),
    "side": "below",
    "severity": "findings of critical severity",
    "disposition": "“container open”",
    "words": "relative humidity",
    "custodians": f"in the custody of {_LIKE_A_CLAUSE} (45 min), then b to c",
    "actions": "; ".join(ACTION_SENTENCES.values()),
    "causes": "shocks (25.0 %), handling (3.4 %) and time outside limits (6.3 %)",
    "witnesses": f"devices {_LIKE_A_CLAUSE}, b and 7 others",
    "findings": f"1 silent sensor ({_LIKE_A_CLAUSE} of {_LIKE_A_CLAUSE}) and 1 low battery",
    "sensor": f"sensor {_LIKE_A_CLAUSE} of {_LIKE_A_CLAUSE}",
    "doubts": "lone outliers, drift and a value that does not change",
}

UNHELD = HOSTILE | {
    "level": "0",
    "duration": "0 s",
    "custodians": "without a custodian on record",
    "witnesses": "the core model",
    "sensor": "5 further sensors",
}


def values_for(frame: str, known: dict[str, str]) -> dict[str, str]:
    """Return a value for each slot of a frame, by the slot's type."""
    return {slot: known[type_of_slot(slot)] for slot in slots_in(frame)}


def sentence_of(frame: str, known: dict[str, str] = USUAL) -> str:
    """Return the sentence that a frame makes of known values."""
    return filled(frame, values_for(frame, known))
