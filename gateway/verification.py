"""Verification on a data folder: gather what is claimed, ask the chain, check it all again.

Nothing derived is read: the input log is rebuilt from the journal, whose own hash chain is checked
first. What the outcome rests on is named with it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from condition_reports.actions import ACTION_SENTENCES, actions_of
from condition_reports.facts import facts_of
from contracts.anchor import EvmAnchor
from contracts.chain import ChainHead
from contracts.documents import read_document
from contracts.errors import NoContract, without_secrets
from contracts.metadata import attested_statement, title_of, token_id_of
from contracts.parents import ParentLog
from contracts.signer import ChainKey, is_attested_by
from contracts.verify import (
    Check,
    Claims,
    Outcome,
    Rebuilt,
    TextCheck,
    Verification,
    verify_versions,
)
from gateway.access.accounts import Accounts, read_accounts
from gateway.access.device_signatures import check_device_signatures
from gateway.access.handover_checks import check_handover_signatures
from gateway.asset_log import AssetLog, asset_log
from gateway.errors import JournalDamaged, LedgerDamaged, UnknownAsset, UnreadableFile
from gateway.known_writers import SHIPPED, KnownWriters, known_folders, model_loader
from gateway.report_attestation import stored_report_check
from gateway.report_checks import words_checks
from gateway.settings import Settings
from gateway.store.journal import JournalReader
from gateway.store.ledger import Ledger, Published, StoredChain
from twins.errors import CargotwinError, ConfigurationFault, TransientFault
from twins.inputs import InvalidRecord
from twins.verdict.counts import counted

_KEY_SCHEME = "ed25519:"
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the ledger holds of one asset."""

    versions: list[Published]
    documents: list[bytes]
    asset_key: bytes
    is_minted: bool


async def verify_asset(
    settings: Settings, asset: str, *, rpc_url: str, contract: str = ""
) -> Verification:
    """Verify an asset of a data folder against a chain.

    Args:
        settings: Names the data folder, and the token URI's base of a contract not its own.
        asset: Id of the asset, or any spelling of its key.
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
    asset = _kept_id(folder / "ledger.db", asset)
    # The chain is asked first: the service may go on meanwhile, and the ledger is ahead of it.
    chain, head, checks = await _read_chain(folder / "ledger.db", asset, rpc_url, contract)
    stored, ledger_checks = _read_ledger(folder / "ledger.db", asset)
    if stored is not None and not stored.versions:
        raise UnknownAsset(asset, folder)
    log, key_roots, journal_checks = _read_journal(folder / "journal.db", asset, settings)
    problem = next((one.detail for one in checks if one.outcome is Outcome.UNCHECKED), "")
    # Said again by the check of the chain itself.
    checks = [one for one in checks if one.outcome is not Outcome.UNCHECKED]
    checks = [*ledger_checks, *journal_checks, *checks]
    if stored is None or log is None:
        checks += [Check("chain", Outcome.UNCHECKED, problem)] if problem else []
    elif not any(one.outcome is Outcome.FAILED for one in checks):
        if head is None and not problem and not stored.is_minted:
            problem = "version 1 is not anchored yet: the token will exist once it is"
        base_uri = _base_uri(settings, chain, contract)
        keys = _keys_of(folder / "ledger.db", log.parents)
        folders = (*known_folders(folder), settings.report.model, SHIPPED)
        writers = KnownWriters(*map(model_loader, dict.fromkeys(folders)))
        checks += _version_checks(base_uri, asset, stored, log, keys, head, problem, writers)
    return Verification(
        asset=asset,
        versions=len(stored.versions) if stored else 0,
        checks=tuple(checks),
        trust_roots=(
            *_trust_roots(settings, chain, head, stored, rpc_url, contract),
            *key_roots,
        ),
    )


def _kept_id(path: Path, spelling: str) -> str:
    try:
        with Ledger(path, read_only=True) as ledger:
            return ledger.kept_id(spelling)
    except (sqlite3.Error, LedgerDamaged):
        # Said by the check of the ledger itself; the id as it was stated is as good as another.
        return spelling


def _base_uri(settings: Settings, chain: StoredChain | None, contract: str) -> str:
    """Return what the contract was deployed with; the setting, where it is not this folder's."""
    if chain is None or contract.lower() not in ("", chain.contract.lower()):
        return settings.chain.base_uri
    return chain.base_uri


