"""Who may ask: loopback by default, known host names, and for commands a token and this origin."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from gateway.senders import WEBHOOK
from twins.errors import ConfigurationFault

from .problems import Forbidden, Problem
from .settings import WebSettings
from .site import SITE
from .webhook_tokens import Right, rights_of, token_lines

_SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
_OWN_SITES = frozenset({"same-origin", "none"})
_LONGEST_SENDER = 64
_FINGERPRINT_BYTES = 8
FORM = "application/x-www-form-urlencoded"
INGEST = "/api/v1/ingest/"
SENDER = web.RequestKey("sender", str)
"""The name under which a webhook's payload is journalled."""
RIGHTS = web.RequestKey("rights", tuple[Right, ...])
"""What a webhook may bring."""


class ExposedWithoutToken(ConfigurationFault):
    """The status page would take commands from the network without asking who sends them."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"web.host is {host!r} and web.token is empty; set a token, or listen on 127.0.0.1"
        )


def check_exposure(settings: WebSettings) -> None:
    """Refuse to listen beyond loopback without a token, or with tokens that cannot be read.

    Raises:
        ExposedWithoutToken: The address is not loopback and there is no token.
        WrongTokenLine: A line of the tokens of webhooks cannot be used.
    """
    token_lines(settings.ingest_token)
    if not settings.token and not _is_loopback(settings.host):
        raise ExposedWithoutToken(settings.host)


@web.middleware
async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let a request through whose host name, origin and token are right.

    Raises:
        Problem: They are not; the answer says which.
    """
    settings = request.app[SITE].settings
    _check_name(request, settings)
    if request.method not in _SAFE:
        _check_origin(request)
        if request.path.startswith(INGEST):
            _check_sender(request, settings)
        else:
            await _check_token(request, settings)
    return await handler(request)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _check_name(request: web.Request, settings: WebSettings) -> None:
    """A name that is not ours may be a foreign page's, pointed at this address (DNS rebinding)."""
    name = _without_port(request.host)
    if settings.names and name not in {*settings.names, settings.host}:
        raise Problem(
            421,
            "Misdirected request",
            f"This site is not called {name!r}. Use one of {', '.join(settings.names)}, "
            "or add the name to web.names.",
        )


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _check_origin(request: web.Request) -> None:
    site = request.headers.get("Sec-Fetch-Site", "none")
    origin = request.headers.get(hdrs.ORIGIN)
    is_ours = origin is None or urlsplit(origin).netloc == request.host
    if site not in _OWN_SITES or not is_ours:
        raise Forbidden("Commands are taken from this site's own pages and from programs only.")


async def _check_token(request: web.Request, settings: WebSettings) -> None:
    """Check the token of a command, which a page's form brings as the field `token`."""
    if not settings.token:
        return
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if not scheme and request.content_type == FORM:
        field = (await request.post()).get("token", "")
        scheme, token = "bearer", field if isinstance(field, str) else ""
    if scheme.lower() != "bearer" or not _is(token, settings.token):
        raise Problem(
            401,
            "Token needed",
            "Send the token of web.token as `Authorization: Bearer …`.",
            {hdrs.WWW_AUTHENTICATE: "Bearer"},
        )


def _check_sender(request: web.Request, settings: WebSettings) -> None:
    """Check the token of a webhook, and note who sends it and what it may bring.

    Senders differ in what they can be told to send: a bearer token, a password, or a header.
    """
    name, token = _credentials(request)
    request[SENDER] = _sender(name, token)
    request[RIGHTS] = _rights(token, settings)
    if not request[RIGHTS]:
        raise Problem(
            401,
            "Token needed",
            "Send a token of web.ingest_token_file as `Authorization: Bearer …`, as the password "
            "of HTTP Basic, or as X-Auth-Token.",
            {hdrs.WWW_AUTHENTICATE: 'Bearer, Basic realm="ingest"'},
        )


def _sender(name: str, token: str) -> str:
    """Return under which name a webhook's payload is journalled.

    It tells tokens from each other, so that each has Idempotency-Keys of its own, and shows none.
    """
    digest = hashlib.sha256(token.strip().encode()).digest()
    fingerprint = digest[:_FINGERPRINT_BYTES].hex() if token.strip() else ""
    parts = (WEBHOOK, fingerprint, name) if name else (WEBHOOK, fingerprint)
    return ":".join(parts).removesuffix(":")


def _rights(token: str, settings: WebSettings) -> tuple[Right, ...]:
    """Return what a webhook may bring: with the token of commands, and where none is set, all."""
    is_open = not settings.token and not settings.ingest_token
    if is_open or (settings.token and _is(token, settings.token)):
        return (Right(),)
    return rights_of(token, settings.ingest_token)


def _credentials(request: web.Request) -> tuple[str, str]:
    """Return the name and the token that a webhook brings; empty where it brings none."""
    scheme, _, rest = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() in {"bearer", "token"}:
        return "", rest
    if scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(rest, validate=True).decode().partition(":")
        except ValueError:
            # No base64, or no UTF-8 (RFC 7617 section 2.1): whoever sent it shows no token.
            return "", ""
        return _shortened(name), password
    return "", request.headers.get("X-Auth-Token", "")


def _shortened(name: str) -> str:
    return "".join(filter(str.isprintable, name))[:_LONGEST_SENDER]


def _is(token: str, accepted: str) -> bool:
    return hmac.compare_digest(token.strip().encode(), accepted.encode())
