import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from gateway.errors import UnreadableFile
from gateway.reports.models_file import (
    LiveAlready,
    ModelChoice,
    Models,
    NoSuchModel,
    change_models,
    read_models,
)

TEMPLATE = ModelChoice(writer="template")
JULY = ModelChoice(writer="tiny", folder="/models/july", name="july@1", weights_sha256="ab" * 32)
AUGUST = ModelChoice(writer="tiny", folder="/models/august", name="august@1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "models.json"


def test_shadow_goes_live_and_back_again() -> None:
    shadowed = Models(live=TEMPLATE).beside(JULY)
    assert (shadowed.live, shadowed.shadow) == (TEMPLATE, JULY)
    promoted = shadowed.promoted()
    assert promoted == Models(live=JULY, before=TEMPLATE)
    assert promoted.returned() == Models(live=TEMPLATE, before=JULY)
    assert promoted.returned().returned() == promoted


def test_going_back_keeps_a_shadow_unless_it_would_run_beside_itself() -> None:
    promoted = Models(live=JULY, before=TEMPLATE)
    assert promoted.beside(AUGUST).returned().shadow == AUGUST
    assert promoted.beside(TEMPLATE).returned().shadow is None


def test_model_goes_live_at_once_and_ends_the_shadow_only_where_that_is_the_same() -> None:
    alone = Models(live=TEMPLATE)
    assert alone.led_by(JULY) == Models(live=JULY, before=TEMPLATE)
    assert alone.beside(JULY).led_by(JULY) == alone.beside(JULY).promoted()
    assert alone.beside(AUGUST).led_by(JULY).shadow == AUGUST
    with pytest.raises(LiveAlready, match="the template"):
        alone.led_by(TEMPLATE)


def test_live_model_does_not_run_beside_itself() -> None:
    with pytest.raises(LiveAlready, match="july@1"):
        Models(live=JULY).beside(JULY)
    retrained = msgspec.structs.replace(JULY, weights_sha256="cd" * 32)
    assert Models(live=JULY).beside(retrained).shadow == retrained


def test_what_is_not_there_neither_goes_live_nor_ends_nor_comes_back() -> None:
    alone = Models(live=TEMPLATE)
    for change in (alone.promoted, alone.alone, alone.returned):
        with pytest.raises(NoSuchModel):
            change()


def test_file_holds_what_was_written_and_no_rest_of_the_writing(file: Path) -> None:
    assert read_models(file) is None
    before, after = change_models(file, TEMPLATE, lambda now: now.beside(JULY))
    assert before == Models(live=TEMPLATE)
    assert read_models(file) == after
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["schema"] == "cargotwin.models.v1"
    assert document["shadow"]["folder"] == "/models/july"
    assert [one.name for one in file.parent.iterdir()] == ["models.json"]


def test_change_that_is_refused_leaves_the_file_as_it_was(file: Path) -> None:
    change_models(file, TEMPLATE, lambda now: now.beside(JULY))
    content = file.read_bytes()
    with pytest.raises(LiveAlready):
        change_models(file, TEMPLATE, lambda now: now.beside(TEMPLATE))
    assert file.read_bytes() == content


def test_of_changes_at_once_none_is_lost(file: Path) -> None:
    change_models(file, TEMPLATE, lambda now: now.beside(JULY).promoted())
    # An even number of returns ends where it began; one that was lost would show.
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: change_models(file, TEMPLATE, Models.returned), range(20)))
    assert read_models(file) == Models(live=JULY, before=TEMPLATE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"{}",
        b'{"schema": "cargotwin.models.v2", "live": {"writer": "template"}}',
        b'{"schema": "cargotwin.models.v1", "live": {"writer": "template", "key": "hunter2"}}',
        b'{"schema": "cargotwin.models.v1", "live": {"writer": "human"}}',
        b'{"schema": "cargotwin.models.v1", "live": {"writer": "tiny", "weights_sha256": "ab"}}',
    ],
    ids=["empty", "no text", "nothing", "other schema", "more", "no writer", "no digest"],
)
def test_file_of_another_shape_is_refused_and_not_written_over(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"models\.json") as refusal:
        change_models(file, TEMPLATE, lambda now: now.beside(JULY))
    assert "hunter2" not in str(refusal.value)
    assert file.read_bytes() == content


def test_folder_that_is_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="away"):
        change_models(tmp_path / "away" / "models.json", TEMPLATE, lambda now: now.beside(JULY))
