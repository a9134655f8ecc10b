"""The composition root: the one place that names concrete adapters and builds them.

`python -m gateway.bootstrap intake|derive SETTINGS.json` runs one process until SIGTERM. What one
process alone needs stands in a module of its own (`intake`, `derive`), so that neither pays for the
imports of the other; here is what settings alone decide.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from gateway.access.accounts import read_accounts
from gateway.access.gatekeepers import AccountGatekeeper, AccountsFile, OpenGatekeeper
from gateway.codecs.base import Codec
from gateway.codecs.registry import FORMATS, InvalidCodecOption, UnknownCodec
from gateway.codecs.route import Route, RoutingTable
from gateway.codecs.signed import SignedCodec
from gateway.codecs.signed_counters import SignedCounters
from gateway.door import socket_of
from gateway.errors import WrongSetting
from gateway.mqtt.errors import MqttFault
from gateway.mqtt.ports import Gatekeeper
from gateway.mqtt.settings import InvalidMqttSetting, ListenerSettings, SubscriberSettings
from gateway.mqtt.tls import server_context
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
        maximum_connections_per_address=listener.maximum_connections_per_address,
        maximum_sessions=listener.maximum_sessions,
        session_expiry_maximum_s=listener.session_expiry_maximum_s,
        connect_timeout_s=float(listener.connect_timeout_s),
        packet_timeout_s=float(listener.packet_timeout_s),
        certificate_file=listener.certificate_file or None,
        key_file=listener.key_file or None,
        client_ca_file=listener.client_ca_file or None,
    )


def routing_table(settings: Settings, accounts: AccountsFile | None = None) -> RoutingTable:
    """Return which codec reads which topic, and whose signatures it checks.

    Raises:
        ConfigurationFault: A source names an unknown codec or a wrong option.
    """
    defaults = {
        "future_tolerance_seconds": settings.intake.future_tolerance_s,
        "future_time": settings.intake.future_time,
    }
    routes = [
        Route(filter=one.filter, codec=one.codec, options=one.options) for one in settings.source
    ]
    largest = settings.intake.maximum_payload_bytes
    if accounts is None:
        return RoutingTable(routes, largest, defaults=defaults)
    counters = SignedCounters()

    def checked(codec: Codec) -> Codec:
        return SignedCodec(codec, accounts, counters)

    return RoutingTable(routes, largest, checked, defaults)


def accounts_of(settings: Settings) -> AccountsFile | None:
    """Return who has an account, or None where the settings name no file of accounts.

    Raises:
        ConfigurationFault: The file cannot be used. Nothing is taken in without it, for it says
            whose unsigned readings are to be refused.
    """
    name = settings.listener.accounts_file
    return AccountsFile(Path(name)) if name else None


def gatekeeper_of(accounts: AccountsFile | None) -> Gatekeeper:
    """Return who decides which client is admitted to the listener."""
    if accounts is None:
        return OpenGatekeeper()
    return AccountGatekeeper(accounts, monotonic_s=time.monotonic)


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
        qos=one.qos,
        ca_file=one.ca_file or None,
        certificate_file=one.certificate_file or None,
        key_file=one.key_file or None,
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
        ConfigurationFault: A certificate, a key or the accounts cannot be used; names the file.
    """
    try:
        socket_of(settings.folder)
    except WrongSetting as error:
        raise WrongSetting(file, error.key, error.found, error.allowed) from error
    for key, name in _files(settings):
        if name and not Path(name).is_file():
            raise WrongSetting(file, key, name, "the path of a file that exists")
        if name and key.endswith("token_file") and not secret_in(name):
            # An empty token would open what it is to close.
            raise WrongSetting(file, key, name, "a file that holds a token")
    _check_sources(settings, file)
    _check_mqtt(settings, file)
    _check_public_url(settings, file)
    _check_own_certificates(settings, file)
    if settings.listener.accounts_file:
        read_accounts(Path(settings.listener.accounts_file))


def secret_in(file: str) -> str:
    """Return the secret that a file holds; nothing where no file is named."""
    return Path(file).read_text(encoding="utf-8", errors="replace").strip() if file else ""


def _files(settings: Settings) -> Iterator[tuple[str, str]]:
    """Give each setting that names a file which must be there, and what it names."""
    yield "influx.token_file", settings.influx.token_file
    yield "web.token_file", settings.web.token_file
    yield "web.ingest_token_file", settings.web.ingest_token_file
    for name in ("certificate_file", "key_file", "client_ca_file", "accounts_file"):
        yield f"listener.{name}", getattr(settings.listener, name)
    for number, one in enumerate(settings.subscriber):
        for name in ("ca_file", "certificate_file", "key_file"):
            yield f"subscriber.{number}.{name}", getattr(one, name)


def _check_own_certificates(settings: Settings, file: Path) -> None:
    for number, one in enumerate(settings.subscriber):
        if one.key_file and not one.certificate_file:
            key = f"subscriber.{number}.certificate_file"
            raise WrongSetting(file, key, "", "the path of the certificate that the key is for")


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
        server_context(listener_settings(settings))
        for number, one in enumerate(settings.subscriber):
            section = f"subscriber.{number}"
            subscriber_settings(one)
    except InvalidMqttSetting as error:
        raise WrongSetting(file, f"{section}.{error.key}", error.found, error.allowed) from error
