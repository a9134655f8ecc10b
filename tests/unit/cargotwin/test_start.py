"""What a command waits for before it begins."""

import subprocess
import sys

from gateway import __version__

HEAVY = {"web3", "eth_account", "eth", "benchmarks", "torch", "transformers"}


def test_command_line_starts_without_the_libraries_of_the_chain_and_of_models() -> None:
    asked = f"import sys, cargotwin.cli; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def cargotwin(*arguments: str) -> str:
    """Return what the command prints, started as its shim starts it."""
    command = [sys.executable, "-m", "cargotwin", *arguments]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_usage_names_the_command_as_it_is_typed() -> None:
    assert "Usage: cargotwin asset add " in cargotwin("asset", "add", "--help")


def test_command_tells_its_version() -> None:
    assert cargotwin("--version") == f"cargotwin {__version__}\n"
