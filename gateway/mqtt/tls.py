"""TLS at the listener and towards a broker: whom to trust, and with which own certificate."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

from twins.errors import ConfigurationFault

from .settings import ListenerSettings, SubscriberSettings, broker_address


class UnusableTlsFile(ConfigurationFault):
    """A file that TLS needs cannot be used.

    Attributes:
        key: Name of the setting.
        path: What stands there.
    """

    def __init__(self, key: str, path: str, reason: str, remedy: str) -> None:
        self.key = key
        self.path = path
        super().__init__(f"{key} {path!r} {reason}; {remedy}")


def server_context(settings: ListenerSettings) -> ssl.SSLContext | None:
    """Return what the listener speaks TLS with, None where it speaks none.

    Raises:
        UnusableTlsFile: A file is missing, unreadable, no PEM, or certificate and key differ.
    """
    certificate = settings.certificate_file
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    _load_own(context, certificate, settings.key_file)
    if settings.client_ca_file is not None:
        _require_clients(context, settings.client_ca_file)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context(settings: SubscriberSettings) -> ssl.SSLContext | None:
    """Return what a subscriber speaks TLS with, None where its broker's address asks for none.

    Raises:
        UnusableTlsFile: A file is missing, unreadable, no PEM, or certificate and key differ.
    """
    if not broker_address(settings.url).is_tls:
        return None
    context = _trusting(settings.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.certificate_file is not None:
        _load_own(context, settings.certificate_file, settings.key_file)
    return context


def common_name(transport: asyncio.BaseTransport) -> str | None:
    """Return the common name of the client certificate that TLS verified, if there is one."""
    certificate = transport.get_extra_info("peercert") or {}
    for relative_name in certificate.get("subject", ()):
        for field, value in relative_name:
            if field == "commonName":
                return str(value)
    return None


def _load_own(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    _check_readable("certificate_file", certificate)
    if key is not None:
        _check_readable("key_file", key)
    try:
        # Without a password given, OpenSSL would ask the terminal for one and wait for ever.
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        names, paths = "certificate_file", certificate
        if key is not None:
            names, paths = "certificate_file, key_file", f"{certificate}, {key}"
        remedy = "name a PEM chain and its own private key, not encrypted by a password"
        raise UnusableTlsFile(names, paths, _reason(error), remedy) from error


def _require_clients(context: ssl.SSLContext, authorities: str) -> None:
    _check_readable("client_ca_file", authorities)
    try:
        context.load_verify_locations(authorities)
    except ssl.SSLError as error:
        remedy = "name a PEM file of the authorities that sign client certificates"
        raise UnusableTlsFile("client_ca_file", authorities, _reason(error), remedy) from error
    context.verify_mode = ssl.CERT_REQUIRED


def _trusting(authorities: str | None) -> ssl.SSLContext:
    """Return what trusts the authorities of a file, or those of the system."""
    if authorities is None:
        return ssl.create_default_context()
    _check_readable("ca_file", authorities)
    try:
        return ssl.create_default_context(cafile=authorities)
    except ssl.SSLError as error:
        remedy = "name a PEM file of the authorities that sign the broker's certificate"
        raise UnusableTlsFile("ca_file", authorities, _reason(error), remedy) from error


def _reason(error: ssl.SSLError) -> str:
    return f"cannot be used ({error.reason or error})"


def _check_readable(key: str, path: str) -> None:
    try:
        with Path(path).open("rb"):
            pass
    except OSError as error:
        remedy = "name a PEM file that this user may read"
        raise UnusableTlsFile(key, path, f"cannot be read ({error.strerror})", remedy) from error
