"""The web application: every address once, for people and for programs."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.ports import Commands, LiveEvents, StatusSource

from . import (
    assets,
    devices,
    exports,
    health,
    ingest,
    live,
    public,
    quarantine,
    redecoding,
    report_editing,
    service,
)
from .answers import explain
from .auth import admit, check_exposure
from .commands import decide
from .headers import protect
from .negotiation import JSON_SUFFIX
from .rendering import STATIC, environment
from .settings import WebSettings
from .site import SITE, Clock, Site, wall_clock
from .unpacking import HANDLER_ARGS, refuse_packed

API = "/api/v1"
BODY_LIMIT_BYTES = 64 * 1024


def web_application(
    source: StatusSource,
    commands: Commands,
    live_events: LiveEvents,
    settings: WebSettings,
    clock: Clock = wall_clock,
) -> web.Application:
    """Return the application that serves the status page, its JSON and published documents.

    Args:
        source: What is shown.
        commands: Where a person's entries go.
        live_events: Changes as they happen.
        settings: Where it listens and how much one reader may take.
        clock: The present moment in microseconds UTC, for the ages that pages show.
    """
    app = web.Application(
        middlewares=[explain, refuse_packed, admit],
        client_max_size=BODY_LIMIT_BYTES,
        handler_args=HANDLER_ARGS,
    )
    app[SITE] = Site(source, commands, live_events, settings, clock, environment())
    app[live.READERS] = set()
    app[ingest.PLACES] = asyncio.Semaphore(settings.ingest_concurrency)
    app.on_response_prepare.append(protect)
    app.on_shutdown.append(live.stop_readers)
    _add_pages(app.router)
    _add_json(app.router)
    app.router.add_static("/static", STATIC)
    return app


async def listen(app: web.Application) -> web.AppRunner:
    """Start to serve where the settings say; `await runner.cleanup()` stops it.

    Raises:
        ExposedWithoutToken: It would take commands from the network without a token.
    """
    settings = app[SITE].settings
    check_exposure(settings)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, settings.host, settings.port).start()
    return runner


def _add_pages(router: web.UrlDispatcher) -> None:
    """Each page has the same address as its JSON: by Accept, by `.json`, and under /api/v1."""
    pages: dict[str, Handler] = {
        "/assets": assets.fleet,
        "/assets/{id}": assets.asset,
        "/alarms": service.alarms,
        "/quarantine": quarantine.entries,
        "/quarantine/{position}": quarantine.entry,
        "/devices": devices.devices,
        "/devices/{name:.+}": devices.device,
        "/service": service.service,
    }
    router.add_get("/", assets.fleet)
    for path, handler in pages.items():
        for prefix in ("", API):
            router.add_get(prefix + path, handler)
            if "{" not in path:
                router.add_get(prefix + path + JSON_SUFFIX, handler)


def _add_json(router: web.UrlDispatcher) -> None:
    one = f"{API}/assets/{{id}}"
    router.add_get(f"{one}/timeline", assets.timeline)
    router.add_get(f"{one}/readings", assets.readings)
    router.add_get(f"{one}/report", assets.report)
    router.add_post(f"{one}/report", report_editing.edit)
    router.add_get(f"{one}/versions", assets.versions)
    router.add_get(f"{one}/proof", assets.proof)
    router.add_get(f"{one}/export", exports.export)
    router.add_post(f"{API}/decisions", decide)
    router.add_post(f"{API}/ingest/{{codec}}", ingest.ingest)
    for prefix in ("", API):
        router.add_post(f"{prefix}/devices/adopt", devices.adopt_device)
        entry = f"{prefix}/quarantine/{{position}}"
        router.add_post(f"{prefix}/quarantine/redecode", redecoding.redecode_chosen)
        router.add_post(f"{entry}/redecode", quarantine.redecode)
        router.add_post(f"{entry}/discard", quarantine.discard)
    router.add_get(f"{API}/events", live.events, allow_head=False)
    router.add_get("/ipfs/{cid}", public.document)
    router.add_get("/metadata/{token_id}", public.metadata)
    router.add_get("/healthz", health.healthz)
    router.add_get("/readyz", health.readyz)
    router.add_get("/metrics", health.metrics)
    router.add_get("/openapi.json", service.description)
