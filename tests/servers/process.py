"""A server process on loopback that a test may stop, kill and start again on the same port."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

START_DEADLINE_SECONDS = 20.0
STOP_DEADLINE_SECONDS = 10.0
POLL_SECONDS = 0.02
LOOPBACK = "127.0.0.1"


class ServerDidNotStart(AssertionError):
    """The process ended, or nothing answered on its port before the deadline."""

    def __init__(self, name: str, port: int, log: str) -> None:
        super().__init__(f"{name} does not answer on port {port}; it said:\n{log[-2000:]}")


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


class Server:
    """One server: its command, the `port` that it listens on and the `folder` of its files."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        port: int,
        folder: Path,
        start_deadline_s: float = START_DEADLINE_SECONDS,
    ) -> None:
        self.name = name
        self.port = port
        self.folder = folder
        self._command = list(command)
        self._start_deadline_s = start_deadline_s
        self._log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The HTTP address, for those servers that speak HTTP."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> str:
        """All that the server has printed, over all its starts."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, f"{self.name} is not running"
        return self._process.pid

    def start(self) -> None:
        """Start the process and return when its port answers.

        Raises:
            ServerDidNotStart: it ended or stayed silent; the message holds what it printed.
        """
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + self._start_deadline_s
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise ServerDidNotStart(self.name, self.port, self.log)
            time.sleep(POLL_SECONDS)

    def stop(self) -> None:
        """Ask the process to end, and kill it when it does not."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_DEADLINE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None

    def _answers(self) -> bool:
        try:
            socket.create_connection((LOOPBACK, self.port), timeout=1.0).close()
        except OSError:
            return False
        return True
