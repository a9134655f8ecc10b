"""How the derive process took a custody statement, told to whoever waits for it at the door."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from gateway.errors import CommandRefused
from gateway.mqtt.errors import MqttFault

_Key = tuple[str, str, str]


class _Announcement(msgspec.Struct, frozen=True):
    """What the derive process wants to be published."""

    topic: str
    payload: str


class _Judgement(msgspec.Struct, frozen=True):
    """How a custody statement was taken."""

    asset: str
    nonce: str
    phase: str
    answer: str


class Judgements:
    """Those who wait for a judgement, by (asset, nonce, phase).

    Args:
        announce: Publishes a message of the gateway's own to whoever subscribed.
    """

    def __init__(self, announce: Callable[[str, bytes], None]) -> None:
        self._announce = announce
        self._waiting: dict[_Key, list[asyncio.Future[str]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def expect(self, asset: str, nonce: str, phase: str) -> asyncio.Future[str]:
        """Wait for the answer to a statement from now on; cancel it, or it is kept till told."""
        key = (asset, nonce, phase)
        judgement: asyncio.Future[str] = asyncio.get_running_loop().create_future()
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
            told = msgspec.json.decode(announcement.payload, type=_Judgement)
            self._announce(announcement.topic, announcement.payload.encode())
        except (msgspec.MsgspecError, RecursionError, MqttFault) as error:
            raise CommandRefused("malformed_announcement", str(error)) from error
        for waiting in self._waiting.get((told.asset, told.nonce, told.phase), ()):
            if not waiting.done():
                waiting.set_result(told.answer)

    def _forget(self, key: _Key, judgement: asyncio.Future[str]) -> None:
        waiting = self._waiting[key]
        waiting.remove(judgement)
        if not waiting:
            del self._waiting[key]
