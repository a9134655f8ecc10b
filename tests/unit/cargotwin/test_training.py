import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cargotwin.cli import application
from tests.unit.condition_reports.tiny.random_model import write_random_model


def test_training_needs_a_folder_and_says_so() -> None:
    done = CliRunner().invoke(application, ["train"])
    assert done.exit_code == 2
    assert "--out FOLDER" in done.stderr
    assert done.stdout == ""


def test_training_without_its_libraries_says_what_brings_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    monkeypatch.delitem(sys.modules, "condition_reports.training.llama_training", raising=False)
    done = CliRunner().invoke(application, ["train", "--out", str(tmp_path / "model")])
    assert done.exit_code == 2
    assert "cargotwin[llm]" in done.stderr
    assert not (tmp_path / "model").exists()


def test_check_of_a_model_that_writes_nonsense_is_a_no_and_shows_some(tmp_path: Path) -> None:
    write_random_model(tmp_path)
    done = CliRunner().invoke(application, ["train", "--check", "--out", str(tmp_path)])
    assert done.exit_code == 1
    assert "are no sentences of the grammar" in done.stderr


def test_check_of_a_damaged_model_names_the_file(tmp_path: Path) -> None:
    write_random_model(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    done = CliRunner().invoke(application, ["train", "--check", "--json", "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert "config.json" in done.stderr
    assert done.stdout == ""
