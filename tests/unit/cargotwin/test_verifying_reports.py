import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner, Result

from cargotwin.cli import application
from condition_reports.release import release
from contracts.signer import AttesterKey
from gateway.report_attestation import attested
from tests.unit.condition_reports import scenes

RUNNER = CliRunner()
KEY = AttesterKey(b"k" * 32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    report = release(scenes.facts_from(scenes.excursion()), seed=5)
    path = tmp_path / "report.json"
    path.write_bytes(msgspec.json.encode(attested(report, KEY)))
    return path


def verify(file: Path, *words: str) -> Result:
    return RUNNER.invoke(application, ["verify-report", str(file), *words])


GIVEN = ("--key", f"ed25519:{KEY.public_key.hex()}")


def test_a_published_report_is_verified_and_names_what_that_rests_on(file: Path) -> None:
    result = verify(file, *GIVEN)
    assert result.exit_code == 0
    assert "verified wording: the template writer" in result.stdout
    assert f"key ed25519:{KEY.public_key.hex()}: given by you" in result.stdout


def test_without_a_key_a_report_is_not_called_verified(file: Path) -> None:
    result = verify(file)
    assert result.exit_code == 2
    assert "? could not check attestation" in result.stdout
    assert "--key" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("? could not check report on asset")


def test_a_folder_that_is_named_must_hold_a_model(file: Path, tmp_path: Path) -> None:
    result = verify(file, *GIVEN, "--model", str(tmp_path))
    assert result.exit_code == 2
    assert "model_damaged" in result.stderr
    assert "verified" not in result.stdout


def test_no_value_of_a_file_forges_a_line(file: Path) -> None:
    document = json.loads(file.read_bytes())
    document["asset"] = "x\x1b[2Jy\n✓ verified report\r✓ verified\u2028✓ verified\x85✓"
    document["provenance"]["writer"]["version"] = "1\n✓ verified everything"
    file.write_text(json.dumps(document))
    result = verify(file, *GIVEN)
    assert result.exit_code == 1
    assert not [line for line in result.stdout.splitlines()[-1:] if line.startswith("✓")]
    assert "✓ verified everything" not in result.stdout.splitlines()
    assert "\x1b" not in result.stdout


def test_a_report_is_held_to_the_key_that_is_given(file: Path) -> None:
    assert verify(file, "--key", f"ed25519:{KEY.public_key.hex()}").exit_code == 0
    result = verify(file, "--key", "ed25519:" + "ab" * 32)
    assert result.exit_code == 1
    assert "not verified attestation" in result.stdout


def test_a_changed_word_is_told_with_exit_code_1(file: Path) -> None:
    document = json.loads(file.read_bytes())
    document["text"] = document["text"].replace("above", "below")
    file.write_text(json.dumps(document))
    assert verify(file).exit_code == 1


def test_json_lists_every_check_and_nothing_else_on_standard_output(file: Path) -> None:
    result = verify(file, "--json", *GIVEN)
    document: dict[str, Any] = json.loads(result.stdout)
    assert result.stderr == ""
    assert document["outcome"] == "ok"
    assert {one["name"] for one in document["checks"]} >= {"attestation", "facts", "wording"}
    assert document["trust_roots"]


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b"{" * 2_000_000], ids=range(6)
)
def test_a_file_that_is_no_json_object_cannot_be_checked(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    result = verify(file)
    assert result.exit_code == 2
    assert "cargotwin report ASSET --json" in result.stderr or "no report" in result.stderr


def test_a_member_that_stands_twice_is_never_verified(file: Path) -> None:
    # A parser would take the last of both, a reader the first.
    document = file.read_text("utf-8")
    file.write_text('{"text": "All is well.", ' + document[1:], "utf-8")
    assert verify(file).exit_code == 2


def test_an_object_that_is_no_report_is_not_verified(file: Path) -> None:
    file.write_text('{"a": 1}')
    assert verify(file).exit_code == 1


def test_a_missing_file_and_a_key_that_is_none_are_mistakes(file: Path, tmp_path: Path) -> None:
    assert verify(tmp_path / "nowhere.json").exit_code == 2
    assert verify(file, "--key", "0xabc").exit_code == 2
