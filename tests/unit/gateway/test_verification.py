import asyncio
import hashlib
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from contracts.canonical import cid_of
from contracts.metadata import token_id_of
from contracts.verify import Outcome, Verification
from gateway.access.accounts import Account, changed_accounts
from gateway.access.signing_keys import text_of_key
from gateway.errors import UnknownAsset, UnreadableFile
from gateway.settings import Settings
from gateway.store.ledger import Published, StoredChain
from gateway.verification import verify_asset
from tests.servers import free_port
from tests.unit.gateway.codecs.signing import KEY, sign1
from tests.unit.gateway.deriving import BASE_URI, MINTED, Deriving, anchor, minted
from tests.unit.twins.samples import ASSET, at, close, hand_over, read
from twins.inputs import HandoverPhase

CONTRACT = "0x" + "11" * 20
OWNER = "0x" + "ab" * 20
CHAIN_ID = 7
BLOCK: dict[str, Any] = {"number": "0x29", "hash": "0x" + "cd" * 32, "timestamp": "0x1"}
# ERC-6093: the contract's answer for a token that was never minted.
NO_SUCH_TOKEN = keccak(text="ERC721NonexistentToken(uint256)")[:4]


def selector(signature: str) -> str:
    return "0x" + keccak(text=signature)[:4].hex()


class TokenNode:
    """A node of a chain with one contract, which says of its one token what it is told to say."""

    def __init__(self) -> None:
        self.newest: Published | None = None
        self.chain_id = CHAIN_ID
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        call = await request.json()
        reply = {"jsonrpc": "2.0", "id": call["id"]}
        method, params = call["method"], call["params"]
        if method == "eth_call" and self.newest is None:
            data = "0x" + (NO_SUCH_TOKEN + token_id_of(ASSET).to_bytes(32, "big")).hex()
            error = {"code": 3, "message": "execution reverted", "data": data}
            return web.json_response(reply | {"error": error})
        answers: dict[str, Callable[[], object]] = {
            "eth_chainId": lambda: hex(self.chain_id),
            "eth_getCode": lambda: "0x60" if params[0].lower() == CONTRACT else "0x",
            "eth_getBlockByNumber": lambda: BLOCK,
            "eth_call": lambda: "0x" + self._said(params[0]["data"]).hex(),
        }
        return web.json_response(reply | {"result": answers[method]()})

    def _said(self, data: str) -> bytes:
        newest = self.newest
        assert newest is not None
        assert int(data[10:], 16) == token_id_of(ASSET)
        if data.startswith(selector("ownerOf(uint256)")):
            return encode(["address"], [OWNER])
        if data.startswith(selector("tokenURI(uint256)")):
            return encode(["string"], [BASE_URI + cid_of(newest.digest)])
        assert data.startswith(selector("head(uint256)"))
        head = (newest.digest, newest.version, newest.as_of, newest.severity, False)
        return encode(["(bytes32,uint64,uint64,uint8,bool)"], [head])


class Folder:
    """A data folder of a gateway that published two versions, and the node of its chain."""

    def __init__(self, path: Path, node: TokenNode, versions: list[Published]) -> None:
        self.path = path
        self.node = node
        self.versions = versions
        self.settings = Settings.model_validate({"data": str(path), "chain": {"rpc": node.url}})

    async def verify(
        self, asset: str = ASSET, *, rpc_url: str = "", contract: str = ""
    ) -> Verification:
        url = rpc_url or self.node.url
        return await verify_asset(self.settings, asset, rpc_url=url, contract=contract)

    async def failed(self, **more: str) -> str:
        """Return what failed, and expect that something did."""
        found = await self.verify(**more)
        assert found.outcome is Outcome.FAILED
        return "; ".join(
            f"{one.name}: {one.detail}" for one in found.checks if one.outcome is Outcome.FAILED
        )

    def change(self, store: str, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.path / store)) as connection, connection:
            assert connection.execute(statement, values).rowcount > 0


