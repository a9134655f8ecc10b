"""While not all of three sensors speak, the one that lies must not move the verdict."""

import pytest

from tests.unit.twins.samples import bind, boundary, fold, policy, read
from twins.inputs import Input
from twins.judging.excursions import Excursion

MINUTE = 60
EVERY = 5 * MINUTE
NEVER = policy(boundary(limit=15_000), hold=900)
AT_LENGTH = policy(boundary(limit=15_000, delay=1800), hold=900)
DEVICES = ("d1", "d2", "d3")


def bound() -> list[Input]:
    return [bind(0, device, EVERY) for device in DEVICES]


def read_in_turn(first: int, last: int, values: dict[str, int], lag: int = 90) -> list[Input]:
    """Return readings each five minutes, one device after the other."""
    return [
        read(moment + place * lag, value, device=device)
        for moment in range(first, last, EVERY)
        for place, (device, value) in enumerate(values.items())
    ]


def excursions(readings: list[Input]) -> tuple[Excursion, ...]:
    return fold([*bound(), *readings], NEVER).excursions


LYING = {"d1": 41_000, "d2": 5_000, "d3": 5_000}


def test_the_sensor_that_lies_may_read_first() -> None:
    assert excursions(read_in_turn(60, 3600, LYING)) == ()


@pytest.mark.parametrize("liar", DEVICES)
def test_the_sensor_that_lies_may_be_the_last_one_before_a_gap_or_the_first_after_it(
    liar: str,
) -> None:
    values = {device: 41_000 if device == liar else 5_000 for device in DEVICES}
    readings = [*read_in_turn(60, 3600, values), *read_in_turn(7260, 10_800, values)]
    assert excursions(readings) == ()


def test_one_that_is_left_alone_for_longer_than_an_interval_is_judged() -> None:
    # Nobody else can tell: what is left of three loggers still raises its alarm.
    hot = [read(moment, 20_000, device="d3") for moment in range(3600, 14_400, EVERY)]
    readings = [*read_in_turn(60, 3600, dict.fromkeys(DEVICES, 5_000)), *hot]
    (one,) = fold([*bound(), *readings], AT_LENGTH).excursions
    assert one.ended_at is None
    assert {shown.device for shown in one.shown_by} == {"d3"}


def test_three_that_are_truly_warm_are_judged_at_once_when_all_have_read() -> None:
    (one,) = excursions(read_in_turn(60, 3600, dict.fromkeys(DEVICES, 20_000)))
    assert one.began_at <= (60 + 180) * 1_000_000
