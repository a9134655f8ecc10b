"""`cargotwin simulate` and `cargotwin replay`: devices that are not there, over real MQTT."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cargotwin.console import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    explained,
    people,
    print_json,
    run,
    say,
)
from cargotwin.simulated_asset import commands, lacking
from gateway.clock import now_us
from gateway.supervisor import read_addresses
from simulators import simulate as simulation
from simulators.fleet import single
from simulators.scenarios import SCENARIOS
from twins.verdict.counts import counted

BrokerOption = Annotated[
    str,
    typer.Option(
        help="mqtt://host:port of a broker or listener; the local gateway's unless stated."
    ),
]
SpeedOption = Annotated[
    float,
    typer.Option(
        help="Seconds of the journey that are sent in one second; 0 sends as fast as the broker "
        "acknowledges.",
        min=0,
    ),
]
ScenarioOption = Annotated[
    str, typer.Option(help=f"What happens on the way: one of {', '.join(SCENARIOS)}.")
]
SeedOption = Annotated[
    int,
    typer.Option(
        help="Number from which every random choice follows: the same seed makes the same journey."
    ),
]


def register(application: typer.Typer) -> None:
    """Add these commands to the application."""
    application.command("simulate")(simulate)
    application.command("replay")(replay)


def simulate(
    scenario: ScenarioOption = "nominal",
    broker: BrokerOption = "",
    seed: SeedOption = 0,
    speed: SpeedOption = 0,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Send one simulated shipment that ended just before now.

    It counts once its asset and devices are entered: the commands are shown where they are not.

    Example: cargotwin simulate --scenario excursion --seed 7 --speed 3600
    """
    url, now = broker or _local(data), now_us()
    with explained():
        planned = single(scenario, seed, now)
    lacks = commands(planned, data) if broker else run(lacking(planned, data))
    if lacks:
        say(
            f"nothing takes {planned.asset} yet. Its readings are kept, its custody and milestones "
            "wait in quarantine: all of them count once you have entered these"
        )
    for line in lacks:
        say(f"  {line}")
    shipment, progress = run(
        simulation.simulate(url, scenario, seed=seed, now=now, speed=speed or None)
    )
    if as_json:
        print_json(
            {
                "asset": shipment.asset,
                "policy": shipment.policy,
                "devices": [one.id for one in shipment.devices],
                "messages": progress.acknowledged,
                "readings": progress.readings,
                "labels": len(shipment.labels),
            }
        )
    people.print(
        f"{counted(progress.readings, 'reading')} of {shipment.asset} acknowledged in "
        f"{counted(progress.acknowledged, 'message')} by {url}"
    )


def replay(
    file: Annotated[Path, typer.Argument(help="CSV file with a header line.")],
    device: Annotated[str, typer.Option(help="Id of the device that it is played as.")],
    quantity: Annotated[str, typer.Option(help="What it measures, such as temperature.")],
    unit: Annotated[str, typer.Option(help="Unit of the values, such as C, F or Cel.")],
    zone: Annotated[
        str, typer.Option(help="Time zone of naive times, such as UTC or Europe/Berlin.")
    ],
    broker: BrokerOption = "",
    speed: SpeedOption = 0,
    data: DataOption = DEFAULT_DATA,
    as_json: JsonOption = False,
) -> None:
    """Play a recorded series as the readings of one device.

    Example: cargotwin replay log.csv --device fridge-1 --quantity temperature --unit C --zone UTC
    """
    url = broker or _local(data)
    progress = run(
        simulation.replay(
            url,
            file,
            device=device,
            quantity=quantity,
            unit=unit,
            zone=zone,
            speed=speed or None,
        )
    )
    if as_json:
        print_json({"messages": progress.acknowledged, "readings": progress.readings})
    people.print(
        f"{counted(progress.readings, 'reading')} acknowledged in "
        f"{counted(progress.acknowledged, 'message')}"
    )


def _local(data: Path) -> str:
    address = read_addresses(data, "intake").get("mqtt")
    if not address:
        people.print(
            "no gateway runs on this data folder: start one, or name a broker with --broker"
        )
        raise typer.Exit(2)
    return str(address)
