"""Answers for one device of a Sparkplug node, whose topics are read together with its siblings'.

A node's births and deaths are its devices' too (Sparkplug 3.0 section 6.4), so one source reads all
of them; what was answered of a metric is written into it for the device alone. This module is pure.
"""

from __future__ import annotations

from typing import Any

import msgspec

from gateway.devices.configuring import Configured, own_filter
from gateway.devices.draft import SPARKPLUG

_METRICS = "metrics"
_ALL = "*"

Entry = dict[str, Any]


def for_device(one: Configured, device: str, topic: str) -> Configured:
    """Return a format whose answers hold for one device, unless they are of more than its node.

    Args:
        one: The format.
        device: Id of the device.
        topic: A topic of it.
    """
    if one.codec != SPARKPLUG or one.filter != own_filter(SPARKPLUG, one.filter, topic):
        return one
    entries = [
        entry | {"device": device} if entry["name"] in one.answered else entry
        for entry in one.options.get(_METRICS, ())
    ]
    options = one.options | ({_METRICS: _narrow_first(entries)} if entries else {})
    return msgspec.structs.replace(one, options=options)


def beside(
    before: dict[str, Any], one: Configured, device: str, *, replace: bool = False
) -> dict[str, Any] | None:
    """Return the options of a node with those of a further device of it.

    Args:
        before: What was confirmed of the node.
        one: The format as it is answered for the device.
        device: Id of the device.
        replace: Whether what was said of this device gives way.

    Returns:
        None where something that was confirmed would not stay as it is.
    """
    kept = (entry for entry in before.get(_METRICS, ()) if not (replace and _is_of(entry, device)))
    known = {_place(entry): entry for entry in kept}
    mine = {_place(entry): entry for entry in one.options.get(_METRICS, ())}
    others = {key: value for key, value in one.options.items() if key != _METRICS}
    if any(before.get(key, value) != value for key, value in others.items()):
        return None
    if any(known.get(key, entry) != entry for key, entry in mine.items()):
        return None
    entries = _narrow_first([*(known | mine).values()])
    return before | others | ({_METRICS: entries} if entries else {})


def _place(entry: Entry) -> tuple[str, str]:
    return entry["name"], entry.get("device", _ALL)


def _is_of(entry: Entry, device: str) -> bool:
    return bool(entry.get("device", _ALL) == device)


def _narrow_first(entries: list[Entry]) -> list[Entry]:
    """Put what is of one device in front: the first entry that fits a metric counts."""
    return sorted(entries, key=lambda entry: entry.get("device", _ALL) == _ALL)
