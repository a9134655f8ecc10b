import os
import subprocess
from pathlib import Path

import pytest

from tests.servers import find
from tests.servers.places import PROGRAMS, REPOSITORY, SOLIDITY

pytestmark = pytest.mark.integration

ARTIFACTS = REPOSITORY / "contracts" / "artifacts"


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    path = f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command,
        cwd=SOLIDITY,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_solidity_suite_passes_under_forge() -> None:
    done = run(find("forge"), "test", "--offline")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 failed" in done.stdout


def test_committed_artifacts_are_what_the_sources_compile_to(tmp_path: Path) -> None:
    find("forge")  # brought together with the compiler
    done = run(find("node"), "tools/build.js", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    built = {path.name: path.read_bytes() for path in tmp_path.glob("*.json")}
    assert built
    assert built == {path.name: path.read_bytes() for path in ARTIFACTS.glob("*.json")}
