"""The running embedded chain: one thread for the EVM, one task that mines, one HTTP address."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

import msgspec
from aiohttp import web
from eth_hash.auto import keccak

from contracts.errors import UnfundedAccount, UnrepeatableChain

from .chain_log import ChainLog, Genesis
from .rpc_errors import (
    INTERNAL_ERROR,
    INVALID_REQUEST,
    PARSE_ERROR,
    InvalidParameter,
    RpcError,
    TransactionRefused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .json_rpc import Reads
    from .pool import Pool

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

logger = logging.getLogger(__name__)

CHAIN_ID = 7_632_750  # "twn"; far from every public network's
BALANCE_ETHER = 1_000_000
REQUEST_BYTES = 1 << 20
BATCH_CALLS = 1_000
# Blocks must not share a second (Yellow Paper, equation 56), so a burst of them runs ahead of the
# clock. This is how far; beyond it a block waits for its second and takes along what has come in.
LEAD_S = 12


class EmbeddedChain:
    """A development chain of one, durable in a folder.

    Attributes:
        url: Where it answers JSON-RPC.
        chain_id: Its chain id.
    """

    def __init__(self, log: ChainLog, clock: Callable[[], float]) -> None:
        self.url = ""
        self.chain_id = log.genesis.chain_id
        self._log = log
        self._clock = clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="embedded-chain")
        self._pool: Pool
        self._reads: Reads
        self._head_timestamp = log.genesis.timestamp
        self._sent: dict[bytes, asyncio.Future[None]] = {}
        self._wake = asyncio.Event()
        self._mining = asyncio.Lock()
        self._runner: web.AppRunner | None = None
        self._miner: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls,
        folder: Path,
        host: str,
        port: int,
        clock: Callable[[], float],
        funded: Sequence[str],
    ) -> Self:
        """Begin the chain of `folder`, or go on with it, and answer on `host` and `port`.

        Args:
            folder: Where the chain log lies.
            host: An address of this machine; 127.0.0.1 unless others shall see the chain.
            port: 0 for a free one.
            clock: Tells the time in seconds since 1970-01-01 UTC.
            funded: Addresses that own ether from the first block on.

        Raises:
            DamagedChainLog: The log was changed by something else.
            UnrepeatableChain: The log was written with another release of py-evm.
            ChainLogInUse: Another process runs this chain.
            UnfundedAccount: The log was begun for other accounts.
        """
        addresses = tuple(bytes.fromhex(address.removeprefix("0x")) for address in funded)
        genesis = Genesis(CHAIN_ID, int(clock()), addresses, BALANCE_ETHER)
        log, blocks = await asyncio.to_thread(ChainLog.open, folder, genesis)
        chain = cls(log, clock)
        try:
            for address in addresses:
                if address not in log.genesis.funded:
                    raise UnfundedAccount(log.path, "0x" + address.hex())  # noqa: TRY301 the log must be closed
            await chain._in_thread(chain._replay, blocks)
            await chain._listen(host, port)
        except BaseException:
            await chain.close()
            raise
        return chain

    async def close(self) -> None:
        """Stop answering; everything that was answered for is in the log."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._miner is not None:
            self._miner.cancel()
            await asyncio.gather(self._miner, return_exceptions=True)
        self._thread.shutdown()
        self._log.close()

    def _replay(self, blocks: Sequence[Any]) -> None:
        # py-evm belongs to the demo extra and costs 0.7 s to import: only who runs the chain pays
        # for it.
        from .evm import Evm  # noqa: PLC0415
        from .json_rpc import Reads  # noqa: PLC0415
        from .pool import Pool  # noqa: PLC0415

        evm = Evm(self._log.genesis)
        for logged in blocks:
            transactions = [evm.decode(raw) for raw in logged.transactions]
            block, _ = evm.mine(transactions, logged.timestamp)
            if block.hash != logged.block_hash:
                raise UnrepeatableChain(self._log.path, block.number)
        self._head_timestamp = evm.head.timestamp
        self._pool = Pool(evm, self._log)
        self._reads = Reads(evm, self._pool)

    async def _listen(self, host: str, port: int) -> None:
        application = web.Application(client_max_size=REQUEST_BYTES)
        application.router.add_post("/", self._answer_http)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        bound = self._runner.addresses[0]
        self.url = f"http://{host}:{bound[1]}"
        self._miner = asyncio.create_task(self._mine_forever(), name="embedded-chain-miner")

    async def _answer_http(self, request: web.Request) -> web.Response:
        # A page in a browser may send text to loopback unasked, but not application/json (Fetch,
        # CORS-safelist).
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType(text="send application/json\n")
        try:
            body = msgspec.json.decode(await request.read())
        except msgspec.DecodeError:
            answer: object = _error(None, RpcError(PARSE_ERROR, "this is no JSON"))
        else:
            answer = await self._answer_body(body)
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json")

    async def _answer_body(self, body: object) -> object:
        if not isinstance(body, list):
            return await self._answer_one(body)
        if not 0 < len(body) <= BATCH_CALLS:
            return _error(None, RpcError(INVALID_REQUEST, f"a batch has 1 to {BATCH_CALLS} calls"))
        return [await self._answer_one(call) for call in body]

    async def _answer_one(self, call: object) -> dict[str, object]:
        if not isinstance(call, dict) or not isinstance(call.get("method"), str):
            return _error(None, RpcError(INVALID_REQUEST, "this is no JSON-RPC 2.0 call"))
        params = call.get("params") or []
        try:
            if not isinstance(params, list):
                reason = "parameters are given by position"
                raise InvalidParameter(reason)  # noqa: TRY301 answered like every other one
            result = await self._answer(call["method"], params)
        except RpcError as error:
            return _error(call.get("id"), error)
        except Exception:  # the boundary of the server: one call may fail, the node must go on
            logger.exception("call %s failed", call["method"])
            return _error(call.get("id"), RpcError(INTERNAL_ERROR, "internal error"))
        return {"jsonrpc": "2.0", "id": call.get("id"), "result": result}

    async def _answer(self, method: str, params: Sequence[Any]) -> object:
        if method == "eth_sendRawTransaction":
            return await self._send(params)
        if method == "evm_mine":
            await self._mine_block()
            return "0x0"
        return await self._in_thread(self._reads.answer, method, params)

    async def _send(self, params: Sequence[Any]) -> str:
        if len(params) != 1 or not isinstance(params[0], str):
            reason = "eth_sendRawTransaction takes one signed transaction"
            raise InvalidParameter(reason)
        try:
            raw = bytes.fromhex(params[0].removeprefix("0x"))
        except ValueError as error:
            reason = "a signed transaction is written in hex"
            raise InvalidParameter(reason) from error
        return "0x" + (await self._admit(raw)).hex()

    async def _admit(self, raw: bytes) -> bytes:
        """Return a transaction's hash when its block is on disk or it waits for a nonce."""
        transaction_hash = keccak(raw)
        if transaction_hash in self._sent:
            reason = "already known"
            raise TransactionRefused(reason)
        # Known before the pool has it, since the block that takes it up may be in the making.
        future = self._sent[transaction_hash] = asyncio.get_running_loop().create_future()
        try:
            if await self._in_thread(self._pool.admit, raw):
                self._wake.set()
                await future
        finally:
            self._sent.pop(transaction_hash, None)
        return transaction_hash

    async def _mine_forever(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(max(0.0, self._head_timestamp + 1 - LEAD_S - self._clock()))
            self._wake.clear()
            try:
                await self._mine_block()
            except RpcError as error:
                self._fail_all(error)
            except Exception:  # supervised boundary: senders must hear of it, the miner must go on
                logger.exception("a block could not be made")
                self._fail_all(RpcError(INTERNAL_ERROR, "the block could not be made"))

    async def _mine_block(self) -> None:
        async with self._mining:
            timestamp = max(self._head_timestamp + 1, int(self._clock()))
            mined = await self._in_thread(self._pool.mine, timestamp)
            self._head_timestamp = timestamp
        for transaction_hash in (*mined.included, *mined.gapped):
            self._settle(transaction_hash, None)
        for transaction_hash, reason in mined.dropped.items():
            self._settle(transaction_hash, TransactionRefused(reason))
        if mined.more:
            self._wake.set()

    def _settle(self, transaction_hash: bytes, error: RpcError | None) -> None:
        future = self._sent.get(transaction_hash)
        if future is None or future.done():  # whoever sent it has hung up, or did not wait
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)

    def _fail_all(self, error: RpcError) -> None:
        for transaction_hash in self._sent:
            self._settle(transaction_hash, error)

    async def _in_thread(
        self,
        function: Callable[Parameters, Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: function(*args, **kwargs))


def _error(call_id: object, error: RpcError) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": call_id, "error": error.body()}
