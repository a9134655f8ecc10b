"""The composition root: the one place that names concrete adapters and builds them.

`python -m gateway.bootstrap intake|derive SETTINGS.json` runs one process until SIGTERM. What one
process alone needs stands in a module of its own (`intake`, `derive`), so that neither pays for the
imports of the other; here is what settings alone decide.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from gateway.codecs.registry import FORMATS, InvalidCodecOption, UnknownCodec
from gateway.codecs.route import Route, RoutingTable
from gateway.door import socket_of
from gateway.errors import WrongSetting
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.settings import InvalidMqttSetting, ListenerSettings, SubscriberSettings
from gateway.mqtt.topics import check_topic_filter
from gateway.settings import Settings
from gateway.settings import SubscriberSettings as BrokerSettings
from gateway.web.settings import LOOPBACK_NAMES

JOURNAL = "journal.db"
DERIVED = "derived.db"
LEDGER = "ledger.db"


def listener_settings(settings: Settings) -> ListenerSettings:
    """Return the listener's settings in its own terms."""
    listener = settings.listener
    return ListenerSettings(
        host=listener.host,
        port=listener.port,
        maximum_packet_size=listener.maximum_packet_bytes,
        receive_maximum=listener.receive_maximum,
        maximum_connections=listener.maximum_connections,
        connect_timeout_s=float(listener.connect_timeout_s),
    )


def routing_table(settings: Settings) -> RoutingTable:
    """Return which codec reads which topic.

    Raises:
        ConfigurationFault: A source names an unknown codec or a wrong option.
    """
    tolerance = {"future_tolerance_seconds": settings.intake.future_tolerance_s}
    routes = [
        Route(filter=one.filter, codec=one.codec, options={**tolerance, **one.options})
        for one in settings.source
    ]
    return RoutingTable(routes, settings.intake.maximum_payload_bytes)


def subscriber_settings(one: BrokerSettings) -> SubscriberSettings:
    """Return a subscriber's settings in its own terms.

    Raises:
        InvalidMqttSetting: The address or a topic filter cannot be used.
    """
    return SubscriberSettings(
        url=one.url,
        client_id=one.client_id,
        topic_filters=tuple(one.topic_filters),
        receive_maximum=one.receive_maximum,
        session_expiry_s=one.session_expiry_s,
        keep_alive_s=one.keep_alive_s,
    )


def web_address(settings: Settings) -> str:
    """Return where this machine's readers find the page, without a slash at the end."""
    host = settings.web.host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.web.port}"


def public_address(settings: Settings) -> str:
    """Return where all readers find the page, or nothing where only they know by which address."""
    if settings.web.public_url:
        return settings.web.public_url.rstrip("/")
    if ipaddress.ip_address(settings.web.host).is_unspecified:
        return ""
    return web_address(settings)


def web_names(settings: Settings) -> tuple[str, ...]:
    """Return the host names under which a browser may ask for the page (DNS rebinding)."""
    own = _host_name(web_address(settings))
    public = _host_name(settings.web.public_url)
    named = (*LOOPBACK_NAMES, own, public, *settings.web.names)
    return tuple(dict.fromkeys(filter(None, named)))


def _host_name(url: str) -> str:
    """Return an address's host as a browser's Host names it: IPv6 in brackets."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def check_settings(settings: Settings, file: Path) -> None:
    """Build what settings alone decide, so that a mistake shows before anything starts.

    Raises:
        WrongSetting: A value that one adapter cannot use; names file and key.
    """
    try:
        socket_of(settings.folder)
    except WrongSetting as error:
        raise WrongSetting(file, error.key, error.found, error.allowed) from error
    _check_sources(settings, file)
    _check_mqtt(settings, file)
    _check_public_url(settings, file)
    for key, name in (
        ("influx.token_file", settings.influx.token_file),
        ("web.token_file", settings.web.token_file),
    ):
        if name and not Path(name).is_file():
            raise WrongSetting(file, key, name, "the path of a file that exists")


def _check_sources(settings: Settings, file: Path) -> None:
    for number, one in enumerate(settings.source):
        key = f"source.{number}"
        try:
            check_topic_filter(one.filter)
            routing_table(settings.model_copy(update={"source": [one]}))
        except MqttFault as error:
            raise WrongSetting(file, f"{key}.filter", one.filter, str(error)) from error
        except UnknownCodec as error:
            raise WrongSetting(file, f"{key}.codec", error.name, ", ".join(FORMATS)) from error
        except InvalidCodecOption as error:
            name = f"{key}.options.{error.key}"
            raise WrongSetting(file, name, error.found, error.problem) from error


def _check_public_url(settings: Settings, file: Path) -> None:
    url = settings.web.public_url
    allowed = "http(s)://host, with a port and a path where it has them, and no user name"
    try:
        parts = urlsplit(url)
        is_wrong = parts.username is not None or bool(url and not parts.hostname)
        is_wrong = is_wrong or parts.port == 0
    except ValueError as error:
        raise WrongSetting(file, "web.public_url", url, allowed) from error
    if is_wrong:
        raise WrongSetting(file, "web.public_url", url, allowed)


def _check_mqtt(settings: Settings, file: Path) -> None:
    section = "listener"
    try:
        listener_settings(settings)
        for number, one in enumerate(settings.subscriber):
            section = f"subscriber.{number}"
            subscriber_settings(one)
    except InvalidMqttSetting as error:
        raise WrongSetting(file, f"{section}.{error.key}", error.found, error.allowed) from error
