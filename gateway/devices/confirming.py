"""What people say of topics is kept by intake: a format reads them from then on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from gateway.codecs.route import Route
from gateway.devices.asked import Adoption
from gateway.devices.configuring import Configured
from gateway.devices.draft import SPARKPLUG
from gateway.devices.kept_messages import lesson_of, parts_of
from gateway.devices.shared_node import beside
from gateway.errors import CommandRefused
from gateway.intake.known_formats import ConfirmedSource
from gateway.mqtt.topics import matches
from gateway.ports import Commands, StatusSource

_LESSONS_TRIED = 5
_LESSON_PAUSE_S = 0.2


class Source(ConfirmedSource, frozen=True, kw_only=True):
    """What intake tells of a confirmed source."""

    filter: str

    def says(self, asked: Adoption) -> bool:
        """Tell whether what a person says agrees with it; what is not said does."""
        return (
            asked.format in {"", self.codec}
            and asked.filter in {"", self.filter}
            and asked.options in ({}, self.answers)
        )


async def confirm(
    one: Configured,
    device: str,
    topics: Sequence[str],
    asked: Adoption,
    source: StatusSource,
    commands: Commands,
) -> None:
    """Let a format read a device's topics from now on.

    Args:
        one: The format.
        device: Id of the device.
        topics: The topics of its kept messages.
        asked: What the person says.
        source: What is derived from the journal.
        commands: Intake's door.

    Raises:
        CommandRefused: Its topics are read otherwise, and would be all the same.
    """
    one, is_beside = await _beside_siblings(one, device, asked, commands)
    await _check_in_front(one, device, topics, source, commands)
    said: dict[str, object] = {
        "command": "source.confirm",
        "filter": one.filter,
        "codec": one.codec,
        "options": one.options,
        "by": asked.by,
        "device": device,
        "answers": asked.options,
        "replace": asked.replace or is_beside,
    }
    for _ in range(_LESSONS_TRIED):
        lesson = await lesson_of(one, source)
        if not lesson.positions:
            break
        # It is taught by what is kept, where no message comes in between.
        taught = {"lessons": list(lesson.positions), "heard_until": lesson.heard_until}
        try:
            await commands.submit(said | taught)
        except CommandRefused as refusal:
            if refusal.code != "heard_more":
                raise
            await asyncio.sleep(_LESSON_PAUSE_S)
        else:
            return
    await commands.submit(said)


async def sources(commands: Commands, device: str, topics: Sequence[str]) -> list[Source]:
    """Return what people confirmed of a device and of topics, in the order of confirmation."""
    found: dict[str, Source] = {}
    for part in parts_of(topics) or [()]:
        asked = {"command": "ways", "devices": [device], "topics": list(part), "sources": True}
        answer = await commands.submit(asked)
        for one in msgspec.convert(answer["sources"], list[Source]):
            found.setdefault(one.filter, one)
    return list(found.values())


async def _beside_siblings(
    one: Configured, device: str, asked: Adoption, commands: Commands
) -> tuple[Configured, bool]:
    """Return a format with what was confirmed of its device's siblings, and whether all of it is.

    What is there stays as it is, so nobody's word is replaced by another's.
    """
    if one.codec != SPARKPLUG:
        return one, False
    sample = one.filter.replace("+", "x").replace("#", "x")
    known = {each.filter: each for each in await sources(commands, device, [sample])}
    before = known.get(one.filter)
    if before is None or before.codec != one.codec:
        return one, False
    options = beside(before.options, one, device, replace=asked.replace)
    if options is None:
        return one, False
    return msgspec.structs.replace(one, options=options), True


async def _check_in_front(
    one: Configured,
    device: str,
    topics: Sequence[str],
    source: StatusSource,
    commands: Commands,
) -> None:
    """Refuse a source that would read nothing, as a more specific one reads the topics."""
    formats = source.formats()
    formats.add(Route(filter=one.filter, codec=one.codec, options=one.options))
    taken = [topic for topic in topics if matches(one.filter, topic)]
    for topic in taken:
        route = formats.route_of(topic)
        if route is not None and (route.codec, route.options) != (one.codec, one.options):
            known = {each.filter: each.by for each in await sources(commands, device, [topic])}
            by = known.get(route.filter, "a [[source]]")
            raise _said_otherwise(device, route.filter, by, route)


def _said_otherwise(device: str, topic_filter: str, by: str, before: Route) -> CommandRefused:
    reason = (
        f"{by} said otherwise of the topics of {device}: {topic_filter} is read as "
        f"{before.codec} with {before.options}. Give the same answers, or none once it is read; if "
        "that is wrong, add a [[source]] of this filter, which comes before what was confirmed"
    )
    return CommandRefused("confirmed_otherwise", reason)
