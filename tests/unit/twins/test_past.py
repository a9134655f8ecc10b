"""What has been of stretches of time that follow each other; expected values by hand."""

from msgspec.structs import replace

from tests.unit.twins.samples import (
    ASSET,
    at,
    bind,
    boundary,
    close,
    detach,
    fold,
    milestone,
    policy,
    read,
)
from twins.inputs import Input, MilestoneName, event_key
from twins.judging.series import SeriesSums
from twins.past import Past, joined
from twins.twin import AssetTwin, advance
from twins.wear.shocks import ShockSums

BY = policy(boundary(), boundary("shock", 60_000, quantity="acceleration"))


def in_stretches(inputs: list[Input], *cuts: int) -> list[Past]:
    """Return what has been in each of the stretches that the cuts leave."""
    ordered, twin, pasts = sorted(inputs, key=event_key), AssetTwin(ASSET), []
    for first, last in zip((0, *cuts), (*cuts, len(inputs)), strict=True):
        twin = advance(replace(twin, past=Past()), ordered[first:last], BY)
        pasts.append(twin.past)
    return pasts


def test_nothing_joined_is_nothing() -> None:
    assert joined([]) == joined([Past(), Past()]) == Past()


def test_stretches_of_a_shipment_join_to_its_whole_past() -> None:
    inputs: list[Input] = [bind(0), bind(0, "d2")]
    inputs += [read(10 * step, 5_000 + 500 * step) for step in range(9)]
    inputs += [read(95, 4_000, device="d2"), read(99, 70_000, quantity="acceleration")]
    inputs += [detach(120, "d2"), read(130, 5_000), read(140, 5_000)]
    for cuts in ((3,), (5, 9), (2, 3, 4), (0, 1, len(inputs) - 1)):
        assert joined(in_stretches(inputs, *cuts)) == fold(inputs, BY).past


def test_sums_of_one_sensor_add_up_and_keep_their_first_and_extremes() -> None:
    first = SeriesSums("d1", "air", "temperature", 2, 1, 1, 1, at(5), 4, at(5), 9, at(6), 100, 7, 3)
    later = SeriesSums("d1", "air", "temperature", 3, 0, 0, 2, at(9), 4, at(9), 12, at(9), 50, 5, 2)
    (both,) = joined([Past(series=(first,)), Past(series=(later,))]).series
    assert both == SeriesSums(
        "d1", "air", "temperature", 5, 1, 1, 3, at(5), 4, at(5), 12, at(9), 150, 12, 5
    )


def test_series_that_only_spoke_on_took_no_reading_first() -> None:
    spoke = SeriesSums("d1", "air", "temperature", observed=10, weighted=50)
    later = SeriesSums("d1", "air", "temperature", readings=1, first_at=at(9))
    (both,) = joined([Past(series=(spoke,)), Past(series=(later,))]).series
    assert (both.readings, both.first_at, both.observed) == (1, at(9), 10)


def test_highest_peak_is_the_first_of_equal_ones() -> None:
    pasts = [Past(shocks=ShockSums(2, 900, 5)), Past(shocks=ShockSums(1, 900, 9)), Past()]
    assert joined(pasts).shocks == ShockSums(3, 900, 5)
    assert joined([Past(), Past(shocks=ShockSums(1, 900, 9))]).shocks == ShockSums(1, 900, 9)


def test_stretch_that_begins_anew_leaves_of_those_before_how_much_was_read() -> None:
    inputs: list[Input] = [bind(0), read(10, 9_000), read(20, 5_000), read(30, 6_000)]
    inputs += [milestone(40, MilestoneName.START), read(50, 7_000), read(60, 7_500)]
    for cuts in ((3,), (2, 4), (4,), (5,), (1, 6)):
        past = joined(in_stretches(inputs, *cuts))
        assert past == fold(inputs, BY).past
        assert (past.begins_anew, past.unjudged, past.excursions) == (True, 3, ())


def test_what_came_after_the_close_adds_up_over_stretches() -> None:
    inputs: list[Input] = [bind(0), read(10, 5_000), milestone(40, MilestoneName.START)]
    inputs += [close(50), read(60, 9_000), read(70, 5_000), read(80, 9_000), read(90, 9_000)]
    for cuts in ((2,), (4,), (5, 6), (2, 4, 7)):
        past = joined(in_stretches(inputs, *cuts))
        assert past == fold(inputs, BY).past
        assert past.after_close == 3
