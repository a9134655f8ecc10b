"""Run the tests of the twins on another Python: `python -m tests.servers.newest_python`.

The newest one that this machine has is taken, of another minor version than the one that runs this.
It gets an environment of its own under `.servers/`, with the few locked packages that these tests
need. Where there is none, or no packages for it, that is said; it is a failure with `--required`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from .commands import output_of
from .errors import NotBrought
from .places import REPOSITORY, SERVERS

LOCK = REPOSITORY / "locks" / "development.txt"
PACKAGES = (
    "hypothesis",
    "iniconfig",
    "msgspec",
    "packaging",
    "pluggy",
    "pygments",
    "pytest",
    "pytest-asyncio",
    "rainflow",
    "rfc8785",
    "sortedcontainers",
    "typing-extensions",
)
LAWS = (
    "core_temperature",
    "custody",
    "geodesy",
    "geofence",
    "kinetic_windows",
    "packing",
    "rainflow",
    "sensor_health",
    "series_oracle",
    "shelf_life",
    "steady",
    "tracks_of_twins",
    "twin_laws",
)
EXAMPLES = "10"
"""Of each law: the laws themselves are tested elsewhere."""

PIP_INSTALL = (
    *("-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
    *("--require-hashes", "--no-deps", "--only-binary", ":all:", "--requirement"),
)
OLDEST = (3, 11)
LONGEST_ANSWER_SECONDS = 20.0

Version = tuple[int, int, int]


def main() -> int:
    """Run the tests and return their status."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--required", action="store_true", help="fail where there is none")
    is_required: bool = options.parse_args().required
    mine = ".".join(map(str, sys.version_info[:3]))
    reasons = []
    for version, program in newest_first(pythons(folders(os.environ))):
        name = ".".join(map(str, version))
        try:
            python = _environment(name, program)
        except NotBrought as error:
            reasons.append(f"Python {name}: {error.cause}")
            continue
        sys.stderr.write(f"testing on Python {name} ({program}) beside {mine}\n")
        status = _test(python)
        word = "passes" if status == 0 else "fails"
        sys.stderr.write(f"Python {name} {word}\n")
        return status
    reasons = reasons or [f"no Python of another minor version than {mine} was found"]
    sys.stderr.write(f"no other Python was tested: {'; '.join(reasons)}\n")
    return 1 if is_required else 0


def folders(environment: os._Environ[str] | dict[str, str]) -> Iterator[Path]:
    """Yield where interpreters may lie: the path, and those of pyenv, uv and GitHub's runners."""
    yield from map(Path, environment.get("PATH", "").split(os.pathsep))
    home = Path(environment.get("HOME", "/"))
    pyenv = Path(environment.get("PYENV_ROOT", home / ".pyenv"))
    yield from sorted(pyenv.glob("versions/*/bin"))
    yield from sorted(home.glob(".local/share/uv/python/*/bin"))
    if "RUNNER_TOOL_CACHE" in environment:
        yield from sorted(Path(environment["RUNNER_TOOL_CACHE"]).glob("Python/*/*/bin"))


def pythons(places: Iterable[Path]) -> Iterator[tuple[Version, Path]]:
    """Yield every interpreter in some folders that runs and is no preview."""
    for place in dict.fromkeys(places):
        for program in sorted(place.glob("python3.*")):
            if re.fullmatch(r"python3\.\d+", program.name):
                version = _version_of(program)
                if version is not None:
                    yield version, program


def newest_first(found: Iterable[tuple[Version, Path]]) -> list[tuple[Version, Path]]:
    """Return those that serve, each version once, the newest first."""
    mine = sys.version_info[:2]
    serving = {one: program for one, program in found if one[:2] >= OLDEST and one[:2] != mine}
    return sorted(serving.items(), reverse=True)


def _version_of(program: Path) -> Version | None:
    asked = (
        "import ensurepip, json, sys, venv; "
        "print(json.dumps([*sys.version_info[:3], sys.version_info.releaselevel]))"
    )
    try:
        told = output_of(
            program.name, [program, "-c", asked], timeout_seconds=LONGEST_ANSWER_SECONDS
        )
    except NotBrought:
        return None
    major, minor, micro, level = json.loads(told)
    return (major, minor, micro) if level == "final" else None


def _environment(version: str, program: Path) -> Path:
    """Return the interpreter of an environment that has the packages; a second call is instant."""
    folder = SERVERS / f"python-{version}"
    python, requirements = folder / "bin" / "python", folder / "requirements.txt"
    wanted = requirements_of(LOCK.read_text(encoding="utf-8"))
    stamp = folder / "installed"
    digest = sha256(wanted.encode()).hexdigest()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
        return python
    name = f"Python {version}"
    output_of(name, [program, "-m", "venv", "--clear", folder])
    requirements.write_text(wanted, encoding="utf-8")
    output_of(name, [python, *PIP_INSTALL, requirements])
    stamp.write_text(digest, encoding="utf-8")
    return python


def requirements_of(lock: str) -> str:
    """Return what a lock says of the packages: lines that begin with a name, and their hashes."""
    entries = re.findall(r"^[a-zA-Z].*(?:\n .*)*\n", lock, re.MULTILINE)
    return "".join(one for one in entries if one.partition("==")[0] in PACKAGES)


def _test(python: Path) -> int:
    tests = ["tests/unit/twins", "tests/unit/test_same_everywhere.py"]
    tests += [f"tests/property/test_{law}.py" for law in LAWS]
    ran = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests],
        cwd=REPOSITORY,
        env=os.environ | {"CARGOTWIN_EXAMPLES": EXAMPLES, "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    return ran.returncode


if __name__ == "__main__":
    raise SystemExit(main())
