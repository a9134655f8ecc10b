"""The kept messages of a device, decoded again once a format reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from gateway.codecs.base import Reason, RememberingCodec
from gateway.codecs.registry import codec_named
from gateway.codecs.sparkplug.topics import NAMESPACE
from gateway.commands import MOST_COMMANDS, MOST_LESSONS
from gateway.devices.configuring import Configured
from gateway.errors import CommandRefused
from gateway.ports import Commands, QuarantineEntry, QuarantineFilter, StatusSource
from twins.readings import Reading

_SPARKPLUG_TOPICS = f"{NAMESPACE}/#"
"""A sibling's source reads the topics of a whole node, and what it lacked an answer for waits."""

_PAGE = 500
_LOOK_S = 0.05
_PART_BYTES = 131_072
_PART_NAMES = 200


class _Answer(msgspec.Struct, frozen=True):
    """What intake says of one command; the code is a number, or the name of a refusal."""

    ok: bool
    code: int | str = 0
    reason: str = ""
    faults: tuple[str, ...] = ()


class Lesson(NamedTuple):
    """Kept messages from which a format with a memory learns what later ones mean.

    Attributes:
        positions: Where they stand in the journal, in order.
        heard_until: When the newest message came that was looked at, microseconds UTC.
    """

    positions: tuple[int, ...] = ()
    heard_until: int = 0


class KeptMessages:
    """Decodes what was kept of a device, by the formats that there are then; may run several times.

    A topic is the device's where it was heard as that, or where a message of it gives one of its
    readings. What gives no reading stays open: with other answers it may give one.

    Args:
        device: Id of the device.
        topics: Topics that are known to be the device's.
        by: The party or role that asks for it.
        source: Tells what is in quarantine, and the formats.
        commands: Intake's door.

    Attributes:
        decoded: Messages that gave readings.
        without_reading: Messages that carry none; they stay in quarantine.
        refused: Positions of those that stay in quarantine as faulty.
    """

    def __init__(
        self,
        device: str,
        topics: Iterable[str],
        by: str,
        source: StatusSource,
        commands: Commands,
    ) -> None:
        self.decoded = 0
        self.without_reading = 0
        self.refused: set[int] = set()
        self._without_birth: set[int] = set()
        self._settled: set[int] = set()
        self._device = device
        self._topics = set(topics)
        self._by = by
        self._source = source
        self._commands = commands

    @property
    def needs_birth(self) -> bool:
        """Whether of what is refused some needs what only a new BIRTH of the device tells."""
        return bool(self.refused & self._without_birth)

    async def run(self) -> None:
        """Decode what is known to be in quarantine, in the order in which it came."""
        readable, self.without_reading = await self._open()
        for some in _parts(readable):
            command: dict[str, object] = {"command": "quarantine.redecode", "by": self._by}
            self.decoded += await self._settle(some, command)

    async def derived(self, patience_s: float) -> bool:
        """Wait until derive knows all that was settled; tell whether it does in time."""
        waiting = sorted(self._settled)

        def is_known() -> bool:
            while waiting:
                entry = self._source.quarantined_at(waiting[-1])
                if entry is None or entry.settlement is None:
                    return False
                waiting.pop()
            return True

        return await until(is_known, patience_s)

    async def _open(self) -> tuple[list[int], int]:
        """Return the device's open messages that may carry readings, and how many carry none."""
        formats = self._source.formats()
        done = self._settled | self.refused
        readable: dict[str, list[int]] = {}
        silent: dict[str, int] = {}
        async for entry in self._candidates():
            codec = formats.route(entry.topic)
            if codec is None or entry.position in done:
                continue
            says = formats.decode_again(codec, entry.topic, entry.raw, entry.received_at)
            if any(isinstance(one, Reading) and one.device == self._device for one in says.records):
                self._topics.add(entry.topic)
            if any(fault.reason == Reason.BIRTH_MISSING for fault in says.faults):
                self._without_birth.add(entry.position)
            if says.records or says.faults:
                readable.setdefault(entry.topic, []).append(entry.position)
            else:
                silent[entry.topic] = silent.get(entry.topic, 0) + 1
        positions = [one for topic in self._topics for one in readable.get(topic, ())]
        return sorted(positions), sum(silent.get(topic, 0) for topic in self._topics)

    async def _candidates(self) -> AsyncIterator[QuarantineEntry]:
        """Yield the messages that the device's format may read and another did not."""
        async for entry in open_messages(self._source):
            yield entry
        for reason in (Reason.NO_READING, Reason.MISSING_UNIT):
            async for entry in open_messages(self._source, _SPARKPLUG_TOPICS, reason):
                yield entry

    async def _settle(self, positions: Sequence[int], command: dict[str, object]) -> int:
        """Give one command for each position, and return how many it settled."""
        commands = [command | {"position": position} for position in positions]
        answer = await self._commands.submit({"command": "many", "commands": commands})
        answers = msgspec.convert(answer["answers"], list[_Answer])
        done = 0
        for position, one in zip(positions, answers, strict=True):
            if one.faults:
                self.refused.add(position)
            elif one.ok or one.code == "already_settled":
                done += one.ok
                self._settled.add(position)
            else:
                raise CommandRefused(str(one.code), one.reason)
        return done


def parts_of(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return names in parts of which each, and intake's answer to it, fits into a line."""
    parts: list[tuple[str, ...]] = []
    size = 0
    for name in names:
        own = len(msgspec.json.encode(name))
        if not parts or size + own > _PART_BYTES or len(parts[-1]) >= _PART_NAMES:
            parts.append(())
            size = 0
        parts[-1] += (name,)
        size += own
    return parts


async def lesson_of(configured: Configured, source: StatusSource) -> Lesson:
    """Return what a format can learn from what is kept of its filter; nothing where that is unsure.

    All that taught it something counts: one message left out may be the one that took back what an
    earlier one said.
    """
    codec = codec_named(configured.codec, configured.options)
    if not isinstance(codec, RememberingCodec) or source.status().behind["derive"]:
        return Lesson()
    positions = sorted([one.position async for one in open_messages(source, configured.filter)])
    taught: list[int] = []
    heard_until = 0
    for number, position in enumerate(positions):
        entry = source.quarantined_at(position)
        if entry is not None:
            heard_until = max(heard_until, entry.received_at)
            if codec.decode(entry.topic, entry.raw, entry.received_at).memos:
                taught.append(position)
        if number % _PAGE == 0:
            await asyncio.sleep(0)
    return Lesson(tuple(taught), heard_until) if len(taught) <= MOST_LESSONS else Lesson()


async def open_messages(
    source: StatusSource, topic: str = "", reason: Reason = Reason.UNKNOWN_TOPIC
) -> AsyncIterator[QuarantineEntry]:
    """Yield the open messages of a reason, the newest first; those that no format read by default.

    What is there for another reason is not touched: no format mends that a sender had no right.
    """
    wanted = QuarantineFilter(state="open", reason=reason.value, topic=topic)
    before: int | None = None
    while page := source.quarantined(_PAGE, before, wanted):
        for entry in page:
            yield entry
        before = page[-1].position
        # The page of the site gets its turn between two pages of the quarantine.
        await asyncio.sleep(0)


def _parts(positions: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(positions), MOST_COMMANDS):
        yield positions[start : start + MOST_COMMANDS]


async def until(is_so: Callable[[], bool], patience_s: float) -> bool:
    """Wait until something is so; tell whether it is in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience_s
    while not is_so():
        if loop.time() > deadline:
            return False
        await asyncio.sleep(_LOOK_S)
    return True
