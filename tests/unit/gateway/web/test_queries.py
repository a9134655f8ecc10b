import pytest

from gateway.web.problems import InvalidParameter
from gateway.web.queries import readings_query, slice_of
from tests.fakes.shipments import NOON


def test_readings_query_takes_moments_with_a_zone() -> None:
    query = readings_query(
        {"quantity": "humidity", "from": "2026-11-20T12:00:00Z", "step": "60"}, "temperature"
    )
    assert (query.quantity, query.start, query.end, query.step) == (
        "humidity",
        NOON,
        None,
        60_000_000,
    )


def test_readings_query_takes_an_offset_whose_plus_was_not_escaped() -> None:
    assert readings_query({"from": "2026-11-20T13:00:00 01:00"}, "temperature").start == NOON


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"quantity": "mood"}, "quantity"),
        ({"from": "2026-11-20T12:00:00"}, "from"),
        ({"to": "noon"}, "to"),
        ({"from": "2026-11-20T12:00:00Z", "to": "2026-11-20T12:00:00Z"}, "to"),
        ({"step": "-1"}, "step"),
        ({"step": "1.5"}, "step"),
        ({"step": "9" * 5_000}, "step"),
        ({"step": "²"}, "step"),
    ],
)
def test_readings_query_names_the_parameter_that_is_wrong(query: dict[str, str], name: str) -> None:
    with pytest.raises(InvalidParameter, match=f"^Invalid parameter: {name} is"):
        readings_query(query, "temperature")


def test_slice_gives_every_item_once() -> None:
    items, cursor, seen = list(range(25)), "0", []
    while cursor is not None:
        part, cursor = slice_of({"cursor": cursor}, items, 10, 100)
        seen.extend(part)
    assert seen == items


def test_slice_refuses_more_than_the_limit() -> None:
    with pytest.raises(InvalidParameter, match="limit is '101'"):
        slice_of({"limit": "101"}, [1], 10, 100)
