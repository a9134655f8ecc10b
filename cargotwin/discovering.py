"""What a broker carries, listened to for a while; nothing is bound, configured or kept."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import aiomqtt

from gateway.clock import now_us
from gateway.devices.discovery import Heard, Unread, unread_devices
from gateway.intake.sightings import PAYLOADS_KEPT, Sightings
from gateway.mqtt.ports import Publish
from gateway.mqtt.settings import InvalidMqttSetting
from twins.errors import TransientFault

if TYPE_CHECKING:
    from paho.mqtt.reasoncodes import ReasonCode

EVERY_TOPIC = "#"
"""All topics but those that begin with `$`, such as $SYS (MQTT 5 section 4.7.2)."""

_REFUSED = 0x80
"""From here on a SUBACK's code is a refusal (MQTT 5 section 3.9.3)."""

_PORTS = {"mqtt": 1883, "mqtts": 8883}


class BrokerRefuses(TransientFault):
    """A broker cannot be reached, or does not let us listen."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"broker {host}: {reason}; check its address, and who may read `#`")


async def heard_from(url: str, seconds: float) -> tuple[Unread, ...]:
    """Return the devices whose messages a broker passes on within a time.

    Args:
        url: `mqtt://` or `mqtts://`, with user name and password where the broker wants them.
        seconds: How long to listen.

    Raises:
        InvalidMqttSetting: The address cannot be used.
        BrokerRefuses: The broker cannot be reached, or does not let us listen.
    """
    client = _client(url)
    sightings = Sightings(PAYLOADS_KEPT)
    try:
        async with client:
            _check_granted(url, await client.subscribe(EVERY_TOPIC, qos=2))
            try:
                async with asyncio.timeout(seconds):
                    async for message in client.messages:
                        sightings.note(_publish(message), "", "")
            except TimeoutError:
                pass
    except aiomqtt.MqttError as error:
        raise BrokerRefuses(urlsplit(url).hostname or url, str(error)) from error
    heard = tuple(
        Heard(
            one.topic,
            one.client,
            len(one.payloads),
            one.first_at,
            one.last_at,
            tuple((one.last_at, payload) for payload in one.payloads),
            one.qos,
            via_broker=True,
        )
        for one in sightings.all()
    )
    return unread_devices(heard)


def _client(url: str) -> aiomqtt.Client:
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise InvalidMqttSetting("broker", url, "mqtt://host:port or mqtts://host:port") from error
    if not parts.hostname or not port:
        raise InvalidMqttSetting("broker", url, "mqtt://host:port or mqtts://host:port")
    return aiomqtt.Client(
        parts.hostname,
        port,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        tls_context=ssl.create_default_context() if parts.scheme == "mqtts" else None,
    )


def _check_granted(url: str, granted: Sequence[int | ReasonCode]) -> None:
    if any((one if isinstance(one, int) else one.value) >= _REFUSED for one in granted):
        raise BrokerRefuses(urlsplit(url).hostname or url, f"it refuses {EVERY_TOPIC}")


def _publish(message: aiomqtt.Message) -> Publish:
    return Publish(
        client="",
        topic=str(message.topic),
        payload=bytes(message.payload),
        packet_id=None,
        qos=message.qos,
        dup=False,
        retain=bool(message.retain),
        received_at=now_us(),
    )
