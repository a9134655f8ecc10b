"""`cargotwin gateway`, `cargotwin demo` and `cargotwin config check`."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from pathlib import Path
from typing import Annotated

import typer

from cargotwin.console import (
    DEFAULT_DATA,
    NO,
    DataOption,
    JsonOption,
    explained,
    people,
    print_json,
    print_line,
    run,
)
from gateway.bootstrap.checking import usable_settings
from gateway.errors import WrongSetting, WrongSettings, refuse_mistakes
from gateway.settings import EMBEDDED, Settings
from gateway.supervisor import Supervisor, lock_folder, read_addresses, with_fixed_ports

LOOPBACK = "127.0.0.1"
config = typer.Typer(help="The configuration file.", no_args_is_help=True)

ConfigOption = Annotated[Path, typer.Option("--config", help="Configuration file, TOML.")]


def register(application: typer.Typer) -> None:
    """Add these commands to the application."""
    application.command("gateway")(gateway)
    application.command("demo")(demo)


def gateway(
    config_file: ConfigOption,
    data: Annotated[
        str, typer.Option(help="Data folder to use instead of the one that the file names.")
    ] = "",
) -> None:
    """Run the gateway until Ctrl-C: it takes readings in, judges them, and serves the pages.

    Example: cargotwin gateway --config gateway.toml
    """
    with explained():
        settings = usable_settings(config_file, data)
        # Said first: two gateways on one folder would quarrel about its ports too.
        lock_folder(settings.folder).close()
        check_ports(settings, config_file)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s supervisor %(message)s")
    run(_serve(with_fixed_ports(settings)))


def check_ports(settings: Settings, file: Path) -> None:
    """Bind each port once, so that a taken one is named before anything starts.

    Raises:
        WrongSetting: One cannot be bound; names file and key.
        WrongSettings: Several cannot.
    """
    taken = []
    wanted = [("web.port", settings.web.host, settings.web.port)]
    if settings.listener.enabled:
        wanted.append(("listener.port", settings.listener.host, settings.listener.port))
    if settings.chain.rpc == EMBEDDED:
        wanted.append(("chain.rpc_port", LOOPBACK, settings.chain.rpc_port))
    for key, host, port in wanted:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                allowed = f"a port that can be bound on {host} ({error.strerror}), or 0 for any"
                taken.append(WrongSetting(file, key, port, allowed))
    refuse_mistakes(file, taken)


async def _serve(settings: Settings) -> None:
    supervisor = Supervisor(settings)
    ready = asyncio.Event()
    task = asyncio.create_task(supervisor.run(ready), name="supervisor")
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    announce = asyncio.create_task(_announce(settings, ready), name="announce")
    try:
        await task
    except asyncio.CancelledError:
        people.print("stopped")
    finally:
        announce.cancel()


async def _announce(settings: Settings, ready: asyncio.Event) -> None:
    await ready.wait()
    folder = settings.folder
    people.print(f"devices  {read_addresses(folder, 'intake').get('mqtt') or 'listener is off'}")
    people.print(f"status   {read_addresses(folder, 'derive')['web']}")
    people.print(f"data     {folder.absolute()}")


def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="End when every stage is through.")
    ] = False,
    seconds: Annotated[
        int,
        typer.Option(
            "--for",
            help="Tell the story in two fifths of so many seconds, and end when they are over; "
            "with --headless end once every stage is through, sooner or later. 0: no end.",
            min=0,
        ),
    ] = 0,
    shipments: Annotated[
        int, typer.Option(help="How many shipments, 12 or more.", min=12, max=300)
    ] = 14,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Run everything on this machine: a simulated fleet, twins, a chain and the status page.

    Example: cargotwin demo --data /tmp/demo
    """
    # Imported here: every other command would wait for the simulators and the chain's libraries.
    from cargotwin.demo import Plan, run_demo  # noqa: PLC0415 - slow to load

    plan = Plan(data=data, headless=headless, seconds=seconds, shipments=shipments)
    result = run(run_demo(plan))
    if as_json:
        print_json(result.document())
    for problem in result.problems:
        people.print(f"[bold red]problem[/] {problem}", soft_wrap=True)
    if result.problems:
        raise typer.Exit(NO)


@config.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="Configuration file, TOML.")],
    as_json: JsonOption = False,
) -> None:
    """Say whether a configuration file can be used, and if not, everything that is wrong with it.

    Example: cargotwin config check gateway.toml
    """
    with explained():
        try:
            usable_settings(file)
        except (WrongSetting, WrongSettings) as error:
            if as_json:
                print_json({"file": str(file), "usable": False, "mistakes": _mistakes(error)})
            raise
    if as_json:
        print_json({"file": str(file), "usable": True, "mistakes": []})
        return
    print_line(f"{file}: can be used")


def _mistakes(error: WrongSetting | WrongSettings) -> list[dict[str, str]]:
    found = error.mistakes if isinstance(error, WrongSettings) else (error,)
    return [{"key": one.key, "text": one.sentence} for one in found]
