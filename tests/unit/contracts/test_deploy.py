from pathlib import Path

import pytest

from contracts import deploy
from contracts.errors import BuildFailed


def test_building_without_node_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildFailed, match="install Node 20"):
        deploy.build_artifacts(tmp_path)


def test_building_reports_what_the_compiler_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho 'ParserError: expected ;' >&2\nexit 1\n")
    node.chmod(0o700)
    (tmp_path / "node_modules" / "solc").mkdir(parents=True)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(deploy, "SOLIDITY", tmp_path)
    with pytest.raises(BuildFailed, match="ParserError: expected ;"):
        deploy.build_artifacts(tmp_path)


def test_building_without_the_compiler_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    node = tmp_path / "node"
    node.touch(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(deploy, "SOLIDITY", tmp_path)
    with pytest.raises(BuildFailed, match="npm ci"):
        deploy.build_artifacts(tmp_path)
