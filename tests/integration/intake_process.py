"""Intake alone, in a process of its own: what devices meet, without twins, chain or page."""

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway.store.entries import decode_entries, decode_record
from gateway.store.journal import JournalReader
from tests.integration.clients import V3_1_1, Call, by_paho
from tests.integration.gateway_process import eventually, short_folder
from tests.servers import Server, free_port
from tests.servers.places import REPOSITORY
from twins.readings import Reading

START_DEADLINE_S = 30.0
STOP_DEADLINE_S = 15.0
ADDRESSES = "intake.json"
PROBE = "probe"
PROBE_READING = '{"quantity":"temperature","unit":"Cel","value":4.25}'


class IntakeProcess:
    """`python -m gateway.bootstrap intake` on a port that stays the same over its restarts.

    Args:
        folder: Where its data, its settings and its log lie.
        module: What is run: the gateway's own, or one that alters it for a test.
        environment: More variables for it.
        sections: Sections of gateway.toml, as dictionaries.
        largest_file_blocks: Longest file that it may write, in blocks of 512 bytes; a disk that is
            full fails the same writes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        module: str = "gateway.bootstrap",
        environment: dict[str, str] | None = None,
        largest_file_blocks: int | None = None,
        **sections: Any,  # noqa: ANN401 - as in the file
    ) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.port = free_port()
        self._module = module
        self._environment = environment or {}
        self._limit = largest_file_blocks
        self._log = folder / "intake.log"
        self._settings = folder / "settings.json"
        listener = {"port": self.port, **sections.pop("listener", {})}
        document = {"data": str(self.data), "listener": listener, **sections}
        self._settings.write_text(json.dumps(document), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """All that it said on standard error, over all its starts."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    def start(self) -> None:
        """Start it and return when devices are served."""
        (self.data / ADDRESSES).unlink(missing_ok=True)
        command = [sys.executable, "-m", self._module, "intake", str(self._settings)]
        if self._limit is not None:
            command = ["sh", "-c", f'ulimit -S -f {self._limit} && exec "$@"', "sh", *command]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={**os.environ, **self._environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        eventually("intake's start", self._is_ready, START_DEADLINE_S)

    def kill(self) -> None:
        """Send SIGKILL, as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(STOP_DEADLINE_S)
            self._process = None

    def stop(self) -> None:
        """Ask it to end, and wait for that."""
        assert self._process is not None, "it does not run"
        self._process.terminate()
        self._process.wait(STOP_DEADLINE_S)
        self._process = None

    def have_room(self) -> None:
        """Start it without that limit from now on."""
        self._limit = None

    def lift_limit(self) -> None:
        """Let it write files of any length again: room on the disk."""
        limits = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, limits)

    def counters(self) -> dict[str, int]:
        """Return intake's counters over the life of its journal."""
        with JournalReader(self.data / "journal.db") as journal:
            return journal.counters()

    def readings(self, device: str = "") -> list[Reading]:
        """Return the journalled readings, of one device where it is named, in journal order.

        Every batch is checked to be the one that was committed.
        """
        with JournalReader(self.data / "journal.db") as journal:
            records = [
                decode_record(entry.record)
                for batch in journal.checked()
                for entry in decode_entries(batch)
            ]
        readings = [one for one in records if isinstance(one, Reading)]
        return [one for one in readings if device in ("", one.device)]

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log
        return (self.data / ADDRESSES).exists()


@contextlib.contextmanager
def running_intake(**settings: Any) -> Iterator[IntakeProcess]:  # noqa: ANN401 - handed on
    """Run intake on a folder of its own."""
    with short_folder() as folder:
        intake = IntakeProcess(folder, **settings)
        try:
            intake.start()
            yield intake
        except BaseException:
            print(intake.log)  # noqa: T201 - pytest shows it beside the failure
            raise
        finally:
            intake.kill()


@contextlib.contextmanager
def running_behind(broker: Server, qos: int) -> Iterator[IntakeProcess]:
    """Run intake behind a broker, from when it hears what the broker takes."""
    url = f"mqtt://127.0.0.1:{broker.port}"
    subscriber = [{"url": url, "qos": qos}]
    with running_intake(listener={"enabled": False}, subscriber=subscriber) as intake:
        probe = Call(port=broker.port, client_id=PROBE, version=V3_1_1)

        def is_heard() -> bool:
            by_paho(probe, f"cargotwin/v1/{PROBE}/readings", [PROBE_READING])
            return bool(intake.readings(PROBE))

        eventually("the subscription", is_heard)
        yield intake
