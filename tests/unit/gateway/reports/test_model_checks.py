import json
import shutil
from importlib import resources
from pathlib import Path

import pytest

from condition_reports.canary import canary_plans
from condition_reports.tiny.errors import DamagedModel, OutdatedModel
from gateway.reports.model_checks import (
    CanaryRefused,
    OtherWeights,
    check_at_hand,
    check_canary,
    chosen_model,
    fault_of,
)
from gateway.reports.models_file import ModelChoice, NoSuchModel
from gateway.settings import ReportSettings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped model."""
    copy = tmp_path / "copy"
    with resources.as_file(resources.files("condition_reports") / "model") as shipped:
        shutil.copytree(shipped, copy)
    return copy


@pytest.fixture
def few_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the canary be an eighth of what it is, for time's sake."""
    plans = canary_plans()[:1]
    monkeypatch.setattr("condition_reports.canary.canary_plans", lambda: plans)
    monkeypatch.setattr("condition_reports.canary.PLANS", len(plans[0][0].sections))


def rewritten(folder: Path, **members: object) -> None:
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(manifest | members), encoding="utf-8")


def test_model_is_chosen_by_a_word_or_by_its_folder(folder: Path) -> None:
    assert chosen_model("template", ReportSettings()) == ModelChoice(writer="template")
    shipped = chosen_model("tiny", ReportSettings())
    assert (shipped.folder, shipped.weights_sha256) == ("", "")
    own = chosen_model(str(folder), ReportSettings())
    assert (own.folder, own.name) == (str(folder), shipped.name)
    assert len(own.weights_sha256) == 64


def test_folder_is_kept_so_that_another_working_folder_does_not_change_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    assert chosen_model("copy", ReportSettings()).folder == str(folder)


def test_big_model_is_that_of_the_settings_and_must_be_named_there() -> None:
    settings = ReportSettings.model_validate(
        {"llm": {"url": "http://127.0.0.1:1/v1", "name": "granite", "token_file": "secret"}}
    )
    assert chosen_model("llm", settings) == ModelChoice(writer="llm", name="granite")
    with pytest.raises(NoSuchModel, match=r"report\.llm\.name"):
        chosen_model("llm", ReportSettings())


def test_what_is_no_model_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NoSuchModel, match="nonsense is no folder"):
        chosen_model("nonsense", ReportSettings())
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    for text in ("nonsense", str(tmp_path)):
        with pytest.raises(NoSuchModel, match="cargotwin train --out") as refused:
            chosen_model(text, ReportSettings())
        for name in ("manifest.json", "config.json", "tokenizer.json", "model.safetensors"):
            assert name in refused.value.diagnostics()


def test_fault_of_a_chosen_model_is_told_and_a_sound_one_has_none(tmp_path: Path) -> None:
    gone = ModelChoice(writer="tiny", folder=str(tmp_path / "gone"))
    assert fault_of(gone).startswith("model_damaged: ")
    assert "gone/manifest.json: No such file" in fault_of(gone)
    assert fault_of(ModelChoice(writer="tiny")) == ""
    assert fault_of(ModelChoice(writer="template")) == ""


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_damaged_model_is_refused(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[-5] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(DamagedModel, match=name):
        chosen_model(str(folder), ReportSettings())


def test_model_of_another_grammar_is_refused(folder: Path) -> None:
    rewritten(folder, grammar_sha256="00" * 32)
    with pytest.raises(OutdatedModel, match="train it again"):
        chosen_model(str(folder), ReportSettings())


def test_model_that_was_put_in_place_of_the_checked_one_is_not_run(folder: Path) -> None:
    choice = ModelChoice(writer="tiny", folder=str(folder), weights_sha256="ab" * 32)
    with pytest.raises(OtherWeights, match="not the abababababab that were checked"):
        check_at_hand(choice)


def test_shipped_model_words_the_canary_as_its_manifest_promises() -> None:
    found = check_canary(ModelChoice(writer="tiny"))
    assert found is not None
    assert (found.asked, found.accepted) == (200, 200)


def test_template_and_big_models_have_no_canary() -> None:
    assert check_canary(ModelChoice(writer="template")) is None
    assert check_canary(ModelChoice(writer="llm", name="granite")) is None


@pytest.mark.usefixtures("few_plans")
def test_model_that_words_the_canary_otherwise_than_promised_does_not_go_live(folder: Path) -> None:
    rewritten(folder, canary_sha256="ab" * 32)
    with pytest.raises(CanaryRefused, match="other words here than where it was made"):
        check_canary(chosen_model(str(folder), ReportSettings()))


@pytest.mark.usefixtures("few_plans")
def test_model_that_leaves_the_grammar_does_not_go_live(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = chosen_model(str(folder), ReportSettings())
    # The files of a model that writes nonsense would have to be trained.
    monkeypatch.setattr("condition_reports.canary.frames", lambda _kind: ("Nothing fits this.",))
    monkeypatch.setattr(
        "condition_reports.canary._frames", lambda _kind, _prefix: ("Nothing fits this.",)
    )
    with pytest.raises(CanaryRefused, match="25 of its 25 drafts"):
        check_canary(choice)
