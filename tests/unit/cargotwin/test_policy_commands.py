import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cargotwin.cli import application
from cargotwin.console import people, results

POLICIES = Path(__file__).parents[3] / "config" / "policies"
VACCINE = POLICIES / "vaccine-2-8.toml"
VECTORS = Path(__file__).parents[2] / "vectors"
DAY_OF_ROWS = 288
COOL = "time,value\n" + "".join(f"2026-01-01 00:{minute:02},41\n" for minute in range(0, 60, 5))
WARM = COOL.replace(",41", ",50")


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(application, ["policy", *map(str, arguments)])


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return what people read."""
    screen = io.StringIO()
    monkeypatch.setattr(people, "_file", screen)  # `file` would put back one stream for ever.
    monkeypatch.setattr(results, "_file", screen)  # `file` would put back one stream for ever.
    return screen


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch, told: io.StringIO) -> io.StringIO:
    """Return what is shown on standard output alone."""
    assert told is people.file
    shown = io.StringIO()
    monkeypatch.setattr(results, "_file", shown)  # `file` would put back one stream for ever.
    return shown


@pytest.fixture
def cool(tmp_path: Path) -> Path:
    file = tmp_path / "cool.csv"
    file.write_text(COOL)
    return file


@pytest.fixture
def warm(tmp_path: Path) -> Path:
    file = tmp_path / "warm.csv"
    file.write_text(WARM)
    return file


HOW = ("--quantity", "temperature", "--unit", "F", "--zone", "UTC")


def test_check_takes_several_files_and_says_what_each_states(told: io.StringIO) -> None:
    done = invoke("check", *sorted(POLICIES.glob("*.toml")))
    assert done.exit_code == 0
    assert "above-8: temperature not above 8 °C for 30 min or longer" in told.getvalue()
    assert "any 30 d with an excursion above 25 °C" in told.getvalue()
    assert "shelf life: 12 days at 0 °C, square root from -10 °C, warned of from 25 % left" in (
        told.getvalue()
    )
    assert "only in origin, destination, delivered" in told.getvalue()
    assert "estimated core temperature not above 35 °C" in told.getvalue()
    assert "shock: damage from 3.4 m/s and 50 g on (critical, damaged)" in told.getvalue()


def test_check_goes_on_after_a_wrong_file_and_fails_in_the_end(
    tmp_path: Path, told: io.StringIO
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(VACCINE.read_text("utf-8").replace("limit = 8.0", "limit = 8000.0"))
    done = invoke("check", wrong, VACCINE)
    assert done.exit_code == 2
    assert "is 8000.0; allowed: -273.149 to 1000" in told.getvalue()
    assert "vaccine-2-8: Vaccine, 2 to 8 °C" in told.getvalue()


def test_series_that_keeps_the_policy_ends_with_success(cool: Path, told: io.StringIO) -> None:
    done = invoke("test", VACCINE, cool, *HOW)
    assert done.exit_code == 0, told.getvalue()
    assert "12 readings" in told.getvalue()
    assert "one planned every 300 s" in told.getvalue()
    assert "vaccine-2-8: conformant, severity none" in told.getvalue()
    assert "every rule of the policy is kept" in told.getvalue()


def test_series_that_breaks_the_policy_ends_with_no_and_the_reasons(
    warm: Path, told: io.StringIO
) -> None:
    done = invoke("test", VACCINE, warm, *HOW)
    assert done.exit_code == 1
    assert "happened (major): Temperature above 8 °C for 30 min or longer" in told.getvalue()
    assert "left: boundary:above-8-in-sum" in told.getvalue()
    assert "▼" in told.getvalue()


def test_drawing_is_written_where_it_is_asked_for(warm: Path, tmp_path: Path) -> None:
    drawing = tmp_path / "trial.svg"
    invoke("test", VACCINE, warm, *HOW, "--svg", drawing)
    text = drawing.read_text("utf-8")
    assert text.startswith("<?xml")
    assert "Not above 8 °C for 30 minutes or longer" in text


def test_drawing_that_cannot_be_written_is_told(
    warm: Path, tmp_path: Path, told: io.StringIO
) -> None:
    done = invoke("test", VACCINE, warm, *HOW, "--svg", tmp_path / "none" / "trial.svg")
    assert done.exit_code == 2
    assert "name a file that can be written" in told.getvalue()


def test_json_is_the_condition_alone_on_standard_output(warm: Path) -> None:
    document = json.loads(invoke("test", VACCINE, warm, *HOW, "--json").stdout)
    assert document["policy"] == "vaccine-2-8"
    assert document["disposition"] == "non_conformant"


def test_what_a_policy_states_and_decides_goes_to_standard_output(
    warm: Path, apart: io.StringIO, told: io.StringIO
) -> None:
    invoke("check", VACCINE)
    assert "frozen: temperature not below -0.5 °C" in apart.getvalue()
    invoke("test", VACCINE, warm, *HOW)
    assert "happened (major): Temperature above 8 °C for 30 min or longer" in apart.getvalue()
    assert told.getvalue() == ""


def test_beside_json_the_text_goes_to_standard_error(
    warm: Path, apart: io.StringIO, told: io.StringIO
) -> None:
    invoke("test", VACCINE, warm, *HOW, "--json")
    assert apart.getvalue() == ""
    assert "happened (major)" in told.getvalue()


def nab_days(tmp_path: Path, *, replayed: bool) -> Path:
    """Return four days of a machine's temperature (NAB, see tests/vectors), or the third twice."""
    rows = (VECTORS / "nab_machine_temperature.csv").read_text("utf-8").splitlines()
    times, values = zip(*(one.split(",") for one in rows[1 : 1 + 4 * DAY_OF_ROWS]), strict=True)
    stated = [*values[:-DAY_OF_ROWS], *values[-2 * DAY_OF_ROWS : -DAY_OF_ROWS]]
    file = tmp_path / "nab.csv"
    chosen = stated if replayed else values
    lines = [f"{time},{value}" for time, value in zip(times, chosen, strict=True)]
    file.write_text("\n".join(["time,value", *lines]))
    return file


