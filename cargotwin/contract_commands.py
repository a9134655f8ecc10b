"""`cargotwin contracts …`: build the artifacts, deploy the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cargotwin.console import JsonOption, explained, people, print_json, run
from contracts.anchor import EvmAnchor
from contracts.deploy import Deployment, build_artifacts, deploy_contract
from contracts.signer import ChainKey

contracts = typer.Typer(help="The token contract.", no_args_is_help=True)


@contracts.command("build")
def build() -> None:
    """Compile the contracts with the pinned compiler and write their artifacts."""
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
    with explained():
        signer = ChainKey.load_or_create(key)
    people.print(f"account {signer.address}")
    done = run(_deploy(rpc, signer, base_uri))
    if as_json:
        print_json({"contract": done.address, "chain_id": done.chain_id, "gas_used": done.gas_used})
    people.print(f"contract {done.address} on chain {done.chain_id}, {done.gas_used:,} gas")


async def _deploy(rpc: str, signer: ChainKey, base_uri: str) -> Deployment:
    anchor = await EvmAnchor.connect(rpc, signer)
    try:
        return await deploy_contract(anchor, base_uri)
    finally:
        await anchor.close()
