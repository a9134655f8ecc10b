import io
import json
from pathlib import Path

import pytest
import typer

from cargotwin.console import explained, people, print_json, run, say, settings_of
from gateway.errors import CommandRefused, EmbeddedChainMissing, UnreadableFile, WrongSetting
from gateway.settings import Settings
from gateway.supervisor import SETTINGS_FILE
from twins.errors import CargotwinError

REFUSED, MISTAKEN, INTERRUPTED = 1, 2, 130


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what people read."""
    screen = io.StringIO()
    monkeypatch.setattr(people, "_file", screen)  # `file` would put back one stream for ever.
    return screen


def exit_code_of(error: BaseException) -> int:
    with pytest.raises(typer.Exit) as caught, explained():
        raise error
    return caught.value.exit_code


def test_refused_command_ends_with_a_no_and_its_rule(said: io.StringIO) -> None:
    assert exit_code_of(CommandRefused("unknown_asset", "there is no asset x")) == REFUSED
    assert said.getvalue() == "refused unknown_asset: there is no asset x\n"


def test_mistake_ends_with_what_a_person_must_do(said: io.StringIO) -> None:
    assert exit_code_of(UnreadableFile("a.toml", "is not there")) == MISTAKEN
    assert said.getvalue() == "error a.toml: is not there\n"


@pytest.mark.parametrize(
    "error",
    [
        EmbeddedChainMissing("No module named 'eth'"),
        WrongSetting("/data/[site]/gateway.toml", "source.0.filter", "a/[b]", "[/bold]"),
        CommandRefused("unknown_asset", "there is no asset [red]box[/red]"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_brackets_of_an_error_are_shown_as_they_are(
    error: CargotwinError, said: io.StringIO
) -> None:
    exit_code_of(error)
    assert error.diagnostics() in said.getvalue()


# ECMA-48: ESC and the C1 controls begin commands to the terminal; BEL, BS and CR are C0 controls.
COMMANDS = "\x1b[2J \x1b]0;owned\x07 \x9b31m \x90 \x08 \r \u202e"


def test_text_of_a_device_cannot_command_the_terminal(said: io.StringIO) -> None:
    say(f"called  x{COMMANDS}hidden [red]")
    assert said.getvalue().startswith("called  x�[2J �]0;owned�")
    assert said.getvalue().endswith("hidden [red]\n")
    assert not set(said.getvalue()) & set("\x1b\x07\x9b\x90\x08\r\u202e")


def test_text_of_a_device_in_an_error_or_beside_markup_cannot_command_the_terminal(
    said: io.StringIO,
) -> None:
    exit_code_of(CommandRefused("unknown_asset", f"there is no asset x{COMMANDS}"))
    people.print(f"[bold]x{COMMANDS}[/]", f"y{COMMANDS}", soft_wrap=True)
    assert said.getvalue().count("x�[2J") == 2
    assert not set(said.getvalue()) & set("\x1b\x07\x9b\x90\x08\r\u202e")


def test_what_is_said_stays_on_one_line_so_that_it_can_be_copied(said: io.StringIO) -> None:
    say("many words " * 30)
    assert said.getvalue().count("\n") == 1


@pytest.mark.parametrize("kind", [UnreadableFile, CommandRefused])
def test_long_error_stays_on_one_line_so_that_paths_can_be_copied(
    kind: type[UnreadableFile | CommandRefused], said: io.StringIO
) -> None:
    exit_code_of(kind("/a/path", "of many words " * 30))
    assert said.getvalue().count("\n") == 1


def test_error_that_is_not_ours_is_not_explained_away(said: io.StringIO) -> None:
    with pytest.raises(ZeroDivisionError), explained():
        raise ZeroDivisionError
    assert said.getvalue() == ""


def test_run_returns_the_result_of_its_work() -> None:
    async def work() -> str:
        return "done"

    assert run(work()) == "done"


def test_run_turns_an_error_of_its_work_into_an_exit_code(said: io.StringIO) -> None:
    async def work() -> None:
        raise CommandRefused("some_rule", "because")

    with pytest.raises(typer.Exit) as caught:
        run(work())
    assert caught.value.exit_code == REFUSED
    assert "some_rule: because" in said.getvalue()


def test_control_c_ends_quietly_with_the_shells_code_for_it(said: io.StringIO) -> None:
    async def work() -> None:
        raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as caught:
        run(work())
    assert caught.value.exit_code == INTERRUPTED
    assert said.getvalue() == ""


def test_json_is_one_line_of_readable_text_on_standard_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_json({"title": "Gemüse", "limits": [2, 8]})
    out, err = capsys.readouterr()
    assert out == '{"title": "Gemüse", "limits": [2, 8]}\n'
    assert err == ""


def test_settings_are_those_of_the_last_run_in_the_folder_where_it_lies_now(
    tmp_path: Path,
) -> None:
    ran = Settings.model_validate({"data": "/where/it/was", "web": {"port": 8_123}})
    (tmp_path / SETTINGS_FILE).write_text(json.dumps(ran.model_dump()))
    found = settings_of(tmp_path)
    assert found.folder == tmp_path
    assert found.web.port == 8_123


def test_folder_on_which_nothing_ever_ran_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="start a gateway on this folder first") as caught:
        settings_of(tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("content", ["{broken", "", '{"listener": {"port": "x"}}', "[]"])
def test_settings_of_a_folder_that_are_damaged_are_refused_in_words(
    tmp_path: Path, content: str
) -> None:
    (tmp_path / SETTINGS_FILE).write_text(content)
    with pytest.raises((UnreadableFile, WrongSetting)) as caught:
        settings_of(tmp_path)
    assert str(tmp_path / SETTINGS_FILE) in str(caught.value)
