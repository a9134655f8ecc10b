"""What comes from devices that nobody bound, and on topics that no format reads.

Kept in memory alone, to show people what is there: the newest topics, and of each its newest
payloads. The readings themselves stand in the journal, or their raw bytes do.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field

from gateway.mqtt.ports import Publish

MOST_TOPICS = 2_000
PAYLOADS_KEPT = 5
"""As many messages as a format may need to be recognised."""
LARGEST_PAYLOAD_BYTES = 16_384


@dataclass(slots=True)
class Sighting:
    """One topic.

    Attributes:
        topic: Topic name.
        client: Client id of the newest message.
        qos: Its QoS.
        first_at: When the first came, microseconds UTC.
        last_at: When the newest came.
        device: Id of the device, empty where no format reads the topic.
        codec: Name of the format that reads the topic, empty where there is none.
        payloads: Newest payloads, oldest first; longer ones are cut off and left out.
    """

    topic: str
    client: str
    qos: int
    first_at: int
    last_at: int
    device: str = ""
    codec: str = ""
    payloads: deque[bytes] = field(default_factory=deque)


class Sightings:
    """The newest topics of unknown devices.

    Args:
        payloads_kept: How many payloads of each topic are kept.
    """

    def __init__(self, payloads_kept: int = 0) -> None:
        self._payloads_kept = payloads_kept
        self._topics: OrderedDict[str, Sighting] = OrderedDict()

    def note(self, publish: Publish, device: str, codec: str) -> None:
        """Note a newest message; the topic that was silent longest gives way."""
        one = self._topics.get(publish.topic)
        if one is None:
            if len(self._topics) >= MOST_TOPICS:
                self._topics.popitem(last=False)
            one = self._topics[publish.topic] = Sighting(
                publish.topic,
                "",
                0,
                publish.received_at,
                0,
                payloads=deque(maxlen=self._payloads_kept),
            )
        else:
            self._topics.move_to_end(publish.topic)
        one.client, one.qos, one.last_at = publish.client, publish.qos, publish.received_at
        one.device, one.codec = device, codec
        if len(publish.payload) <= LARGEST_PAYLOAD_BYTES:
            one.payloads.append(publish.payload)

    def forget_device(self, device: str) -> None:
        """Forget the topics of a device that is known from now on."""
        for topic in [one.topic for one in self._topics.values() if one.device == device]:
            del self._topics[topic]

    def all(self) -> list[Sighting]:
        """Return what was seen, the newest last."""
        return list(self._topics.values())
