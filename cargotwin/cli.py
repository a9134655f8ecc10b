"""The command line: one command, `cargotwin`, and its subcommands.

What a command shows goes to standard output, with `--json` as JSON and nothing beside it; what it
did, hints, progress and errors go to standard error. Exit codes: 0 done, 1 a "no" (refused, not
verified), 2 a mistake in the call or something that is away.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cargotwin import (
    access,
    assets,
    bench,
    contract_commands,
    custody,
    decoding,
    devices,
    exporting,
    importing,
    models,
    operations,
    policies,
    quarantine,
    report_editing,
    reporting,
    simulating,
    training,
    verifying_reports,
)
from cargotwin.console import results
from gateway import __version__

application = typer.Typer(
    name="cargotwin",
    help="From a sensor reading to a token that proves it.",
    epilog=(
        "Begin with `cargotwin demo`, which needs nothing but this machine. For devices of your "
        "own copy config/gateway.toml, check it with `cargotwin config check FILE`, and run "
        "`cargotwin gateway --config FILE`. Each command explains itself with --help."
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _version(is_asked: bool) -> None:  # noqa: FBT001 - typer hands an option's value over so
    if is_asked:
        results.print(f"cargotwin {__version__}")
        raise typer.Exit


@application.callback()
def begin(
    _: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_version, is_eager=True),
    ] = False,
) -> None:
    """From a sensor reading to a token that proves it."""


operations.register(application)
simulating.register(application)
reporting.register(application)
decoding.register(application)
exporting.register(application)
importing.register(application)
training.register(application)
verifying_reports.register(application)
report_editing.register(application)
application.add_typer(assets.asset, name="asset")
application.add_typer(custody.custody, name="custody")
application.add_typer(contract_commands.contracts, name="contracts")
application.add_typer(policies.policy, name="policy")
application.add_typer(operations.config, name="config")
application.add_typer(devices.devices, name="devices")
application.add_typer(quarantine.quarantine, name="quarantine")
application.add_typer(access.access, name="access")
application.add_typer(models.model, name="model")
application.add_typer(bench.bench, name="bench")
