import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from contracts.anchor import EvmAnchor
from contracts.chain import AnchorCall, Receipt, SignedTransaction
from contracts.deploy import deploy_contract
from contracts.embedded import EmbeddedChain
from contracts.signer import ChainKey

OWNER = "0x000000000000000000000000000000000000dEaD"
AS_OF_US = 1_763_000_000_123_456
WEI = 10**24


def digest_of(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def token_of(asset: str) -> int:
    return int.from_bytes(digest_of(asset), "big")


def step(token_id: int, version: int, *, severity: int = 0) -> AnchorCall:
    """Document n of a token is named by its number; version 1 is the minted one."""
    return AnchorCall(
        token_id=token_id,
        previous=digest_of(f"{token_id} {version - 1}"),
        digest=digest_of(f"{token_id} {version}"),
        version=version,
        as_of_us=AS_OF_US + version,
        severity=severity,
    )


async def rpc(url: str, method: str, *params: object) -> dict[str, Any]:
    call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    async with aiohttp.ClientSession() as session, session.post(url, json=call) as answer:
        reply: dict[str, Any] = await answer.json()
        return reply


async def perform(anchor: EvmAnchor, transaction: SignedTransaction) -> Receipt:
    await anchor.send(transaction)
    return await anchor.confirm(transaction.transaction_hash, timeout_s=20)


async def mint(anchor: EvmAnchor, token_id: int) -> Receipt:
    first = digest_of(f"{token_id} 1")
    signed = await anchor.sign_mint(OWNER, token_id, first, AS_OF_US + 1, 0)
    return await perform(anchor, signed)


@dataclass
class Node:
    name: str
    url: str


@pytest.fixture
def key(tmp_path: Path) -> ChainKey:
    return ChainKey.load_or_create(tmp_path / "chain.key")


@pytest.fixture
async def embedded(tmp_path: Path, key: ChainKey) -> AsyncIterator[EmbeddedChain]:
    chain = await EmbeddedChain.start(tmp_path, "127.0.0.1", 0, time.time, [key.address])
    yield chain
    await chain.close()


@pytest.fixture(params=["embedded", "anvil"])
async def node(
    request: pytest.FixtureRequest, tmp_path: Path, key: ChainKey
) -> AsyncIterator[Node]:
    if request.param == "embedded":
        chain = await EmbeddedChain.start(tmp_path, "127.0.0.1", 0, time.time, [key.address])
        yield Node("embedded", chain.url)
        await chain.close()
    else:
        url = request.getfixturevalue("anvil").url
        assert "error" not in await rpc(url, "anvil_setBalance", key.address, hex(WEI))
        yield Node("anvil", url)


@pytest.fixture
async def anchor(node: Node, key: ChainKey) -> AsyncIterator[EvmAnchor]:
    connected = await EvmAnchor.connect(node.url, key)
    await deploy_contract(connected, "ipfs://")
    yield connected
    await connected.close()
