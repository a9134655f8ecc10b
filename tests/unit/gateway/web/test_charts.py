from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ports import Bucket, SeriesBuckets
from gateway.web.charts import (
    NARROW,
    WIDE,
    ChartSubject,
    Window,
    chart,
    coarser,
    description,
    gaps,
    segments,
)
from tests.fakes.judged_shipment import EVERYTHING
from tests.fakes.shipments import HOSTILE, HOUR, MINUTE, NOON, VACCINE
from twins.custody.possession import CustodyPeriod
from twins.judging.excursions import Excursion

SVG = "{http://www.w3.org/2000/svg}"
START = NOON - 10 * HOUR
WINDOW = Window(START, NOON, START, NOON)
HOLD = 15 * MINUTE
STEP = 5 * MINUTE


def series(minutes: list[int], value: int = 5_000, quantity: str = "temperature") -> SeriesBuckets:
    buckets = (Bucket(START + one * MINUTE, value - 100, value, value + 200, 3) for one in minutes)
    return SeriesBuckets("logger-1", "core", quantity, STEP, tuple(buckets))


def subject(*shown: SeriesBuckets, **changes: object) -> ChartSubject:
    fields = {
        "title": "Temperature of lot 1",
        "quantity": "temperature",
        "window": WINDOW,
    } | changes
    return ChartSubject(series=shown, hold=HOLD, **fields)  # type: ignore[arg-type]


def drawn(subject: ChartSubject, kind: str, tag: str) -> list[Element]:
    root = fromstring(chart(subject, WIDE))  # noqa: S314 - our own drawing
    return [one for one in root.iter(SVG + tag) if kind in one.get("class", "").split()]


def texts(subject: ChartSubject) -> list[str]:
    root = fromstring(chart(subject, WIDE))  # noqa: S314 - our own drawing
    return [one.text or "" for one in root.iter(SVG + "text")]


def test_line_is_split_where_the_hold_of_a_reading_has_run_out() -> None:
    runs = segments(series([0, 5, 10, 60, 65]), HOLD)
    assert [len(run) for run in runs] == [3, 2]


def test_line_goes_on_where_buckets_are_farther_apart_than_a_step_but_within_the_hold() -> None:
    assert len(segments(series([0, 15, 30]), HOLD)) == 1


def test_gap_reaches_from_the_end_of_a_hold_to_the_next_reading() -> None:
    every_five = [*range(0, 120, 5), *range(300, 600, 5)]
    assert gaps([series(every_five)], HOLD, WINDOW) == [
        (START + 115 * MINUTE + HOLD, START + 300 * MINUTE)
    ]


def test_gap_is_closed_by_any_other_sensor() -> None:
    first, second = series(list(range(0, 300, 5))), series(list(range(295, 600, 5)))
    assert gaps([first, second], HOLD, WINDOW) == []


def test_gap_ends_where_nothing_was_planned() -> None:
    window = Window(START, NOON, START + HOUR, NOON - HOUR)
    assert gaps([], HOLD, window) == [(START + HOUR, NOON - HOUR)]


@given(st.sets(st.integers(0, 599), max_size=60))
def test_line_never_crosses_a_gap(minutes: set[int]) -> None:
    shown = series(sorted(minutes))
    unseen = gaps([shown], HOLD, WINDOW)
    for run in segments(shown, HOLD):
        for start, end in unseen:
            assert run[-1].start <= start or run[0].start >= end


@given(st.sets(st.integers(0, 599), max_size=60))
def test_gaps_and_held_time_make_up_the_planned_time(minutes: set[int]) -> None:
    held = {at for one in minutes for at in range(one, min(one + 15, 600))}
    unseen = gaps([series(sorted(minutes))], HOLD, WINDOW)
    assert sum(end - start for start, end in unseen) == (600 - len(held)) * MINUTE


def test_drawing_has_one_line_and_one_band_per_run() -> None:
    one = subject(series([0, 5, 10, 60, 65]))
    assert len(drawn(one, "line", "polyline")) == 2
    assert len(drawn(one, "band", "polygon")) == 2


def test_lone_reading_is_drawn_as_a_dot() -> None:
    one = subject(series([0]))
    assert len(drawn(one, "dot", "circle")) == 1
    assert not drawn(one, "line", "polyline")


def test_gap_is_shaded_and_named() -> None:
    one = subject(series([0, 5, 300, 305]))
    assert len(drawn(one, "gap", "rect")) == 2
    assert "not observed" in texts(one)


def test_limit_is_a_line_with_its_value_and_unit() -> None:
    one = subject(series([0, 5]), boundaries=VACCINE.boundaries)
    assert len(drawn(one, "limit", "line")) == 2
    assert {"not above 8.0\u00a0°C", "not below 2.0\u00a0°C"} <= set(texts(one))