@asynccontextmanager
async def serving(node: TokenNode) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/{path:.*}", node.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    node.url = f"http://{host}:{port}"
    try:
        yield
    finally:
        await runner.cleanup()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Published]]:
    path = tmp_path_factory.mktemp("published")
    one = Deriving(path)

    async def publish_twice() -> None:
        one.take(*MINTED, hand_over(HandoverPhase.OFFERED, 11))
        await one.publish()
        one.take(hand_over(HandoverPhase.ACCEPTED, 12), close(50))
        await one.publish()

    asyncio.run(publish_twice())
    one.ledger.set_chain(StoredChain(CHAIN_ID, CONTRACT, is_embedded=False, base_uri=BASE_URI))
    versions = one.versions()
    for version in versions:
        anchor(one, version)
    for opened in (one.reader, one.store, one.ledger, one.journal):
        opened.close()
    return path, versions


@pytest.fixture
async def folder(published: tuple[Path, list[Published]], tmp_path: Path) -> AsyncIterator[Folder]:
    original, versions = published
    node = TokenNode()
    node.newest = versions[-1]
    async with serving(node):
        yield Folder(Path(shutil.copytree(original, tmp_path / "data")), node, versions)


async def test_untouched_folder_is_verified_without_anything_derived(folder: Folder) -> None:
    for file in folder.path.glob("derived.db*"):
        file.unlink()
    found = await folder.verify()
    assert found.outcome is Outcome.OK
    assert (found.asset, found.versions) == (ASSET, 2)
    names = {check.name for check in found.checks}
    assert {"journal", "chain", "condition 1", "report 2", "attester 2", "evidence 2"} <= names


async def test_asset_is_verified_by_any_spelling_of_its_key(tmp_path: Path) -> None:
    urn = "urn:epc:id:sscc:0614141.1234567890"
    one = Deriving(tmp_path)
    one.take(*minted(urn))
    await one.publish(urn)
    for opened in (one.reader, one.store, one.ledger, one.journal):
        opened.close()
    settings = Settings.model_validate({"data": str(tmp_path)})
    # No chain is asked: what the folder itself says is checked all the same.
    node = f"http://127.0.0.1:{free_port()}"
    found = await verify_asset(settings, "(00)106141412345678908", rpc_url=node)
    assert (found.asset, found.versions) == (urn, 1)
    assert "condition 1" in {check.name for check in found.checks}
    with pytest.raises(UnknownAsset):
        await verify_asset(settings, "(00)006141411234567890", rpc_url=node)


async def test_outcome_names_what_it_rests_on(folder: Folder) -> None:
    roots = "\n".join((await folder.verify()).trust_roots)
    assert "supplied by the operator of this data folder" in roots
    assert f"chain {CHAIN_ID}, contract {CONTRACT}: read from {folder.node.url}" in roots
    assert f"block 41 {BLOCK['hash']}" in roots
    assert f"token {token_id_of(ASSET)} owned by {OWNER}" in roots.lower()
    assert "attester ed25519:" in roots
    assert "embedded" not in roots


async def test_embedded_chain_is_said_to_prove_nothing_to_others(folder: Folder) -> None:
    folder.change("ledger.db", "UPDATE chain SET is_embedded = 1")
    assert "proves nothing to third parties" in (await folder.verify()).trust_roots[-1]


async def test_access_key_of_a_node_is_not_among_the_trust_roots(folder: Folder) -> None:
    found = await folder.verify(rpc_url=f"{folder.node.url}/v3/secret-key")
    assert found.outcome is Outcome.OK
    assert "secret-key" not in "\n".join(found.trust_roots)


async def test_chain_that_is_away_leaves_all_else_checked(folder: Folder) -> None:
    found = await folder.verify(rpc_url=f"http://127.0.0.1:{free_port()}")
    assert found.outcome is Outcome.UNCHECKED
    unchecked = [one for one in found.checks if one.outcome is Outcome.UNCHECKED]
    assert [one.name for one in unchecked] == ["chain"]
    assert "no answer from the chain" in unchecked[0].detail
    assert "condition 2" in {one.name for one in found.checks}


