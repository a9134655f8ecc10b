"""Between a broker's messages and intake: what the broker had retained is state, not a reading.

A broker sets RETAIN on what it stored before we subscribed (MQTT 5 §3.3.1.3), and sends it again
with every new subscription. From a device that connects to our own listener the same flag only asks
that the message be stored, so the listener hands its messages to intake directly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.intake import SUCCESS, Intake
from gateway.mqtt.ports import Publish


class WithoutRetained:
    """Counts retained messages and hands all others on; fills the `PublishSink` port."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    @property
    def is_full(self) -> bool:
        """Whether connections must stop reading."""
        return self._intake.is_full

    def on_room(self, callback: Callable[[], None]) -> None:
        """Call `callback` once when there is room again."""
        self._intake.on_room(callback)

    def submit(self, publishes: list[Publish], answered: Callable[[Sequence[int]], None]) -> None:
        """Take a batch of which the retained ones are answered without being journalled."""
        live = [publish for publish in publishes if not publish.retain]
        if len(live) == len(publishes):
            self._intake.submit(publishes, answered)
            return
        self._intake.count("retained_ignored", len(publishes) - len(live))

        def answer_all(codes: Sequence[int]) -> None:
            of_live = iter(codes)
            answered([SUCCESS if one.retain else next(of_live) for one in publishes])

        self._intake.submit(live, answer_all)

    def refuse(self, client: str, address: str, reason: str, head: bytes, received_at: int) -> None:
        """Count and keep bytes that are no MQTT."""
        self._intake.refuse(client, address, reason, head, received_at)
