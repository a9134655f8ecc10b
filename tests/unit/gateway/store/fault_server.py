"""A store on loopback that fails in every way that a real one can."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable

from aiohttp import web

Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


def answer(status: int, text: str = "", **headers: str) -> Fault:
    async def fault(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=text, headers=named)

    return fault


async def hang(_: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError


async def reset(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


class FaultServer:
    """Takes lines by both paths; `faults` are answered first, one per request.

    `loses_answer` makes it store the next body and then cut the connection.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.loses_answer = False
        self.bodies: list[bytes] = []
        self.queries: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=2**26)
        app.router.add_post("/write", self._write)
        app.router.add_post("/api/v2/write", self._write)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = site.name if ":0" not in site.name else self._address()

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def _address(self) -> str:
        assert self._runner is not None
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def _write(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if self.faults:
            return await self.faults.pop(0)(request)
        # aiohttp has already undone the Content-Encoding.
        self.bodies.append(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
        self.queries.append(dict(request.query))
        self.headers.append(dict(request.headers))
        if self.loses_answer:
            self.loses_answer = False
            return await reset(request)
        return web.Response(status=204)
