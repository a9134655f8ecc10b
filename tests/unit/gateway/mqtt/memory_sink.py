"""A sink in memory: it keeps what it gets and answers when it is told to."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from gateway.mqtt.ports import Publish

DEADLINE_S = 10.0


class Refusal(NamedTuple):
    client: str
    address: str
    reason: str
    head: bytes
    received_at: int


class MemorySink:
    """Answers at once, messages with `code`, or when asked if `is_prompt` is false."""

    def __init__(self, *, is_prompt: bool = True, code: int = 0) -> None:
        self.is_prompt = is_prompt
        self.code = code
        self.is_full = False
        self.batches: list[list[Publish]] = []
        self.refusals: list[Refusal] = []
        self.open_answers: list[Callable[[], None]] = []
        self.open_ids: set[tuple[str, int]] = set()
        self.released: list[tuple[str, int]] = []
        self.unheard_ids: list[int | None] = []
        self._rooms: list[Callable[[], None]] = []

    @property
    def publishes(self) -> list[Publish]:
        return [publish for batch in self.batches for publish in batch]

    @property
    def payloads(self) -> list[bytes]:
        return [publish.payload for publish in self.publishes]

    def submit(self, publishes: list[Publish], answered: Callable[[Sequence[int]], None]) -> None:
        self.batches.append([publish for publish in publishes if not self._is_open(publish)])
        self._answer([self.code] * len(publishes), answered)

    def unheard(self, publishes: Sequence[Publish]) -> None:
        self.unheard_ids += [publish.packet_id for publish in publishes]

    def release(
        self, client: str, packet_ids: Sequence[int], answered: Callable[[Sequence[int]], None]
    ) -> None:
        keys = [(client, packet_id) for packet_id in packet_ids]
        self.released += keys
        codes = [0 if key in self.open_ids else 0x92 for key in keys]
        self.open_ids.difference_update(keys)
        self._answer(codes, answered)

    def on_room(self, callback: Callable[[], None]) -> None:
        self._rooms.append(callback)

    def refuse(self, client: str, address: str, reason: str, head: bytes, received_at: int) -> None:
        self.refusals.append(Refusal(client, address, reason, head, received_at))

    def _is_open(self, publish: Publish) -> bool:
        if publish.qos < 2 or publish.packet_id is None:
            return False
        key = (publish.client, publish.packet_id)
        is_open = key in self.open_ids
        self.open_ids.add(key)
        return is_open

    def _answer(self, codes: Sequence[int], answered: Callable[[Sequence[int]], None]) -> None:
        if self.is_prompt:
            answered(codes)
        else:
            self.open_answers.append(lambda: answered(codes))

    def answer_all(self) -> None:
        answers, self.open_answers = self.open_answers, []
        for answer in answers:
            answer()

    def make_room(self) -> None:
        self.is_full = False
        rooms, self._rooms = self._rooms, []
        for callback in rooms:
            callback()


async def until(condition: Callable[[], object]) -> None:
    """Return once `condition` holds; fail when it does not within the deadline."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 -- the condition may lie in another process
            await asyncio.sleep(0.005)