def test_limit_of_the_core_is_told_from_that_of_the_air() -> None:
    (core,) = [one for one in EVERYTHING.boundaries if one.is_of_core]
    assert "core not above 7.0\u00a0°C" in texts(subject(series([0, 5, 10]), boundaries=(core,)))


def test_limit_of_a_phase_names_it() -> None:
    (cold,) = [one for one in EVERYTHING.boundaries if one.phases is not None]
    one = subject(series([0, 5, 10]), boundaries=(cold,))
    assert "not below 2.0\u00a0°C, transit only" in texts(one)


def excursion(begins_h: int, ends_h: int) -> Excursion:
    return Excursion(
        boundary="too-warm",
        device="logger-1",
        sensor="core",
        quantity="temperature",
        began_at=START + begins_h * HOUR,
        alarmed_at=START + begins_h * HOUR,
        ended_at=START + ends_h * HOUR,
        extreme=9_100,
        extreme_at=START + begins_h * HOUR,
        outside=2 * HOUR,
    )


def test_excursions_of_several_rules_at_one_place_are_numbered_together() -> None:
    found = (excursion(1, 3), excursion(8, 9), excursion(1, 3))
    one = subject(series([0, 5]), excursions=found)
    assert [text for text in texts(one) if text.startswith("▼")] == ["▼1, 3", "▼2"]
    crowd = subject(series([0, 5]), excursions=(excursion(1, 3),) * 5)
    assert [text for text in texts(crowd) if text.startswith("▼")] == ["▼1, 2, 3…"]


def test_excursion_is_shaded_and_numbered() -> None:
    one = subject(series([0, 5]), excursions=(excursion(1, 3),))
    (box,) = drawn(one, "excursion", "rect")
    assert "extreme 9.1\u00a0°C" in (box.findtext(f"{SVG}title") or "")
    assert "▼1" in texts(one)


def test_custody_is_a_band_with_the_holders_names() -> None:
    periods = (
        CustodyPeriod("acme", START, START + 4 * HOUR, "", ""),
        CustodyPeriod(
            "a-very-long-name-of-a-forwarding-company" * 4, START + 4 * HOUR, None, "", ""
        ),
    )
    one = subject(series([0, 5]), custody=periods)
    first, second = drawn(one, "custody", "rect")
    assert float(second.get("width", "0")) == pytest.approx(
        1.5 * float(first.get("width", "0")), abs=0.2
    )
    assert "acme" in texts(one)
    assert any(text.endswith("…") for text in texts(one))


def test_holder_whose_time_is_too_short_for_a_name_has_none() -> None:
    periods = (
        CustodyPeriod("acme", START, START + 10 * HOUR - 1, "", ""),
        CustodyPeriod("carrier", START + 10 * HOUR - 1, None, "", ""),
    )
    shown = texts(subject(series([0, 5]), custody=periods))
    assert "acme" in shown
    assert not any(text.startswith("car") for text in shown)


def test_shock_is_a_stem_and_never_a_gap() -> None:
    one = subject(series([60], 74_250, "acceleration"), quantity="acceleration")
    assert len(drawn(one, "dot", "circle")) == 1
    assert not drawn(one, "gap", "rect")


def test_axes_name_unit_and_zone() -> None:
    shown = texts(subject(series([0, 5])))
    assert "Temperature in °C" in shown
    assert "Time in UTC (+00:00)" in shown


def test_description_says_in_words_what_the_chart_shows() -> None:
    words = description(subject(series([0, 5, 300, 305]))).replace("\u00a0", " ")
    assert words == (
        "From 2026-11-20 02:00 UTC to 2026-11-20 12:00 UTC. Lowest 4.9 °C, highest 5.2 °C; "
        "no excursion; 2 unobserved intervals, 9 h 20 min in all."
    )


def test_chart_without_readings_says_so() -> None:
    assert description(subject()).endswith("No readings.")
    assert chart(subject(), NARROW).startswith("<svg")


def test_hostile_text_stays_text() -> None:
    period = CustodyPeriod(HOSTILE, START, None, "", "")
    text = chart(subject(series([0, 5]), title=HOSTILE, custody=(period,)), WIDE)
    assert "<script" not in text
    assert "\u202e" not in text
    assert "style=" not in text


def test_coarser_joins_neighbours_without_losing_readings_or_extremes() -> None:
    one = series(list(range(0, 500, 5)))
    rows = coarser(one, 48)
    assert len(rows) <= 48
    assert sum(row.count for row in rows) == 300
    assert {row.minimum for row in rows} == {4_900}
    assert {row.maximum for row in rows} == {5_200}


def test_coarser_weighs_a_mean_by_its_readings() -> None:
    buckets = (Bucket(0, 1_000, 1_000, 1_000, 3), Bucket(10, 2_000, 2_000, 2_000, 1))
    (row,) = coarser(SeriesBuckets("d", "s", "temperature", 10, buckets), 1)
    assert row.mean == 1_250
