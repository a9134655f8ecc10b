import sys
from pathlib import Path

from tests.servers.newest_python import (
    LAWS,
    LOCK,
    PACKAGES,
    folders,
    newest_first,
    pythons,
    requirements_of,
)
from tests.servers.places import REPOSITORY

MINE = sys.version_info[:2]


def interpreter(folder: Path, name: str, answer: str) -> Path:
    """Make a program that answers as an interpreter that is asked for its version."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{answer}'\n", encoding="utf-8")
    program.chmod(0o755)
    return program


def test_interpreters_are_found_with_their_version(tmp_path: Path) -> None:
    found = interpreter(tmp_path, "python3.98", '[3, 98, 2, "final"]')
    assert list(pythons([tmp_path, tmp_path])) == [((3, 98, 2), found)]


def test_a_preview_a_broken_one_and_other_programs_are_no_interpreters(tmp_path: Path) -> None:
    interpreter(tmp_path, "python3.99", '[3, 99, 0, "beta"]')
    interpreter(tmp_path, "python3.98-config", '[3, 98, 2, "final"]')
    broken = interpreter(tmp_path, "python3.97", "")
    broken.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    assert list(pythons([tmp_path])) == []


def test_newest_comes_first_and_the_version_that_runs_this_never() -> None:
    here = Path("python")
    mine = (*MINE, 0)
    found = [((3, 98, 2), here), (mine, here), ((3, 10, 9), here), ((3, 99, 0), here)]
    assert newest_first(found) == [((3, 99, 0), here), ((3, 98, 2), here)]


def test_interpreters_are_looked_for_on_the_path_and_where_pyenv_keeps_them(tmp_path: Path) -> None:
    kept = tmp_path / ".pyenv" / "versions" / "3.98.2" / "bin"
    kept.mkdir(parents=True)
    found = list(folders({"PATH": "/a:/b", "HOME": str(tmp_path)}))
    assert found == [Path("/a"), Path("/b"), kept]


def test_requirements_are_the_locked_packages_with_their_hashes() -> None:
    lines = requirements_of(LOCK.read_text(encoding="utf-8")).splitlines()
    names = [one.partition("==")[0] for one in lines if one[0].isalpha()]
    assert names == sorted(PACKAGES)
    assert sum("--hash=sha256:" in one for one in lines) >= len(PACKAGES)


def test_laws_that_another_python_runs_exist() -> None:
    laws = [REPOSITORY / "tests" / "property" / f"test_{name}.py" for name in LAWS]
    assert [one for one in laws if not one.exists()] == []
