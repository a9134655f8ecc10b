"""The command line: one command, `cargotwin`, and its subcommands.

What a command shows goes to standard output, with `--json` as JSON and nothing beside it; what it
did, hints, progress and errors go to standard error. Exit codes: 0 done, 1 a "no" (refused, not
verified), 2 a mistake in the call or something that is away.
"""

from __future__ import annotations

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
    operations,
    policies,
    quarantine,
    reporting,
    simulating,
)

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

operations.register(application)
simulating.register(application)
reporting.register(application)
decoding.register(application)
exporting.register(application)
importing.register(application)
application.add_typer(assets.asset, name="asset")
application.add_typer(custody.custody, name="custody")
application.add_typer(contract_commands.contracts, name="contracts")
application.add_typer(policies.policy, name="policy")
application.add_typer(operations.config, name="config")
application.add_typer(devices.devices, name="devices")
application.add_typer(quarantine.quarantine, name="quarantine")
application.add_typer(access.access, name="access")
application.add_typer(bench.bench, name="bench")
