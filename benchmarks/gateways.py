"""The gateway under measurement: its real processes, on a data folder and ports of their own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

from gateway.door import DoorClient
from gateway.policies import find_policy
from gateway.settings import Settings
from gateway.supervisor import address_file, read_addresses, with_fixed_ports
from simulators.load_frames import device_name

from .processes import Child, running_module

ASSETS = 100
DEVICES = 1_000
POLICY = "vaccine-2-8"
STORED, UNSTORED = "gateway.bootstrap", "benchmarks.unstored"
_START_S = 60.0
_LOOK_S = 0.02


class Gateway:
    """A running intake process.

    Attributes:
        settings: What it was started with.
        intake: The process.
    """

    def __init__(self, settings: Settings, intake: Child) -> None:
        self.settings = settings
        self.intake = intake

    @property
    def url(self) -> str:
        """Where devices connect."""
        return str(read_addresses(self.settings.folder, "intake")["mqtt"])


class WholeGateway(Gateway):
    """Intake and derive.

    Attributes:
        derive: The second process.
    """

    def __init__(self, settings: Settings, intake: Child, derive: Child) -> None:
        super().__init__(settings, intake)
        self.derive = derive


@contextlib.contextmanager
def intake_alone(folder: Path, module: str = STORED, **sections: object) -> Iterator[Gateway]:
    """Run intake on a new data folder, with every device of the load bound."""
    settings, file = _settings(folder, sections)
    with running_module(module, "intake", str(file), folder=folder) as intake:
        _wait_for(settings, "intake", intake)
        asyncio.run(_bind_all(settings))
        yield Gateway(settings, intake)


@contextlib.contextmanager
def intake_and_derive(folder: Path, **sections: object) -> Iterator[WholeGateway]:
    """Run both processes on a new data folder, with every device of the load bound."""
    settings, file = _settings(folder, sections)
    with (
        running_module(STORED, "intake", str(file), folder=folder) as intake,
        running_module(STORED, "derive", str(file), folder=folder) as derive,
    ):
        _wait_for(settings, "intake", intake)
        _wait_for(settings, "derive", derive)
        asyncio.run(_bind_all(settings))
        yield WholeGateway(settings, intake, derive)


def _settings(folder: Path, sections: dict[str, object]) -> tuple[Settings, Path]:
    data = folder / "data"
    data.mkdir()
    ports = {"listener": {"port": 0}, "web": {"port": 0}, "chain": {"rpc_port": 0}}
    document = {"data": str(data), **ports, **sections}
    settings = with_fixed_ports(Settings.model_validate(document))
    file = folder / "settings.json"
    file.write_text(json.dumps(settings.model_dump()))
    return settings, file


def _wait_for(settings: Settings, name: str, process: Child) -> None:
    deadline = time.monotonic() + _START_S
    while not address_file(settings.folder, name).exists():
        process.check_running()
        if time.monotonic() > deadline:
            raise process.failure()
        time.sleep(_LOOK_S)


async def _bind_all(settings: Settings) -> None:
    """Add the assets and bind the devices, ten or so to each asset."""
    door = DoorClient(settings.folder)
    policy = find_policy(settings.policy_folder, POLICY)
    for number in range(ASSETS):
        await door.submit(
            {"command": "asset.add", "asset": f"load-asset-{number}", "policy": policy}
        )
    for number in range(DEVICES):
        await door.submit(
            {
                "command": "asset.bind",
                "asset": f"load-asset-{number % ASSETS}",
                "device": device_name(number),
                "expected_interval_s": 1,
            }
        )
