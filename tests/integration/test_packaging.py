"""The distribution as a stranger gets it: built, unpacked, and run away from this checkout."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration

LAYERS = ("gateway", "twins", "condition_reports", "contracts", "simulators", "config")


def run(*command: str | Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command,
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def build(folder: Path, *flags: str) -> None:
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), *flags]
    done = run(*command, str(REPOSITORY), folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("distribution")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def wheel(distribution: Path) -> Path:
    (path,) = distribution.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def clean_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False)
    python = str(folder / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps"]
    installed = run(*pip, str(wheel), folder=folder)
    assert installed.returncode == 0, installed.stderr
    purelib = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    # A path line shows our dependencies to the environment, but not the checkout: Python does not
    # follow the .pth files of a folder that was itself added by one.
    dependencies = sysconfig.get_path("purelib")
    (purelib / "dependencies.pth").write_text(f"{dependencies}\n", encoding="utf-8")
    return folder


def test_wheel_adds_one_name_to_site_packages(wheel: Path) -> None:
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in names if not name.endswith(".dist-info")} == {"cargotwin"}


def test_wheel_holds_every_layer_and_the_compiled_contract(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for layer in LAYERS:
        assert any(name.startswith(f"cargotwin/{layer}/") for name in names), layer
    assert "cargotwin/contracts/artifacts/TwinNFT.json" in names
    assert "cargotwin/py.typed" in names


def test_wheel_of_a_checkout_leaves_out_what_the_tools_left_behind(
    tmp_path: Path,
) -> None:
    build(tmp_path, "--wheel")
    (path,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(path).namelist()
    leftovers = ("/node_modules/", "/solidity/out/", "/solidity/cache/", "/__pycache__/")
    assert [name for name in names if any(part in name for part in leftovers)] == []


def test_source_distribution_holds_the_tests_and_the_specification(distribution: Path) -> None:
    (path,) = distribution.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {"tests/conftest.py", "SPECIFICATION.md", "README.md", "LICENSE"} <= names


def test_source_distribution_leaves_out_what_nobody_licenses_to_be_passed_on(
    distribution: Path,
) -> None:
    # tests/vectors/epcis/README.md: GS1's repository grants no right to redistribute its files.
    (path,) = distribution.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = archive.getnames()
    assert any(name.endswith("/tests/vectors/epcis/README.md") for name in names)
    assert [name for name in names if "/tests/vectors/epcis/gs1" in name] == []


def test_command_of_the_wheel_runs_in_a_clean_environment(
    clean_environment: Path, tmp_path: Path
) -> None:
    done = run(clean_environment / "bin" / "cargotwin", "--help", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "demo" in done.stdout


def test_command_of_the_wheel_is_not_misled_by_foreign_packages_of_the_same_names(
    clean_environment: Path, tmp_path: Path
) -> None:
    for layer in LAYERS:
        (tmp_path / layer).mkdir()
        text = f"raise SystemExit('a foreign {layer} was imported')\n"
        (tmp_path / layer / "__init__.py").write_text(text, encoding="utf-8")
    command = clean_environment / "bin" / "cargotwin"
    done = run(command, "--help", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_environment_of_the_wheel_sees_no_layer_as_a_top_level_name(
    clean_environment: Path, tmp_path: Path
) -> None:
    python = clean_environment / "bin" / "python"
    for layer in LAYERS:
        done = run(python, "-P", "-c", f"import {layer}", folder=tmp_path)
        assert f"No module named '{layer}'" in done.stderr


def test_pure_core_of_the_wheel_is_usable_as_a_library(
    clean_environment: Path, tmp_path: Path
) -> None:
    python = clean_environment / "bin" / "python"
    code = "from cargotwin.twins.errors import CargotwinError; print(CargotwinError.__name__)"
    done = run(python, "-P", "-c", code, folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "CargotwinError\n"), done.stderr
