"""Topics of Sparkplug B: `spBv1.0/{group}/{type}/{node}[/{device}]` (Sparkplug 3.0 section 4).

The id of a node is `group:node`, that of a device `group:node:device`. Names that hold a colon, or
what ids must not hold, are refused unless the settings name the device.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import msgspec

from gateway.codecs.measuring import checked_device
from gateway.codecs.refusals import InvalidName, UnknownTopic

NAMESPACE = "spBv1.0"
_NODE_LEVELS, _DEVICE_LEVELS = 4, 5
_NODE_TYPES = frozenset(("NBIRTH", "NDATA", "NDEATH", "NCMD"))
_DEVICE_TYPES = frozenset(("DBIRTH", "DDATA", "DDEATH", "DCMD"))


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a message belongs.

    Attributes:
        kind: Message type, such as `DDATA`.
        node: `group/node`.
        source: `group/node` or `group/node/device`.
        device: Id of the device; empty where there is none.
        refusal: Why there is none.
    """

    kind: str
    node: str
    source: str
    device: str
    refusal: InvalidName | None


class Topics:
    """Reads topics.

    Args:
        devices: Ids of devices by their source.
    """

    def __init__(self, devices: Mapping[str, str]) -> None:
        self._devices = devices
        self._configured = frozenset(devices.values())
        self.place = functools.lru_cache(maxsize=16_384)(self._place)

    def _place(self, topic: str) -> Place:
        """Return where a topic's messages belong.

        Raises:
            UnknownTopic: It is none of nodes and devices.
        """
        levels = topic.split("/")
        kind = levels[2] if len(levels) > _NODE_LEVELS - 1 else ""
        count = {kind in _NODE_TYPES: _NODE_LEVELS, kind in _DEVICE_TYPES: _DEVICE_LEVELS}.get(True)
        if levels[0] != NAMESPACE or len(levels) != count or not all(levels):
            raise UnknownTopic(topic, f"publish to {NAMESPACE}/group/type/node[/device]")
        names = (levels[1], *levels[3:])
        source = "/".join(names)
        node = "/".join(names[:2])
        try:
            return Place(kind, node, source, self.device(source), None)
        except InvalidName as refusal:
            return Place(kind, node, source, "", refusal.with_traceback(None))

    def device(self, source: str) -> str:
        """Return the id of a device.

        Raises:
            InvalidName: Its names make no id, or one that could be another device's.
        """
        if source in self._devices:
            return self._devices[source]
        names = source.split("/")
        device = ":".join(names)
        try:
            checked_device(device)
        except InvalidName as refusal:
            raise InvalidName(f"{refusal}; {_remedy(source)}") from refusal
        if any(":" in name for name in names) or device in self._configured:
            raise InvalidName(f"{device} could be two devices; {_remedy(source)}")
        return device


def is_of_host(topic: str) -> bool:
    """Return whether a topic is one of host applications: their state, or the one before 3.0."""
    return topic.startswith((f"{NAMESPACE}/STATE/", "STATE/"))


def command_topic(node: str) -> str:
    """Return the topic of commands to a node, named as `group/node`."""
    group, name = node.split("/")
    return f"{NAMESPACE}/{group}/NCMD/{name}"


def _remedy(source: str) -> str:
    return f"give it an id in the settings: devices = {{ {source!r} = … }}"
