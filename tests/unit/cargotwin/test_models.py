"""`cargotwin model …` on a data folder without a running gateway."""

import json
from pathlib import Path

import pytest

from gateway.reports.models_file import ModelChoice, change_models
from gateway.settings import Settings
from gateway.supervisor import SETTINGS_FILE
from tests.integration.gateway_process import invoke


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a data folder on which a gateway was run."""
    settings = Settings(data=str(tmp_path)).model_dump_json()
    (tmp_path / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    return tmp_path


def listed(data: Path) -> dict[str, str | None]:
    """Return which writer has which place."""
    found = json.loads(invoke("model", "list", "--json", "--data", data).stdout)
    return {
        place: found[place] and found[place]["writer"] for place in ("live", "shadow", "before")
    }


def test_settings_decide_until_somebody_chooses(data: Path) -> None:
    shown = invoke("model", "list", "--data", data)
    assert "live    the template" in shown.stdout
    assert "shadow  none" in shown.stdout
    assert "The settings say so" in shown.stderr
    found = json.loads(invoke("model", "list", "--json", "--data", data).stdout)
    assert (found["chosen_by"], found["running"]) == ("settings", None)


def test_model_is_tried_exchanged_and_taken_back_while_no_gateway_runs(data: Path) -> None:
    done = invoke("model", "shadow", "tiny", "--data", data)
    assert done.exit_code == 0
    assert "runs in shadow of the template" in done.stderr
    assert listed(data) == {"live": "template", "shadow": "tiny", "before": None}
    done = invoke("model", "live", "--data", data)
    assert "200 of 200 fixed plans" in done.stderr
    assert "cargotwin model back" in done.stderr
    assert listed(data) == {"live": "tiny", "shadow": None, "before": "template"}
    done = invoke("model", "back", "--json", "--data", data)
    assert json.loads(done.stdout)["live"]["writer"] == "template"
    assert listed(data) == {"live": "template", "shadow": None, "before": "tiny"}


def test_model_goes_live_without_a_shadow_once_it_has_worded_the_fixed_plans(data: Path) -> None:
    done = invoke("model", "live", "tiny", "--data", data)
    assert "200 of 200 fixed plans" in done.stderr
    assert listed(data) == {"live": "tiny", "shadow": None, "before": "template"}


def test_list_says_which_model_cannot_be_loaded_any_more(data: Path, tmp_path: Path) -> None:
    july = ModelChoice(writer="tiny", folder=str(tmp_path / "july"), name="july@1")
    template = ModelChoice(writer="template")
    change_models(data / "models.json", template, lambda now: now.led_by(july))
    shown = invoke("model", "list", "--data", data)
    assert shown.exit_code == 0
    live, fault, *_ = shown.stdout.splitlines()
    assert live.startswith("live    july@1")
    assert "cannot be loaded" in fault
    assert f"{july.folder}/manifest.json: No such file" in fault
    found = json.loads(invoke("model", "list", "--json", "--data", data).stdout)
    assert list(found["faults"]) == ["live"]
    assert "model_damaged" in found["faults"]["live"]


def test_shadow_is_turned_off(data: Path) -> None:
    invoke("model", "shadow", "tiny", "--data", data)
    assert invoke("model", "off", "--data", data).exit_code == 0
    assert listed(data) == {"live": "template", "shadow": None, "before": None}


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("live",), "no model runs in shadow; begin with `cargotwin model shadow`"),
        (("back",), "no other model was live"),
        (("off",), "no model runs in shadow"),
        (("shadow", "template"), "words the reports already"),
        (("shadow", "llm"), "set report.llm.name first"),
        (("shadow", "nonsense"), "nonsense is no folder"),
        (("live", "nonsense"), "nonsense is no folder"),
        (("live", "/"), "/ holds no manifest.json: a model's folder holds manifest.json, config"),
        (("live", "/"), "`cargotwin train --out FOLDER` makes one"),
        (("live", "template"), "the template words the reports already"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_refused_in_words(
    data: Path, command: tuple[str, ...], words: str
) -> None:
    done = invoke("model", *command, "--data", data)
    assert done.exit_code == 1
    assert words in done.stderr
    assert not (data / "models.json").exists()


def test_folder_on_which_no_gateway_was_started_is_named(tmp_path: Path) -> None:
    done = invoke("model", "shadow", "tiny", "--data", tmp_path)
    assert done.exit_code == 2
    assert "start a gateway on this folder first" in done.stderr


@pytest.mark.parametrize("command", ["list", "shadow", "live", "back", "off"])
def test_each_command_explains_itself_with_an_example(command: str) -> None:
    assert f"Example: cargotwin model {command}" in " ".join(
        invoke("model", command, "--help").stdout.split()
    )
