"""The ledger: every document, report and transaction that was ever published.

It is append-only and cannot be rebuilt. The derive process writes it; a verifier reads it, and is
told of a row whose bytes are not those that were written.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from importlib import resources
from pathlib import Path
from typing import Any, Self

import msgspec

from condition_reports.report import ConditionReport
from contracts.chain import Receipt, SignedTransaction
from contracts.evidence import ASSET_KEY_BYTES, Evidence
from gateway.errors import LedgerDamaged
from twins.identity.asset_names import AssetNames

_encoder = msgspec.msgpack.Encoder()


class Published(msgspec.Struct, frozen=True):
    """One published version.

    Attributes:
        asset: Id of the asset.
        version: 1, 2, 3, …
        digest: SHA-256 of the document.
        as_of: The moment that it judges.
        published_at: When it was written, microseconds UTC.
        reason: Why it was written.
        disposition: CBV word.
        severity: 0 to 3.
        writer: Whose words the report is.
        evidence_size: Leaves that it covers.
        evidence_root: Root over them.
        milestones: Milestones that it knew.
        decisions: Decisions that it knew.
        report: JSON of the condition report.
    """

    asset: str
    version: int
    digest: bytes
    as_of: int
    published_at: int
    reason: str
    disposition: str
    severity: int
    writer: str
    evidence_size: int
    evidence_root: bytes
    milestones: int
    decisions: int
    report: bytes

    @property
    def evidence(self) -> Evidence:
        """What the version states about its inputs."""
        return Evidence(self.evidence_size, self.evidence_root)

    def condition_report(self) -> ConditionReport:
        """Return the report that went with it."""
        return msgspec.json.decode(self.report, type=ConditionReport)


class StoredChain(msgspec.Struct, frozen=True):
    """Which contract on which chain holds the tokens of this data folder.

    Attributes:
        chain_id: The chain.
        contract: Address of the contract.
        is_embedded: Whether the gateway itself ran the chain.
        base_uri: What stands before the CID in a token URI, as the contract was told for good.
    """

    chain_id: int
    contract: str
    is_embedded: bool
    base_uri: str


class Anchored(msgspec.Struct, frozen=True):
    """How far a version's transaction has come."""

    hash: str
    block: int | None
    gas_used: int | None


