from pathlib import Path

import pytest

from condition_reports.writers.loading import (
    HttpSpecification,
    TemplateSpecification,
    TinySpecification,
    TransformersSpecification,
)
from gateway.errors import WrongSetting
from gateway.reports.wanted_writer import draft_timeout_s, memory_bytes, wanted_writer
from gateway.settings import ReportSettings


def report(**settings: object) -> ReportSettings:
    return ReportSettings.model_validate(settings)


def on_a_server(**settings: object) -> ReportSettings:
    llm = {"url": "http://127.0.0.1:8000/v1", "name": "granite", **settings}
    return report(writer="llm", draft_timeout_s=60.0, llm=llm)


def test_template_and_shipped_model_need_no_more_than_their_names() -> None:
    assert wanted_writer(report()) == TemplateSpecification()
    assert wanted_writer(report(writer="tiny")) == TinySpecification()


def test_folder_of_a_model_does_not_depend_on_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    folder = str(tmp_path / "model")
    assert wanted_writer(report(writer="tiny", model="model")) == TinySpecification(folder)
    big = wanted_writer(report(writer="llm", llm={"name": "model"}))
    assert big == TransformersSpecification(folder)


def test_id_of_a_hub_model_is_no_folder() -> None:
    wanted = wanted_writer(report(writer="llm", llm={"name": "some/model", "revision": "abc"}))
    assert wanted == TransformersSpecification("some/model", "abc")


def test_server_is_asked_with_the_key_of_a_file_and_times_out_before_its_process(
    tmp_path: Path,
) -> None:
    token_file = tmp_path / "key"
    token_file.write_text("hunter2\n", encoding="utf-8")
    settings = on_a_server(token_file=str(token_file))
    wanted = wanted_writer(settings)
    assert isinstance(wanted, HttpSpecification)
    assert (wanted.name, wanted.key, wanted.timeout_s) == ("granite", "hunter2", 60)
    assert draft_timeout_s(settings) > 60
    assert draft_timeout_s(report()) == 30


def test_big_model_without_a_name_is_refused() -> None:
    with pytest.raises(WrongSetting, match=r"report\.llm\.name"):
        wanted_writer(report(writer="llm"))


def test_token_file_that_is_away_is_named_and_its_content_is_not_needed(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"report\.llm\.token_file"):
        wanted_writer(on_a_server(token_file=str(tmp_path / "away")))


@pytest.mark.parametrize(
    ("settings", "megabytes"),
    [
        (report(writer="tiny"), 256),
        (report(writer="tiny", memory_mb=100), 100),
        (report(writer="llm", llm={"name": "some/model"}), 8_192),
        (on_a_server(), 256),
    ],
    ids=["tiny", "set", "big model", "server"],
)
def test_memory_is_what_the_writer_needs_unless_it_is_set(
    settings: ReportSettings, megabytes: int
) -> None:
    assert memory_bytes(settings) == megabytes * 1_000_000
