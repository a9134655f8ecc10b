from pathlib import Path

import pytest

from gateway.store.derived import DerivedStore
from gateway.unpublished import Unpublished, Untold
from tests.unit.twins.samples import at

CASE, PALLET = "case", "pallet"


class Notes:
    """Notes of a folder, of which versions cover so many inputs of each log."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "derived.db"
        self.covered = {CASE: 0, PALLET: 0}
        self.open()

    def open(self) -> None:
        self.store = DerivedStore(self.path)
        self.notes = Unpublished(self.store, lambda _asset, log: self.covered[log])

    def reopen(self) -> None:
        self.store.close()
        self.open()

    def note(self, log: str, size: int, *seconds: float) -> None:
        """Note inputs that lie behind so many others of a log."""

        def beyond(told: int) -> int | None:
            return min(map(at, seconds[told:]), default=None)

        self.notes.note(CASE, log, size, min(map(at, seconds)), beyond)


@pytest.fixture
def one(tmp_path: Path) -> Notes:
    return Notes(tmp_path)


def test_earliest_of_both_logs_is_told_once(one: Notes) -> None:
    one.note(CASE, 0, 30)
    one.note(PALLET, 0, 20, 40)
    assert one.notes.take(CASE) == Untold(at(20), at(20))
    assert one.notes.take(CASE) is None


def test_inputs_that_the_newest_version_covers_are_not_noted(one: Notes) -> None:
    one.covered[PALLET] = 7
    one.note(PALLET, 5, 10, 20, 30)
    assert one.notes.take(CASE) == Untold(at(30), at(30))
    one.note(PALLET, 5, 10, 20)
    assert one.notes.take(CASE) is None


def test_crash_behind_a_version_leaves_what_lies_behind_it_in_each_log(one: Notes) -> None:
    one.note(PALLET, 0, 10)
    one.notes.take(CASE)
    one.note(PALLET, 4, 50)
    one.covered = {CASE: 3, PALLET: 4}
    one.reopen()
    assert one.notes.take(CASE) == Untold(at(50), at(50))


def test_version_forgets_what_it_covers_and_keeps_what_came_meanwhile(one: Notes) -> None:
    one.note(CASE, 0, 10)
    untold = one.notes.take(CASE)
    one.note(CASE, 3, 5)
    one.covered[CASE] = 3
    one.notes.settle(CASE, None)
    assert untold == Untold(at(10), at(10))
    assert one.store.unpublished() == [(CASE, CASE, 3, at(5))]
    one.reopen()
    assert one.notes.take(CASE) == Untold(at(5), at(5))


def test_without_a_version_all_stays_untold_and_what_comes_is_told_apart(one: Notes) -> None:
    one.note(CASE, 0, 10)
    one.notes.settle(CASE, one.notes.take(CASE))
    one.note(CASE, 1, 30)
    assert one.notes.take(CASE) == Untold(at(10), at(30))


def test_something_that_came_since_lies_before_a_moment_or_at_it() -> None:
    assert Untold(at(10), at(30)).is_newly_before(at(30))
    assert not Untold(at(10), at(30)).is_newly_before(at(29))
    assert not Untold(at(10), None).is_newly_before(at(40))
