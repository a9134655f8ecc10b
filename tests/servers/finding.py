"""Find a program for a test: the one brought under `.servers/` first, then the machine's own."""

import json
import shutil
from pathlib import Path

import pytest

from .places import MISSING, PROGRAMS

OTHER_NAMES = {"chromium": ("chromium-browser", "google-chrome")}


def located(name: str) -> Path | None:
    """Return the path of a program, or None when this machine has not got it."""
    brought = PROGRAMS / name
    if brought.exists():
        return brought
    paths = (shutil.which(known) for known in (name, *OTHER_NAMES.get(name, ())))
    return next((Path(path) for path in paths if path), None)


def reasons() -> dict[str, str]:
    """Return why each program that could not be brought is missing, by its name."""
    if not MISSING.exists():
        return {}
    recorded: dict[str, str] = json.loads(MISSING.read_text(encoding="utf-8"))
    return recorded


def find(name: str) -> Path:
    """Return the path of a program, or skip the running test with the reason for its absence."""
    path = located(name)
    if path is None:
        reason = reasons().get(name, "not brought yet, run `make servers`")
        pytest.skip(f"{name} is missing: {reason}")
    return path
