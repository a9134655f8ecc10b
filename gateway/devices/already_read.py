"""What a person says of a device that a format reads by now: the same, or it is refused.

Its readings stand as they were read, and no answer changes them; one that is thrown away would let
them be judged in a zone or unit that the person has just called wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from gateway.codecs.base import AddressedCodec
from gateway.codecs.registry import InvalidCodecOption, UnknownCodec, codec_named
from gateway.codecs.route import Route, RoutingTable
from gateway.codecs.sparkplug.topics import NAMESPACE
from gateway.devices.asked import Adoption
from gateway.devices.configuring import agrees
from gateway.devices.confirming import Source, sources
from gateway.devices.draft import Draft, stated
from gateway.devices.kept_messages import parts_of
from gateway.errors import CommandRefused
from gateway.mqtt.topics import matches
from gateway.ports import Commands, StatusSource

_LAST_LEVELS = ("readings", "up", "SENSOR", "x")
"""What stands at the levels of a format's topics that do not name the device."""


class _Topic(msgspec.Struct, frozen=True):
    topic: str


async def check_already_read(
    device: str, asked: Adoption, source: StatusSource, commands: Commands
) -> None:
    """Check that a person does not say otherwise than a device is read.

    Raises:
        CommandRefused: It is so, or cannot be told; or what was confirmed of the device cannot be
            read so any more.
    """
    own = [one for one in await sources(commands, device, ()) if one.device == device]
    for one in own:
        _check_readable(one)
    if not (asked.format or asked.filter or stated(asked.options)):
        return
    formats = source.formats()
    in_force = [one for one in own if _is_in_force(one, formats)]
    if any(one.says(asked) for one in in_force):
        return
    possible = routes_of(device, formats)
    heard = await _heard(possible, commands)
    routes = heard or possible
    others = {topic: one for topic, one in routes.items() if not _agrees(asked, one, device, topic)}
    # A format that could not take such answers is not what they are said of, if another one is.
    doubtful = [topic for topic, one in others.items() if _could_take(asked, one, device, topic)]
    if routes and not doubtful and len(others) < len(routes):
        return
    for topic in [*doubtful, *heard]:
        known = await sources(commands, device, [topic])
        raise _read_otherwise(device, routes[topic], known)
    raise _read_otherwise(device, in_force[0], own) if in_force else _not_comparable(device)


async def _heard(routes: dict[str, Route], commands: Commands) -> dict[str, Route]:
    """Return those of the topics that intake remembers: the newest of devices without an asset."""
    heard: set[str] = set()
    for part in parts_of(list(routes)):
        answer = await commands.submit({"command": "ways", "topics": list(part)})
        heard |= {one.topic for one in msgspec.convert(answer["topics"], list[_Topic])}
    return {topic: one for topic, one in routes.items() if topic in heard}


def routes_of(device: str, formats: RoutingTable) -> dict[str, Route]:
    """Return what may read a device: by a topic that would name it, the route in force there.

    Which topics it has sent on is not kept; a format that finds the device in the payload is none
    of these.
    """
    found: dict[str, Route] = {}
    for topic_filter in formats.filters:
        for topic in _topics_of(device, topic_filter):
            codec, route = formats.route(topic), formats.route_of(topic)
            is_named = isinstance(codec, AddressedCodec) and codec.subject_of(topic) == device
            if is_named and route is not None:
                found[topic] = route
    return found


def _topics_of(device: str, topic_filter: str) -> Iterator[str]:
    """Yield topics of a filter that may name a device, one for each place of its name."""
    levels = topic_filter.split("/")
    if levels[0] == NAMESPACE:
        # `group:node` and `group:node:device` (gateway/codecs/sparkplug/topics.py).
        group, *names = device.split(":")
        kind = "NDATA" if len(names) == 1 else "DDATA"
        topic = "/".join([NAMESPACE, group, kind, *names])
        if matches(topic_filter, topic):
            yield topic
        return
    for place, level in enumerate(levels):
        if level in {"+", "#"}:
            for last in _LAST_LEVELS:
                others = [last if each in {"+", "#"} else each for each in levels]
                yield "/".join([*others[:place], device, *others[place + 1 :]])
    if not {"+", "#"} & set(levels):
        yield topic_filter


def _agrees(asked: Adoption, route: Route, device: str, topic: str) -> bool:
    return (
        asked.format in {"", route.codec}
        and asked.filter in {"", route.filter}
        and agrees(route.codec, route.options, asked.options, topic, device)
    )


def _could_take(asked: Adoption, route: Route, device: str, topic: str) -> bool:
    """Tell whether a format could be set to what a person says."""
    if asked.format not in {"", route.codec}:
        return False
    draft = Draft(route.codec, route.options, topic, device)
    try:
        for key, value in stated(asked.options).items():
            draft.take(key, value, is_need=True)
        codec_named(route.codec, draft.options)
    except (CommandRefused, InvalidCodecOption):
        return False
    return True


def _is_in_force(one: Source, formats: RoutingTable) -> bool:
    """Tell whether what was confirmed counts; a [[source]] of the same filter comes before it."""
    route = formats.route_of(one.filter.replace("+", "x").replace("#", "x"))
    return route is not None and _is_of(one, route)


def _is_of(one: Source, route: Route | Source) -> bool:
    return (one.filter, one.codec, one.options) == (route.filter, route.codec, route.options)


def _check_readable(one: Source) -> None:
    try:
        codec_named(one.codec, one.options)
    except (UnknownCodec, InvalidCodecOption) as error:
        reason = f"{one.filter} is not read as {one.by} said: {error}; say it anew"
        raise CommandRefused("invalid_source", reason) from error


def _read_otherwise(device: str, route: Route | Source, known: Sequence[Source]) -> CommandRefused:
    by = next((one.by for one in known if _is_of(one, route)), "")
    said = f"{by} said otherwise: " if by else ""
    reason = (
        f"{said}{device} is read as {route.codec} with {route.options} by {route.filter}, and "
        "answers change nothing of that. If it is right, leave the answers out; if it is wrong, "
        "write a [[source]] for its own topics"
    )
    return CommandRefused("read_otherwise", reason)


def _not_comparable(device: str) -> CommandRefused:
    reason = (
        f"{device} is read already, and how cannot be compared with what is said here. If its "
        "readings are right, leave the answers out; if they are wrong, write a [[source]] for its "
        "topics"
    )
    return CommandRefused("read_otherwise", reason)
