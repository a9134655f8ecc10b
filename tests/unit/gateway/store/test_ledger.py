import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from contracts.chain import BlockReference, Receipt, SignedTransaction
from gateway.errors import LedgerDamaged
from gateway.store.ledger import Ledger, Published, StoredChain, digest_of

ACCOUNT = "0xA"


def made(asset: str, version: int, published_at: int = 0) -> tuple[Published, bytes]:
    document = f"{asset} {version}".encode()
    published = Published(
        asset=asset,
        version=version,
        digest=digest_of(document),
        as_of=version,
        published_at=published_at or version,
        reason="mint",
        disposition="conformant",
        severity=0,
        writer="template",
        evidence_size=version,
        evidence_root=bytes(32),
        milestones=0,
        decisions=0,
        report=b"{}",
    )
    return published, document


def signed(name: str, nonce: int) -> SignedTransaction:
    return SignedTransaction(
        raw=name.encode(),
        transaction_hash=name,
        sender=ACCOUNT,
        nonce=nonce,
        gas_limit=1,
        max_fee_per_gas_wei=1,
    )


def receipt(name: str) -> Receipt:
    return Receipt(
        transaction_hash=name,
        block=BlockReference(number=9, block_hash=bytes(32), timestamp=1),
        gas_used=100,
        effective_gas_price_wei=1,
        confirmations=1,
        contract_address=None,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def test_asset_key_is_made_once_and_is_another_for_each_asset(path: Path) -> None:
    with Ledger(path) as ledger:
        key = ledger.asset_key("a")
        assert len(key) == 32
        assert ledger.asset_key("b") != key
        assert ledger.stored_asset_key("c") is None
    with Ledger(path) as ledger:
        assert ledger.asset_key("a") == key


def test_ledger_gives_back_versions_and_documents_after_a_restart(path: Path) -> None:
    with Ledger(path) as ledger:
        for version in (1, 2):
            ledger.publish(*made("a", version))
        assert ledger.newest("a") == made("a", 2)[0]
    with Ledger(path, read_only=True) as ledger:
        assert ledger.versions("a") == [made("a", 1)[0], made("a", 2)[0]]
        assert ledger.version("a", 1) == made("a", 1)[0]
        assert ledger.version("a", 3) is None
        assert ledger.newest("a") == made("a", 2)[0]
        assert ledger.newest("b") is None
        assert ledger.document(made("a", 1)[0].digest) == b"a 1"
        assert ledger.assets() == ["a"]


def test_asset_with_a_version_is_found_by_every_spelling_of_its_key(path: Path) -> None:
    urn = "urn:epc:id:sscc:0614141.1234567890"
    with Ledger(path) as ledger:
        for asset in ("box-1", urn):
            ledger.publish(*made(asset, 1))
        for text in (urn, "(00)106141412345678908", "https://a.example/00/106141412345678908"):
            assert ledger.kept_id(text) == urn
        for text in ("box-1", "box-2", "(00)006141411234567890"):
            assert ledger.kept_id(text) == text


def test_version_is_never_written_over(path: Path) -> None:
    with Ledger(path) as ledger:
        ledger.publish(*made("a", 1))
        other, _ = made("a", 1, published_at=77)
        with pytest.raises(sqlite3.IntegrityError):
            ledger.publish(other, b"another document")
        assert ledger.newest("a") == made("a", 1)[0]
        assert ledger.document(digest_of(b"another document")) is None
        ledger.publish(*made("a", 2))


def test_queue_puts_what_is_signed_before_what_is_not_since_nonces_are_mined_in_order(
    path: Path,
) -> None:
    with Ledger(path) as ledger:
        for published in (made("a", 1, 10), made("b", 1, 5)):
            ledger.publish(*published)
        ledger.add_transaction(made("a", 1, 10)[0], signed("t1", 0), 1)
        assert [one.asset for one in ledger.waiting(9)] == ["a", "b"]


def test_queue_holds_the_oldest_unconfirmed_version_of_each_asset(path: Path) -> None:
    with Ledger(path) as ledger:
        for published in (made("a", 1, 10), made("b", 1, 5), made("a", 2, 20), made("a", 3, 30)):
            ledger.publish(*published)
        assert [(one.asset, one.version) for one in ledger.waiting(9)] == [("b", 1), ("a", 1)]
        ledger.add_transaction(made("a", 1, 10)[0], signed("t1", 0), 1)
        ledger.add_receipt(receipt("t1"), 2)
        assert [(one.asset, one.version) for one in ledger.waiting(9)] == [("b", 1), ("a", 2)]
        assert [(one.asset, one.version) for one in ledger.waiting(1)] == [("b", 1)]
        assert (ledger.confirmed(), ledger.queue_length(), ledger.gas_used()) == (1, 3, 100)


def test_next_nonce_lies_behind_every_stored_transaction_that_may_still_be_sent(
    path: Path,
) -> None:
    with Ledger(path) as ledger:
        assert ledger.next_nonce(ACCOUNT) == 0
        ledger.publish(*made("a", 1))
        ledger.add_transaction(made("a", 1)[0], signed("t1", 41), 1)
        assert ledger.next_nonce(ACCOUNT) == 42
        assert ledger.next_nonce("0xB") == 0
        ledger.add_receipt(receipt("t1"), 2)
        assert ledger.next_nonce(ACCOUNT) == 0


def test_chain_is_noted_once(path: Path) -> None:
    with Ledger(path) as ledger:
        assert ledger.chain() is None
        chain = StoredChain(5, "0xC", is_embedded=True, base_uri="https://twins.example/ipfs/")
        ledger.set_chain(chain)
        assert ledger.chain() == chain
        with pytest.raises(sqlite3.IntegrityError):
            ledger.set_chain(StoredChain(6, "0xD", is_embedded=False, base_uri="ipfs://"))


COLUMNS = {
    "as_of": 99,
    "published_at": 99,
    "reason": "severity",
    "disposition": "damaged",
    "severity": 3,
    "writer": "llm",
    "evidence_size": 99,
    "milestones": 1,
    "decisions": 1,
    "report": b"[]",
    "checksum": b"",
}


@pytest.mark.parametrize(("column", "value"), COLUMNS.items(), ids=COLUMNS)
def test_changed_column_of_a_version_shows(path: Path, column: str, value: object) -> None:
    with Ledger(path) as ledger:
        ledger.publish(*made("a", 1))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE version SET {column} = ?", (value,))  # noqa: S608 - constants
    with (
        Ledger(path, read_only=True) as ledger,
        pytest.raises(LedgerDamaged, match="version 1 of asset a"),
    ):
        ledger.versions("a")
