"""Where messages go: a broker's or listener's address, and how fast shipment time passes."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote, urlsplit

import msgspec

from twins.errors import ConfigurationFault, TransientFault
from twins.readings import MICROSECONDS
from twins.verdict.counts import counted

PORTS = {"mqtt": 1883, "mqtts": 8883}
"""Default ports as IANA registers them, per URL scheme."""


class InvalidBrokerUrl(ConfigurationFault):
    """A broker's address cannot be read."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        super().__init__(f"broker {url!r}: {reason}; write mqtt://host:1883 or mqtts://host:8883")


class InvalidSpeed(ConfigurationFault):
    """Shipment time cannot pass at this speed."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        super().__init__(
            f"speed {speed:g}: give shipment seconds per second above 0, or 0 for no waiting"
        )


class BrokerUnreachable(TransientFault):
    """No connection came about for as long as we were to wait."""

    def __init__(self, broker: Broker, seconds: float, unacknowledged: int) -> None:
        self.broker = broker
        self.unacknowledged = unacknowledged
        super().__init__(
            f"{broker.host}:{broker.port} could not be reached for {seconds:g} s, "
            f"{counted(unacknowledged, 'message is', 'messages are')} not acknowledged; start the "
            "broker and send again"
        )


class Broker(msgspec.Struct, frozen=True):
    """Address and credentials of whoever accepts MQTT connections."""

    host: str
    port: int
    username: str | None = None
    password: str | None = None
    is_encrypted: bool = False


def broker_at(url: str) -> Broker:
    """Return the broker that a URL names.

    Raises:
        InvalidBrokerUrl: Scheme, host or port cannot be used.
    """
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise InvalidBrokerUrl(url, "no MQTT address")
    try:
        port = parts.port or PORTS[parts.scheme]
    except ValueError as error:
        raise InvalidBrokerUrl(url, str(error)) from error
    return Broker(
        host=parts.hostname,
        port=port,
        username=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
        is_encrypted=parts.scheme == "mqtts",
    )


class Pace:
    """Passes shipment time: so many seconds of it per second, or as fast as can be.

    Args:
        speed: Shipment seconds per second; None or 0 never waits.
        first_send_at: Shipment time at which it starts, microseconds UTC.
        started: Loop time at which it starts, seconds.

    Raises:
        InvalidSpeed: The speed is below 0 or no number.
    """

    def __init__(self, speed: float | None, first_send_at: int, started: float) -> None:
        if speed is not None and not speed >= 0:
            raise InvalidSpeed(speed)
        self._speed = speed
        self._first_send_at = first_send_at
        self._started = started

    def due(self, send_at: int) -> float:
        """Return the loop time at which a message is due."""
        if not self._speed:
            return self._started
        return self._started + (send_at - self._first_send_at) / MICROSECONDS / self._speed

    async def wait_for(self, send_at: int) -> None:
        """Return when a message is due; at once when it is overdue."""
        wait = self.due(send_at) - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)
