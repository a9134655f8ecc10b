import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.mirroring import Mirror
from gateway.settings import InfluxSettings
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until
from tests.unit.gateway.store.fault_server import FaultServer, answer
from tests.unit.twins.samples import at, read

# Line protocol by hand: quantity, tags in name order, decimal value, nanoseconds.
LINES = (
    b"temperature,device=d1,sensor=air value=5 10000000000\n"
    b"temperature,device=d1,sensor=air value=-4.25,seq=3i 20000000000\n"
)
READINGS = [read(10, 5_000), read(20, -4_250, seq=3)]
SMALLEST_BOUND = 1 << 20


@pytest.fixture
async def server() -> AsyncIterator[FaultServer]:
    one = FaultServer()
    await one.start()
    yield one
    await one.stop()


class Derived:
    """The derive process's database with a mirror on it."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.connection = sqlite3.connect(folder / "derived.db", isolation_level=None)
        document = {"enabled": True, **settings}
        self.mirror = Mirror(self.connection, InfluxSettings.model_validate(document))


async def test_readings_reach_the_store_as_lines_and_wait_no_more(
    tmp_path: Path, server: FaultServer
) -> None:
    mirror = Derived(tmp_path, url=server.url, database="cold-chain").mirror
    mirror.add([READINGS])
    assert mirror.depth() == 2
    async with running(mirror.run()):
        await until(lambda: mirror.depth() == 0)
    assert server.bodies == [LINES]
    assert server.queries[0]["bucket"] == "cold-chain"
    assert mirror.progress.delivered_lines == 2
    assert mirror.problem() == ""


async def test_v1_store_is_written_at_its_own_path_and_database(
    tmp_path: Path, server: FaultServer
) -> None:
    mirror = Derived(tmp_path, url=server.url, api="v1", database="cold-chain").mirror
    mirror.add([READINGS])
    async with running(mirror.run()):
        await until(lambda: mirror.depth() == 0)
    assert server.bodies == [LINES]
    assert server.queries[0]["db"] == "cold-chain"


async def test_token_is_read_from_its_file_without_the_line_break(
    tmp_path: Path, server: FaultServer
) -> None:
    token_file = tmp_path / "token"
    token_file.write_text("s3cret\n", "utf-8")
    fields = {"url": server.url, "organisation": "acme", "token_file": str(token_file)}
    mirror = Derived(tmp_path, **fields).mirror
    mirror.add([READINGS])
    async with running(mirror.run()):
        await until(lambda: mirror.depth() == 0)
    assert server.headers[0]["Authorization"] == "Token s3cret"
    assert server.queries[0]["org"] == "acme"


async def test_store_that_refuses_keeps_the_readings_waiting_and_is_told_of(
    tmp_path: Path, server: FaultServer
) -> None:
    server.faults = [answer(401, "no such token")] * 9
    mirror = Derived(tmp_path, url=server.url).mirror
    mirror.add([READINGS])
    async with running(mirror.run()):
        await until(lambda: mirror.progress.problem)
    assert "401" in mirror.problem()
    assert mirror.progress.is_paused
    assert mirror.depth() == 2


async def test_what_waits_outlives_a_restart(tmp_path: Path, server: FaultServer) -> None:
    before = Derived(tmp_path, url=server.url)
    before.mirror.add([READINGS])
    before.connection.close()
    mirror = Derived(tmp_path, url=server.url).mirror
    async with running(mirror.run()):
        await until(lambda: server.bodies)
    assert server.bodies == [LINES]


def test_readings_of_a_slice_that_is_rolled_back_are_not_mirrored(tmp_path: Path) -> None:
    derived = Derived(tmp_path)
    derived.connection.execute("BEGIN IMMEDIATE")
    derived.mirror.add([READINGS])
    derived.connection.execute("ROLLBACK")
    assert derived.mirror.depth() == 0


async def test_mirror_that_is_off_keeps_nothing_and_asks_nobody(
    tmp_path: Path, server: FaultServer
) -> None:
    on, off = tmp_path / "on", tmp_path / "off"
    on.mkdir()
    off.mkdir()
    silent = Derived(off, enabled=False, url=server.url).mirror
    silent.add(READINGS)
    assert silent.depth() == 0
    mirror = Derived(on, url=server.url).mirror
    mirror.add([READINGS])
    async with running(silent.run(), mirror.run()):
        await until(lambda: mirror.depth() == 0)
    assert server.bodies == [LINES]


def test_slice_without_readings_takes_no_room_in_the_queue(tmp_path: Path) -> None:
    derived = Derived(tmp_path)
    derived.mirror.add([])
    assert derived.connection.execute("SELECT count(*) FROM mirror").fetchone() == (0,)


def test_full_queue_leaves_readings_out_and_counts_them(tmp_path: Path) -> None:
    mirror = Derived(tmp_path, queue_maximum_bytes=SMALLEST_BOUND).mirror
    long_name = "d" * (SMALLEST_BOUND // 4)
    for second in range(6):
        mirror.add([[read(second, 1, device=long_name)]])
    assert mirror.depth() == 3
    assert mirror.left_out == 3
    assert mirror.problem() == "3 readings were left out, because the queue was full"


def test_full_queue_drops_the_oldest_where_it_is_told_to(tmp_path: Path) -> None:
    derived = Derived(tmp_path, queue_maximum_bytes=SMALLEST_BOUND, drop_oldest=True)
    long_name = "d" * (SMALLEST_BOUND // 4)
    for second in range(6):
        derived.mirror.add([[read(second, 1, device=long_name)]])
    assert derived.mirror.depth() == 3
    assert derived.mirror.left_out == 0
    said = "3 oldest readings were dropped, because the queue was full"
    assert derived.mirror.problem() == said
    newest = derived.connection.execute("SELECT lines FROM mirror ORDER BY seq DESC").fetchone()
    assert newest[0].endswith(b" %d000\n" % at(5))


async def test_line_that_the_store_refuses_is_told_of_though_nothing_waits(
    tmp_path: Path, server: FaultServer
) -> None:
    server.faults = [answer(400, "bad line")]
    mirror = Derived(tmp_path, url=server.url).mirror
    mirror.add([READINGS[:1]])
    async with running(mirror.run()):
        await until(lambda: mirror.progress.dead_lines)
    assert mirror.depth() == 0
    assert mirror.problem() == "1 reading was refused by the store"
