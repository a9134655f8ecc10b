"""Processes of a benchmark: each part under measurement runs in one of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from twins.errors import TransientFault

ROOT = Path(__file__).resolve().parent.parent
"""The checkout, or the folder of the wheel, that children import from."""
_STOP_S = 10.0
_BROUGHT = ROOT / ".servers" / "bin"
_SYSTEM = ("/usr/sbin", "/usr/local/sbin")


class ProcessFailed(TransientFault):
    """A part of the benchmark ended, or said nothing useful."""

    def __init__(self, command: list[str], code: int | None, log: str) -> None:
        self.command = command
        self.code = code
        super().__init__(
            f"{' '.join(command)} ended with {code}; it said: {log.strip()[-2000:] or 'nothing'}"
        )


class Child:
    """A running process.

    Args:
        command: Program and arguments.
        log: Where its standard error goes.
        output: Where its standard output goes; a pipe unless given.
        environment: More variables.
    """

    def __init__(
        self,
        command: list[str],
        log: Path,
        *,
        output: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.command = command
        self._log = log
        with contextlib.ExitStack() as files:
            errors = files.enter_context(log.open("ab"))
            target = files.enter_context(output.open("wb")) if output else subprocess.PIPE
            self._process = subprocess.Popen(  # noqa: S603 - our own programs
                command,
                # Closes when this process ends, however it ends: the gateway's then end themselves.
                stdin=subprocess.PIPE,
                stdout=target,
                stderr=errors,
                text=True,
                env={**os.environ, **(environment or {})},
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def line(self) -> str:
        """Return the next line that it prints.

        Raises:
            ProcessFailed: It ended without one.
        """
        assert self._process.stdout is not None  # noqa: S101 - without `output` there is a pipe
        text: str = self._process.stdout.readline()
        if not text:
            raise self.failure()
        return text

    def check_running(self) -> None:
        """Do nothing while it runs.

        Raises:
            ProcessFailed: It has ended.
        """
        if self._process.poll() is not None:
            raise self.failure()

    def failure(self) -> ProcessFailed:
        """Return what is to be said of its end."""
        code = self._process.poll()
        return ProcessFailed(self.command, code, self._log.read_text(errors="replace"))

    def stop(self) -> None:
        """Ask it to end, and end it when it does not."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for stream in filter(None, (self._process.stdin, self._process.stdout)):
            stream.close()


@contextlib.contextmanager
def running(command: list[str], folder: Path, *, output: Path | None = None) -> Iterator[Child]:
    """Run a program until the block ends; its log lies in the folder."""
    child = Child(command, folder / f"{Path(command[0]).name}.log", output=output)
    try:
        yield child
    finally:
        child.stop()


@contextlib.contextmanager
def running_module(name: str, *arguments: str, folder: Path) -> Iterator[Child]:
    """Run a module of ours as a program until the block ends."""
    search = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    child = Child(
        [sys.executable, "-m", name, *arguments],
        folder / f"{name}.log",
        environment={"PYTHONPATH": search},
    )
    try:
        yield child
    finally:
        child.stop()


def program(name: str) -> str | None:
    """Return the path of a program of this machine, or None."""
    own = str(Path(sys.executable).parent)
    folders = [own, str(_BROUGHT), os.environ.get("PATH", ""), *_SYSTEM]
    return shutil.which(name, path=os.pathsep.join(folders))


def resident_mb(pid: int) -> float:
    """Return the memory that a process holds, in megabytes of 10^6 bytes."""
    done = subprocess.run(  # noqa: S603 - a fixed command of POSIX
        ["ps", "-o", "rss=", "-p", str(pid)],  # noqa: S607 - wherever the system has it
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout) * 1024 / 1e6
