from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from eth_utils.crypto import keccak

from contracts.anchor import EvmAnchor
from contracts.chain import AnchorCall, SignedTransaction
from contracts.errors import (
    AccountOutOfFunds,
    AnchorRejected,
    ChainUnavailable,
    ContractPaused,
    NodeRefused,
    NonceUsed,
)
from contracts.signer import ChainKey
from twins.errors import TransientFault

CONTRACT = "0x" + "11" * 20
STEP = AnchorCall(
    token_id=1, previous=bytes(32), digest=bytes(32), version=2, as_of_us=0, severity=0
)
TRANSACTION = SignedTransaction(
    raw=b"\2",
    transaction_hash="0x" + "ab" * 32,
    sender="0x" + "cd" * 20,
    nonce=5,
    gas_limit=1,
    max_fee_per_gas_wei=1,
)


class RefusingNode:
    """A node that knows no transaction and answers each call and sending with one error."""

    def __init__(self) -> None:
        self.error: dict[str, Any] = {}
        self.used_nonces = 5
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        call = await request.json()
        reply = {"jsonrpc": "2.0", "id": call["id"]}
        answers = {
            "eth_chainId": "0x7",
            "eth_getCode": "0x60",
            "eth_getTransactionByHash": None,
            "eth_getTransactionCount": hex(self.used_nonces),
        }
        if call["method"] in answers:
            return web.json_response(reply | {"result": answers[call["method"]]})
        return web.json_response(reply | {"error": self.error})


@pytest.fixture
async def node() -> AsyncIterator[RefusingNode]:
    refusing = RefusingNode()
    app = web.Application()
    app.router.add_post("/", refusing.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    refusing.url = f"http://{host}:{port}"
    yield refusing
    await runner.cleanup()


@pytest.fixture
async def anchor(node: RefusingNode) -> AsyncIterator[EvmAnchor]:
    connected = await EvmAnchor.connect(node.url, ChainKey(b"\1" * 32), contract_address=CONTRACT)
    yield connected
    await connected.close()


# As providers and clients word them.
FOR_NOW = {
    "rate limit": {"code": -32005, "message": "daily request count exceeded, limit reached"},
    "rate limit with figures": {
        "code": -32005,
        "message": "project ID request rate exceeded",
        "data": {"rate": {"allowed_rps": 10, "current_rps": 14}},
    },
    "rate limit with null": {"code": 429, "message": "too many requests", "data": None},
    "internal": {"code": -32603, "message": "Internal error"},
    "timeout": {"code": -32002, "message": "request timed out"},
    "fee": {"code": -32000, "message": "max fee per gas less than block base fee"},
    "underpriced": {"code": -32000, "message": "transaction underpriced"},
    "replacement": {"code": -32000, "message": "replacement transaction underpriced"},
    "full pool": {"code": -32000, "message": "txpool is full"},
    "no method": {"code": -32601, "message": "the method is not available"},
}
FOR_GOOD = {
    "revert": {"code": 3, "message": "execution reverted: no", "data": "0x08c379a0" + "00" * 96},
    "bare revert": {"code": -32000, "message": "execution reverted"},
    "Besu's revert": {"code": -32000, "message": "Execution reverted"},
    "object": {"code": -32000, "message": "VM Exception: revert", "data": {"stack": "x"}},
    "parameters": {"code": -32602, "message": "invalid argument 0: hex string has odd length"},
}


@pytest.mark.parametrize("error", FOR_NOW.values(), ids=FOR_NOW)
async def test_refusal_of_the_node_itself_may_pass(
    node: RefusingNode, anchor: EvmAnchor, error: dict[str, Any]
) -> None:
    node.error = error
    for work in (anchor.sign_anchor(STEP), anchor.send(TRANSACTION)):
        with pytest.raises(NodeRefused, match=error["message"]) as caught:
            await work
        assert isinstance(caught.value, TransientFault)


@pytest.mark.parametrize("error", FOR_GOOD.values(), ids=FOR_GOOD)
async def test_revert_and_malformed_request_are_final(
    node: RefusingNode, anchor: EvmAnchor, error: dict[str, Any]
) -> None:
    node.error = error
    with pytest.raises(AnchorRejected):
        await anchor.sign_anchor(STEP)


@pytest.mark.parametrize(
    "words", ["rlp: expected List", "invalid sender", "transaction type not supported"]
)
async def test_malformed_transaction_is_final(
    node: RefusingNode, anchor: EvmAnchor, words: str
) -> None:
    node.error = {"code": -32000, "message": words}
    with pytest.raises(AnchorRejected, match=words):
        await anchor.send(TRANSACTION)


async def test_pause_of_the_contract_may_pass(node: RefusingNode, anchor: EvmAnchor) -> None:
    data = "0x" + keccak(text="EnforcedPause()")[:4].hex()
    node.error = {"code": 3, "message": "execution reverted", "data": data}
    with pytest.raises(ContractPaused, match="PAUSER_ROLE") as caught:
        await anchor.sign_mint(CONTRACT, 1, bytes(32), 0, 0)
    assert isinstance(caught.value, TransientFault)


async def test_account_that_cannot_pay_may_be_funded(node: RefusingNode, anchor: EvmAnchor) -> None:
    node.error = {"code": -32000, "message": "insufficient funds for gas * price + value"}
    with pytest.raises(AccountOutOfFunds):
        await anchor.send(TRANSACTION)


@pytest.mark.parametrize("words", ["nonce too low", "OldNonce", "already known", "Known block"])
async def test_nonce_that_another_transaction_took_is_told_whatever_the_node_says(
    node: RefusingNode, anchor: EvmAnchor, words: str
) -> None:
    node.error = {"code": -32000, "message": words}
    node.used_nonces = 6
    with pytest.raises(NonceUsed) as caught:
        await anchor.send(TRANSACTION)
    assert not isinstance(caught.value, TransientFault | AnchorRejected)
    assert (caught.value.nonce, caught.value.transaction_hash) == (5, TRANSACTION.transaction_hash)


async def test_fault_of_the_node_says_nothing_of_the_transaction(
    node: RefusingNode, anchor: EvmAnchor
) -> None:
    node.error = {"code": -32603, "message": "the chain log cannot be written"}
    node.used_nonces = 6
    with pytest.raises(NodeRefused):
        await anchor.send(TRANSACTION)


async def test_node_that_is_away_is_told_from_one_that_refuses(
    node: RefusingNode, anchor: EvmAnchor
) -> None:
    node.error = {"code": -32000, "message": f"{node.url}/key says no"}
    with pytest.raises(NodeRefused) as caught:
        await anchor.send(TRANSACTION)
    assert not isinstance(caught.value, ChainUnavailable)
