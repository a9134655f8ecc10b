"""Whether a grant covers what a client wants to publish, to subscribe to, or to say of a device."""

from __future__ import annotations

from typing import Final

from twins.errors import InvalidIdentifier
from twins.identity.identifiers import device_id

from .ports import DeviceRights, Grant
from .topics import covers, matches

_ALL: Final = "*"
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
