"""The service itself and its alarms: pages and JSON."""

from __future__ import annotations

from aiohttp import web

from . import openapi
from .answers import json_answer, list_answer, page_answer, wants_page
from .documents import alarm_document, status_document
from .report_models import model_rows
from .site import SITE, part_of


async def alarms(request: web.Request) -> web.Response:
    """Answer the alarms, what needs attention first."""
    site = request.app[SITE]
    shown, cursor = part_of(request, site.source.alarms())
    if not wants_page(request):
        return list_answer((alarm_document(one) for one in shown), cursor)
    assets = {one.id: one for one in site.source.assets()}
    return page_answer(request, "alarms.html", alarms=shown, assets=assets, cursor=cursor)


async def service(request: web.Request) -> web.Response:
    """Answer the state of the service: stages, chain, counters."""
    status = request.app[SITE].source.status()
    if not wants_page(request):
        return json_answer(status_document(status))
    return page_answer(
        request, "service.html", status=status, model_rows=model_rows(status.reports)
    )


async def description(request: web.Request) -> web.Response:
    """Answer the OpenAPI document."""
    return json_answer(openapi.document(request.app[SITE].source.status().version))
