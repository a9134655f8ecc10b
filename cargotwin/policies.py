"""`cargotwin policy …`: condition policies as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import rfc8785
import typer

from cargotwin.console import explained, people
from gateway.policies import policy_of, read_policy_file
from twins.readings import QUANTITIES

policy = typer.Typer(help="Condition policies.", no_args_is_help=True)


@policy.command("check")
def check(file: Annotated[Path, typer.Argument(help="Policy file, TOML.")]) -> None:
    """Say what a policy file states, or all that is wrong with it.

    Example: cargotwin policy check config/policies/vaccine-2-8.toml
    """
    with explained():
        found = policy_of(rfc8785.dumps(read_policy_file(file)))
    people.print(f"{found.id}: {found.title}", markup=False)
    people.print(f"digest {found.digest.hex()}")
    for boundary in found.boundaries:
        quantity = QUANTITIES[boundary.quantity]
        side = "not above" if boundary.is_upper else "not below"
        people.print(
            f"  {boundary.id}: {boundary.quantity} {side} {boundary.limit / quantity.scale:g} "
            f"{quantity.unit}",
            markup=False,
        )
