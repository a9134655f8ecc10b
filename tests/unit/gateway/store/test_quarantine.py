import time
from pathlib import Path

import pytest

from gateway.ports import (
    QUARANTINE_COUNTED,
    QUARANTINE_PAGE_BYTES,
    QuarantineCounts,
    QuarantinedInput,
    QuarantineEntry,
    QuarantineFilter,
    Settlement,
)
from gateway.store.derived import DerivedStore
from gateway.store.quarantine import QuarantineBook
from gateway.store.quarantine_records import QuarantineSettled

ALL = QuarantineFilter()
MANY = 100_000


@pytest.fixture
def store(tmp_path: Path) -> DerivedStore:
    return DerivedStore(tmp_path / "derived.db")


@pytest.fixture
def book(store: DerivedStore) -> QuarantineBook:
    return QuarantineBook(store.connection)


def refused(position: int, reason: str = "missing_unit", **fields: object) -> QuarantinedInput:
    made = {"topic": "cargotwin/v1/d1/readings", "client": "c1", "raw": b"{}"} | fields
    return QuarantinedInput(
        position=position,
        received_at=position,
        reason=reason,
        detail="no unit",
        **made,  # type: ignore[arg-type]
    )


def positions(found: tuple[QuarantineEntry, ...]) -> list[int]:
    return [one.position for one in found]


def test_entry_is_open_until_it_is_settled_and_then_says_what_became_of_it(
    store: DerivedStore, book: QuarantineBook
) -> None:
    store.add_quarantined(refused(7))
    assert book.at(7) == QuarantineEntry(*_fields(refused(7)), settlement=None)
    book.settle(QuarantineSettled(1, 7, "discarded", "a test", "qa", 99))
    found = book.at(7)
    assert found is not None
    assert found.settlement == Settlement("discarded", "a test", "qa", 99)
    assert book.at(8) is None


def _fields(entry: QuarantinedInput) -> list[object]:
    return [getattr(entry, name) for name in entry.__struct_fields__]


def test_settlement_that_was_first_stays(store: DerivedStore, book: QuarantineBook) -> None:
    store.add_quarantined(refused(7))
    book.settle(QuarantineSettled(1, 7, "decoded", "senml", "qa", 99))
    book.settle(QuarantineSettled(1, 7, "discarded", "late", "other", 100))
    found = book.at(7)
    assert found is not None
    assert found.settlement == Settlement("decoded", "senml", "qa", 99)


def test_page_goes_on_before_a_position_newest_first(
    store: DerivedStore, book: QuarantineBook
) -> None:
    for position in range(1, 8):
        store.add_quarantined(refused(position))
    first = book.page(3, None, ALL)
    assert positions(first) == [7, 6, 5]
    assert positions(book.page(3, first[-1].position, ALL)) == [4, 3, 2]
    assert positions(book.page(3, 2, ALL)) == [1]


def test_entries_are_chosen_by_state_reason_topic_filter_and_device(
    store: DerivedStore, book: QuarantineBook
) -> None:
    store.add_quarantined(refused(1))
    store.add_quarantined(refused(2, "invalid_json", topic="tele/plug/SENSOR"))
    store.add_quarantined(refused(3, "invalid_json", topic="cargotwin/v1/d2/readings"))
    store.add_quarantined(refused(4, "malformed_packet", topic="", client="d2"))
    store.add_quarantined(refused(5, "invalid_json", topic="cargotwin/v1/d22/readings"))
    book.settle(QuarantineSettled(1, 3, "discarded", "noise", "qa", 99))

    def chosen(**wanted: str) -> list[int]:
        return positions(book.page(10, None, QuarantineFilter(**wanted)))  # type: ignore[arg-type]

    assert chosen(state="open") == [5, 4, 2, 1]
    assert chosen(state="settled") == [3]
    assert chosen(reason="invalid_json") == [5, 3, 2]
    assert chosen(reason="invalid_json", state="open") == [5, 2]
    assert chosen(topic="cargotwin/v1/+/readings") == [5, 3, 1]
    assert chosen(topic="tele/#") == [2]
    assert chosen(device="d2") == [4, 3]
    assert book.open_by_reason() == {"invalid_json": 2, "malformed_packet": 1, "missing_unit": 1}


def test_entries_are_counted_by_state_within_a_choice(
    store: DerivedStore, book: QuarantineBook
) -> None:
    for position in range(1, 6):
        store.add_quarantined(refused(position, "missing_unit" if position < 4 else "invalid_json"))
    for position in (1, 5):
        book.settle(QuarantineSettled(1, position, "discarded", "a test", "qa", 99))
    assert book.counts(ALL) == QuarantineCounts(open=3, settled=2)
    assert book.counts(ALL).all == 5
    missing = QuarantineFilter(state="settled", reason="missing_unit")
    assert book.counts(missing) == QuarantineCounts(open=2, settled=1)
    assert book.counts(QuarantineFilter(topic="a/#")) == QuarantineCounts(open=0, settled=0)
    assert book.counts(QuarantineFilter(device="d1")) == QuarantineCounts(open=3, settled=2)


def test_page_ends_with_the_entry_that_fills_it(store: DerivedStore, book: QuarantineBook) -> None:
    raw = bytes(QUARANTINE_PAGE_BYTES // 2)
    for position in range(1, 5):
        store.add_quarantined(refused(position, raw=raw))
    assert positions(book.page(100, None, ALL)) == [4, 3]


def test_pages_of_a_hundred_thousand_entries_come_quickly(
    store: DerivedStore, book: QuarantineBook
) -> None:
    with store.transaction():
        for position in range(MANY):
            one = refused(position, "rare" if position % 10_000 == 0 else "invalid_json")
            store.add_quarantined(one)
    wishes = [
        (None, ALL),
        (MANY // 2, QuarantineFilter(state="open")),
        (None, QuarantineFilter(reason="rare")),
        (None, QuarantineFilter(topic="nothing/#")),
        (None, QuarantineFilter(device="nobody")),
    ]
    for before, wanted in wishes:
        began = time.perf_counter()
        book.page(100, before, wanted)
        assert time.perf_counter() - began < 2, wanted


def test_counts_of_a_hundred_thousand_entries_are_cut_off_and_cost_no_more_for_it(
    store: DerivedStore, book: QuarantineBook
) -> None:
    with store.transaction():
        for position in range(MANY):
            one = refused(position, "rare" if position % 10_000 == 0 else "invalid_json")
            store.add_quarantined(one)
        for position in (MANY - 1, 0):
            book.settle(QuarantineSettled(1, position, "discarded", "a test", "qa", 99))
    began = time.perf_counter()
    for _ in range(10):
        assert book.counts(ALL) == QuarantineCounts(open=9_999, settled=1, is_all=False)
        assert book.counts(QuarantineFilter(topic="nothing/#")) == QuarantineCounts(
            open=0, settled=0, is_all=False
        )
        assert book.counts(QuarantineFilter(reason="rare")) == QuarantineCounts(open=9, settled=1)
        assert book.open_by_reason() == {"invalid_json": QUARANTINE_COUNTED, "rare": 9}
    assert time.perf_counter() - began < 2