def _version_checks(
    base_uri: str,
    asset: str,
    stored: _Stored,
    log: AssetLog,
    parent_keys: Mapping[str, bytes],
    head: ChainHead | None,
    chain_problem: str,
    writers: KnownWriters,
) -> list[Check]:
    checks = []
    documents = stored.documents[: head.version] if head else stored.documents
    if len(documents) < len(stored.documents):
        detail = f"{len(stored.documents) - len(documents)} newer versions are not on the chain yet"
        checks.append(Check("newest version", Outcome.UNCHECKED, detail))
    claims = Claims(
        asset=asset,
        documents=documents,
        records=log.records,
        asset_key=stored.asset_key,
        policies=log.policies,
        head=head,
        base_uri=base_uri,
        chain_problem=chain_problem,
        parents={one: ParentLog(log.parents[one], key) for one, key in parent_keys.items()},
    )
    checks += verify_versions(claims, text_check(writers), check_attester)
    if not any(one.outcome is Outcome.FAILED for one in checks):
        checks += map(stored_report_check, stored.versions, documents)
    return checks


def check_text(document: Mapping[str, Any], rebuilt: Rebuilt) -> Sequence[Check]:
    """Return the checks of a document's words, made again where their writer is at hand."""
    return text_check(KnownWriters())(document, rebuilt)


def text_check(writers: KnownWriters) -> TextCheck:
    """Return the check of documents' words that has some writers at hand."""

    def checks(document: Mapping[str, Any], rebuilt: Rebuilt) -> list[Check]:
        facts = facts_of(
            rebuilt.condition,
            title=title_of(rebuilt.twin),
            policy=rebuilt.policy,
            custody=rebuilt.twin.custody,
            milestones=rebuilt.twin.milestones,
            decisions=rebuilt.twin.decisions,
        )
        stated = document["properties"]["cargotwin"]
        recommended = ACTION_SENTENCES[actions_of(facts)[0]]
        if stated["next_step"] != recommended:
            detail = f"the next step is not {recommended!r}, which the facts recommend"
            return [Check("report", Outcome.FAILED, detail)]
        report = stated["report"]
        return words_checks(
            facts, document["description"], report["provenance"], report["writer"], writers
        )

    return checks


def check_attester(document: Mapping[str, Any], rebuilt: Rebuilt) -> str:
    """Return what is wrong with a document's signature, empty where it fits its key."""
    twin = document["properties"]["cargotwin"]
    attester = twin["single_attester"]
    if not attester["key"].startswith(_KEY_SCHEME):
        return f"the key {attester['key']!r} is of no known kind"
    try:
        key = bytes.fromhex(attester["key"].removeprefix(_KEY_SCHEME))
        signature = bytes.fromhex(attester["signature"])
    except ValueError:
        return "key or signature is not hex"
    statement = attested_statement(rebuilt.condition, rebuilt.evidence, twin["version"])
    if is_attested_by(key, statement, signature):
        return ""
    return "the signature is not the stated key's over this condition and evidence"


def _read_ledger(path: Path, asset: str) -> tuple[_Stored | None, list[Check]]:
    """Return what the ledger holds of an asset, where its rows are those that were written."""
    try:
        with Ledger(path, read_only=True) as ledger:
            damage = ledger.damage()
            if damage:
                return None, [Check("ledger", Outcome.FAILED, damage)]
            versions = ledger.versions(asset)
            documents = [_bytes_or_none(ledger.document(one.digest)) for one in versions]
            key = _bytes_or_none(ledger.stored_asset_key(asset))
            first = ledger.anchored(asset, 1)
    except (sqlite3.Error, LedgerDamaged) as error:
        return None, [Check("ledger", Outcome.FAILED, str(error))]
    is_minted = first is not None and first.block is not None
    return _Stored(versions, documents, key, is_minted), []


def _keys_of(path: Path, assets: Iterable[str]) -> dict[str, bytes]:
    """Return the salt keys of assets; an empty one where the ledger holds none."""
    with Ledger(path, read_only=True) as ledger:
        return {asset: _bytes_or_none(ledger.stored_asset_key(asset)) for asset in assets}


def _bytes_or_none(stored: object) -> bytes:
    """Return stored bytes; none where the row is missing or a changed byte made text of them."""
    return stored if isinstance(stored, bytes) else b""


