"""Whether a grant covers what a client wants to publish, to subscribe to, or to say of a device."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from twins.errors import InvalidIdentifier
from twins.identifiers import device_id

from .ports import DeviceRights, Grant
from .topics import covers, matches

_ALL: Final = "*"
_WILDCARDS: Final = frozenset("+#*")
_RULE: Final = "a device's id, or how ids begin and then one * (of Sparkplug B: group:node:*)"


def may_publish(grant: Grant, topic: str) -> bool:
    """Whether a message may be published to a topic."""
    return grant.publish is None or any(matches(one, topic) for one in grant.publish)


def may_subscribe(grant: Grant, topic_filter: str) -> bool:
    """Whether a topic filter, or one that takes more, is granted."""
    return any(covers(one, topic_filter) for one in grant.subscribe)


def may_speak_for(rights: DeviceRights, device: str, of_topic: str | None) -> bool:
    """Whether a message may hold what a device says.

    Args:
        rights: What its sender may do.
        device: Id of the device.
        of_topic: Id of the device that the message's topic names, None where it names none.
    """
    if rights.by_topic and device == of_topic:
        return True
    return any(
        device.startswith(name[:-1]) if name.endswith(_ALL) else device == name
        for name in rights.names
    )


def rights_of_topics(topic_filters: Iterable[str], *own: str) -> DeviceRights:
    """Return for whom a sender speaks of whom nothing but its topics is said.

    Those are the devices that its topics name, and the ids that its filters spell out: a payload
    that says once more what a level of the topic is says nothing new.

    Args:
        topic_filters: Where it may publish.
        own: Further ids that are its own.
    """
    levels = (level for one in topic_filters for level in one.split("/"))
    named = (level for level in levels if level and not _WILDCARDS & set(level))
    return DeviceRights(tuple(dict.fromkeys((*own, *named))), by_topic=True)


def check_device_name(name: str) -> None:
    """Check what `DeviceRights.names` may hold.

    Raises:
        InvalidIdentifier: It is neither an id nor the beginning of ids with a ``*`` behind it.
    """
    beginning = name.removesuffix(_ALL)
    if name == _ALL:
        return
    try:
        device_id(beginning)
    except InvalidIdentifier as error:
        raise InvalidIdentifier("device", name, _RULE) from error
