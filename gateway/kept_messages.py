"""The kept messages of a topic filter, decoded again once a format reads them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

import msgspec

from gateway.codecs.base import Codec
from gateway.codecs.registry import codec_named
from gateway.doorkeeper import MOST_COMMANDS
from gateway.errors import CommandRefused
from gateway.ports import Commands, QuarantineEntry, QuarantineFilter, StatusSource
from gateway.questions import Configured

_WITHOUT_RIGHT = "not_authorized"
"""No format mends that its sender had no right to it."""

_PAGE = 500
_LOOK_S = 0.05


class _Answer(msgspec.Struct, frozen=True):
    """What intake says of one command; the code is a number, or the name of a refusal."""

    ok: bool
    code: int | str = 0
    reason: str = ""
    faults: tuple[str, ...] = ()


class KeptMessages:
    """Lets a format read its topics, and decodes what was kept of them; may run several times.

    Args:
        configured: The format.
        by: The party or role that asks for it.
        source: Tells what is in quarantine.
        commands: Intake's door.

    Attributes:
        decoded: Messages that gave readings.
        without_reading: Messages that carry none; they are settled as that.
        refused: Positions of those that stay in quarantine.
    """

    def __init__(
        self, configured: Configured, by: str, source: StatusSource, commands: Commands
    ) -> None:
        self.decoded = 0
        self.without_reading = 0
        self.refused: set[int] = set()
        self._settled: set[int] = set()
        self._configured = configured
        self._by = by
        self._source = source
        self._commands = commands

    async def confirm(self) -> None:
        """Let the format read its topics from now on."""
        one = self._configured
        await self._commands.submit(
            {
                "command": "source.confirm",
                "filter": one.filter,
                "codec": one.codec,
                "options": one.options,
                "by": self._by,
            }
        )

    async def run(self) -> None:
        """Decode what is known to be in quarantine, in the order in which it came."""
        codec = codec_named(self._configured.codec, self._configured.options)
        readable, silent = await self._open(codec)
        for some in _parts(readable):
            command: dict[str, object] = {"command": "quarantine.redecode", "by": self._by}
            self.decoded += await self._settle(some, command)
        for some in _parts(silent):
            reason = f"it carries no reading in the format {self._configured.codec}"
            command = {"command": "quarantine.discard", "by": self._by, "reason": reason}
            self.without_reading += await self._settle(some, command)

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

    async def _open(self, codec: Codec) -> tuple[list[int], list[int]]:
        """Return the open messages of the filter that may carry readings, and those without."""
        readable: list[int] = []
        silent: list[int] = []
        for page in self._pages():
            for entry in page:
                is_done = entry.position in self._settled or entry.position in self.refused
                if is_done or entry.reason == _WITHOUT_RIGHT:
                    continue
                says = codec.decode(entry.topic, entry.raw, entry.received_at)
                (readable if says.records or says.faults else silent).append(entry.position)
            # The page of the site gets its turn between two pages of the quarantine.
            await asyncio.sleep(0)
        return sorted(readable), sorted(silent)

    def _pages(self) -> Iterator[tuple[QuarantineEntry, ...]]:
        wanted = QuarantineFilter(state="open", topic=self._configured.filter)
        before: int | None = None
        while page := self._source.quarantined(_PAGE, before, wanted):
            yield page
            before = page[-1].position

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
