import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
PURE = ["canonical", "chain", "errors", "merkle"]
HEAVY = {"aiohttp", "cryptography", "eth", "eth_account", "web3"}


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_brings_no_chain_library_along(module: str) -> None:
    program = f"import sys, contracts.{module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not HEAVY & set(done.stdout.split())
