import pytest

from tests.unit.twins.samples import ASSET, at, bind, detach
from twins.bindings import FOREVER, BindingBook, Interval, covers, intervals_of
from twins.inputs import Binding, BindingAction


@pytest.mark.parametrize(
    ("bindings", "expected"),
    [
        ([], []),
        ([bind(5)], [(at(5), FOREVER)]),
        ([detach(9), bind(5)], [(at(5), at(9))]),
        ([bind(5), bind(7), detach(9)], [(at(5), at(9))]),
        ([detach(1), bind(5), detach(9), detach(11)], [(at(5), at(9))]),
        ([bind(5), detach(9), bind(9)], [(at(5), at(9))]),
        ([bind(5), detach(9), bind(12)], [(at(5), at(9)), (at(12), FOREVER)]),
    ],
    ids=["none", "open", "late add", "add twice", "delete twice", "ends at once", "again"],
)
def test_intervals_run_from_an_add_to_the_next_delete(
    bindings: list[Binding], expected: list[Interval]
) -> None:
    assert intervals_of(bindings) == expected


def test_interval_covers_its_start_and_not_its_end() -> None:
    assert [covers([(5, 9)], moment) for moment in (4, 5, 8, 9)] == [False, True, True, False]


def book_of(*bindings: Binding) -> BindingBook:
    book = BindingBook()
    for position, binding in enumerate(bindings):
        book.add(10 * position, binding)
    return book


def test_book_names_the_assets_that_a_device_travels_with() -> None:
    pallet = Binding(1, BindingAction.ADD, "d1", "pallet-9", at(10), at(60))
    book = book_of(bind(5), pallet, detach(20))
    assert book.assets_of("d1", at(4)) == []
    assert book.assets_of("d1", at(5)) == [ASSET]
    assert book.assets_of("d1", at(10)) == [ASSET, "pallet-9"]
    assert book.assets_of("d1", at(20)) == ["pallet-9"]
    assert book.assets_of("stranger", at(10)) == []
    assert (book.is_bound("d1"), book.is_bound("stranger")) == (True, False)
    assert book.assets_with("d1") == {
        ASSET: [(at(5), at(20))],
        "pallet-9": [(at(10), FOREVER)],
    }
    assert book.assets_with("stranger") == {}


def test_late_binding_claims_the_older_readings_that_the_log_has_not_taken() -> None:
    book = book_of(bind(50), detach(90), bind(10))
    newest = bind(10)
    was_taken = book.taken_before(newest)
    assert book.late_intervals(newest) == [(at(10), at(90))]
    assert was_taken(5, at(60))
    assert not was_taken(5, at(20))


def test_reading_that_a_binding_once_covered_was_taken_though_it_is_covered_no_more() -> None:
    book = book_of(bind(50), detach(90), bind(95))
    was_taken = book.taken_before(bind(95))
    assert was_taken(5, at(92))
    assert not was_taken(15, at(92))


def test_assets_of_a_whole_stretch_are_told_where_they_are_the_same_throughout() -> None:
    pallet = Binding(1, BindingAction.ADD, "d1", "pallet-9", at(10), at(60))
    book = book_of(bind(5), pallet, detach(20), bind(30))
    stretches = {
        (0, 4): [],
        (4, 5): None,
        (5, 9): [ASSET],
        (9, 10): None,
        (10, 19): [ASSET, "pallet-9"],
        (19, 20): None,
        (20, 29): ["pallet-9"],
        (15, 35): None,
        (30, 99): [ASSET, "pallet-9"],
    }
    found = {
        (first, last): book.assets_throughout("d1", at(first), at(last))
        for first, last in stretches
    }
    assert found == stretches
    assert book.assets_throughout("stranger", 0, at(99)) == []
