import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contracts.errors import NodeRefused
from contracts.metadata import token_id_of
from gateway.anchoring import REVERTS_AT_MOST, SIDE_BY_SIDE, AnchorQueue
from gateway.store.ledger import Ledger
from tests.fakes.chain import ACCOUNT, URL, FakeChain
from tests.unit.gateway.mqtt.memory_sink import until
from tests.unit.gateway.store.test_ledger import made, signed

OWNER = "0x00000000000000000000000000000000000000Aa"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.anchoring._RETRY_S", 0.01)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.db")


@asynccontextmanager
async def running(
    ledger: Ledger, chain: FakeChain, said: Callable[[str], None] = lambda _: None
) -> AsyncIterator[AnchorQueue]:
    queue = AnchorQueue(
        ledger,
        chain,
        owner_of=lambda _asset: OWNER,
        clock_us=lambda: 7,
        confirmations=1,
        anchored=lambda _published: None,
        hindered=said,
    )
    task = asyncio.create_task(queue.run())
    try:
        yield queue
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def confirms(ledger: Ledger, count: int) -> Callable[[], bool]:
    return lambda: ledger.confirmed() == count


async def test_versions_of_one_token_are_anchored_in_order_each_upon_the_one_before(
    ledger: Ledger,
) -> None:
    chain = FakeChain()
    for version in (1, 2, 3):
        ledger.publish(*made("a", version))
    async with running(ledger, chain):
        await until(confirms(ledger, 3))
    assert chain.mints == {token_id_of("a"): OWNER}
    steps = [(call.version, call.previous, call.digest) for call in chain.calls]
    digests = [made("a", version)[0].digest for version in (1, 2, 3)]
    assert steps == [(2, digests[0], digests[1]), (3, digests[1], digests[2])]


async def test_transaction_that_was_stored_and_not_sent_is_sent_as_it_is(ledger: Ledger) -> None:
    chain = FakeChain()
    published, document = made("a", 1)
    ledger.publish(published, document)
    ledger.add_transaction(published, signed("0xstored", 0), 1)
    async with running(ledger, chain):
        await until(confirms(ledger, 1))
    assert chain.sent == ["0xstored"]
    assert chain.next_nonce == 0


async def test_transaction_is_stored_before_it_is_sent(ledger: Ledger) -> None:
    chain = FakeChain()
    ledger.publish(*made("a", 1))
    stored: list[int] = []

    class Watching(FakeChain):
        async def send(self, transaction: object) -> None:
            stored.append(len(ledger.transactions("a", 1)))
            await super().send(transaction)  # type: ignore[arg-type]

    chain = Watching()
    async with running(ledger, chain):
        await until(confirms(ledger, 1))
    assert stored == [1]


async def test_refused_version_frees_its_nonce_and_holds_up_no_other_token(ledger: Ledger) -> None:
    chain = FakeChain()
    chain.refuses = {0}
    ledger.publish(*made("a", 1, 1))
    ledger.publish(*made("b", 1, 2))
    async with running(ledger, chain) as queue:
        await until(confirms(ledger, 1))
        assert list(queue.refused) == ["a"]
    assert chain.forgotten == 1
    assert ledger.next_nonce(ACCOUNT) == 1


async def test_many_refused_tokens_do_not_fill_the_places_of_those_that_wait(
    ledger: Ledger,
) -> None:
    chain = FakeChain()
    chain.refuses = set(range(40))
    for number in range(40):
        ledger.publish(*made(f"bad-{number:02}", 1, number + 1))
    ledger.publish(*made("good", 1, 99))
    async with running(ledger, chain):
        await until(confirms(ledger, 1))
    assert ledger.anchored("good", 1) is not None


async def test_chain_that_is_away_is_tried_again_and_said_to_be_away_meanwhile(
    ledger: Ledger,
) -> None:
    chain = FakeChain()
    chain.is_away = True
    said: list[str] = []
    ledger.publish(*made("a", 1))
    async with running(ledger, chain, said.append):
        await until(lambda: bool(said))
        assert said[0] != ""
        chain.is_away = False
        await until(lambda: said[-1] == "")
    assert confirms(ledger, 1)()


