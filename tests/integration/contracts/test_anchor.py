import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from contracts.anchor import EvmAnchor
from contracts.chain import AnchorCall
from contracts.deploy import deploy_contract
from contracts.embedded import EmbeddedChain
from contracts.errors import (
    AccountOutOfFunds,
    AnchorRejected,
    ChainUnavailable,
    NoContract,
    NonceUsed,
    TransactionUnconfirmed,
    UnsupportedChain,
    WrongChain,
)
from contracts.signer import ChainKey

from .conftest import AS_OF_US, OWNER, WEI, Node, digest_of, mint, perform, rpc, step, token_of

pytestmark = pytest.mark.integration

TOKEN = token_of("urn:epc:id:sscc:0614141.1234567890")
# What an OpenZeppelin URI storage contract uses to overwrite a 60-byte URI: the cost to stay below.
URI_STORAGE_GAS = 41_657


async def test_a_minted_token_says_its_first_document(anchor: EvmAnchor) -> None:
    await mint(anchor, TOKEN)
    head = await anchor.head(TOKEN)
    assert head is not None
    assert head.owner == OWNER
    assert head.metadata_digest == digest_of(f"{TOKEN} 1")
    assert head.token_uri == "ipfs://f01551220" + digest_of(f"{TOKEN} 1").hex()
    assert (head.version, head.as_of_us, head.severity, head.locked) == (1, AS_OF_US + 1, 0, False)


async def test_an_anchor_moves_the_head_for_less_than_a_stored_uri(anchor: EvmAnchor) -> None:
    await mint(anchor, TOKEN)
    receipt = await perform(anchor, await anchor.sign_anchor(step(TOKEN, 2, severity=3)))
    head = await anchor.head(TOKEN)
    assert head is not None
    assert head.metadata_digest == digest_of(f"{TOKEN} 2")
    assert (head.version, head.as_of_us, head.severity) == (2, AS_OF_US + 2, 3)
    assert head.block.number >= receipt.block.number
    assert receipt.gas_used < URI_STORAGE_GAS


async def test_a_token_that_does_not_exist_has_no_head(anchor: EvmAnchor) -> None:
    assert await anchor.head(TOKEN) is None


async def test_a_step_from_a_document_that_is_not_the_head_is_refused_by_name(
    anchor: EvmAnchor,
) -> None:
    await mint(anchor, TOKEN)
    with pytest.raises(AnchorRejected) as caught:
        await anchor.sign_anchor(step(TOKEN, 3))
    assert caught.value.error == "TwinNFTStaleDigest"
    assert caught.value.arguments["current"] == "0x" + digest_of(f"{TOKEN} 1").hex()
    assert caught.value.arguments["previous"] == "0x" + digest_of(f"{TOKEN} 2").hex()


async def test_a_refused_step_leaves_no_gap_behind(anchor: EvmAnchor) -> None:
    await mint(anchor, TOKEN)
    with pytest.raises(AnchorRejected):
        await anchor.sign_anchor(step(TOKEN, 3))
    receipt = await perform(anchor, await anchor.sign_anchor(step(TOKEN, 2)))
    assert receipt.confirmations >= 1


async def test_a_version_that_does_not_grow_is_refused_by_name(anchor: EvmAnchor) -> None:
    await mint(anchor, TOKEN)
    same = AnchorCall(
        token_id=TOKEN,
        previous=digest_of(f"{TOKEN} 1"),
        digest=digest_of("other"),
        version=1,
        as_of_us=0,
        severity=0,
    )
    with pytest.raises(AnchorRejected, match=r"TwinNFTStaleVersion\(tokenId=\d+, current=1"):
        await anchor.sign_anchor(same)


async def test_the_second_of_two_racing_steps_is_reverted_with_its_reason(
    anchor: EvmAnchor,
) -> None:
    await mint(anchor, TOKEN)
    winner = await anchor.sign_anchor(step(TOKEN, 2))
    loser = await anchor.sign_anchor(step(TOKEN, 2, severity=1))
    await anchor.send(winner)
    await anchor.send(loser)
    await anchor.confirm(winner.transaction_hash)
    with pytest.raises(AnchorRejected) as caught:
        await anchor.confirm(loser.transaction_hash)
    assert caught.value.transaction_hash == loser.transaction_hash
    assert caught.value.error in ("TwinNFTStaleDigest", "reverted")


async def test_sending_again_changes_nothing(anchor: EvmAnchor) -> None:
    await mint(anchor, TOKEN)
    signed = await anchor.sign_anchor(step(TOKEN, 2))
    await anchor.send(signed)
    await anchor.send(signed)
    first = await anchor.confirm(signed.transaction_hash)
    await anchor.send(signed)
    again = await anchor.receipt(signed.transaction_hash)
    assert again is not None
    assert again.block == first.block


async def test_a_nonce_that_another_transaction_used_is_reported(anchor: EvmAnchor) -> None:
    await mint(anchor, TOKEN)
    overtaken = await anchor.sign_anchor(step(TOKEN, 2))
    await anchor.forget_nonces()
    await perform(anchor, await anchor.sign_anchor(step(TOKEN, 2, severity=1)))
    with pytest.raises(NonceUsed, match=f"nonce {overtaken.nonce} of"):
        await anchor.send(overtaken)


async def test_twenty_anchors_at_once_all_land(anchor: EvmAnchor) -> None:
    tokens = [token_of(f"asset {number}") for number in range(20)]
    await asyncio.gather(*(mint(anchor, token) for token in tokens))
    calls = [step(token, 2) for token in tokens]
    signed = await asyncio.gather(*(anchor.sign_anchor(call) for call in calls))
    assert len({one.nonce for one in signed}) == len(tokens)
    await asyncio.gather(*(anchor.send(one) for one in reversed(signed)))
    await asyncio.gather(*(anchor.confirm(one.transaction_hash) for one in signed))
    heads = await asyncio.gather(*(anchor.head(token) for token in tokens))
    assert [head.version for head in heads if head] == [2] * len(tokens)


