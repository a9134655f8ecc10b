"""What a supervisor and a monitoring system ask: alive, ready, and the figures."""

from __future__ import annotations

from aiohttp import web

from .answers import json_answer
from .documents import status_document
from .site import SITE


async def healthz(_request: web.Request) -> web.Response:
    """Say that the process answers; nothing else is looked at."""
    return json_answer({"status": "alive"})


async def readyz(request: web.Request) -> web.Response:
    """Say that the state of the service can be read, with what is behind.

    A dependency that is away does not make the gateway unready: its work waits in a queue.
    """
    document = status_document(request.app[SITE].source.status())
    shown = {name: document[name] for name in ("stages", "behind", "problems")}
    return json_answer({"status": "ready"} | shown)


async def metrics(request: web.Request) -> web.Response:
    """Return the metrics in the Prometheus text format 0.0.4."""
    text = request.app[SITE].source.metrics()
    kind = "text/plain; version=0.0.4; charset=utf-8"
    return web.Response(body=text.encode(), headers={"Content-Type": kind})
