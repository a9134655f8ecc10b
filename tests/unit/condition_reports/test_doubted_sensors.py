"""A sensor that cannot be believed is named, and its extremes are not told as those of others."""

import pytest

from condition_reports.fact_types import Facts
from condition_reports.release import release
from condition_reports.verifier import Rejected, verify_text
from twins.readings import Reading

from . import scenes

DOUBTING = {
    **scenes.VACCINE,
    "sensors": {
        "severity": "minor",
        "drift": {"temperature": 1.0},
        "stuck_after_s": {"temperature": 14_400},
        "largest_step_per_minute": {"temperature": 1.0},
    },
}
THIRD = "logger-19"


def three(third: list[Reading], minutes: int = 480) -> scenes.Scene:
    """Return eight hours of two sound sensors at 4 to 4.5 °C, and of a third."""
    sound = [
        *scenes.curve({}, minutes, 4.0),
        *(
            scenes.reading(minute, 4.05 + minute % 35 / 100, device="logger-18")
            for minute in range(0, minutes, 5)
        ),
    ]
    bound = [scenes.bound("logger-18"), scenes.bound(THIRD)]
    return scenes.scene(DOUBTING, [*bound, *sound, *third], minutes)


def drifting() -> scenes.Scene:
    readings = [
        scenes.reading(minute, 4.0 + minute / 60 + minute % 25 / 50, device=THIRD)
        for minute in range(0, 480, 5)
    ]
    return three(readings)


def stuck() -> scenes.Scene:
    return three([scenes.reading(minute, 7.0, device=THIRD) for minute in range(0, 480, 5)])


def alone() -> scenes.Scene:
    readings = [scenes.reading(minute, 7.0) for minute in range(0, 480, 5)]
    return scenes.scene(DOUBTING, readings, 480)


def text_of(scene: scenes.Scene) -> str:
    return " ".join(release(scenes.facts_from(scene), seed=1).text.split())


def test_drifting_sensor_is_named_and_its_extremes_stand_apart() -> None:
    (level,) = scenes.facts_from(drifting()).levels
    assert (level.sensors, level.lowest, level.highest) == (2, "4.0 °C", "4.4 °C")
    (doubt,) = level.doubted
    assert (doubt.sensor, doubt.doubts) == ("sensor temperature of logger-19", "drift")
    # At minute 470: 4 + 470 / 60 + 0.4 °C.
    assert (doubt.lowest, doubt.highest) == ("4.0 °C", "12.233 °C")
    text = text_of(drifting())
    assert "temperature of logger-19" in text
    assert "12.233 °C" in text
    assert "doubted" in text


def test_stuck_sensor_is_named_too() -> None:
    assert "a value that does not change" in text_of(stuck())
    assert "temperature of logger-19" in text_of(stuck())


def test_reason_to_doubt_a_sensor_is_told_once_and_asks_for_a_look_at_it() -> None:
    sensors = scenes.facts_from(stuck()).sensors
    assert (sensors.findings, sensors.is_doubted) == ("", True)
    assert "check the sensors" in text_of(stuck())


def test_doubted_sensor_that_is_alone_is_told_and_said_to_be_doubted() -> None:
    (level,) = scenes.facts_from(alone()).levels
    assert (level.sensors, level.lowest) == (1, "7.0 °C")
    assert [one.is_left_out for one in level.doubted] == [False]
    assert "a value that does not change" in text_of(alone())


def test_lone_outlier_of_the_past_is_a_doubt_of_its_sensor() -> None:
    readings = scenes.curve({}, 480, 4.0)
    readings[40] = scenes.reading(200, 40.0)
    scene = scenes.scene(DOUBTING, readings, 480)
    (doubt,) = scenes.facts_from(scene).levels[0].doubted
    assert (doubt.doubts, doubt.highest) == ("lone outliers", "40.0 °C")
    past = scenes.facts_from(scene).sensors.past_findings
    assert past == "1 lone outlier (temperature of logger-17)"


def test_value_near_a_limit_is_told_of_believed_sensors_alone() -> None:
    document = {**DOUBTING, "sensors": {**DOUBTING["sensors"], "accuracy": {"temperature": 0.5}}}
    near = {300: 7.3, 360: 4.0}  # With what `curve` adds, at most 7.7 °C.

    def facts_with(outlier: float) -> Facts:
        readings = scenes.curve(near, 480, 4.0)
        readings[40] = scenes.reading(200, outlier)
        other = [
            scenes.reading(minute, 4.05 + minute % 35 / 100, device="logger-18")
            for minute in range(0, 480, 5)
            if not 290 <= minute < 370
        ]
        inputs = [scenes.bound("logger-18"), *readings, *other]
        return scenes.facts_from(scenes.scene(document, inputs, 480))

    believed, doubted = facts_with(4.0), facts_with(-30.0)
    assert [one.value for one in believed.near] == ["7.7 °C"]
    assert [one.is_left_out for one in doubted.levels[0].doubted] == [True]
    assert doubted.near == ()


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("12.233 °C", "5.234 °C"),
        ("of logger-19", "of logger-18"),
        ("drift.", "lone outliers."),
        ("(4.0 °C to 12.233 °C)", "(4.0 °C to 4.4 °C)"),
    ],
)
def test_report_that_says_otherwise_of_a_doubted_sensor_is_refused(true: str, false: str) -> None:
    report = release(scenes.facts_from(drifting()), seed=1)
    assert true in report.text
    assert isinstance(
        verify_text(report.text.replace(true, false), scenes.facts_from(drifting())), Rejected
    )


def test_many_doubted_sensors_are_counted_behind_the_first_of_them() -> None:
    names = [f"logger-{number}" for number in range(30, 36)]
    bound = [scenes.bound(one) for one in names]
    readings = [
        scenes.reading(minute, 4.0 + place / 10, device=device)
        for place, device in enumerate(names)
        for minute in range(0, 480, 5)
    ]
    scene = scenes.scene(DOUBTING, [*bound, *scenes.curve({}, 480, 4.0), *readings], 480)
    (level,) = scenes.facts_from(scene).levels
    assert level.doubted[-1].sensor == "3 further sensors"
    assert (level.doubted[-1].lowest, level.doubted[-1].highest) == ("4.3 °C", "4.5 °C")
    assert len(level.doubted) == 4
    # Three are told by name above: a kind is counted whole or not at all.
    assert scenes.facts_from(scene).sensors.findings.startswith("6 stuck sensors")


def test_name_of_a_sensor_cannot_end_a_sentence() -> None:
    readings = [
        scenes.reading(minute, 7.0, device=THIRD, sensor="ok. All is well. x")
        for minute in range(0, 480, 5)
    ]
    assert "All is well. " not in text_of(three(readings))
