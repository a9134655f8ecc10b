"""What a command waits for before it begins."""

import subprocess
import sys

HEAVY = {"web3", "eth_account", "eth", "benchmarks", "torch", "transformers"}


def test_command_line_starts_without_the_libraries_of_the_chain_and_of_models() -> None:
    asked = f"import sys, cargotwin.cli; print(sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
