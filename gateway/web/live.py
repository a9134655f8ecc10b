"""Changes as server-sent events: bounded, with heartbeats; who cannot keep up is dropped.

Past events are not kept. A reader that comes back with `Last-Event-ID` gets a `reset` event, which
says that changes may have been missed and that everything is to be read again.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools

import msgspec
from aiohttp import hdrs, web

from gateway.ports import EventStream
from twins.errors import CargotwinError

from .problems import TooManyReaders
from .site import SITE

RECONNECT_MS = 3_000
DEFAULT_BACKLOG = 256
READERS: web.AppKey[set[asyncio.Task[object]]] = web.AppKey("readers", set)


class StreamEnded(CargotwinError):
    """A live stream gives no more changes: it was closed, or its reader fell too far behind."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"the live stream ended: {reason}; connect again")


class Broadcast:
    """Hands every change to every reader; fills the `LiveEvents` port."""

    def __init__(self, backlog: int = DEFAULT_BACKLOG) -> None:
        self._backlog = backlog
        self._numbers = itertools.count(1)
        self._streams: set[BroadcastStream] = set()

    def subscribe(self) -> BroadcastStream:
        """Return a stream of the changes from now on."""
        stream = BroadcastStream(self._backlog, self._streams)
        self._streams.add(stream)
        return stream

    @property
    def has_readers(self) -> bool:
        """Whether anybody watches."""
        return bool(self._streams)

    def publish(self, change: dict[str, object]) -> None:
        """Hand a change to every reader, and drop those whose backlog is full."""
        numbered = change | {"id": next(self._numbers)}
        for stream in tuple(self._streams):
            stream.offer(numbered)


class BroadcastStream:
    """One reader's changes."""

    def __init__(self, backlog: int, streams: set[BroadcastStream]) -> None:
        self._changes: asyncio.Queue[dict[str, object] | None] = asyncio.Queue(backlog + 1)
        self._backlog = backlog
        self._streams = streams
        self._reason = "closed"

    async def next(self) -> dict[str, object]:
        """Return the next change.

        Raises:
            StreamEnded: The stream was closed, or the reader fell behind.
        """
        change = await self._changes.get()
        if change is None:
            self._changes.put_nowait(None)
            raise StreamEnded(self._reason)
        return change

    def offer(self, change: dict[str, object]) -> None:
        """Queue a change, or end the stream when too many wait already."""
        if self._changes.qsize() < self._backlog:
            self._changes.put_nowait(change)
        else:
            self._reason = f"{self._backlog} changes waited"
            self.close()

    def close(self) -> None:
        """Stop the stream; what waits can still be read."""
        if self in self._streams:
            self._streams.discard(self)
            self._changes.put_nowait(None)


async def events(request: web.Request) -> web.StreamResponse:
    """Send changes until the reader goes, falls behind or the service stops."""
    site = request.app[SITE]
    readers = request.app[READERS]
    if len(readers) >= site.settings.live_readers:
        raise TooManyReaders(site.settings.live_readers)
    response = web.StreamResponse(
        headers={
            hdrs.CONTENT_TYPE: "text/event-stream; charset=utf-8",
            hdrs.CACHE_CONTROL: "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    task = asyncio.current_task()
    if task is not None:
        readers.add(task)
    stream = site.live.subscribe()
    try:
        with contextlib.suppress(StreamEnded, TimeoutError, ConnectionError):
            await _send_all(request, response, stream)
    finally:
        stream.close()
        if task is not None:
            readers.discard(task)
    return response


async def stop_readers(app: web.Application) -> None:
    """End every live stream, so that the service can stop at once."""
    readers = app[READERS]
    for task in tuple(readers):
        task.cancel()


async def _send_all(
    request: web.Request, response: web.StreamResponse, stream: EventStream
) -> None:
    settings = request.app[SITE].settings
    await response.prepare(request)
    hello = f"retry: {RECONNECT_MS}\n: connected\n\n"
    if hdrs.LAST_EVENT_ID in request.headers:
        hello += "event: reset\ndata: {}\n\n"
    text = hello
    while True:
        # A reader that takes nothing for so long keeps no place.
        async with asyncio.timeout(settings.send_timeout_s):
            await response.write(text.encode())
        text = await _next_text(stream, settings.heartbeat_s)


async def _next_text(stream: EventStream, heartbeat_s: float) -> str:
    try:
        async with asyncio.timeout(heartbeat_s):
            change = await stream.next()
    except TimeoutError:
        return ": still here\n\n"
    # JSON holds no line break outside its escapes, so one data line is enough.
    number = f"id: {change['id']}\n" if "id" in change else ""
    return f"{number}event: change\ndata: {msgspec.json.encode(change).decode()}\n\n"
