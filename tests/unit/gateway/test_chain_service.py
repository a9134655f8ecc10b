import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from contracts.embedded import EmbeddedChain
from contracts.metadata import token_id_of
from contracts.signer import ChainKey
from gateway.chain_service import CHAIN_KEY, ChainService
from gateway.settings import Settings
from gateway.store.ledger import StoredChain
from tests.servers import free_port
from tests.unit.gateway.deriving import BASE_URI, MINTED, Deriving
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until
from tests.unit.twins.samples import ASSET, close

CONTRACT = "0x" + "11" * 20


class Anchoring:
    """The chain service on the files of a folder."""

    def __init__(self, folder: Path, **chain: object) -> None:
        document = {"data": str(folder), "chain": chain}
        self.settings = Settings.model_validate(document)
        self.one = Deriving(folder)
        self.key = ChainKey.load_or_create(folder / CHAIN_KEY)
        self.service = ChainService(
            self.settings,
            self.one.ledger,
            self.one.book,
            self.one.chain,
            self.one.live,
            clock_us=lambda: 7,
        )


@asynccontextmanager
async def at_work(anchoring: Anchoring) -> AsyncIterator[None]:
    async with running(anchoring.service.run()):
        yield
    await anchoring.service.close()


@asynccontextmanager
async def chain_at(port: int, folder: Path, key: ChainKey) -> AsyncIterator[EmbeddedChain]:
    chain = await EmbeddedChain.start(folder, "127.0.0.1", port, time.time, [key.address])
    try:
        yield chain
    finally:
        await chain.close()


@asynccontextmanager
async def node_of_chain(chain_id: int) -> AsyncIterator[str]:
    """Serve a node that tells which chain it serves, and knows no contract."""

    async def answer(request: web.Request) -> web.Response:
        call = await request.json()
        found = {"eth_chainId": hex(chain_id), "eth_getCode": "0x"}[call["method"]]
        return web.json_response({"jsonrpc": "2.0", "id": call["id"], "result": found})

    app = web.Application()
    app.router.add_post("/", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.chain_service._RETRY_S", 0.01)


@pytest.mark.integration
async def test_versions_that_waited_are_anchored_when_the_chain_comes_late(
    tmp_path: Path,
) -> None:
    port = free_port()
    anchoring = Anchoring(tmp_path, rpc=f"http://127.0.0.1:{port}")
    one = anchoring.one
    one.take(*MINTED)
    await one.publish()
    async with at_work(anchoring):
        await until(lambda: "no answer from the chain" in one.chain.problem)
        assert one.ledger.chain() is None
        async with chain_at(port, tmp_path, anchoring.key) as chain:
            await until(lambda: one.chain.heads)
            one.take(close(50))
            await one.publish()
            anchoring.service.wake()
            await until(lambda: one.ledger.confirmed() == 2 and len(one.live.all) == 2)
    assert one.live.all[1] == {"kind": "anchored", "asset": ASSET, "version": 2}
    stored = one.ledger.chain()
    assert stored == StoredChain(
        chain.chain_id, one.chain.contract, is_embedded=False, base_uri=BASE_URI
    )
    assert one.chain.problem == ""
    head = one.chain.heads[ASSET]
    assert head.token_id == token_id_of(ASSET)
    assert head.metadata_digest == one.versions()[1].digest
    # No owner was stated for the asset: the anchoring account keeps its token.
    assert head.owner == anchoring.key.address
    assert one.chain.block >= head.block.number > 0


@pytest.mark.integration
async def test_embedded_chain_runs_here_and_keeps_its_contract_over_a_restart(
    tmp_path: Path,
) -> None:
    first = Anchoring(tmp_path, rpc_port=free_port())
    first.one.take(*MINTED)
    await first.one.publish()
    async with at_work(first):
        await until(lambda: first.one.ledger.confirmed() == 1)
    assert first.one.chain.is_embedded
    again = Anchoring(tmp_path, rpc_port=free_port())
    async with at_work(again):
        # What the chain says of the token is read before anything new is anchored.
        await until(lambda: again.one.chain.heads)
    assert again.one.chain.contract == first.one.chain.contract
    assert again.one.chain.heads[ASSET].version == 1


async def test_node_that_gives_no_answer_is_tried_again_and_again(tmp_path: Path) -> None:
    tries: list[asyncio.StreamWriter] = []

    def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tries.append(writer)
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as node:
        port = node.sockets[0].getsockname()[1]
        anchoring = Anchoring(tmp_path, rpc=f"http://127.0.0.1:{port}")
        async with at_work(anchoring):
            await until(lambda: len(tries) >= 3)
            assert f"no answer from the chain at http://127.0.0.1:{port}" in (
                anchoring.one.chain.problem
            )
    assert anchoring.one.chain.contract == ""


async def test_nothing_is_refused_or_woken_before_the_chain_is_reached(tmp_path: Path) -> None:
    anchoring = Anchoring(tmp_path)
    anchoring.service.wake()
    assert anchoring.service.refused() == {}
    assert anchoring.one.status.status().chain is None


async def test_other_chain_than_that_of_the_tokens_stops_anchoring_alone(tmp_path: Path) -> None:
    async with node_of_chain(1) as url:
        anchoring = Anchoring(tmp_path, rpc=url)
        tokens = StoredChain(2, CONTRACT, is_embedded=False, base_uri=BASE_URI)
        anchoring.one.ledger.set_chain(tokens)
        await stopped(anchoring, "serves chain 1, the configuration names chain 2")


async def test_contract_that_is_not_there_stops_anchoring_alone(tmp_path: Path) -> None:
    async with node_of_chain(1) as url:
        anchoring = Anchoring(tmp_path, rpc=url, contract=CONTRACT)
        await stopped(anchoring, f"there is no contract at {CONTRACT} on chain 1")
    assert anchoring.one.ledger.chain() is None


async def test_port_that_is_taken_stops_the_embedded_chain_with_its_setting(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        anchoring = Anchoring(tmp_path, rpc_port=port)
        await stopped(anchoring, f"chain.rpc_port is {port}; allowed: a port of 127.0.0.1")


async def test_embedded_chain_that_is_not_installed_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Python does for a module that it may not import.
    monkeypatch.setitem(sys.modules, "contracts.embedded.node", None)
    await stopped(Anchoring(tmp_path), "cargotwin[demo]")


async def stopped(anchoring: Anchoring, why: str) -> None:
    """Expect that anchoring stops and says why, and that the service goes on without it."""
    facts = anchoring.one.chain
    work = asyncio.ensure_future(anchoring.service.run())
    try:
        await until(lambda: facts.problem.startswith("anchoring is stopped until a restart: "))
        assert why in facts.problem
        await asyncio.sleep(0)
        assert not work.done()
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await anchoring.service.close()
