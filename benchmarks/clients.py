"""Public MQTT clients in the gateway's place: `python -m benchmarks.clients paho|aiomqtt PORT`.

Each subscribes with QoS 1, counts what comes, and acknowledges as it does by default: without
decoding, without a store, before anything is durable.
"""

from __future__ import annotations

import asyncio
import sys

import aiomqtt
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

LOOPBACK = "127.0.0.1"
TOPICS = "cargotwin/v1/#"


class Count:
    """How many messages came."""

    def __init__(self) -> None:
        self.messages = 0

    def __call__(self, *_: object) -> None:
        """Count one message."""
        self.messages += 1


def receive_by_paho(port: int) -> int:
    """Receive until the broker goes, and return how many came."""
    count = Count()
    client = paho.Client(CallbackAPIVersion.VERSION2, "paho")
    client.on_message = count
    client.connect(LOOPBACK, port)
    client.subscribe(TOPICS, qos=1)
    client.loop_forever(retry_first_connection=False)
    return count.messages


async def receive_by_aiomqtt(port: int) -> int:
    """Receive until the broker goes, and return how many came."""
    count = Count()
    try:
        async with aiomqtt.Client(LOOPBACK, port, identifier="aiomqtt") as client:
            await client.subscribe(TOPICS, qos=1)
            async for _ in client.messages:
                count()
    except aiomqtt.MqttError:
        return count.messages
    return count.messages


if __name__ == "__main__":
    if sys.argv[1] == "paho":
        receive_by_paho(int(sys.argv[2]))
    else:
        asyncio.run(receive_by_aiomqtt(int(sys.argv[2])))
