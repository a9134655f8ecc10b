"""The service itself, its alarms, and what it could not use or place: pages and JSON."""

from __future__ import annotations

from aiohttp import web

from . import openapi
from .answers import json_answer, list_answer, page_answer, wants_page
from .documents import alarm_document, device_document, quarantined_document, status_document
from .queries import position_of, size_of
from .site import SITE, part_of


async def alarms(request: web.Request) -> web.Response:
    """Answer the alarms, what needs attention first."""
    site = request.app[SITE]
    shown, cursor = part_of(request, site.source.alarms())
    if not wants_page(request):
        return list_answer((alarm_document(one) for one in shown), cursor)
    titles = {one.id: one.title for one in site.source.assets()}
    return page_answer(request, "alarms.html", alarms=shown, titles=titles, cursor=cursor)


async def quarantine(request: web.Request) -> web.Response:
    """Answer the inputs that could not be used, newest first."""
    site = request.app[SITE]
    size = size_of(request.query, site.settings.page_size, site.settings.page_limit)
    entries = site.source.quarantined(size, position_of(request.query))
    cursor = str(entries[-1].position) if len(entries) == size else None
    if not wants_page(request):
        return list_answer((quarantined_document(one) for one in entries), cursor)
    return page_answer(request, "quarantine.html", entries=entries, cursor=cursor)


async def devices(request: web.Request) -> web.Response:
    """Answer the devices that send readings which no asset takes."""
    shown, cursor = part_of(request, request.app[SITE].source.unbound_devices())
    if not wants_page(request):
        return list_answer((device_document(one) for one in shown), cursor)
    return page_answer(request, "devices.html", devices=shown, cursor=cursor)


async def service(request: web.Request) -> web.Response:
    """Answer the state of the service: stages, chain, counters."""
    status = request.app[SITE].source.status()
    if not wants_page(request):
        return json_answer(status_document(status))
    return page_answer(request, "service.html", status=status)


async def description(request: web.Request) -> web.Response:
    """Answer the OpenAPI document."""
    return json_answer(openapi.document(request.app[SITE].source.status().version))
