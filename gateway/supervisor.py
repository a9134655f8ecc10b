"""The supervisor: starts intake and derive, and starts again whichever dies.

Each runs as a process of its own, so that a slow twin or a hanging model cannot hold up a device.
The draft process belongs to derive, which talks to it over pipes and starts it again itself.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from .errors import AlreadyRunning
from .settings import Settings

_log = logging.getLogger(__name__)

PROCESSES = ("intake", "derive")
SETTINGS_FILE = "settings.json"
OWNER_ONLY = 0o600
PRIVATE_UMASK = 0o077
"""What is in a data folder (keys, passwords of brokers, readings) is its owner's alone."""

_RESTART_DELAYS_S = (0.1, 0.5, 1.0, 2.0, 5.0)
_HEALTHY_S = 30.0
_STOP_TIMEOUT_S = 15.0
_LOOK_S = 0.05
_ROOT = Path(__file__).resolve().parent.parent


def address_file(folder: Path, process: str) -> Path:
    """Return where a process writes what it listens on, once it does."""
    return folder / f"{process}.json"


def lock_folder(folder: Path) -> IO[str]:
    """Hold a data folder for one gateway; the lock goes when the file is closed.

    Raises:
        AlreadyRunning: Another gateway holds it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, OWNER_ONLY)
    file = os.fdopen(descriptor, "w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise AlreadyRunning(folder) from error
    return file


def with_fixed_ports(settings: Settings) -> Settings:
    """Return the settings with every port 0 replaced by one that is free now.

    A restarted process must come back at the address that its devices and readers know.
    """
    listener = settings.listener.model_copy(update={"port": settings.listener.port or _free_port()})
    web = settings.web.model_copy(update={"port": settings.web.port or _free_port()})
    chain = settings.chain.model_copy(update={"rpc_port": settings.chain.rpc_port or _free_port()})
    return settings.model_copy(update={"listener": listener, "web": web, "chain": chain})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Supervisor:
    """Runs the processes of one data folder.

    Args:
        settings: Effective settings, ports fixed.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._folder = settings.folder.absolute()
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self.restarts: dict[str, int] = dict.fromkeys(PROCESSES, 0)

    async def run(self, ready: asyncio.Event) -> None:
        """Run until cancelled; sets `ready` when every process listens.

        Raises:
            AlreadyRunning: Another gateway holds the data folder.
        """
        umask = os.umask(PRIVATE_UMASK)
        try:
            await self._run_locked(ready)
        finally:
            os.umask(umask)

    async def _run_locked(self, ready: asyncio.Event) -> None:
        lock = lock_folder(self._folder)
        try:
            self._write_settings()
            async with asyncio.TaskGroup() as group:
                for name in PROCESSES:
                    address_file(self._folder, name).unlink(missing_ok=True)
                    group.create_task(self._keep(name), name=f"supervise {name}")
                group.create_task(self._tell_ready(ready), name="wait for addresses")
        finally:
            await self._stop_all()
            lock.close()

    def pids(self) -> Mapping[str, int]:
        """Return the process ids, for tests and for people."""
        return {name: process.pid for name, process in self._processes.items()}

    def _write_settings(self) -> None:
        text = json.dumps(self._settings.model_dump(), indent=2)
        file = self._folder / SETTINGS_FILE
        # It may hold the password of a broker: an earlier file is not written into as it was.
        file.touch(OWNER_ONLY)
        file.chmod(OWNER_ONLY)
        file.write_text(text)

    async def _keep(self, name: str) -> None:
        """Start a process again whenever it ends, later each time it ends early."""
        loop = asyncio.get_running_loop()
        early = 0
        while True:
            started = loop.time()
            process = await self._start(name)
            self._processes[name] = process
            code = await process.wait()
            early = 0 if loop.time() - started > _HEALTHY_S else early + 1
            delay = _RESTART_DELAYS_S[min(early, len(_RESTART_DELAYS_S)) - 1] if early else 0.0
            _log.warning("%s ended with %s; starting it again in %s s", name, code, delay)
            self.restarts[name] += 1
            await asyncio.sleep(delay)

    async def _start(self, name: str) -> asyncio.subprocess.Process:
        # A folder of the checkout or of the wheel: -m needs it on the path of the child.
        search = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "gateway.bootstrap",
            name,
            str(self._folder / SETTINGS_FILE),
            env={**os.environ, "PYTHONPATH": search},
            # Closes when this process ends, however it ends: the child then ends itself.
            stdin=asyncio.subprocess.PIPE,
            # Ctrl-C is this process's to understand.
            start_new_session=True,
        )

    async def _tell_ready(self, ready: asyncio.Event) -> None:
        # A process may listen before its start has been seen here: one that is not yet known would
        # not be asked to end.
        while not all(  # noqa: ASYNC110 - another process writes
            name in self._processes and address_file(self._folder, name).exists()
            for name in PROCESSES
        ):
            await asyncio.sleep(_LOOK_S)
        ready.set()

    async def _stop_all(self) -> None:
        """Ask every process to end, and end those that do not."""
        running = [one for one in self._processes.values() if one.returncode is None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        if not running:
            return
        waits = [asyncio.ensure_future(process.wait()) for process in running]
        _, late = await asyncio.wait(waits, timeout=_STOP_TIMEOUT_S)
        if late:
            for process in running:
                if process.returncode is None:
                    process.kill()
            await asyncio.wait(late)


def write_addresses(folder: Path, process: str, addresses: Mapping[str, object]) -> None:
    """Write what a process listens on, whole or not at all."""
    target = address_file(folder, process)
    draft = target.with_suffix(".tmp")
    draft.write_text(json.dumps({"pid": os.getpid(), **addresses}))
    draft.replace(target)


def read_addresses(folder: Path, process: str) -> dict[str, object]:
    """Return what a process listens on; empty while it does not run."""
    try:
        found: dict[str, object] = json.loads(address_file(folder, process).read_text())
    except FileNotFoundError:
        return {}
    return found
