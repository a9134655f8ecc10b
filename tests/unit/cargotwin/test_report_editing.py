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
