"""An asset as other systems read it."""

from __future__ import annotations

import asyncio

from aiohttp import web

from gateway.exports.epcis import MEDIA_TYPE, epcis_bytes
from gateway.exports.history import history_of

from .problems import InvalidParameter
from .site import SITE

EPCIS = "epcis"
_HEADERS = {"GS1-EPCIS-Version": "2.0", "GS1-CBV-Version": "2.0"}
"""As the REST binding of EPCIS 2.0 states the versions of an answer."""


async def export(request: web.Request) -> web.Response:
    """Answer everything that happened to an asset, in the format that is asked for."""
    wanted = request.query.get("format", EPCIS)
    if wanted != EPCIS:
        raise InvalidParameter("format", wanted, EPCIS)
    site = request.app[SITE]
    history = history_of(site.source, site.asset(request))
    # A thousand versions take half a second, in which twins go on and pages are answered.
    body = await asyncio.to_thread(epcis_bytes, history)
    return web.Response(body=body, content_type=MEDIA_TYPE, headers=_HEADERS)
