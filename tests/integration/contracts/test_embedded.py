import asyncio
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from eth_account import Account
from eth_utils.crypto import keccak

from contracts.anchor import EvmAnchor
from contracts.deploy import deploy_contract
from contracts.embedded import EmbeddedChain
from contracts.embedded.chain_log import ChainLog, Genesis, LoggedBlock
from contracts.errors import (
    ChainUnavailable,
    NodeRefused,
    UnfundedAccount,
    UnrepeatableChain,
)
from contracts.signer import ChainKey

from .conftest import OWNER, digest_of, mint, perform, rpc, step, token_of

pytestmark = pytest.mark.integration

TOKEN = token_of("asset")
REPOSITORY = Path(__file__).parents[3]
RUN_UNTIL_KILLED = """
import asyncio, sys, time
from pathlib import Path
from contracts.embedded import EmbeddedChain

async def main():
    folder, account = sys.argv[1:]
    chain = await EmbeddedChain.start(Path(folder), "127.0.0.1", 0, time.time, [account])
    print(chain.url, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def deployed(chain: EmbeddedChain, key: ChainKey) -> EvmAnchor:
    anchor = await EvmAnchor.connect(chain.url, key)
    await deploy_contract(anchor, "ipfs://")
    return anchor


async def block_hashes(url: str) -> list[str]:
    head = int((await rpc(url, "eth_blockNumber"))["result"], 16)
    blocks = [await rpc(url, "eth_getBlockByNumber", hex(n)) for n in range(head + 1)]
    return [block["result"]["hash"] for block in blocks]


async def test_a_restart_keeps_address_heads_receipts_and_every_block(
    tmp_path: Path, key: ChainKey
) -> None:
    chain = await EmbeddedChain.start(tmp_path, "127.0.0.1", 0, time.time, [key.address])
    anchor = await deployed(chain, key)
    await mint(anchor, TOKEN)
    receipt = await perform(anchor, await anchor.sign_anchor(step(TOKEN, 2)))
    before = await block_hashes(chain.url), await anchor.head(TOKEN)
    await anchor.close()
    await chain.close()

    chain = await EmbeddedChain.start(tmp_path, "127.0.0.1", 0, time.time, [key.address])
    again = await EvmAnchor.connect(
        chain.url, key, contract_address=anchor.contract_address, expected_chain_id=chain.chain_id
    )
    assert (await block_hashes(chain.url), await again.head(TOKEN)) == before
    assert await again.receipt(receipt.transaction_hash) == receipt
    await perform(again, await again.sign_anchor(step(TOKEN, 3)))
    await again.close()
    await chain.close()


async def test_no_answered_transaction_is_lost_when_the_process_is_killed(
    tmp_path: Path, key: ChainKey
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", RUN_UNTIL_KILLED, tmp_path, key.address),
        cwd=REPOSITORY,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
    anchor = await EvmAnchor.connect(url, key)
    await deploy_contract(anchor, "ipfs://")
    tokens = [token_of(f"asset {number}") for number in range(40)]
    answered: list[int] = []

    async def mint_and_note(token: int) -> None:
        signed = await anchor.sign_mint(OWNER, token, digest_of("x"), 0, 0)
        await anchor.send(signed)
        answered.append(token)
        if len(answered) == 10:
            os.kill(process.pid, signal.SIGKILL)

    outcomes = await asyncio.gather(
        *(mint_and_note(token) for token in tokens), return_exceptions=True
    )
    await process.wait()
    await anchor.close()
    assert {type(one) for one in outcomes if one is not None} <= {ChainUnavailable}

    chain = await EmbeddedChain.start(tmp_path, "127.0.0.1", 0, time.time, [key.address])
    again = await EvmAnchor.connect(chain.url, key, contract_address=anchor.contract_address)
    heads = await asyncio.gather(*(again.head(token) for token in answered))
    assert len(answered) >= 10
    assert all(head is not None for head in heads)
    await again.close()
    await chain.close()


async def test_a_chain_begun_for_another_account_is_not_taken_over(
    tmp_path: Path, embedded: EmbeddedChain
) -> None:
    await embedded.close()
    with pytest.raises(UnfundedAccount, match="restore the key"):
        await EmbeddedChain.start(tmp_path, "127.0.0.1", 0, time.time, [OWNER])


async def test_a_recorded_block_that_comes_out_otherwise_is_refused(
    tmp_path: Path, embedded: EmbeddedChain
) -> None:
    await embedded.close()
    log, _ = ChainLog.open(tmp_path, Genesis(0, 0, (), 0))
    log.append(LoggedBlock(log.genesis.timestamp + 1, (), b"another hash".ljust(32)))
    log.close()
    with pytest.raises(UnrepeatableChain, match="block 1 of"):
        await EmbeddedChain.start(tmp_path, "127.0.0.1", 0, time.time, [])


async def test_blocks_carry_the_time_of_the_clock(tmp_path: Path, key: ChainKey) -> None:
    now = 1_763_000_000.0
    chain = await EmbeddedChain.start(tmp_path, "127.0.0.1", 0, lambda: now, [key.address])
    now += 3600.9
    await rpc(chain.url, "evm_mine")
    block = (await rpc(chain.url, "eth_getBlockByNumber", "latest"))["result"]
    assert int(block["timestamp"], 16) == 1_763_003_600
    await rpc(chain.url, "evm_mine")
    block = (await rpc(chain.url, "eth_getBlockByNumber", "latest"))["result"]
    assert int(block["timestamp"], 16) == 1_763_003_601
    await chain.close()


async def test_storage_shows_the_two_slots_of_a_token(
    embedded: EmbeddedChain, key: ChainKey
) -> None:
    anchor = await deployed(embedded, key)
    await mint(anchor, TOKEN)
    await perform(anchor, await anchor.sign_anchor(step(TOKEN, 2, severity=3)))
    found = []
    for variable in range(24):  # the mapping's place in the layout is not this test's affair
        slot = int.from_bytes(
            keccak(TOKEN.to_bytes(32, "big") + variable.to_bytes(32, "big")), "big"
        )
        words = [
            (
                await rpc(
                    embedded.url, "eth_getStorageAt", anchor.contract_address, hex(at), "latest"
                )
            )
            for at in (slot, slot + 1)
        ]
        found.append(tuple(bytes.fromhex(word["result"][2:]) for word in words))
    status = (3 << 128 | (1_763_000_000_123_456 + 2) << 64 | 2).to_bytes(32, "big")
    assert (digest_of(f"{TOKEN} 2"), status) in found
    await anchor.close()


async def test_logs_are_found_by_address_topic_and_block(
    embedded: EmbeddedChain, key: ChainKey
) -> None:
    anchor = await deployed(embedded, key)
    await mint(anchor, TOKEN)
    receipt = await perform(anchor, await anchor.sign_anchor(step(TOKEN, 2)))
    anchored = "0x" + keccak(text="MetadataAnchored(uint256,bytes32,bytes32,uint64,uint8)").hex()
    updated = "0x" + keccak(text="MetadataUpdate(uint256)").hex()
    token = f"0x{TOKEN:064x}"

    async def logs(**criteria: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await rpc(embedded.url, "eth_getLogs", criteria))["result"]
        return found

    of_token = await logs(
        fromBlock="0x0", address=anchor.contract_address, topics=[anchored, token]
    )
    assert len(of_token) == 2
    assert of_token[1]["data"].startswith("0x" + digest_of(f"{TOKEN} 1").hex())
    of_block = await logs(blockHash="0x" + receipt.block.block_hash.hex())
    assert [log["topics"][0] for log in of_block] == [anchored, updated]
    assert [log["logIndex"] for log in of_block] == ["0x0", "0x1"]
    either = await logs(fromBlock="0x0", topics=[[anchored, updated]])
    assert len(either) == 3
    assert await logs(fromBlock="0x0", address=OWNER) == []
    assert await logs(fromBlock="0x0", topics=[anchored, "0x" + "00" * 32]) == []
    await anchor.close()


async def test_a_call_reads_the_state_of_an_earlier_block(
    embedded: EmbeddedChain, key: ChainKey
) -> None:
    anchor = await deployed(embedded, key)
    minted = await mint(anchor, TOKEN)
    await perform(anchor, await anchor.sign_anchor(step(TOKEN, 2)))
    data = "0x" + (keccak(text="metadataDigest(uint256)")[:4] + TOKEN.to_bytes(32, "big")).hex()
    call = {"to": anchor.contract_address, "data": data}
    for block, version in ((hex(minted.block.number), 1), ("latest", 2)):
        answer = await rpc(embedded.url, "eth_call", call, block)
        assert answer["result"] == "0x" + digest_of(f"{TOKEN} {version}").hex()
    before = await rpc(embedded.url, "eth_call", call, hex(minted.block.number - 1))
    assert before["error"]["code"] == 3
    assert before["error"]["data"] == f"0x7e273289{TOKEN:064x}"  # ERC721NonexistentToken
    await anchor.close()


async def test_transactions_wait_for_the_nonce_before_them(
    embedded: EmbeddedChain, key: ChainKey
) -> None:
    anchor = await deployed(embedded, key)
    first = await anchor.sign_mint(OWNER, 1, digest_of("x"), 0, 0)
    second = await anchor.sign_mint(OWNER, 2, digest_of("x"), 0, 0)
    await anchor.send(second)
    assert await anchor.receipt(second.transaction_hash) is None
    waiting = await rpc(embedded.url, "eth_getTransactionByHash", second.transaction_hash)
    assert waiting["result"]["blockNumber"] is None
    await anchor.send(first)
    assert (await anchor.confirm(second.transaction_hash)).confirmations >= 1
    await anchor.close()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"chainId": 1}, "invalid chain id"),
        ({"gas": 17_000_000}, "gas limit too high"),
        ({"gas": 20_000}, "(?i)gas"),
        ({"maxFeePerGas": 1, "maxPriorityFeePerGas": 1}, "(?i)fee"),
    ],
)
async def test_an_invalid_transaction_is_answered_and_harms_nothing(
    embedded: EmbeddedChain, key: ChainKey, change: dict[str, int], reason: str
) -> None:
    fields = {
        "to": OWNER,
        "value": 1,
        "nonce": 0,
        "gas": 21_000,
        "maxFeePerGas": 10**10,
        "maxPriorityFeePerGas": 10**9,
        "chainId": embedded.chain_id,
        "type": 2,
    }
    raw, _ = key.sign(fields | change)
    refused = await rpc(embedded.url, "eth_sendRawTransaction", "0x" + raw.hex())
    assert refused["error"]["code"] == -32000
    assert re.search(reason, refused["error"]["message"])
    raw, transaction_hash = key.sign(fields)
    accepted = await rpc(embedded.url, "eth_sendRawTransaction", "0x" + raw.hex())
    assert accepted["result"] == transaction_hash


async def test_a_waiting_transaction_is_replaced_by_one_that_pays_a_tenth_more(
    embedded: EmbeddedChain, key: ChainKey
) -> None:
    waiting = {
        "to": OWNER,
        "value": 1,
        "nonce": 1,
        "gas": 21_000,
        "maxFeePerGas": 10**10,
        "maxPriorityFeePerGas": 10**9,
        "chainId": embedded.chain_id,
        "type": 2,
    }
    cheap = waiting | {"value": 2, "maxFeePerGas": 105 * 10**8}
    dear = waiting | {"value": 3, "maxFeePerGas": 11 * 10**9, "maxPriorityFeePerGas": 11 * 10**8}
    first = waiting | {"value": 4, "nonce": 0}
    answers = [
        await rpc(embedded.url, "eth_sendRawTransaction", "0x" + key.sign(one)[0].hex())
        for one in (waiting, waiting, cheap, dear, first)
    ]
    errors = [answer.get("error", {}).get("message") for answer in answers]
    assert errors == [None, "already known", "replacement transaction underpriced", None, None]
    pending = await rpc(embedded.url, "eth_getTransactionCount", key.address, "pending")
    assert pending["result"] == "0x2"
    balance = await rpc(embedded.url, "eth_getBalance", OWNER, "latest")
    assert balance["result"] == "0x7"


async def test_a_legacy_transaction_is_mined(embedded: EmbeddedChain, tmp_path: Path) -> None:
    secret = (tmp_path / "chain.key").read_text().strip()
    fields = {"to": OWNER, "value": 5, "nonce": 0, "gas": 21_000, "gasPrice": 10**10}
    signed = Account.sign_transaction(fields | {"chainId": embedded.chain_id}, secret)
    raw = signed.raw_transaction.to_0x_hex()
    sent = await rpc(embedded.url, "eth_sendRawTransaction", raw)
    found = (await rpc(embedded.url, "eth_getTransactionByHash", sent["result"]))["result"]
    assert int(found["v"], 16) == signed.v
    balance = await rpc(embedded.url, "eth_getBalance", OWNER, "latest")
    assert balance["result"] == "0x5"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", -32700),
        (b"7", -32600),
        (b"[]", -32600),
        (b'{"id": 1}', -32600),
        (b'{"id": 1, "method": "eth_none"}', -32601),
        (b'{"id": 1, "method": "eth_chainId", "params": {}}', None),
        (b'{"id": 1, "method": "eth_chainId", "params": {"a": 1}}', -32602),
        (b'{"id": 1, "method": "eth_getBalance", "params": []}', -32602),
        (b'{"id": 1, "method": "eth_getBalance", "params": ["0x12", "latest"]}', -32602),
        (b'{"id": 1, "method": "eth_call", "params": ["text"]}', -32602),
        (b'{"id": 1, "method": "eth_call", "params": [{}, "0xffffff"]}', -32000),
        (b'{"id": 1, "method": "eth_call", "params": [{}, "newest"]}', -32602),
        (b'{"id": 1, "method": "eth_sendRawTransaction", "params": ["0xzz"]}', -32602),
        (b'{"id": 1, "method": "eth_sendRawTransaction", "params": ["0x02c0"]}', -32000),
        (b'{"id": 1, "method": "eth_sendRawTransaction", "params": ["0x"]}', -32000),
    ],
)
async def test_a_bad_call_gets_the_error_of_its_kind(
    embedded: EmbeddedChain, body: bytes, code: int | None
) -> None:
    headers = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(embedded.url, data=body, headers=headers) as answer,
    ):
        reply = await answer.json()
    assert reply.get("error", {}).get("code") == code


async def test_a_batch_is_answered_call_by_call(embedded: EmbeddedChain) -> None:
    calls = [{"id": 1, "method": "eth_chainId"}, 7, {"id": 2, "method": "net_version"}]
    async with aiohttp.ClientSession() as session, session.post(embedded.url, json=calls) as answer:
        replies = await answer.json()
    assert replies[0]["result"] == hex(embedded.chain_id)
    assert replies[1]["error"]["code"] == -32600
    assert replies[2]["result"] == str(embedded.chain_id)


async def test_a_page_in_a_browser_cannot_reach_the_chain(embedded: EmbeddedChain) -> None:
    body = b'{"id": 1, "method": "eth_chainId"}'
    headers = {"Content-Type": "text/plain"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(embedded.url, data=body, headers=headers) as answer,
    ):
        assert answer.status == 415


async def test_the_log_of_a_full_disk_stops_the_answers(
    embedded: EmbeddedChain, key: ChainKey, tmp_path: Path
) -> None:
    anchor = await deployed(embedded, key)
    with (tmp_path / "chain.log").open("rb") as read_only:
        os.dup2(read_only.fileno(), embedded._log._file.fileno())
    signed = await anchor.sign_mint(OWNER, 1, digest_of("x"), 0, 0)
    for _ in range(2):
        with pytest.raises(NodeRefused, match="chain log cannot be written"):
            await anchor.send(signed)
    await anchor.close()