def test_day_that_was_sent_again_as_the_next_is_named_beside_the_verdict(
    tmp_path: Path, told: io.StringIO
) -> None:
    # The series begins on 7 January 2014 at midnight; an hour of that day stands twice.
    done = invoke("test", VACCINE, nab_days(tmp_path, replayed=True), *HOW)
    assert done.exit_code == 1
    (said,) = [one for one in told.getvalue().splitlines() if "repeats" in one]
    assert said.startswith("beside the verdict: temperature, sensor ")
    assert "from 2014-01-09 23:00:00 UTC on it repeats 288 readings in turn" in said
    assert "of 24 h before" in said


def test_real_series_repeats_nothing(tmp_path: Path, told: io.StringIO) -> None:
    invoke("test", VACCINE, nab_days(tmp_path, replayed=False), *HOW)
    assert "happened (" in told.getvalue()
    assert "repeats" not in told.getvalue()


def test_row_that_cannot_be_read_is_named_and_left_out(cool: Path, told: io.StringIO) -> None:
    cool.write_text(COOL.replace("00:10,41", "00:10,much"))
    invoke("test", VACCINE, cool, *HOW)
    assert "line 4 is left out" in told.getvalue()
    assert "11 readings" in told.getvalue()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--quantity", "temperature", "--unit", "F"), "zone"),
        ((), "what is measured?"),
        ((*HOW, "--departure", "yesterday"), "'yesterday' is no time with an offset"),
    ],
)
def test_what_is_missing_is_asked_for(
    cool: Path, told: io.StringIO, arguments: tuple[str, ...], sentence: str
) -> None:
    done = invoke("test", VACCINE, cool, *arguments)
    assert done.exit_code == 2
    assert sentence in told.getvalue()
