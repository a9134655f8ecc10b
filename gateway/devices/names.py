"""Under which names people look for a device: its id, a topic of it, or what its system calls it.

This module is pure.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence

from gateway.codecs.base import Refusal
from gateway.codecs.json_text import parse_object
from gateway.codecs.mapping import at_path
from gateway.codecs.sparkplug.topics import NAMESPACE
from gateway.devices.discovery import Unread
from gateway.errors import CommandRefused

LONGEST_NAME = 96
"""Characters of a name that are kept; ids are no longer (`twins/identity/identifiers.py`)."""
_SHOWN = 8
_MAPPING = "mapping"
_SPARKPLUG_GROUP, _SPARKPLUG_NODE = 1, 3
_NAMED_IN = {
    "chirpstack_v4": ("deviceInfo.deviceName", "deviceInfo.devEui"),
    "things_stack_v3": ("end_device_ids.device_id", "end_device_ids.dev_eui"),
    "zigbee2mqtt": ("device.friendlyName", "device.ieeeAddr"),
}
"""Where a payload says what its system calls the device (the samples in tests/vectors/payloads)."""


def addressed(found: Sequence[Unread], name: str) -> Unread | None:
    """Return the device of an id or a topic, None where there is none.

    Raises:
        CommandRefused: The topic is of several.
    """
    for one in found:
        if name in {one.device, one.name}:
            return one
    on_topic = [one for one in found if any(heard.topic == name for heard in one.heard)]
    if len(on_topic) > 1:
        raise several(name, [one.name for one in on_topic])
    return on_topic[0] if on_topic else None


def namesakes(found: Sequence[Unread], name: str) -> list[Unread]:
    """Return the devices that are called so, in any case of letters."""
    wanted = name[:LONGEST_NAME].casefold()
    return [
        one
        for one in found
        if wanted in {each.casefold() for each in (one.device, *names_of(one)) if each}
    ]


def names_of(unread: Unread) -> tuple[str, ...]:
    """Return what else a device may be called than its id and its topics.

    Whoever writes such a name is not held to any length: it is cut.
    """
    found = dict.fromkeys(name[:LONGEST_NAME] for name in _names(unread) if name)
    return tuple(name for name in found if name != unread.name)


def several(name: str, ids: Sequence[str]) -> CommandRefused:
    """Return the refusal of a name that is not one device's alone."""
    reason = f"{name!r} may be {', '.join(sorted(ids)[:_SHOWN])}; name one of them by this id"
    return CommandRefused("several_devices", reason)


def unknown(name: str, ids: Iterable[str]) -> CommandRefused:
    """Return the refusal of a name that is no device's, with those that there are."""
    return CommandRefused("unknown_device", f"nothing is known of {name!r}; {existing(name, ids)}")


def existing(name: str, ids: Iterable[str]) -> str:
    """Return which devices there are, those first whose names are like the one that is sought."""
    every = sorted(set(ids))
    if not every:
        return "no device waits to be brought in"
    alike = difflib.get_close_matches(name, every, _SHOWN)
    shown = [*alike, *(one for one in every if one not in alike)][:_SHOWN]
    more = f" and {len(every) - len(shown):,} more" if len(every) > len(shown) else ""
    return f"there are {', '.join(shown)}{more}; `cargotwin devices list` says all"


def _names(unread: Unread) -> Iterator[str]:
    yield unread.device
    for candidate in unread.candidates:
        for heard in unread.heard:
            yield from _sparkplug_names(heard.topic.split("/"))
            parts, levels = candidate.guess.filter.split("/"), heard.topic.split("/")
            # Which level of an unknown topic names the device, only a person can say.
            if "+" in parts[: len(levels)] and candidate.codec != _MAPPING:
                yield levels[parts.index("+")]
        yield from _names_in_payloads(unread, _NAMED_IN.get(candidate.codec, ()))


def _sparkplug_names(levels: Sequence[str]) -> Iterator[str]:
    """Yield what a node or device may be called: with group and node, or by itself."""
    if levels[0] != NAMESPACE or len(levels) <= _SPARKPLUG_NODE:
        return
    names = (levels[_SPARKPLUG_GROUP], *levels[_SPARKPLUG_NODE:])
    yield ":".join(names)
    yield "/".join(names)
    yield names[-1]


def _names_in_payloads(unread: Unread, paths: Sequence[str]) -> Iterator[str]:
    if not paths:
        return
    for _, payload in unread.messages_in_order():
        try:
            members = parse_object(payload)
        except Refusal:
            continue
        yield from (name for path in paths if isinstance(name := at_path(members, path), str))
