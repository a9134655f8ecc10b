"""A time series store that only counts: `python -m benchmarks.line_sink`.

It prints its port and answers every write of line protocol with 204 (InfluxDB 2 API).
"""

from __future__ import annotations

import asyncio
import logging
import sys

from aiohttp import web

LOOPBACK = "127.0.0.1"
LARGEST_WRITE_BYTES = 1 << 27


async def take(request: web.Request) -> web.Response:
    """Read a write to its end."""
    await request.read()
    return web.Response(status=204)


async def serve() -> None:
    """Take writes until the process is ended."""
    application = web.Application(client_max_size=LARGEST_WRITE_BYTES)
    application.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, 0)
    await site.start()
    address = runner.addresses[0]
    sys.stdout.write(f"{address[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(serve())
