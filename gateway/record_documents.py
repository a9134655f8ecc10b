"""Records as people and programs read them: every field by its name, and what a reading reads."""

from __future__ import annotations

import datetime as dt
import json

import msgspec

from gateway.codecs.base import Decoded, Record
from twins.inputs import Handover
from twins.readings import QUANTITIES, Reading, decimal_text

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Document = dict[str, object]


def record_document(record: Record) -> Document:
    """Return a record's fields by name; a reading also says what people read."""
    fields: Document = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in msgspec.structs.asdict(record).items()
    }
    fields = {"record": type(record).__name__, **fields}
    if isinstance(record, Handover):
        fields["statement"] = json.loads(record.statement)
    if isinstance(record, Reading):
        fields["reads"] = reading_text(record)
    return fields


def decoded_document(decoded: Decoded) -> Document:
    """Return what a message says, record by record, and what of it could not be used."""
    return {
        "records": [record_document(one) for one in decoded.records],
        "faults": [{"reason": one.reason, "detail": one.detail} for one in decoded.faults],
    }


def reading_text(reading: Reading) -> str:
    """Return a reading's value with its unit and its moment."""
    quantity = QUANTITIES[reading.quantity]
    value = decimal_text(reading.value, quantity.scale)
    moment = (_EPOCH + dt.timedelta(microseconds=reading.observed_at)).isoformat()
    return f"{value} {quantity.unit} at {moment.replace('+00:00', 'Z')}"
