"""How the derive process took a statement or a milestone, told to whoever waits at the door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from gateway.errors import CommandRefused
from gateway.mqtt.errors import MqttFault

Key = tuple[str, str, str]
Judgement = dict[str, object]
"""What whoever waits is answered: `answer`, and of a milestone `phase` and what is wrong."""


class _Announcement(msgspec.Struct, frozen=True):
    """What the derive process wants to be published."""

    topic: str
    payload: str


class _StatementTaken(msgspec.Struct, frozen=True):
    """How a custody statement was taken."""

    asset: str
    nonce: str
    phase: str
    answer: str


class _MilestoneTaken(msgspec.Struct, frozen=True):
    """How a milestone was taken; `detail` where it changed nothing."""

    asset: str
    milestone: str
    observed_at_us: int
    answer: str
    phase: str
    detail: str = ""


def key_of_statement(asset: str, nonce: str, phase: str) -> Key:
    """Return by what a custody statement is waited for."""
    return asset, nonce, phase


def key_of_milestone(asset: str, name: str, observed_at: int) -> Key:
    """Return by what a milestone is waited for; its name is that of no phase of a handover."""
    return asset, str(observed_at), name


class Judgements:
    """Those who wait for a judgement, by what was stated.

    Args:
        announce: Publishes a message of the gateway's own to whoever subscribed.
    """

    def __init__(self, announce: Callable[[str, bytes], None]) -> None:
        self._announce = announce
        self._waiting: dict[Key, list[asyncio.Future[Judgement]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def expect(self, key: Key) -> asyncio.Future[Judgement]:
        """Wait for the answer to a statement from now on; cancel it, or it is kept till told."""
        judgement: asyncio.Future[Judgement] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, []).append(judgement)
        judgement.add_done_callback(lambda done: self._forget(key, done))
        return judgement

    def tell(self, document: dict[str, object]) -> None:
        """Publish a judgement of the derive process and pass it on to whoever waits for it.

        Raises:
            CommandRefused: It is no judgement.
        """
        try:
            announcement = msgspec.convert(document, _Announcement)
            key, judgement = _read(msgspec.json.decode(announcement.payload, type=dict[str, Any]))
            self._announce(announcement.topic, announcement.payload.encode())
        except (msgspec.MsgspecError, RecursionError, MqttFault) as error:
            raise CommandRefused("malformed_announcement", str(error)) from error
        for waiting in self._waiting.get(key, ()):
            if not waiting.done():
                waiting.set_result(judgement)

    def _forget(self, key: Key, judgement: asyncio.Future[Judgement]) -> None:
        waiting = self._waiting[key]
        waiting.remove(judgement)
        if not waiting:
            del self._waiting[key]


def _read(told: dict[str, Any]) -> tuple[Key, Judgement]:
    if "milestone" not in told:
        statement = msgspec.convert(told, _StatementTaken)
        key = key_of_statement(statement.asset, statement.nonce, statement.phase)
        return key, {"answer": statement.answer}
    one = msgspec.convert(told, _MilestoneTaken)
    judgement: Judgement = {"answer": one.answer, "phase": one.phase}
    if one.detail:
        judgement["detail"] = one.detail
    return key_of_milestone(one.asset, one.milestone, one.observed_at_us), judgement
