"""One gateway for all tests that leave it as sound as they found it, and one whole demo."""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.integration.gateway_process import (
    CARGOTWIN,
    GatewayProcess,
    Json,
    last_json_line,
    running_gateway,
    short_folder,
)
from tests.servers.places import REPOSITORY

DEMO_SECONDS = 40
DEMO_DEADLINE_S = 150.0
SAMPLE_S = 0.5


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo that has ended: how, and what was seen of it from outside."""

    exit_code: int
    output: bytes
    said: str
    first_token_s: float
    most_memory_bytes: int
    data: Path

    @property
    def result(self) -> Json:
        """The JSON object that it ended with."""
        return last_json_line(self.output)


@pytest.fixture(scope="session")
def gateway() -> Iterator[GatewayProcess]:
    """Give a gateway that many tests share: each brings assets and devices of its own."""
    with running_gateway() as running:
        yield running


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    """Run `cargotwin demo` to its end, watching its memory and its first token."""
    with short_folder() as folder:
        yield run_demo(folder / "data")


def run_demo(data: Path) -> Demo:
    """Run a headless demo and watch it from outside."""
    options = ("--headless", "--for", str(DEMO_SECONDS), "--json", "--data", str(data))
    began = time.monotonic()
    first_token_s, most_memory = float("inf"), 0
    with tempfile.TemporaryFile() as output, tempfile.NamedTemporaryFile() as said:
        told = Path(said.name)
        process = subprocess.Popen(
            [*CARGOTWIN, "demo", *options], cwd=REPOSITORY, stdout=output, stderr=said
        )
        try:
            while process.poll() is None and time.monotonic() - began < DEMO_DEADLINE_S:
                most_memory = max(most_memory, memory_bytes(process.pid))
                if "first token" in told.read_text(encoding="utf-8"):
                    first_token_s = min(first_token_s, time.monotonic() - began)
                time.sleep(SAMPLE_S)
        finally:
            process.terminate()
            exit_code = process.wait(30)
        output.seek(0)
        return Demo(
            exit_code=exit_code,
            output=output.read(),
            said=told.read_text(encoding="utf-8"),
            first_token_s=first_token_s,
            most_memory_bytes=most_memory,
            data=data,
        )


def memory_bytes(pid: int) -> int:
    """Return the resident memory of a process and all that it started; shared pages count twice."""
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        total = parent.memory_info().rss
        for child in parent.children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += child.memory_info().rss
        return int(total)
    return 0


@pytest.fixture(scope="session")
def demo_again(demo: Demo) -> Iterator[GatewayProcess]:
    """Run a gateway on the data folder that the demo left."""
    with running_gateway(data=demo.data) as running:
        yield running
