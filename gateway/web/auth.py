"""Who may ask: loopback by default, known host names, and for commands a token and this origin."""

from __future__ import annotations

import hmac
import ipaddress
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from twins.errors import ConfigurationFault

from .problems import Forbidden, Problem
from .settings import WebSettings
from .site import SITE

_SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
_OWN_SITES = frozenset({"same-origin", "none"})


class ExposedWithoutToken(ConfigurationFault):
    """The status page would take commands from the network without asking who sends them."""

    def __init__(self, host: str) -> None:
        self.host = host
        super().__init__(
            f"web.host is {host!r} and web.token is empty; set a token, or listen on 127.0.0.1"
        )


def check_exposure(settings: WebSettings) -> None:
    """Refuse to listen beyond loopback without a token.

    Raises:
        ExposedWithoutToken: The address is not loopback and there is no token.
    """
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
        _check_token(request, settings)
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


def _check_token(request: web.Request, settings: WebSettings) -> None:
    if not settings.token:
        return
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    is_right = hmac.compare_digest(token.strip().encode(), settings.token.encode())
    if scheme.lower() != "bearer" or not is_right:
        raise Problem(
            401,
            "Token needed",
            "Send the token of web.token as `Authorization: Bearer …`.",
            {hdrs.WWW_AUTHENTICATE: "Bearer"},
        )
