"""A report leaves a running gateway: checked by itself, edited by a person, checked again."""

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from condition_reports.facts import Facts
from condition_reports.release import release
from tests.integration.gateway_process import (
    GatewayProcess,
    eventually,
    invoke,
    running_gateway,
)

pytestmark = pytest.mark.integration

ASSET = "signed-1"
OK, NO = 0, 1


@pytest.fixture(scope="module")
def gateway() -> Iterator[GatewayProcess]:
    with running_gateway() as running:
        running.enter("asset", "add", ASSET, "--policy", "vaccine-2-8")
        running.enter("asset", "bind", ASSET, "--device", "logger-1", "--interval", "300")
        running.wait_calm()
        yield running


@pytest.fixture
def file(gateway: GatewayProcess, tmp_path: Path) -> Path:
    done = invoke("report", ASSET, "--json", "--data", gateway.data)
    assert done.exit_code == OK
    path = tmp_path / "report.json"
    path.write_text(done.stdout, "utf-8")
    return path


def attester_of(gateway: GatewayProcess) -> str:
    """Return the key that the token's document names."""
    newest = gateway.get(f"/api/v1/assets/{ASSET}/versions")["items"][0]
    document = gateway.get(newest["document"])
    found: str = document["properties"]["cargotwin"]["single_attester"]["key"]
    return found


def other_words(file: Path) -> str:
    """Return another sound text about the facts in a report."""
    report = json.loads(file.read_bytes())
    facts = msgspec.convert(report["facts"], Facts)
    texts = (release(facts, seed=seed).text for seed in range(10))
    return next(one for one in texts if one != report["text"])


def test_report_that_was_handed_on_is_verified_against_the_key_of_the_token(
    gateway: GatewayProcess, file: Path
) -> None:
    key = attester_of(gateway)
    assert invoke("verify-report", file, "--key", key).exit_code == OK
    file.write_text(file.read_text("utf-8").replace("unknown", "conformant"), "utf-8")
    assert invoke("verify-report", file, "--key", key).exit_code == NO


def test_report_of_the_http_interface_is_that_of_the_command_and_is_verified_as_well(
    gateway: GatewayProcess, file: Path, tmp_path: Path
) -> None:
    # Both doors give the same document.
    assert gateway.get(f"/api/v1/assets/{ASSET}/report") == json.loads(file.read_bytes())
    path = tmp_path / "http.json"
    path.write_text(json.dumps(gateway.get(f"/api/v1/assets/{ASSET}/report")), "utf-8")
    assert invoke("verify-report", path, "--key", attester_of(gateway)).exit_code == OK


def test_free_wording_is_refused_once_and_told_what_is_taken(
    gateway: GatewayProcess, file: Path, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text(f"{other_words(file)} All is well.", "utf-8")
    edit = ["edit-report", ASSET, "--file", words, "--by", "quality-desk", "--data", gateway.data]
    done = invoke(*edit)
    assert done.exit_code == NO
    assert done.stderr.startswith("refused unknown_sentence: 'All is well.'")
    assert "only sentences of the grammar are taken" in done.stderr


def test_edited_report_is_published_marked_and_verified(
    gateway: GatewayProcess, file: Path, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text(other_words(file), "utf-8")
    edit = ["edit-report", ASSET, "--file", words, "--by", "quality-desk", "--data", gateway.data]
    assert invoke(*edit).exit_code == OK
    shown = invoke("report", ASSET, "--data", gateway.data).stdout
    assert "edited by a person" in " ".join(shown.split())
    words.write_text(other_words(file).replace("signed-1", "signed-2"), "utf-8")
    refused = invoke(*edit)
    assert refused.exit_code == NO
    assert "wrong_title" in refused.stderr

    def verified() -> bool:
        return invoke("verify", ASSET, "--data", gateway.data, "--accept-local").exit_code == OK

    assert eventually("an anchored version", verified, 30)
