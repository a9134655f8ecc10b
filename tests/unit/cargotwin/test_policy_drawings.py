"""The same trial in characters and as a drawing."""

from xml.etree.ElementTree import Element, fromstring

from cargotwin.policy_chart import terminal_chart
from cargotwin.policy_sheet import policy_sheet
from cargotwin.policy_trial import Trial, charts_of, readings_of, tried
from gateway.logger_files.series import FileReading
from tests.unit.cargotwin.test_policy_trial import MINUTE, START, policy, series

SVG = "{http://www.w3.org/2000/svg}"
COLUMNS = 40


def lines_of(trial: Trial) -> list[str]:
    (subject,) = charts_of(trial, COLUMNS)
    return [line.plain for line in terminal_chart(subject, COLUMNS + 10, 14)]


def tried_on(*values: float) -> Trial:
    return tried(policy(), readings_of(series(*values)))


def test_terminal_chart_draws_values_between_the_limits() -> None:
    title, *drawing = lines_of(tried_on(*[5.0] * 41))
    assert title == "Temperature under Vaccine, 2 to 8 °C"
    (level,) = [line for line in drawing if "•" in line]
    assert level[10:] == "•" * COLUMNS
    # The limits of the policy stand on the axis: 15, 8, 2, -0.5 and -5 °C.
    labels = [line[:8].strip() for line in drawing if "┤" in line]
    assert labels == ["15", "8", "2", "-0.5", "-5"]
    assert "▼" not in "".join(drawing)


def test_terminal_chart_marks_the_time_of_an_excursion() -> None:
    # 40 steps in 40 columns: outside from the tenth to the thirtieth.
    drawing = lines_of(tried_on(*[5.0] * 10, *[9.0] * 20, *[5.0] * 11))
    (marks,) = [line[10:] for line in drawing if "▼" in line]
    assert 19 <= marks.count("▼") <= 21
    assert 9 <= marks.index("▼") <= 11


def test_terminal_chart_leaves_a_gap_where_nothing_was_observed() -> None:
    later = [
        FileReading(99, "temperature", "temperature", "C", 5.0, START + minute * MINUTE)
        for minute in range(300, 401, 5)
    ]
    drawing = lines_of(tried(policy(), readings_of([*series(*[5.0] * 21), *later])))
    (level,) = [line[10:] for line in drawing if "•" in line]
    # 100 of 400 minutes, then nothing for 200 but what the last reading speaks for, then 100.
    assert level.startswith("•" * 10)
    assert "░" * 17 in level
    assert level.endswith("•" * 9)


def test_terminal_chart_fits_its_width() -> None:
    assert all(len(line) <= COLUMNS + 10 for line in lines_of(tried_on(*[5.0] * 41)))


def sheet(*lines: str) -> Element:
    trial = tried_on(*[5.0] * 10, *[9.0] * 20, *[5.0] * 11)
    # Drawn by ourselves a moment ago.
    return fromstring(policy_sheet("A trial", list(charts_of(trial, 200)), lines))  # noqa: S314 - our own


def test_sheet_holds_chart_limits_excursion_and_reasons() -> None:
    root = sheet("verdict: bad", "  because of this")
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert {
        "not above 8.0\N{NO-BREAK SPACE}°C",
        "▼1, 2",
        "verdict: bad",
        "  because of this",
    } <= set(texts)
    assert root.findtext(f"{SVG}title") == "A trial"


def test_sheet_needs_no_other_file() -> None:
    style = sheet("x").findtext(f"{SVG}style") or ""
    assert ".limit" in style
    assert "url(" not in style
    assert "@import" not in style


def test_long_reason_is_broken_into_lines_that_stay_indented() -> None:
    root = sheet("  " + "reason " * 60)
    written = [one.text or "" for one in root.iter(f"{SVG}text") if one.get("class") == "reason"]
    assert len(written) == 4
    assert all(len(line) <= 140 for line in written)
    assert [line[:4].count(" ") for line in written] == [2, 4, 4, 4]
    assert float(root.get("height", "0")) > 380 + 4 * 18


def test_foreign_text_becomes_no_markup_and_hides_nothing() -> None:
    root = sheet("<script>\u202eevil</script>")
    assert not list(root.iter(f"{SVG}script"))
    assert [one.text for one in root.iter(f"{SVG}text")][-1] == "<script>\ufffdevil</script>"
