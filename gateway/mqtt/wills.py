"""Wills whose time has not come yet (§3.1.2.5, §3.1.3.2.2)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from .connecting import Will
from .ports import Grant, Publish, PublishSink
from .rights import may_publish


class LastWill(msgspec.Struct, frozen=True):
    """What a client leaves for the case that it is lost.

    Attributes:
        client: Name of the client, as in `Publish`.
        principal: Who was admitted under it.
        will: The message.
        is_permitted: Whether the client has the right to publish to its topic.
    """

    client: str
    principal: str
    will: Will
    is_permitted: bool

    @property
    def delay_s(self) -> int:
        """Seconds between the loss and the message."""
        return self.will.properties.will_delay_interval or 0


class Wills:
    """Hands the wills of lost clients to the sink, at once or after their delay.

    Args:
        sink: Takes them like any other message.
        clock_us: Microseconds UTC.
    """

    def __init__(self, sink: PublishSink, clock_us: Callable[[], int]) -> None:
        self._sink = sink
        self._clock_us = clock_us
        self._delayed: dict[str, tuple[asyncio.TimerHandle, LastWill]] = {}

    def client_lost(self, last: LastWill) -> None:
        """Note that a connection ended without a normal DISCONNECT."""
        if last.delay_s == 0:
            self._publish(last)
            return
        self.session_ended(last.client)  # an earlier one, whose client came and went again
        loop = asyncio.get_running_loop()
        timer = loop.call_later(last.delay_s, self.session_ended, last.client)
        self._delayed[last.client] = (timer, last)

    def client_back(self, client: str) -> None:
        """Forget a delayed will: its client took its session up again in time."""
        timer, _ = self._delayed.pop(client, (None, None))
        if timer is not None:
            timer.cancel()

    def session_ended(self, client: str) -> None:
        """Publish a delayed will, because its delay or its session ended."""
        timer, last = self._delayed.pop(client, (None, None))
        if timer is not None and last is not None:
            timer.cancel()
            self._publish(last)

    def review(self, grant_of: Callable[[str], Grant | None]) -> None:
        """Decide anew whether the delayed ones are permitted."""
        for client, (timer, last) in self._delayed.items():
            if last.principal:
                grant = grant_of(last.principal)
                is_permitted = grant is not None and may_publish(grant, last.will.topic)
                reviewed = msgspec.structs.replace(last, is_permitted=is_permitted)
                self._delayed[client] = (timer, reviewed)

    def close(self) -> None:
        """Publish all that are delayed: told early is better than lost with this process."""
        for client in list(self._delayed):
            self.session_ended(client)

    def _publish(self, last: LastWill) -> None:
        will = last.will
        publish = Publish(
            last.client,
            will.topic,
            will.payload,
            packet_id=None,
            qos=will.qos,
            dup=False,
            retain=will.retain,
            received_at=self._clock_us(),
            is_permitted=last.is_permitted,
        )
        self._sink.submit([publish], lambda _codes: None)
