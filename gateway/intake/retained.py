"""Between a broker's messages and intake: neither old state nor our own words are readings.

A broker sets RETAIN on what it stored before we subscribed (MQTT 5 §3.3.1.3), and sends it again
with every new subscription. From a device that connects to our own listener the same flag only asks
that the message be stored, so the listener hands its messages to intake directly.

A broker of MQTT 3.1.1, which knows no No Local (MQTT 5 §3.8.3.1), gives us what we published.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.intake.sink import Intake
from gateway.intake.taking import SUCCESS
from gateway.mqtt.ports import Publish

OWN_TOPICS = "cargotwin/v1/answers/"
"""What the gateway itself publishes under the topics of its own format."""
DEVICE_TOPICS = ("/readings", "/handover", "/milestone")
"""A device that bears the name `answers` sends on these; an asset of such a name is not told."""


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
        """Take a batch of which some are answered without being journalled."""
        live = [publish for publish in publishes if not _is_passed_over(publish)]
        if len(live) == len(publishes):
            self._intake.submit(publishes, answered)
            return
        retained = sum(publish.retain for publish in publishes)
        if retained:
            self._intake.count("retained_ignored", retained)

        def answer_all(codes: Sequence[int]) -> None:
            of_live = iter(codes)
            answered([SUCCESS if _is_passed_over(one) else next(of_live) for one in publishes])

        self._intake.submit(live, answer_all)

    def unheard(self, publishes: Sequence[Publish]) -> None:
        """Know these again when the broker sends them again."""
        self._intake.unheard(publishes)

    def release(
        self, client: str, packet_ids: Sequence[int], answered: Callable[[Sequence[int]], None]
    ) -> None:
        """Close packet ids of QoS 2 and answer when that is on disk."""
        self._intake.release(client, packet_ids, answered)

    def refuse(self, client: str, address: str, reason: str, head: bytes, received_at: int) -> None:
        """Count and keep bytes that are no MQTT."""
        self._intake.refuse(client, address, reason, head, received_at)


def _is_passed_over(publish: Publish) -> bool:
    is_own = publish.topic.startswith(OWN_TOPICS) and not publish.topic.endswith(DEVICE_TOPICS)
    return publish.retain or is_own