async def test_version_that_is_not_on_the_chain_yet_is_left_unchecked(folder: Folder) -> None:
    folder.node.newest = folder.versions[0]
    found = await folder.verify()
    unchecked = [check for check in found.checks if check.outcome is Outcome.UNCHECKED]
    assert [(one.name, one.detail) for one in unchecked] == [
        ("newest version", "1 newer versions are not on the chain yet")
    ]
    assert "condition 1" in {one.name for one in found.checks}
    assert "condition 2" not in {one.name for one in found.checks}


async def test_token_that_was_never_minted_fails(folder: Folder) -> None:
    folder.node.newest = None
    assert "chain: the contract has no token for this asset" in await folder.failed()


async def test_token_that_is_not_minted_yet_is_left_unchecked(folder: Folder) -> None:
    folder.node.newest = None
    folder.change("ledger.db", "DELETE FROM receipt")
    found = await folder.verify()
    assert found.outcome is Outcome.UNCHECKED
    assert any("version 1 is not anchored yet" in one.detail for one in found.checks)


async def test_token_uri_is_compared_with_the_base_that_the_contract_was_deployed_with(
    folder: Folder,
) -> None:
    changed = {"data": str(folder.path), "chain": {"base_uri": "https://else.where/ipfs/"}}
    folder.settings = Settings.model_validate(changed)
    assert (await folder.verify()).outcome is not Outcome.FAILED
    folder.change("ledger.db", "UPDATE chain SET base_uri = 'https://else.where/ipfs/'")
    assert "the token URI is ipfs://" in await folder.failed()


async def test_node_of_another_chain_fails(folder: Folder) -> None:
    folder.node.chain_id = 8
    assert "serves chain 8" in await folder.failed()


@pytest.mark.parametrize(
    ("contract", "why"),
    [("0x" + "22" * 20, "there is no contract at"), ("0x12", "is no address of a contract")],
)
async def test_wrong_contract_fails(folder: Folder, contract: str, why: str) -> None:
    assert why in await folder.failed(contract=contract)


async def test_chain_without_the_contract_is_named_with_what_was_looked_for_and_what_to_do(
    folder: Folder,
) -> None:
    elsewhere = "0x" + "22" * 20
    said = await folder.failed(contract=elsewhere)
    assert f"no contract at {elsewhere} on chain {folder.node.chain_id}, so no token" in said
    assert f"looked for at {folder.node.url}." in said
    assert f"ledger names {CONTRACT} on chain {folder.node.chain_id}." in said
    assert "--rpc" in said
    assert "--contract" in said


async def test_unknown_contract_leaves_the_chain_unchecked_until_it_is_named(
    folder: Folder,
) -> None:
    folder.change("ledger.db", "DELETE FROM chain")
    found = await folder.verify()
    assert found.outcome is Outcome.UNCHECKED
    assert any("give --contract" in one.detail for one in found.checks)
    assert (await folder.verify(contract=CONTRACT)).outcome is Outcome.OK


async def test_changed_journal_fails_before_anything_is_read_from_it(folder: Folder) -> None:
    folder.change("journal.db", "UPDATE batch SET committed_at = committed_at + 1 WHERE id = 1")
    assert await folder.failed() == (
        "journal: journal batch 1: its bytes are not those that were committed; "
        "restore the data folder from a copy"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE version SET severity = 3 WHERE version = 1",
        "UPDATE document SET bytes = zeroblob(9)",
        "DELETE FROM document",
        "DELETE FROM asset_key",
        "UPDATE asset_key SET key = zeroblob(32)",
    ],
)
async def test_changed_ledger_fails(folder: Folder, statement: str) -> None:
    folder.change("ledger.db", statement)
    assert await folder.failed()


