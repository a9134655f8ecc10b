"""TLS at the listener: its own certificate, and where wished those of its clients."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

from twins.errors import ConfigurationFault

from .settings import ListenerSettings


class UnusableTlsFile(ConfigurationFault):
    """A file that TLS needs cannot be used.

    Attributes:
        key: Name of the setting.
        path: What stands there.
    """

    def __init__(self, key: str, path: str, reason: str, remedy: str) -> None:
        self.key = key
        self.path = path
        super().__init__(f"MQTT listener: {key} {path!r} {reason}; {remedy}")


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
    _check_readable("certificate_file", certificate)
    if settings.key_file is not None:
        _check_readable("key_file", settings.key_file)
    try:
        # Without a password given, OpenSSL would ask the terminal for one and wait for ever.
        context.load_cert_chain(certificate, settings.key_file, password="")
    except ssl.SSLError as error:
        key, path = "certificate_file", certificate
        if settings.key_file is not None:
            key, path = "certificate_file, key_file", f"{certificate}, {settings.key_file}"
        remedy = "name a PEM chain and its own private key, not encrypted by a password"
        raise UnusableTlsFile(key, path, f"cannot be used ({error.reason})", remedy) from error
    if settings.client_ca_file is not None:
        _require_clients(context, settings.client_ca_file)
    return context


def common_name(transport: asyncio.BaseTransport) -> str | None:
    """Return the common name of the client certificate that TLS verified, if there is one."""
    certificate = transport.get_extra_info("peercert") or {}
    for relative_name in certificate.get("subject", ()):
        for field, value in relative_name:
            if field == "commonName":
                return str(value)
    return None


def _require_clients(context: ssl.SSLContext, authorities: str) -> None:
    _check_readable("client_ca_file", authorities)
    try:
        context.load_verify_locations(authorities)
    except ssl.SSLError as error:
        remedy = "name a PEM file of the authorities that sign client certificates"
        reason = f"cannot be used ({error.reason or error})"
        raise UnusableTlsFile("client_ca_file", authorities, reason, remedy) from error
    context.verify_mode = ssl.CERT_REQUIRED


def _check_readable(key: str, path: str) -> None:
    try:
        with Path(path).open("rb"):
            pass
    except OSError as error:
        remedy = "name a PEM file that this user may read"
        raise UnusableTlsFile(key, path, f"cannot be read ({error.strerror})", remedy) from error
