"""What a broker carries, listened to for a while; nothing is bound, configured or kept."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from typing import TYPE_CHECKING

import aiomqtt

from gateway.clock import now_us
from gateway.devices.discovery import Heard, Unread, unread_devices
from gateway.intake.sightings import PAYLOADS_KEPT, Sightings
from gateway.mqtt.ports import Publish
from gateway.mqtt.settings import BrokerAddress, InvalidMqttSetting, broker_address
from twins.errors import TransientFault

if TYPE_CHECKING:
    from paho.mqtt.reasoncodes import ReasonCode

EVERY_TOPIC = "#"
"""All topics but those that begin with `$`, such as $SYS (MQTT 5 section 4.7.2)."""

_REFUSED = 0x80
"""From here on a SUBACK's code is a refusal (MQTT 5 section 3.9.3)."""


class BrokerRefuses(TransientFault):
    """A broker cannot be reached, or does not let us listen."""

    def __init__(self, address: BrokerAddress, reason: str) -> None:
        super().__init__(f"broker {address}: {reason}; check its address, and who may read `#`")


async def heard_from(url: str, seconds: float) -> tuple[Unread, ...]:
    """Return the devices whose messages a broker passes on within a time.

    Args:
        url: `mqtt://` or `mqtts://`, with user name and password where the broker wants them.
        seconds: How long to listen.

    Raises:
        InvalidMqttSetting: The address cannot be used.
        BrokerRefuses: The broker cannot be reached, or does not let us listen.
    """
    address = _address(url)
    client = _client(address)
    sightings = Sightings(PAYLOADS_KEPT)
    try:
        async with client:
            _check_granted(address, await client.subscribe(EVERY_TOPIC, qos=2))
            try:
                async with asyncio.timeout(seconds):
                    async for message in client.messages:
                        sightings.note(_publish(message), "", "")
            except TimeoutError:
                pass
    except aiomqtt.MqttError as error:
        raise BrokerRefuses(address, str(error)) from error
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


def _address(url: str) -> BrokerAddress:
    try:
        return broker_address(url)
    except InvalidMqttSetting as error:
        allowed = "mqtt://host:port or mqtts://host:port, with user:password@ before the host"
        raise InvalidMqttSetting("broker", error.found, allowed) from error


def _client(address: BrokerAddress) -> aiomqtt.Client:
    return aiomqtt.Client(
        address.host,
        address.port,
        username=address.user_name,
        password=None if address.password is None else address.password.decode(),
        tls_context=ssl.create_default_context() if address.is_tls else None,
    )


def _check_granted(address: BrokerAddress, granted: Sequence[int | ReasonCode]) -> None:
    if any((one if isinstance(one, int) else one.value) >= _REFUSED for one in granted):
        raise BrokerRefuses(address, f"it refuses {EVERY_TOPIC}")


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
