import subprocess
import sys

import pytest

CHECK = """
import json, sys, threading
import {module}
# The interpreter's own, 1,000, where the libraries that raise it are not imported yet.
assert sys.getrecursionlimit() in (1_000, 12_288), sys.getrecursionlimit()
import msgspec
def deep():
    for parse in (json.loads, msgspec.json.decode):
        for opening in (b"[", b'{{"a":'):
            try:
                parse(opening * 100_000)
            except RecursionError:
                print("kept")
deep()
thread = threading.Thread(target=deep)
thread.start()
thread.join()
"""


@pytest.mark.parametrize(
    "module",
    [
        "contracts.signer",
        "contracts.anchor",
        "contracts.deploy, contracts.anchor, contracts.embedded.evm",
        "gateway.bootstrap.derive",
        "cargotwin.cli",
    ],
)
def test_deep_text_raises_and_does_not_end_the_process(module: str) -> None:
    command = [sys.executable, "-c", CHECK.format(module=module)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["kept"] * 8


def test_intake_imports_neither_the_chain_nor_the_web() -> None:
    check = (
        "import sys, gateway.bootstrap, gateway.bootstrap.intake; "
        "print([one for one in ('web3', 'eth_account', 'aiohttp', 'jinja2') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