async def test_a_stored_transaction_is_sent_by_the_next_run(
    node: Node, anchor: EvmAnchor, key: ChainKey
) -> None:
    await mint(anchor, TOKEN)
    stored = await anchor.sign_anchor(step(TOKEN, 2))
    successor = await EvmAnchor.connect(
        node.url, key, contract_address=anchor.contract_address, expected_chain_id=anchor.chain_id
    )
    await successor.resume_at(stored.nonce + 1)
    other = await successor.sign_mint(OWNER, token_of("other"), digest_of("x"), AS_OF_US, 0)
    await asyncio.gather(successor.send(other), successor.send(stored))
    await successor.confirm(stored.transaction_hash)
    await successor.confirm(other.transaction_hash)
    await successor.close()


async def test_a_stranger_may_not_anchor(node: Node, anchor: EvmAnchor, tmp_path: Path) -> None:
    await mint(anchor, TOKEN)
    key = ChainKey.load_or_create(tmp_path / "stranger.key")
    stranger = await EvmAnchor.connect(node.url, key, contract_address=anchor.contract_address)
    with pytest.raises(AnchorRejected, match="AccessControlUnauthorizedAccount"):
        await stranger.sign_anchor(step(TOKEN, 2))
    await stranger.close()


async def test_confirmations_count_the_blocks_on_top(node: Node, anchor: EvmAnchor) -> None:
    receipt = await mint(anchor, TOKEN)
    with pytest.raises(TransactionUnconfirmed, match=r"3 confirmations after 0\.2 s"):
        await anchor.confirm(receipt.transaction_hash, confirmations=3, timeout_s=0.2)
    await rpc(node.url, "evm_mine")
    await rpc(node.url, "evm_mine")
    deep = await anchor.confirm(receipt.transaction_hash, confirmations=3, timeout_s=20)
    assert deep.confirmations == 3
    assert deep.block == receipt.block


async def test_a_deployment_names_its_place_and_hands_out_the_roles(
    node: Node, key: ChainKey
) -> None:
    fresh = await EvmAnchor.connect(node.url, key)
    deployment = await deploy_contract(fresh, "https://twins.example/ipfs/")
    assert deployment.chain_id == fresh.chain_id
    assert deployment.address == fresh.contract_address
    assert deployment.block_number == 1
    await mint(fresh, TOKEN)
    head = await fresh.head(TOKEN)
    assert head is not None
    assert head.token_uri.startswith("https://twins.example/ipfs/f01551220")
    await fresh.close()


async def test_connecting_refuses_another_chain(node: Node, key: ChainKey) -> None:
    with pytest.raises(WrongChain, match="names chain 1;"):
        await EvmAnchor.connect(node.url, key, expected_chain_id=1)


async def test_connecting_refuses_an_address_without_a_contract(node: Node, key: ChainKey) -> None:
    with pytest.raises(NoContract, match="contracts deploy"):
        await EvmAnchor.connect(node.url, key, contract_address=OWNER)


async def test_a_node_that_is_away_is_a_transient_fault(key: ChainKey, free_port: int) -> None:
    with pytest.raises(ChainUnavailable, match=str(free_port)):
        await EvmAnchor.connect(f"http://127.0.0.1:{free_port}", key)


def relay(url: str, change: Callable[[dict[str, Any]], None]) -> web.Application:
    async def answer(request: web.Request) -> web.Response:
        call = await request.json()
        reply = await rpc(url, call["method"], *call.get("params", ()))
        if call["method"].startswith("eth_getBlockBy"):
            change(reply["result"])
        return web.json_response(reply)

    application = web.Application()
    application.router.add_post("/{secret}", answer)
    return application


@pytest.fixture
async def relayed(embedded: EmbeddedChain, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    async with TestServer(relay(embedded.url, request.param)) as server:
        yield str(server.make_url("/secret"))


@pytest.mark.parametrize(
    "relayed", [lambda block: block.update(extraData="0x" + "ab" * 97)], indirect=True
)
async def test_a_chain_whose_validators_sign_its_blocks_is_served(
    relayed: str, key: ChainKey
) -> None:
    anchor = await EvmAnchor.connect(relayed, key)
    assert (await deploy_contract(anchor, "ipfs://")).block_number == 1
    await anchor.close()


@pytest.mark.parametrize("relayed", [lambda block: block.pop("baseFeePerGas")], indirect=True)
async def test_a_chain_without_a_base_fee_is_refused(relayed: str, key: ChainKey) -> None:
    anchor = await EvmAnchor.connect(relayed, key)
    with pytest.raises(UnsupportedChain, match="no base fee") as caught:
        await anchor.sign_deployment("ipfs://", 0)
    assert "secret" not in str(caught.value)
    await anchor.close()


async def test_the_access_key_of_a_node_is_not_repeated(key: ChainKey) -> None:
    async with TestServer(web.Application()) as server:
        with pytest.raises(ChainUnavailable, match="HTTP status 404") as caught:
            await EvmAnchor.connect(str(server.make_url("/secret?key=secret")), key)
    assert "secret" not in str(caught.value)


async def test_an_account_without_ether_is_told_so(node: Node, tmp_path: Path) -> None:
    poor = await EvmAnchor.connect(node.url, ChainKey.load_or_create(tmp_path / "poor.key"))
    signed = await poor.sign_deployment("ipfs://", 0)
    assert signed.max_fee_per_gas_wei < WEI
    with pytest.raises(AccountOutOfFunds, match=poor.address):
        await poor.send(signed)
    await poor.close()
