from pathlib import Path

import pytest
from typer.testing import CliRunner

from cargotwin.cli import application
from cargotwin.report_editing import text_in
from gateway.errors import UnreadableFile


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("One. Two.\n\nThree.\n", "One. Two.\n\nThree."),
        # As a terminal wraps it.
        ("One.\nTwo.\n\n\nThree.", "One. Two.\n\nThree."),
        ("\n  One.  \r\n \r\nTwo.\r\n", "One.\n\nTwo."),
        (
            "One.\n\nWorded by fixed rules from sensor facts; no language\nmodel was used.\n",
            "One.",
        ),
    ],
    ids=["plain", "wrapped", "of windows", "printed with its mark"],
)
def test_a_paragraph_of_the_file_is_one_line_of_the_text(
    tmp_path: Path, written: str, text: str
) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes(written.encode())
    assert text_in(file) == text


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xff\xfe"], ids=["empty", "blank", "bytes"])
def test_a_file_without_text_is_a_mistake(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes(content)
    with pytest.raises(UnreadableFile):
        text_in(file)
    with pytest.raises(UnreadableFile):
        text_in(tmp_path / "nowhere.txt")


def test_a_folder_without_a_gateway_has_no_report_to_edit(tmp_path: Path) -> None:
    words = ["edit-report", "box-1", "--file", "x", "--by", "qa", "--data", str(tmp_path)]
    assert CliRunner().invoke(application, words).exit_code == 2


@pytest.mark.parametrize("by", ["", "Anna Muster", "-x", "x" * 97], ids=repr)
def test_a_name_that_is_no_id_is_refused_before_any_gateway_is_looked_for(
    tmp_path: Path, by: str
) -> None:
    words = ["edit-report", "box-1", "--file", "x", f"--by={by}", "--data", str(tmp_path)]
    found = CliRunner().invoke(application, words, env={"COLUMNS": "200"})
    assert found.exit_code == 2
    # SPECIFICATION.md, "Ids": what an id of a party is made of.
    assert "1 to 96 letters, digits" in found.output
    assert "--by" in found.output
