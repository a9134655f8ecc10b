"""`cargotwin contracts …`: build the artifacts, deploy the contract."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cargotwin.console import JsonOption, explained, people, print_json, print_line, run

if TYPE_CHECKING:
    from contracts.deploy import Deployment
    from contracts.signer import ChainKey

# The chain's libraries are imported where they are used: every other command would wait for them.

contracts = typer.Typer(help="The token contract.", no_args_is_help=True)


@contracts.command("build")
def build() -> None:
    """Compile the contracts with the pinned compiler and write their artifacts."""
    from contracts.deploy import build_artifacts  # noqa: PLC0415 - slow to load

    with explained():
        people.print(f"artifacts written to {build_artifacts()}", soft_wrap=True)


@contracts.command("deploy")
def deploy(
    rpc: Annotated[str, typer.Option(help="HTTP address of a node.")],
    key: Annotated[
        Path,
        typer.Option(
            help="Key file of the account that deploys and anchors; made where it is missing."
        ),
    ],
    base_uri: Annotated[
        str,
        typer.Option(
            help="What stands before the content identifiers of documents: ipfs:// or https://host/ipfs/."
        ),
    ] = "ipfs://",
    as_json: JsonOption = False,
) -> None:
    """Create the token contract, with the key's account in every role.

    Example: cargotwin contracts deploy --rpc https://node.example:8545 --key chain.key
    """
    from contracts.signer import ChainKey  # noqa: PLC0415 - slow to load

    with explained():
        signer = ChainKey.load_or_create(key)
    people.print(f"account {signer.address}")
    done = run(_deploy(rpc, signer, base_uri))
    if as_json:
        print_json({"contract": done.address, "chain_id": done.chain_id, "gas_used": done.gas_used})
        return
    print_line(f"contract {done.address} on chain {done.chain_id}, {done.gas_used:,} gas")


async def _deploy(rpc: str, signer: ChainKey, base_uri: str) -> Deployment:
    from contracts.anchor import EvmAnchor  # noqa: PLC0415 - slow to load
    from contracts.deploy import deploy_contract  # noqa: PLC0415 - slow to load

    anchor = await EvmAnchor.connect(rpc, signer)
    try:
        return await deploy_contract(anchor, base_uri)
    finally:
        await anchor.close()
