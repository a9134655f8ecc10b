"""The documents say what the program does, and no committed file says what it should not."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from typer.main import get_command

import gateway.codecs
from gateway.codecs.registry import FORMATS
from gateway.codecs.route import Route, RoutingTable
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


FORMAT_GUIDE = REPOSITORY / "docs" / "adding-a-device-format.md"
EXAMPLE = "thermobox"


def blocks(language: str) -> list[str]:
    text = FORMAT_GUIDE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def loaded(name: str, code: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a module of the name with this code, as if it stood among the others."""
    file = folder / f"{name.rpartition('.')[2]}.py"
    file.write_text(code, encoding="utf-8")
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def added_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the guide's format as the guide says: its file, and its line in the registry."""
    codec, line, _ = blocks("python")
    module = loaded(f"gateway.codecs.{EXAMPLE}", codec, tmp_path, monkeypatch)
    monkeypatch.setattr(gateway.codecs, EXAMPLE, module, raising=False)
    registry = (
        "from gateway.codecs import thermobox\n"
        "from gateway.codecs.registry import Format\n"
        f"ADDED = {{\n{line}}}\n"
    )
    added = loaded("added_line", registry, tmp_path, monkeypatch).ADDED
    monkeypatch.setitem(FORMATS, EXAMPLE, added[EXAMPLE])


@pytest.mark.usefixtures("added_format")
def test_format_of_the_guide_passes_the_tests_of_the_guide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tests = loaded("guide_tests", blocks("python")[2], tmp_path, monkeypatch)
    ran = 0
    for name, test in vars(tests).items():
        if not name.startswith("test_"):
            continue
        cases = [mark.args[1] for mark in getattr(test, "pytestmark", ())] or [[()]]
        for case in cases[0]:
            test(*case)
            ran += 1
    assert ran == 8  # 4 plain tests and 4 cases


@pytest.mark.usefixtures("added_format")
def test_source_of_the_guide_takes_the_message_of_the_guide() -> None:
    sources = tomllib.loads(blocks("toml")[0])["source"]
    table = RoutingTable([Route(**source) for source in sources])
    decoded = table.decode("thermobox/b7", blocks("json")[0].encode(), 1_769_860_800_000_000)
    assert len(decoded.records) == 2
    assert decoded.faults == []


def test_format_of_the_guide_obeys_the_rules_of_the_code() -> None:
    for rules in (["check"], ["format", "--check"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *rules, "--stdin-filename", "gateway/codecs/x.py", "-"],
            input=blocks("python")[0],
            text=True,
            cwd=REPOSITORY,
            capture_output=True,
            check=False,
        )
        assert run.returncode == 0, run.stdout + run.stderr