class Ledger:
    """One connection: the derive process's writing one, or a read-only one."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._newest: dict[str, Published] | None = None if read_only else {}
        if read_only:
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None
            )
            return
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        schema = resources.files(__package__) / "schema" / "ledger.sql"
        self._connection.executescript(schema.read_text())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def asset_key(self, asset: str) -> bytes:
        """Return the asset's salt key, made at its first use."""
        known = self.stored_asset_key(asset)
        if known is not None:
            return known
        self._connection.execute(
            "INSERT OR IGNORE INTO asset_key VALUES (?, ?)",
            (asset, secrets.token_bytes(ASSET_KEY_BYTES)),
        )
        found = self.stored_asset_key(asset)
        if found is None:
            message = f"the key of asset {asset} was not stored"
            raise sqlite3.IntegrityError(message)
        return found

    def stored_asset_key(self, asset: str) -> bytes | None:
        """Return the asset's salt key, or None where there is none."""
        row = self._connection.execute(
            "SELECT key FROM asset_key WHERE asset = ?", (asset,)
        ).fetchone()
        return row[0] if row else None

    def publish(self, published: Published, document: bytes) -> None:
        """Write a version and its document in one transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.execute(
                "INSERT INTO document VALUES (?, ?)", (published.digest, document)
            )
            self._connection.execute(
                f"INSERT INTO version VALUES ({', '.join('?' * 15)})",  # noqa: S608 - constant
                (*msgspec.structs.astuple(published), _checksum(published)),
            )
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            # A full disk makes SQLite roll back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        if self._newest is not None:
            self._newest[published.asset] = published

    def document(self, digest: bytes) -> bytes | None:
        """Return a document by the digest under which it was published, unchecked."""
        row = self._connection.execute(
            "SELECT bytes FROM document WHERE digest = ?", (digest,)
        ).fetchone()
        return row[0] if row else None

    def versions(self, asset: str) -> list[Published]:
        """Return an asset's versions, oldest first.

        Raises:
            LedgerDamaged: A row is not what was written.
        """
        rows = self._connection.execute(
            "SELECT * FROM version WHERE asset = ? ORDER BY version", (asset,)
        )
        return [_published(row) for row in rows]

    def version(self, asset: str, number: int) -> Published | None:
        """Return one version, or None where there is none of that number."""
        row = self._connection.execute(
            "SELECT * FROM version WHERE asset = ? AND version = ?", (asset, number)
        ).fetchone()
        return _published(row) if row else None

    def published_size(self, asset: str) -> int:
        """Return how many inputs of an asset its newest version covers, 0 before the first."""
        newest = self.newest(asset)
        return newest.evidence_size if newest else 0

    def newest(self, asset: str) -> Published | None:
        """Return an asset's newest version, or None before the first."""
        if self._newest is not None and asset in self._newest:
            return self._newest[asset]
        row = self._connection.execute(
            "SELECT * FROM version WHERE asset = ? ORDER BY version DESC LIMIT 1", (asset,)
        ).fetchone()
        if row is None:
            return None
        newest = _published(row)
        if self._newest is not None:
            # This connection is the only one that writes.
            self._newest[asset] = newest
        return newest

    def assets(self) -> list[str]:
        """Return every asset that has a version."""
        return [row[0] for row in self._connection.execute("SELECT DISTINCT asset FROM version")]

    def kept_id(self, spelling: str) -> str:
        """Return the id of the asset with a version that a text names, else the text itself."""
        row = self._connection.execute(
            "SELECT 1 FROM version WHERE asset = ? LIMIT 1", (spelling,)
        ).fetchone()
        if row is not None:
            return spelling
        # A changed byte may make something else of a text.
        rows = self._connection.execute(
            "SELECT DISTINCT asset FROM version WHERE typeof(asset) = 'text' ORDER BY asset"
        )
        return AssetNames(row[0] for row in rows).find(spelling) or spelling

    def chain(self) -> StoredChain | None:
        """Return where the tokens live, or None before the contract is known."""
        row = self._connection.execute(
            "SELECT chain_id, contract, is_embedded, base_uri FROM chain"
        ).fetchone()
        return StoredChain(row[0], row[1], bool(row[2]), row[3]) if row else None

    def set_chain(self, chain: StoredChain) -> None:
        """Note where the tokens live, once and for all."""
        self._connection.execute(
            "INSERT INTO chain VALUES (1, ?, ?, ?, ?)",
            (chain.chain_id, chain.contract, chain.is_embedded, chain.base_uri),
        )

    def add_transaction(
        self, published: Published, transaction: SignedTransaction, signed_at: int
    ) -> None:
        """Store a signed transaction before it is sent for the first time."""
        self._connection.execute(
            "INSERT INTO sent VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                transaction.transaction_hash,
                published.asset,
                published.version,
                transaction.raw,
                transaction.sender,
                transaction.nonce,
                transaction.gas_limit,
                transaction.max_fee_per_gas_wei,
                signed_at,
            ),
        )

    def transactions(self, asset: str, version: int) -> list[SignedTransaction]:
        """Return the transactions that were signed for a version, oldest first."""
        rows = self._connection.execute(
            "SELECT raw, hash, sender, nonce, gas_limit, max_fee_per_gas_wei FROM sent "
            "WHERE asset = ? AND version = ? ORDER BY signed_at",
            (asset, version),
        )
        return [
            SignedTransaction(
                raw=row[0],
                transaction_hash=row[1],
                sender=row[2],
                nonce=row[3],
                gas_limit=row[4],
                max_fee_per_gas_wei=row[5],
            )
            for row in rows
        ]

    def add_receipt(self, receipt: Receipt, confirmed_at: int) -> None:
        """Store what became of a transaction."""
        self._connection.execute(
            "INSERT OR REPLACE INTO receipt VALUES (?, ?, ?, ?, ?, ?)",
            (
                receipt.transaction_hash,
                receipt.block.number,
                receipt.block.block_hash,
                receipt.block.timestamp,
                receipt.gas_used,
                confirmed_at,
            ),
        )

    def waiting(self, limit: int) -> list[Published]:
        """Return the oldest unconfirmed version of each asset, longest waiting first.

        Those that were signed go before the rest: no transaction of a higher nonce is mined before
        theirs.
        """
        rows = self._connection.execute(
            # Asset by asset, looking at indexes alone until it is known which rows are wanted.
            "WITH RECURSIVE known(asset) AS ("
            "  SELECT min(asset) FROM version UNION ALL"
            "  SELECT (SELECT min(asset) FROM version WHERE asset > known.asset) FROM known"
            "  WHERE known.asset IS NOT NULL), "
            "oldest AS ("
            "  SELECT asset, 1 + coalesce("
            "    (SELECT s.version FROM sent AS s JOIN receipt USING (hash)"
            "     WHERE s.asset = known.asset ORDER BY s.version DESC LIMIT 1), 0) AS version"
            "  FROM known WHERE asset IS NOT NULL), "
            "due AS ("
            "  SELECT v.asset, v.version, v.published_at, EXISTS ("
            "    SELECT 1 FROM sent AS s WHERE s.asset = v.asset AND s.version = v.version)"
            "    AS is_signed"
            "  FROM oldest CROSS JOIN version AS v USING (asset, version)"
            "  ORDER BY is_signed DESC, v.published_at LIMIT ?) "
            "SELECT version.* FROM due CROSS JOIN version USING (asset, version) "
            "ORDER BY due.is_signed DESC, due.published_at",
            (limit,),
        )
        return [_published(row) for row in rows]

    def next_nonce(self, sender: str) -> int:
        """Return the nonce behind those of every unconfirmed transaction of an account."""
        row = self._connection.execute(
            "SELECT max(nonce) FROM sent LEFT JOIN receipt USING (hash) "
            "WHERE receipt.hash IS NULL AND sender = ?",
            (sender,),
        ).fetchone()
        return 0 if row[0] is None else int(row[0]) + 1

    def queue_length(self) -> int:
        """Return the number of versions that are not confirmed."""
        total = self._connection.execute("SELECT count(*) FROM version").fetchone()[0]
        return int(total) - self.confirmed()

    def confirmed(self) -> int:
        """Return the number of confirmed versions."""
        row = self._connection.execute(
            "SELECT count(DISTINCT asset || ' ' || version) FROM sent JOIN receipt USING (hash)"
        ).fetchone()
        return int(row[0])

    def gas_used(self) -> int:
        """Return the gas that every confirmed transaction used together."""
        row = self._connection.execute("SELECT coalesce(sum(gas_used), 0) FROM receipt").fetchone()
        return int(row[0])

    def anchored(self, asset: str, version: int) -> Anchored | None:
        """Return how far a version's newest transaction has come; None before it is signed."""
        row = self._connection.execute(
            "SELECT hash, block, gas_used FROM sent LEFT JOIN receipt USING (hash) "
            "WHERE asset = ? AND version = ? ORDER BY block IS NULL, signed_at DESC LIMIT 1",
            (asset, version),
        ).fetchone()
        return Anchored(*row) if row else None

    def damage(self) -> str:
        """Return what SQLite's own check finds wrong, empty where nothing is."""
        found = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        return "" if found == "ok" else str(found)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _checksum(published: Published) -> bytes:
    return hashlib.sha256(_encoder.encode(msgspec.structs.astuple(published))).digest()


def _published(row: tuple[Any, ...]) -> Published:
    published = Published(*row[:-1])
    if row[-1] != _checksum(published):
        raise LedgerDamaged(f"version {row[1]} of asset {row[0]}")
    return published


def digest_of(document: bytes) -> bytes:
    """Return the SHA-256 under which a document is published."""
    return hashlib.sha256(document).digest()
