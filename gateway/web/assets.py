"""The fleet and one asset: pages and JSON."""

from __future__ import annotations

import msgspec
from aiohttp import web
from markupsafe import Markup

from gateway.ports import AssetDetail, SeriesBuckets
from twins.readings import MICROSECONDS, QUANTITIES

from . import pages
from .answers import json_answer, list_answer, page_answer, prefers_page, wants_page
from .attention import is_released, needs_attention, worst_of
from .charts import NARROW, WIDE, chart
from .custody_table import custody_rows
from .documents import (
    asset_document,
    series_document,
    summary_document,
    timeline_document,
    version_document,
)
from .problems import InvalidParameter, NotPublished
from .queries import ReadingsQuery, readings_query
from .report_changes import changes_since
from .report_documents import report_document
from .site import SITE, Site, part_of
from .verdict_page import verdict_page


async def fleet(request: web.Request) -> web.Response:
    """Answer every asset, what needs attention first."""
    site = request.app[SITE]
    assets = site.source.assets()
    worst = worst_of(site.source.alarms())
    shown, cursor = part_of(request, assets)
    if not wants_page(request):
        return list_answer((summary_document(one, worst.get(one.id)) for one in shown), cursor)
    waiting = sum(needs_attention(one) for one in assets)
    return page_answer(
        request,
        "fleet.html",
        assets=assets,
        attention=[one for one in shown if needs_attention(one)],
        released=[one for one in shown if is_released(one)],
        in_order=[one for one in shown if not needs_attention(one) and not is_released(one)],
        worst=worst,
        counts=pages.fleet_counts(assets),
        closed=sum(one.is_closed for one in assets),
        anchored=sum(one.is_anchored for one in assets),
        waiting=waiting,
        status=site.source.status(),
        cursor=cursor,
    )


async def asset(request: web.Request) -> web.Response:
    """Answer everything about one asset."""
    site = request.app[SITE]
    detail = site.asset(request)
    if not site.is_json_asked(request, detail) and prefers_page(request):
        return _asset_page(request, detail)
    worst = worst_of(site.source.alarms()).get(detail.summary.id)
    late = site.source.late_readings(detail.summary.id)
    return json_answer(asset_document(detail, worst, late))


async def timeline(request: web.Request) -> web.Response:
    """Answer what happened to an asset, oldest first."""
    site = request.app[SITE]
    entries = site.source.timeline(site.asset(request).summary.id)
    shown, cursor = part_of(request, entries)
    return list_answer((timeline_document(one) for one in shown), cursor)


async def readings(request: web.Request) -> web.Response:
    """Answer an asset's readings in buckets, one item per sensor."""
    site = request.app[SITE]
    detail = site.asset(request)
    query = readings_query(request.query, pages.default_quantity(detail))
    _check_buckets(site, detail, query)
    return list_answer(series_document(one) for one in _series(site, detail, query))


async def report(request: web.Request) -> web.Response:
    """Answer an asset's newest condition report with its provenance."""
    detail = request.app[SITE].asset(request)
    if detail.report is None:
        raise NotPublished(
            f"{detail.summary.id} has no report yet", "It is written after the first assessment."
        )
    return json_answer(report_document(detail.report))


async def versions(request: web.Request) -> web.Response:
    """Answer an asset's published metadata versions, newest first."""
    published = sorted(
        request.app[SITE].asset(request).versions, key=lambda one: one.version, reverse=True
    )
    shown, cursor = part_of(request, published)
    return list_answer((version_document(one) for one in shown), cursor)


async def proof(request: web.Request) -> web.Response:
    """Answer what a verifier needs to name and check the newest version."""
    site = request.app[SITE]
    name = site.asset(request).summary.id
    document = site.source.proof(name)
    if document is None:
        raise NotPublished(
            f"{name} has no published version yet", "`cargotwin asset add --owner` asks for one."
        )
    return json_answer(document)


def _series(site: Site, detail: AssetDetail, query: ReadingsQuery) -> tuple[SeriesBuckets, ...]:
    return site.source.readings(
        detail.summary.id, query.quantity, query.start, query.end, query.step
    )


def _check_buckets(site: Site, detail: AssetDetail, query: ReadingsQuery) -> None:
    """Refuse a step so small that an answer would not fit; the step 0 chooses for itself."""
    window = pages.shown_window(detail, query)
    limit = site.settings.bucket_limit
    if query.step and (window.end - window.start) // query.step > limit:
        least = -(-(window.end - window.start) // (limit * MICROSECONDS))
        raise InvalidParameter(
            "step", f"{query.step // MICROSECONDS}", f"{least} s or more for this time, or 0"
        )


def _asset_page(request: web.Request, detail: AssetDetail) -> web.Response:
    site = request.app[SITE]
    name = detail.summary.id
    query = readings_query(request.query, pages.telling_quantity(detail))
    series = _series(site, detail, msgspec.structs.replace(query, step=0))
    window = pages.shown_window(detail, query)
    subject = pages.chart_subject(detail, query.quantity, window, series)
    status, document = site.source.status(), _newest_document(site, detail)
    return page_answer(
        request,
        "asset.html",
        detail=detail,
        worst=worst_of(site.source.alarms()).get(name),
        values=pages.last_values(detail, site.clock()),
        # The drawing escapes every text itself.
        charts=[Markup(chart(subject, size)) for size in (WIDE, NARROW)],  # noqa: S704 - see above
        subject=subject,
        is_level=QUANTITIES[query.quantity].is_level,
        tables=pages.chart_tables(series),
        quantities=pages.quantities_of(detail),
        whole=pages.whole_window(detail),
        is_whole=query.start is None and query.end is None,
        spans=pages.spans_of(pages.whole_window(detail)),
        custody=custody_rows(detail.twin.custody, detail.key_holders.get),
        **verdict_page(detail),
        timeline=list(reversed(site.source.timeline(name))),
        versions=sorted(detail.versions, key=lambda one: one.version, reverse=True),
        **pages.words(detail.report),
        report_changes=changes_since(document, detail.condition, detail.policy),
        image=pages.image_of(document),
        chain=status.chain,
    )


def _newest_document(site: Site, detail: AssetDetail) -> bytes | None:
    newest = max(detail.versions, key=lambda one: one.version, default=None)
    return None if newest is None else site.source.document(newest.digest)
