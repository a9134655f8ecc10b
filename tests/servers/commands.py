"""Run one foreign command; whatever goes wrong with it becomes a `NotBrought`."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .errors import NotBrought

LONGEST_DOWNLOAD_SECONDS = 600.0
KEPT_OUTPUT_CHARACTERS = 300


def output_of(
    program: str,
    command: Sequence[str | Path],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float = LONGEST_DOWNLOAD_SECONDS,
    expected_status: int = 0,
) -> str:
    """Run `command` on behalf of `program` and return what it printed.

    Raises:
        NotBrought: the command is absent, ended otherwise than with `expected_status`, or took
            longer than `timeout_seconds`.
    """
    arguments = [str(part) for part in command]
    try:
        done = subprocess.run(
            arguments,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_seconds,
            check=False,
        )
    except FileNotFoundError as error:
        raise NotBrought(program, f"{arguments[0]} is not on this machine") from error
    except subprocess.TimeoutExpired as error:
        cause = f"{arguments[0]} took longer than {timeout_seconds:.0f} s"
        raise NotBrought(program, cause) from error
    if done.returncode != expected_status:
        said = (done.stderr or done.stdout).strip()[-KEPT_OUTPUT_CHARACTERS:]
        raise NotBrought(program, f"{arguments[0]} ended with {done.returncode}: {said}")
    return done.stdout
