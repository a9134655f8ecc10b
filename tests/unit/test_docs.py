"""The documents say what the program does, and no committed file says what it should not."""

import re
import subprocess
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_command

from tests.servers.places import REPOSITORY

LONGEST_README_LINES = 150
REQUIRED_DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "SPECIFICATION.md",
    "LICENSE",
)

# Written in pieces, so that this file does not find itself.
UNWANTED = {
    "a path of one person's machine": r"(?<![\w.-])/(work|home|Users)" + r"/\w",
    "a path outside the repository": r"\.\./" + "shared",
    "a number of an issue": r"\bissue " + r"#\d",
    "a package registry": r"(pypi\." + r"org|pythonhosted\.|registry\.npm" + r"js|deb\.debian\.)",
}


def committed_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    )
    paths = (REPOSITORY / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def committed_texts() -> Iterator[tuple[str, str]]:
    for path in committed_files():
        content = path.read_bytes()
        if b"\0" not in content[:8192]:
            yield str(path.relative_to(REPOSITORY)), content.decode("utf-8", errors="replace")


def commands(command: object, words: tuple[str, ...]) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if children is None:
        yield " ".join(words)
        return
    for name, child in children.items():
        yield from commands(child, (*words, name))


@pytest.mark.parametrize("name", REQUIRED_DOCUMENTS)
def test_document_is_there_and_says_something(name: str) -> None:
    assert (REPOSITORY / name).read_text(encoding="utf-8").strip()


def test_readme_stays_short() -> None:
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) < LONGEST_README_LINES


def test_readme_shows_a_command_before_its_thirtieth_line() -> None:
    lines = (REPOSITORY / "README.md").read_text(encoding="utf-8").splitlines()
    assert any("make demo" in line for line in lines[:30])


@pytest.mark.parametrize("what", UNWANTED)
def test_committed_files_name_no_such_thing(what: str) -> None:
    pattern = re.compile(UNWANTED[what])
    found = [
        f"{name}: {hit[0]}" for name, text in committed_texts() for hit in pattern.finditer(text)
    ]
    assert found == []


def test_relative_links_of_the_documents_lead_to_files() -> None:
    broken = [
        f"{name}: {target}"
        for name, text in committed_texts()
        if name.endswith(".md")
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
        if not (REPOSITORY / name).parent.joinpath(target).exists()
    ]
    assert broken == []


def test_every_command_is_documented() -> None:
    application = import_module("cargotwin.cli").application
    text = "\n".join(text for name, text in committed_texts() if name.endswith(".md"))
    undocumented = [
        words
        for words in commands(get_command(application), ("cargotwin",))
        if not re.search(rf"\b{words}\b", text)
    ]
    assert undocumented == []


def test_every_make_target_named_in_the_documents_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    text = "\n".join(text for name, text in committed_texts() if name.endswith(".md"))
    named = set(re.findall(r"`make ([a-z]+)", text))
    assert named <= targets