def _read_journal(
    path: Path, asset: str, settings: Settings
) -> tuple[AssetLog | None, list[str], list[Check]]:
    """Return the asset's log from a journal whose every batch is what was committed.

    With it, whose keys were believed, and what was checked.
    """
    try:
        with JournalReader(path) as journal:
            log = asset_log(journal.checked, asset)
            accounts = _accounts(settings)
            devices = check_device_signatures(journal.checked(), log.records, accounts.signing_key)
            parties = check_handover_signatures(log.records, accounts)
    # InvalidRecord: a handover whose statement cannot be read.
    except (JournalDamaged, InvalidRecord, sqlite3.Error) as error:
        return None, [], [Check("journal", Outcome.FAILED, str(error))]
    batches = counted(log.batches, "batch", "batches")
    checks = [Check("journal", Outcome.OK, f"{batches}, hash chain whole")]
    checks += [one.check for one in (devices, parties) if one.check is not None]
    return log, [*devices.trust_roots, *parties.trust_roots], checks


def _accounts(settings: Settings) -> Accounts:
    """Return who knows the keys of devices and parties, where the file can be read."""
    name = settings.listener.accounts_file
    try:
        return read_accounts(Path(name)) if name else Accounts()
    except ConfigurationFault:
        # A copied folder comes without them; the outcome then says which keys it did not know.
        return Accounts()


async def _read_chain(
    path: Path, asset: str, rpc_url: str, contract: str
) -> tuple[StoredChain | None, ChainHead | None, list[Check]]:
    """Return which chain the ledger names, and what it says of the token."""
    try:
        with Ledger(path, read_only=True) as ledger:
            stored = ledger.chain()
    except sqlite3.Error as error:
        return None, None, [Check("ledger", Outcome.FAILED, str(error))]
    address = contract or (stored.contract if stored else "")
    if not address:
        detail = "no contract is known: the data folder names none, give --contract"
        return stored, None, [Check("chain", Outcome.UNCHECKED, detail)]
    if not _ADDRESS.fullmatch(address):
        detail = f"{address!r} is no address of a contract"
        return stored, None, [Check("chain", Outcome.FAILED, detail)]
    try:
        head = await _head(asset, rpc_url, address, stored.chain_id if stored else None)
    except TransientFault as error:
        return stored, None, [Check("chain", Outcome.UNCHECKED, error.diagnostics())]
    except CargotwinError as error:
        detail = error.diagnostics()
        if isinstance(error, NoContract):
            detail = _without_contract(error, stored, rpc_url)
        return stored, None, [Check("chain", Outcome.FAILED, detail)]
    return stored, head, []


def _without_contract(error: NoContract, stored: StoredChain | None, rpc_url: str) -> str:
    """Return what was looked for where, and what to do."""
    known = "This folder's ledger names no contract."
    if stored is not None:
        known = f"This folder's ledger names {stored.contract} on chain {stored.chain_id}."
    return (
        f"there is no contract at {error.address} on chain {error.chain_id}, so no token either: "
        f"looked for at {without_secrets(rpc_url)}. {known} Name a node of the chain where it was "
        "anchored with --rpc, and its contract with --contract; a chain that was begun anew has "
        "forgotten both"
    )


async def _head(asset: str, rpc_url: str, contract: str, chain_id: int | None) -> ChainHead | None:
    # Reading needs no key; this one is thrown away and signs nothing.
    anchor = await EvmAnchor.connect(
        rpc_url, ChainKey(b"\1" * 32), contract_address=contract, expected_chain_id=chain_id
    )
    try:
        return await anchor.head(token_id_of(asset))
    finally:
        await anchor.close()


def _trust_roots(
    settings: Settings,
    chain: StoredChain | None,
    head: ChainHead | None,
    stored: _Stored | None,
    rpc_url: str,
    contract: str,
) -> tuple[str, ...]:
    chain_id = chain.chain_id if chain else "unknown"
    address = contract or (chain.contract if chain else "unknown")
    roots = [
        "journal, ledger and asset key: supplied by the operator of this data folder",
        f"chain {chain_id}, contract {address}: read from {without_secrets(rpc_url)}",
    ]
    if head is not None:
        roots.append(f"block {head.block.number} 0x{head.block.block_hash.hex()}")
        roots.append(f"token {head.token_id} owned by {head.owner}")
    keys = sorted({one for one in map(_attester_of, stored.documents if stored else ()) if one})
    roots.extend(f"attester {key}: named by the documents themselves" for key in keys)
    is_embedded = chain.is_embedded if chain else settings.chain.rpc == "embedded"
    if is_embedded:
        roots.append(
            "this is an embedded chain: one operator runs it, so it proves nothing to third parties"
        )
    return tuple(roots)


def _attester_of(stored: bytes) -> str:
    document, _ = read_document(stored)
    return document.twin.single_attester.key if document else ""
