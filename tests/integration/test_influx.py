"""The mirror against real stores: InfluxDB 1.x by both paths, and VictoriaMetrics."""

import asyncio
import json
import random
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from gateway.store import line_protocol
from gateway.store.influx import MirrorSink, Outcome, V1Sink, V2Sink
from gateway.store.mirror_drain import Pace, Progress, drain_step
from gateway.store.mirror_queue import MirrorQueue, create_tables
from tests.servers import Server
from twins.readings import Reading

pytestmark = pytest.mark.integration

CREDENTIAL = "let-me-in"
START = 1_769_860_800_000_000
DEADLINE_SECONDS = 20.0


def lines(count: int, start: int = START) -> bytes:
    """Return one reading a second, as lines."""
    readings = (
        Reading(1, "logger-1", "probe", "temperature", 4_000 + n, start + n * 1_000_000, 1, n)
        for n in range(count)
    )
    return b"".join(line_protocol.lines([reading], "A-1") for reading in readings)


async def ask(server: Server, question: str) -> list[list[object]]:
    """Return the rows that InfluxDB answers an InfluxQL question with."""
    query = {"db": "cargo", "q": question, "epoch": "ns"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{server.url}/query", params=query) as answer,
    ):
        result = json.loads(await answer.text())["results"][0]
    rows: list[list[object]] = result["series"][0]["values"] if "series" in result else []
    return rows


async def count(server: Server) -> object:
    rows = await ask(server, "SELECT count(value) FROM temperature")
    return rows[0][1] if rows else 0


def shim(server: Server) -> web.Application:
    """Map `/api/v2/write` to `/write` as InfluxDB 1.8 documents it for its own v2 path."""

    async def write(request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Token {CREDENTIAL}":
            return web.json_response({"code": "unauthorized"}, status=401)
        query = {"db": request.query["bucket"], "precision": request.query["precision"]}
        body = await request.read()
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{server.url}/write", params=query, data=body) as answer,
        ):
            if answer.status == 204:
                return web.Response(status=204)
            message = json.loads(await answer.text())["error"]
        return web.json_response({"code": "invalid", "message": message}, status=answer.status)

    app = web.Application(client_max_size=2**26)
    app.router.add_post("/api/v2/write", write)
    return app


@pytest.fixture
async def database(influxd: Server) -> Server:
    await ask(influxd, "CREATE DATABASE cargo")
    return influxd


@pytest.fixture
async def shim_url(database: Server, free_port: int) -> AsyncIterator[str]:
    runner = web.AppRunner(shim(database), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", free_port).start()
    yield f"http://127.0.0.1:{free_port}"
    await runner.cleanup()


@pytest.fixture(params=["v1", "v2"])
async def sink(
    request: pytest.FixtureRequest, database: Server, shim_url: str
) -> AsyncIterator[MirrorSink]:
    opened: MirrorSink = (
        V1Sink(database.url, database="cargo")
        if request.param == "v1"
        else V2Sink(shim_url, token=CREDENTIAL, org="any", bucket="cargo")
    )
    yield opened
    await opened.close()


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[MirrorQueue]:
    connection = sqlite3.connect(tmp_path / "derived.db", isolation_level=None)
    create_tables(connection)
    yield MirrorQueue(connection)
    connection.close()


async def step(queue: MirrorQueue, sink: MirrorSink, progress: Progress) -> float:
    pace = Pace(first_retry=0.05, longest_retry=0.1)
    rng = random.Random(1)  # noqa: S311 - it spreads pauses and guards nothing
    return await drain_step(queue, sink, pace=pace, progress=progress, rng=rng)


async def deliver(queue: MirrorQueue, sink: MirrorSink, progress: Progress) -> None:
    """Drain until nothing waits."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while queue.head():
            pause = await step(queue, sink, progress)
            await asyncio.sleep(pause)


async def test_influxdb_returns_every_reading_as_it_was_measured(
    sink: MirrorSink, queue: MirrorQueue, database: Server
) -> None:
    queue.append(lines(6_000), 6_000)
    progress = Progress()
    await deliver(queue, sink, progress)
    assert await count(database) == 6_000
    assert progress == Progress(delivered_lines=6_000)
    rows = await ask(
        database, "SELECT value, seq, asset, device, sensor FROM temperature WHERE seq = 123"
    )
    assert rows == [[(START + 123_000_000) * 1000, 4.123, 123, "A-1", "logger-1", "probe"]]


async def test_influxdb_counts_a_reading_that_is_sent_twice_once(
    sink: MirrorSink, queue: MirrorQueue, database: Server
) -> None:
    for _ in range(2):
        queue.append(lines(100), 100)
    await deliver(queue, sink, Progress())
    assert await count(database) == 100


async def test_influxdb_keeps_the_neighbours_of_a_line_that_it_refuses(
    sink: MirrorSink, queue: MirrorQueue, database: Server
) -> None:
    wrong_type = b"temperature,asset=A-1 value=4i 1769860800000000000\n"
    no_line = b"temperature,asset= value=4\n"
    good = lines(50).splitlines(keepends=True)
    queue.append(b"".join([*good[:20], wrong_type, *good[20:40], no_line, *good[40:]]), 52)
    progress = Progress()
    await deliver(queue, sink, progress)
    assert await count(database) == 50
    assert {one.line for one in queue.dead_letters()} == {wrong_type, no_line}
    assert all("HTTP 400" in one.reason for one in queue.dead_letters())
    assert progress == Progress(delivered_lines=50, dead_lines=2)


async def test_queue_waits_while_influxdb_is_away_and_loses_nothing(
    queue: MirrorQueue, database: Server
) -> None:
    sink = V1Sink(database.url, database="cargo")
    progress = Progress()
    queue.append(lines(100), 100)
    database.kill()
    for failures in (1, 2):
        assert await step(queue, sink, progress) > 0
        assert progress.failures == failures
    assert queue.state().waiting_lines == 100
    await asyncio.to_thread(database.start)
    await deliver(queue, sink, progress)
    await sink.close()
    assert await count(database) == 100


async def test_influxdb_without_the_database_pauses_the_mirror(influxd: Server) -> None:
    sink = V1Sink(influxd.url, database="nowhere")
    result = await sink.send(lines(1))
    await sink.close()
    assert result.outcome is Outcome.MISCONFIGURED
    assert "nowhere" in result.detail


async def test_wrong_token_pauses_the_mirror(shim_url: str) -> None:
    sink = V2Sink(shim_url, token=CREDENTIAL[::-1], org="any", bucket="cargo")
    result = await sink.send(lines(1))
    await sink.close()
    assert result.outcome is Outcome.MISCONFIGURED


async def test_victoria_metrics_returns_the_readings_of_now(
    victoria_metrics: Server, queue: MirrorQueue
) -> None:
    # It drops what lies outside its retention, so the readings are of its own present.
    url = victoria_metrics.url
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{url}/api/v1/query?query=time()") as answer:
            now = int(json.loads(await answer.text())["data"]["result"][0]["value"][0])
        queue.append(lines(60, (now - 120) * 1_000_000), 60)
        sink = V2Sink(url, token=CREDENTIAL, org="any", bucket="cargo")
        await deliver(queue, sink, Progress())
        await sink.close()
        await (await session.get(f"{url}/internal/force_flush")).read()
        query = {"match[]": 'temperature_value{asset="A-1"}'}
        async with session.get(f"{url}/api/v1/export", params=query) as answer:
            exported = json.loads(await answer.text())
    assert exported["values"] == [pytest.approx(4 + n / 1000) for n in range(60)]
    assert exported["timestamps"] == [(now - 120 + n) * 1000 for n in range(60)]
