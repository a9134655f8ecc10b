"""Openings of the container; expected numbers by hand from SPECIFICATION section 9, Openings."""

import pytest

from tests.unit.twins.samples import HOUR, at, bind, boundary, judge, policy, read, restored
from twins.inputs import Input
from twins.policy.condition_policy import Boundary, ConditionPolicy, Disposition
from twins.twin import AssetTwin, advance
from twins.verdict.condition import assess

ASSET = "box-1"
OPEN = Disposition.CONTAINER_OPEN


def opening(
    name: str,
    quantity: str,
    limit: int,
    *,
    is_upper: bool = True,
    delay: float = 0,
    is_cumulative: bool = False,
) -> Boundary:
    return boundary(
        name,
        limit,
        quantity=quantity,
        is_upper=is_upper,
        disposition=OPEN,
        delay=delay,
        is_cumulative=is_cumulative,
    )


LIT = opening("lit", "illuminance", 50_000)
DOOR = opening("door", "contact", 1, is_upper=False)
BOTH = policy(LIT, DOOR)


def light(second: float, *, is_lit: bool) -> Input:
    return read(second, 900_000 if is_lit else 0, quantity="illuminance")


def contact(second: float, *, is_open: bool) -> Input:
    return read(second, 0 if is_open else 1, quantity="contact")


def openings(inputs: list[Input], as_of: float = HOUR, by: ConditionPolicy = BOTH) -> int:
    return judge([bind(0), *inputs], by, as_of).statistics.openings


def lit(since: float, until: float) -> list[Input]:
    return [light(since, is_lit=True), light(until, is_lit=False)]


def ajar(since: float, until: float) -> list[Input]:
    return [contact(since, is_open=True), contact(until, is_open=False)]


@pytest.mark.parametrize(
    ("light_span", "door_span", "number"),
    [
        ((100, 200), (100, 200), 1),
        ((100, 200), (110, 190), 1),
        ((110, 190), (100, 200), 1),
        ((100, 200), (150, 300), 1),
        ((100, 200), (200, 300), 1),
        ((200, 300), (100, 200), 1),
        ((100, 200), (201, 300), 2),
        ((201, 300), (100, 200), 2),
    ],
)
def test_openings_of_two_boundaries_that_overlap_or_touch_are_one(
    light_span: tuple[int, int], door_span: tuple[int, int], number: int
) -> None:
    assert openings([*lit(*light_span), *ajar(*door_span)]) == number


def test_opening_that_one_boundary_interrupts_is_one_where_the_other_lasts() -> None:
    assert openings([*ajar(100, 500), *lit(110, 200), *lit(300, 400)]) == 1


def test_opening_that_lasts_is_one_with_all_that_is_seen_in_it() -> None:
    assert openings([contact(100, is_open=True), *lit(110, 200), *lit(300, 400)], 500) == 1


def test_openings_of_one_boundary_are_counted_each() -> None:
    assert openings([*lit(100, 200), *lit(300, 400), *lit(500, 600)]) == 3


def test_cumulative_excursion_is_an_opening_where_no_other_was_seen_meanwhile() -> None:
    """It goes on through all its runs, and must not make one of what was closed in between."""
    long = opening("long", "illuminance", 50_000, delay=100, is_cumulative=True)
    by = policy(long, DOOR)
    assert openings([*lit(100, 300), *lit(500, 700)], by=by) == 1
    assert openings([*lit(100, 300), *lit(500, 700), *ajar(100, 300), *ajar(500, 700)], by=by) == 2
    assert openings([*lit(100, 300), *ajar(1_000, 1_100)], by=by) == 2


def test_other_dispositions_open_nothing() -> None:
    by = policy(boundary("lit", 50_000, quantity="illuminance"), DOOR)
    assert openings(lit(100, 200), by=by) == 0


def many(number: int) -> list[Input]:
    """Openings of ten seconds every twenty, seen by both boundaries."""
    return [
        one
        for start in range(100, 100 + 20 * number, 20)
        for one in (*lit(start, start + 10), *ajar(start, start + 10))
    ]


def test_as_many_openings_as_are_kept_are_counted_as_they_are() -> None:
    assert openings(many(500), 20_000) == 500


def test_openings_beyond_those_kept_count_once_however_many_boundaries_see_them() -> None:
    assert openings(many(700), 20_000) == 700


def test_openings_beyond_those_kept_are_no_more_than_one_boundary_saw() -> None:
    """Each boundary keeps those that weigh most to it, here others than the other one."""
    inputs = [
        one
        for place, start in enumerate(range(100, 14_100, 20))
        for one in (
            *lit(start, start + (4 if place < 350 else 14)),
            *ajar(start, start + (14 if place < 350 else 4)),
        )
    ]
    assert openings(inputs, 20_000) == 700


def test_openings_are_equal_however_the_inputs_came() -> None:
    inputs = [bind(0), *ajar(100, 500), *lit(110, 200), *lit(300, 400), *ajar(700, 800)]
    ordered = sorted(inputs, key=lambda one: getattr(one, "observed_at", 0))
    twin = AssetTwin(ASSET)
    for one in ordered:
        twin = restored(advance(twin, [one], BOTH))
    assert assess(twin, BOTH, at(HOUR)).statistics.openings == 2
