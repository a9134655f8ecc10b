"""Recognises Sparkplug B, and finds what a person must say before its metrics can be used."""

from __future__ import annotations

from gateway.codecs import units
from gateway.codecs.base import Decoded, Guess, Refusal

from .metrics import Row, Table, is_unit
from .protobuf import read_payload
from .reader import Arrival, Defined, Reader
from .settings import SparkplugSettings
from .topics import NAMESPACE, Topics, is_of_host

_CERTAIN = 100
_LISTED = 32


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Tell whether a message is of a Sparkplug B node, and how it would be configured.

    What a metric measures is guessed from its name, or from a unit that one quantity alone has. The
    guess is for a person to confirm: a temperature may be a set point.
    """
    try:
        if is_of_host(topic):
            return None
        place = Topics({}).place(topic)
        message = read_payload(payload)
    except Refusal:
        return None
    settings = SparkplugSettings()
    table = Table(settings)
    decoded = Decoded()
    reader = Reader(settings, table, Arrival(place, message, 0, decoded))
    entries: list[dict[str, object]] = []
    needs: list[str] = []
    if place.refusal is not None:
        needs.append(f"id of the device {place.source}")
    for row in _measured(reader.define(), table, place.source):
        _guess(row, entries, needs)
    options: dict[str, object] = {"metrics": entries} if entries else {}
    return Guess(f"{NAMESPACE}/#", options, _CERTAIN, tuple(needs[:_LISTED]))


def _measured(defined: Defined, table: Table, source: str) -> list[Row]:
    """Return the metrics whose values are numbers, and are not the protocol's own."""
    return [row for _, row in defined if table.definition(source, row).is_unmapped]


def _guess(row: Row, entries: list[dict[str, object]], needs: list[str]) -> None:
    quantity = _quantity(row)
    if quantity is None:
        needs.append(f"quantity of {row.name}")
        return
    entries.append({"name": row.name, "quantity": quantity})
    if not is_unit(quantity, row.unit):
        needs.append(f"unit of {row.name}")


def _quantity(row: Row) -> str | None:
    named = [quantity for quantity in units.UNITS if quantity in row.name.casefold()]
    fitting = [quantity for quantity in units.UNITS if row.unit and is_unit(quantity, row.unit)]
    told = [quantity for quantity in fitting if quantity not in units.WITH_VAGUE_UNITS]
    for candidates in (named, told):
        if len(candidates) == 1 and (not row.unit or not fitting or candidates[0] in fitting):
            return candidates[0]
    return None
