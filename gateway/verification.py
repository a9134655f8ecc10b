"""Verification on a data folder: gather what is claimed, ask the chain, check it all again.

Nothing derived is read: the input log is rebuilt from the journal, whose own hash chain is checked
first. What the outcome rests on is named with it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from condition_reports.facts import facts_of
from condition_reports.verifier import Rejected, verify_text
from contracts.anchor import EvmAnchor
from contracts.chain import ChainHead
from contracts.errors import ChainUnavailable
from contracts.metadata import attested_statement, token_id_of
from contracts.signer import ChainKey, is_attested_by
from contracts.verify import (
    Check,
    Claims,
    Outcome,
    Rebuilt,
    Verification,
    verify_versions,
)
from gateway.asset_log import AssetLog, asset_log
from gateway.errors import JournalDamaged, UnreadableFile
from gateway.publishing import title_of
from gateway.settings import Settings
from gateway.store.journal import JournalReader
from gateway.store.ledger import Ledger, StoredChain
from twins.errors import CargotwinError

_KEY_SCHEME = "ed25519:"


class UnknownAsset(CargotwinError):
    """No version was ever published for the asset in this data folder."""

    def __init__(self, asset: str, folder: Path) -> None:
        self.asset = asset
        super().__init__(
            f"nothing was published for asset {asset} in {folder}; `cargotwin asset list` names them"
        )


async def verify_asset(
    settings: Settings, asset: str, *, rpc_url: str, contract: str = ""
) -> Verification:
    """Verify an asset of a data folder against a chain.

    Args:
        settings: Names the data folder and the token URI's base.
        asset: Id of the asset.
        rpc_url: Any node of the chain.
        contract: The contract; the one of the ledger where it is empty.

    Raises:
        UnreadableFile: The folder holds no journal or no ledger.
        UnknownAsset: Nothing was published for the asset.
    """
    folder = settings.folder
    for name in ("journal.db", "ledger.db"):
        if not (folder / name).is_file():
            raise UnreadableFile(folder / name, "is not there; is this a data folder?")
    with Ledger(folder / "ledger.db", read_only=True) as ledger:
        stored = ledger.chain()
        versions = ledger.versions(asset)
        if not versions:
            raise UnknownAsset(asset, folder)
        checks = _ledger_checks(ledger)
        log, journal_checks = _read_journal(folder / "journal.db", asset)
        checks += journal_checks
        head, chain_checks = await _read_chain(stored, asset, rpc_url, contract)
        checks += chain_checks
        if log is not None and not chain_checks:
            anchored = versions[: head.version] if head else versions
            if len(anchored) < len(versions):
                detail = f"{len(versions) - len(anchored)} newer versions are not on the chain yet"
                checks.append(Check("newest version", Outcome.UNCHECKED, detail))
            claims = Claims(
                asset=asset,
                documents=[ledger.document(one.digest) or b"" for one in anchored],
                records=log.records,
                asset_key=ledger.stored_asset_key(asset) or b"",
                policies=log.policies,
                head=head,
                base_uri=settings.chain.base_uri,
            )
            checks += verify_versions(claims, check_text, check_attester)
    return Verification(
        asset=asset,
        versions=len(versions),
        checks=tuple(checks),
        trust_roots=_trust_roots(stored, head, rpc_url, contract),
    )


def check_text(document: Mapping[str, Any], rebuilt: Rebuilt) -> str:
    """Return what is wrong with a document's text, empty where every sentence is borne out."""
    facts = facts_of(
        rebuilt.condition,
        title=title_of(rebuilt.twin),
        policy=rebuilt.policy,
        custody=rebuilt.twin.custody,
        milestones=rebuilt.twin.milestones,
        decisions=rebuilt.twin.decisions,
    )
    verdict = verify_text(document["description"], facts)
    if isinstance(verdict, Rejected):
        return f"{verdict.code}: {verdict.sentence!r} ({verdict.detail})"
    return ""


def check_attester(document: Mapping[str, Any], rebuilt: Rebuilt) -> str:
    """Return what is wrong with a document's signature, empty where it fits its key."""
    twin = document["properties"]["cargotwin"]
    attester = twin["single_attester"]
    if not attester["key"].startswith(_KEY_SCHEME):
        return f"the key {attester['key']!r} is of no known kind"
    statement = attested_statement(rebuilt.condition, rebuilt.evidence, twin["version"])
    key = bytes.fromhex(attester["key"].removeprefix(_KEY_SCHEME))
    if is_attested_by(key, statement, bytes.fromhex(attester["signature"])):
        return ""
    return "the signature is not the stated key's over this condition and evidence"


def _ledger_checks(ledger: Ledger) -> list[Check]:
    damage = ledger.damage()
    return [Check("ledger", Outcome.FAILED, damage)] if damage else []


def _read_journal(path: Path, asset: str) -> tuple[AssetLog | None, list[Check]]:
    """Return the asset's log from a journal whose every batch is what was committed."""
    with JournalReader(path) as journal:
        try:
            log = asset_log(journal.checked, asset)
        except (JournalDamaged, sqlite3.DatabaseError) as error:
            return None, [Check("journal", Outcome.FAILED, str(error))]
        return log, [Check("journal", Outcome.OK, f"{log.batches} batches, hash chain whole")]


async def _read_chain(
    stored: StoredChain | None, asset: str, rpc_url: str, contract: str
) -> tuple[ChainHead | None, list[Check]]:
    address = contract or (stored.contract if stored else "")
    if not address:
        detail = "no contract is known: the data folder names none, give --contract"
        return None, [Check("chain", Outcome.UNCHECKED, detail)]
    try:
        # Reading needs no key; this one is thrown away and signs nothing.
        anchor = await EvmAnchor.connect(
            rpc_url,
            ChainKey(b"\1" * 32),
            contract_address=address,
            expected_chain_id=stored.chain_id if stored else None,
        )
    except ChainUnavailable as error:
        return None, [Check("chain", Outcome.UNCHECKED, error.diagnostics())]
    except CargotwinError as error:
        return None, [Check("chain", Outcome.FAILED, error.diagnostics())]
    try:
        return await anchor.head(token_id_of(asset)), []
    except ChainUnavailable as error:
        return None, [Check("chain", Outcome.UNCHECKED, error.diagnostics())]
    finally:
        await anchor.close()


def _trust_roots(
    stored: StoredChain | None, head: ChainHead | None, rpc_url: str, contract: str
) -> tuple[str, ...]:
    chain_id = stored.chain_id if stored else "unknown"
    address = contract or (stored.contract if stored else "unknown")
    roots = [
        "journal, ledger and asset key: supplied by the operator of this data folder",
        f"chain {chain_id}, contract {address}: read from {rpc_url}",
    ]
    if head is not None:
        roots.append(f"block {head.block.number} 0x{head.block.block_hash.hex()}")
        roots.append(f"token {head.token_id} owned by {head.owner}")
    if stored is None or stored.is_embedded:
        roots.append(
            "this is an embedded chain: one operator runs it, so it proves nothing to third parties"
        )
    return tuple(roots)