@pytest.mark.parametrize("store", ["journal.db", "ledger.db"])
async def test_store_that_is_no_database_fails(folder: Folder, store: str) -> None:
    for file in folder.path.glob(f"{store}-*"):
        file.unlink()
    (folder.path / store).write_bytes(b"no database" * 1_000)
    assert store.removesuffix(".db") in await folder.failed()


@pytest.mark.parametrize("store", ["journal.db", "ledger.db"])
async def test_folder_without_its_stores_is_refused_by_name(folder: Folder, store: str) -> None:
    (folder.path / store).unlink()
    with pytest.raises(UnreadableFile, match="is this a data folder") as caught:
        await folder.verify()
    assert caught.value.file == str(folder.path / store)


async def test_asset_that_was_never_published_is_refused_with_where_to_look(
    folder: Folder,
) -> None:
    with pytest.raises(UnknownAsset, match="cargotwin asset list") as caught:
        await folder.verify("box-9")
    assert caught.value.asset == "box-9"


SIGNED_READING = {
    "sensor": "air",
    "quantity": "temperature",
    "value": 5,
    "unit": "°C",
    "observed_at_us": at(20),
}
ENVELOPE = sign1(json.dumps(SIGNED_READING).encode(), unprotected=b"\xa1\x04\x42d1")


@pytest.fixture
async def signed_folder(tmp_path: Path) -> AsyncIterator[Folder]:
    """A data folder with one reading that its device d1 signed, and d1's account."""
    data = tmp_path / "data"
    data.mkdir()
    one = Deriving(data)
    one.write(*MINTED)
    signed = msgspec.structs.replace(read(20, 5_000), signature=ENVELOPE[-64:])
    one.write(signed, raw=ENVELOPE)
    one.book.absorb(one.reader.after(0, 1_000))
    await one.publish()
    one.ledger.set_chain(StoredChain(CHAIN_ID, CONTRACT, is_embedded=False, base_uri=BASE_URI))
    node = TokenNode()
    node.newest = one.versions()[-1]
    anchor(one, node.newest)
    for opened in (one.reader, one.store, one.ledger, one.journal):
        opened.close()
    accounts = tmp_path / "accounts.json"
    with changed_accounts(accounts) as changed:
        changed["d1"] = Account(name="d1", signing_key=text_of_key(KEY))
    async with serving(node):
        folder = Folder(data, node, [node.newest])
        settings = {"data": str(data), "listener": {"accounts_file": str(accounts)}}
        folder.settings = Settings.model_validate(settings)
        yield folder


async def test_signed_reading_is_checked_with_the_key_of_its_device(signed_folder: Folder) -> None:
    found = await signed_folder.verify()
    assert found.outcome is Outcome.OK
    assert "1 of 1 signed readings are under their devices' keys" in {
        one.detail for one in found.checks if one.name == "device signatures"
    }
    assert f"device d1 ed25519:{KEY.hex()}" in "\n".join(found.trust_roots)


async def test_verification_without_the_accounts_says_which_key_it_did_not_know(
    signed_folder: Folder,
) -> None:
    signed_folder.settings = Settings.model_validate({"data": str(signed_folder.path)})
    found = await signed_folder.verify()
    assert found.outcome is Outcome.OK
    assert "device signatures" not in {one.name for one in found.checks}
    assert "no account names its key" in found.trust_roots[-1]


async def test_report_that_is_shown_but_not_published_is_noticed(folder: Folder) -> None:
    newest = folder.versions[-1]
    report = newest.condition_report()
    other = msgspec.structs.replace(report, text=report.text.replace("(asset ", "(not asset ", 1))
    row = msgspec.structs.replace(newest, report=msgspec.json.encode(other))
    # Whoever changes the row makes its checksum fit.
    checksum = hashlib.sha256(msgspec.msgpack.encode(msgspec.structs.astuple(row))).digest()
    statement = "UPDATE version SET report = ?, checksum = ? WHERE version = ?"
    folder.change("ledger.db", statement, row.report, checksum, row.version)
    assert "stored report 2: the text of the stored version is not" in await folder.failed()