async def test_node_that_refuses_for_now_makes_versions_wait_and_refuses_none_for_good(
    ledger: Ledger,
) -> None:
    chain = FakeChain()
    chain.fault = NodeRefused(URL, "daily request count exceeded")
    said: list[str] = []
    for asset in ("a", "b"):
        ledger.publish(*made(asset, 1))
    ledger.add_transaction(made("b", 1)[0], signed("0xstored", 0), 1)
    async with running(ledger, chain, said.append) as queue:
        await until(lambda: bool(said))
        assert "daily request count exceeded" in said[0]
        chain.fault = None
        await until(confirms(ledger, 2))
        assert queue.refused == {}
    assert said[-1] == ""


async def test_one_slow_transaction_holds_up_no_other_token(ledger: Ledger) -> None:
    chain = FakeChain()
    chain.slow = {0}
    ledger.publish(*made("slow", 1, 1))
    ledger.publish(*made("slow", 2, 2))
    for number in range(40):
        for version in (1, 2):
            ledger.publish(*made(f"token-{number}", version, 3))
    async with running(ledger, chain):
        await until(confirms(ledger, 80))
    assert ledger.transactions("slow", 2) == []
    assert 1 < chain.most_at_once <= SIDE_BY_SIDE


async def test_tokens_that_cannot_be_minted_now_hold_up_no_other_token(ledger: Ledger) -> None:
    chain = FakeChain()
    for number in range(2 * SIDE_BY_SIDE):
        published, document = made(f"paused-{number}", 1, number + 1)
        ledger.publish(published, document)
        chain.paused.add(published.digest)
    ledger.publish(*made("a", 1, 99))
    said: list[str] = []
    async with running(ledger, chain, said.append) as queue:
        await until(confirms(ledger, 1))
        assert "PAUSER_ROLE" in said[0]
        chain.paused.clear()
        await until(confirms(ledger, 2 * SIDE_BY_SIDE + 1))
        assert queue.refused == {}


async def test_stored_transaction_whose_nonce_is_gone_is_signed_anew_behind_it(
    ledger: Ledger,
) -> None:
    chain = FakeChain()
    chain.used = {0, 1}
    published, document = made("a", 1)
    ledger.publish(published, document)
    ledger.add_transaction(published, signed("0xstored", 1), 1)
    async with running(ledger, chain):
        await until(confirms(ledger, 1))
    hashes = [one.transaction_hash for one in ledger.transactions("a", 1)]
    assert chain.sent == hashes
    assert [one.nonce for one in ledger.transactions("a", 1)] == [1, 2]
    anchored = ledger.anchored("a", 1)
    assert anchored is not None
    assert anchored.hash == hashes[1]


async def test_transaction_that_was_reverted_once_is_signed_anew_during_the_run_and_after_it(
    ledger: Ledger,
) -> None:
    chain = FakeChain()
    chain.reverting = {0}
    chain.reverted = {"0xold"}
    ledger.publish(*made("run", 1, 1))
    ledger.publish(*made("restart", 1, 2))
    ledger.add_transaction(made("restart", 1, 2)[0], signed("0xold", 9), 1)
    async with running(ledger, chain) as queue:
        await until(confirms(ledger, 2))
        assert queue.refused == {}
    assert "0xold" not in chain.sent
    assert len(ledger.transactions("run", 1)) + len(ledger.transactions("restart", 1)) == 4


async def test_version_whose_every_transaction_is_reverted_is_given_up_before_it_costs_more(
    ledger: Ledger,
) -> None:
    chain = FakeChain()
    chain.reverting = set(range(99))
    ledger.publish(*made("a", 1))
    async with running(ledger, chain) as queue:
        await until(lambda: bool(queue.refused))
        assert "EnforcedPause" in queue.refused["a"]
    assert len(chain.sent) == REVERTS_AT_MOST


async def test_transaction_that_was_mined_is_taken_although_a_newer_one_is_stored(
    ledger: Ledger,
) -> None:
    chain = FakeChain()
    published, document = made("a", 1)
    ledger.publish(published, document)
    await chain.send(signed("0xmined", 0))
    ledger.add_transaction(published, signed("0xmined", 0), 1)
    ledger.add_transaction(published, signed("0xnewer", 1), 2)
    async with running(ledger, chain):
        await until(confirms(ledger, 1))
    assert "0xnewer" not in chain.sent
    assert chain.signed == 0
