"""The CBV event hash id: a name for an EPCIS event that follows from what the event says.

CBV 2.0 section 8.9: the fields in one canonical order, each value in one canonical form, joined
without separators, hashed by SHA-256 and written as an `ni` URI (RFC 6920). Who recorded the event,
when it was recorded and whether it was later declared wrong are no part of it.

Where the section leaves room, the published vectors decide: extensions of a field follow its
regular fields; the lists of transactions, destinations and sources follow the sensor data in this
order, with the type of each first; a value that reads as a number is written as one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .gs1_uri import canonical_uri
from .vocabulary import full_term, full_uri, namespaces_of

Json = object
"""A decoded JSON value; numbers may be `Decimal`."""


class _Field(NamedTuple):
    """A standard field.

    Attributes:
        name: Its key in JSON.
        entry: What one entry of its list is called in the string; empty where it has no name.
        fields: Regular fields of what it holds; none where it holds plain values.
    """

    name: str
    entry: str = ""
    fields: tuple[_Field, ...] = ()


def _plain(names: str) -> tuple[_Field, ...]:
    return tuple(map(_Field, names.split()))


_QUANTITY = _plain("epcClass quantity uom")
_METADATA = _plain(
    "time startTime endTime deviceID deviceMetadata rawData dataProcessingMethod bizRules"
)
_REPORT = _plain(
    "type exception deviceID deviceMetadata rawData dataProcessingMethod bizRules time "
    "microorganism chemicalSubstance value component stringValue booleanValue hexBinaryValue "
    "uriValue minValue maxValue meanValue sDev percRank percValue uom coordinateReferenceSystem"
)
_EVENT = (
    *_plain("eventTime eventTimeZoneOffset certificationInfo parentID"),
    _Field("epcList", "epc"),
    _Field("inputEPCList", "epc"),
    _Field("childEPCs", "epc"),
    _Field("quantityList", "quantityElement", _QUANTITY),
    _Field("childQuantityList", "quantityElement", _QUANTITY),
    _Field("inputQuantityList", "quantityElement", _QUANTITY),
    _Field("outputEPCList", "epc"),
    _Field("outputQuantityList", "quantityElement", _QUANTITY),
    *_plain("action transformationID bizStep disposition"),
    _Field("persistentDisposition", fields=_plain("set unset")),
    _Field("readPoint", fields=_plain("id")),
    _Field("bizLocation", fields=_plain("id")),
    _Field(
        "sensorElementList",
        "sensorElement",
        (_Field("sensorMetadata", fields=_METADATA), _Field("sensorReport", fields=_REPORT)),
    ),
    _Field("bizTransactionList", fields=_plain("type bizTransaction")),
    _Field("destinationList", fields=_plain("type destination")),
    _Field("ilmd"),
    _Field("sourceList", fields=_plain("type source")),
)
_UNNAMED_ENTRIES = frozenset({"bizTransactionList", "destinationList", "sourceList"})
_COMMENT = "rdfs:comment"
"""For people alone, in whatever it stands."""
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)")
_MILLISECOND = Decimal("0.001")


def event_hash_id(event: Mapping[str, Json], context: Json = None) -> str:
    """Return an event's hash id, `ni:///sha-256;…?ver=CBV2.0`.

    Args:
        event: The event as EPCIS 2.0 writes it in JSON.
        context: `@context` of the document, for the namespaces of extensions.
    """
    digest = hashlib.sha256(pre_hash_string(event, context).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def pre_hash_string(event: Mapping[str, Json], context: Json = None) -> str:
    """Return the string that `event_hash_id` hashes."""
    writer = _Writer(namespaces_of(context) | namespaces_of(event.get("@context")))
    return f"eventType={event['type']}{writer.members(event, _EVENT, '')}"


class _Writer:
    """Writes fields under the namespaces of one document."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = namespaces

    def members(self, found: Mapping[str, Json], fields: Iterable[_Field], within: str) -> str:
        """Return an object's regular fields in their order, then its extensions."""
        regular = "".join(self._field(one, found.get(one.name), within) for one in fields)
        return regular + self._extensions(found)

    def _field(self, field: _Field, value: Json, within: str) -> str:
        entries = value if isinstance(value, list) else [value]
        given = (self._entry(field, one, within) for one in entries if one is not None)
        written = sorted(filter(None, given))
        is_list = field.entry or field.name in _UNNAMED_ENTRIES
        return f"{field.name if is_list and written else ''}{''.join(written)}"

    def _entry(self, field: _Field, value: Json, within: str) -> str:
        name = "" if field.name in _UNNAMED_ENTRIES else field.entry or field.name
        if isinstance(value, Mapping):
            inner = self.members(value, field.fields, field.name)
            return name + inner if inner else ""
        text = self._value(field.name, value, within)
        return f"{name}={text}" if text else ""

    def _extensions(self, found: Mapping[str, Json]) -> str:
        return "".join(
            sorted(
                written
                for key, value in found.items()
                if ":" in key and key != _COMMENT
                for written in self._extension(self._qualified(key), key, value)
            )
        )

    def _extension(self, name: str, key: str, value: Json) -> list[str]:
        if isinstance(value, list):
            return [written for one in value for written in self._extension(name, key, one)]
        if isinstance(value, Mapping):
            return [name + self._extensions(value)]
        text = self._value(key, value, "")
        return [f"{name}={text}" if text else name]

    def _qualified(self, key: str) -> str:
        prefix, _, local = key.partition(":")
        namespace = self._namespaces.get(prefix)
        return key if namespace is None else f"{{{namespace}}}{local}"

    def _value(self, name: str, value: Json, within: str) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float | Decimal):
            return _number(Decimal(str(value)))
        text = str(value).strip()
        lowered = name.lower()
        if "time" in lowered and "offset" not in lowered:
            return _moment(text)
        if _NUMBER.fullmatch(text):
            return _number(Decimal(text))
        term = full_term(name, text, within)
        return canonical_uri(full_uri(term, self._namespaces))


def _number(value: Decimal) -> str:
    """Return a number without trailing zeros and without an exponent."""
    text = format(value, "f")
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if short in {"-0", ""} else short


def _moment(text: str) -> str:
    """Return an `xsd:dateTimeStamp` in UTC with three decimals, rounded half up."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return text
    whole, fraction, zone = found.groups()
    rounded = Decimal(f"0.{fraction or '0'}").quantize(_MILLISECOND, ROUND_HALF_UP)
    try:
        moment = dt.datetime.fromisoformat(whole + zone).astimezone(dt.UTC)
        moment += dt.timedelta(milliseconds=int(rounded * 1000))
    except (ValueError, OverflowError):
        # No calendar has this day; it is hashed as it was written.
        return text
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
