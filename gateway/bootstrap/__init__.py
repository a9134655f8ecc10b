"""The composition root: the one place that names concrete adapters and builds them.

`python -m gateway.bootstrap intake|derive SETTINGS.json` runs one process until SIGTERM. What one
process alone needs stands in a module of its own (`intake`, `derive`), so that neither pays for the
imports of the other; here is what settings alone decide.
"""

from __future__ import annotations

import ipaddress
import time
from pathlib import Path
from urllib.parse import urlsplit

from gateway.access.gatekeepers import AccountGatekeeper, AccountsFile, OpenGatekeeper
from gateway.codecs.base import Codec
from gateway.codecs.route import Route, RoutingTable
from gateway.codecs.signed import SignedCodec
from gateway.codecs.signed_counters import SignedCounters
from gateway.mqtt.ports import Gatekeeper
from gateway.mqtt.settings import ListenerSettings, SubscriberSettings
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
    defaults = option_defaults(settings)
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


def option_defaults(settings: Settings) -> dict[str, object]:
    """Return the options of every format that `[intake]` states."""
    return {
        "future_tolerance_seconds": settings.intake.future_tolerance_s,
        "future_time": settings.intake.future_time,
    }


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


def secret_in(file: str) -> str:
    """Return the secret that a file holds; nothing where no file is named."""
    return Path(file).read_text(encoding="utf-8", errors="replace").strip() if file else ""
