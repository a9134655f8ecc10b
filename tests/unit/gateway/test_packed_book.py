from pathlib import Path

import pytest

from contracts.metadata import condition_digest
from gateway.asset_log import asset_log
from gateway.refolds import SHARED_CHECKPOINT_FACTOR
from gateway.store.entries import PolicyFiled, encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from gateway.store.reading_chunks import EARLIEST
from tests.fakes.journals import batches_of, message_of
from tests.property.test_packed_book import Record, book_on, commissioning, digest_from
from tests.property.test_twin_book import LOOSE
from tests.unit.twins.samples import at, read
from tests.unit.twins.test_inheritance import passing, reach
from twins.bindings import FOREVER
from twins.inputs import Binding, BindingAction, MilestoneName, Packing
from twins.verdict.condition import assess

ADD = BindingAction.ADD
READINGS = 3_000
EVERY = 200
BATCH = 250
END = at(READINGS + 10)


def stored_bytes(folder: Path, cases: int) -> int:
    """Return what a pallet's readings and so many cases on it take on the disk."""
    folder.mkdir()
    names = [f"case-{number}" for number in range(cases)]
    writer = JournalWriter(folder / "journal.db")
    store, book = book_on(folder / "derived.db", EVERY)
    begin: list[Record] = [PolicyFiled(1, LOOSE), *commissioning("pallet")]
    begin.append(Binding(1, ADD, "d1", "pallet", 0, at(10)))
    for name in names:
        begin += [*commissioning(name), Packing(1, ADD, "pallet", name, at(1))]
    series: list[Record] = [read(2 + second, 5_000 + second % 7) for second in range(READINGS)]
    for second, said in (
        (800, [reach(700, MilestoneName.DEPARTURE)]),
        (1_600, passing(1_600)),
        (2_400, passing(2_300, "carrier", "consignee")),
    ):
        # Two of them come late.
        series[second:second] = said
    with JournalReader(folder / "journal.db") as reader:
        for batch in [
            begin,
            *(series[start : start + BATCH] for start in range(0, len(series), BATCH)),
        ]:
            writer.append(encode_messages([message_of(one) for one in batch]), 0)
            book.absorb(reader.after(store.progress(), 100))
        for name in names[-1:]:
            state = book.assets[name]
            found = condition_digest(assess(state.twin, state.policy, END))
            log = asset_log(lambda: batches_of(reader), name)
            assert found == digest_from(name, log, END)
    assert len(store.readings.between("d1", EARLIEST, FOREVER)) == READINGS
    writer.close()
    store.close()
    return sum(one.stat().st_size for one in folder.iterdir() if one.suffix == ".db")


def test_forty_cases_on_a_pallet_take_at_most_twice_the_space_of_the_pallet(tmp_path: Path) -> None:
    alone = stored_bytes(tmp_path / "alone", 0)
    assert stored_bytes(tmp_path / "loaded", 40) < 2 * alone


@pytest.mark.parametrize("second", [pytest.param(900, id="in order"), pytest.param(450, id="late")])
def test_statement_about_the_pallet_leaves_what_was_folded_of_its_case_before_it(
    tmp_path: Path, second: int
) -> None:
    writer = JournalWriter(tmp_path / "journal.db")
    store, book = book_on(tmp_path / "derived.db", 100 // SHARED_CHECKPOINT_FACTOR)
    begin: list[Record] = [PolicyFiled(1, LOOSE), *commissioning("pallet"), *commissioning("case")]
    begin.append(Binding(1, ADD, "d1", "pallet", 0, at(10)))
    begin.append(Packing(1, ADD, "pallet", "case", 0))
    readings: list[Record] = [read(1 + one, 5_000) for one in range(800)]
    departure: list[Record] = [reach(second, MilestoneName.DEPARTURE)]
    rows = []
    with JournalReader(tmp_path / "journal.db") as reader:
        for batch in (begin, readings, departure):
            writer.append(encode_messages([message_of(one) for one in batch]), 0)
            book.absorb(reader.after(store.progress(), 100))
            rows.append(store.checkpoints.all_of("case"))
    before, after = rows[1:]
    assert len(before) > 2
    assert [one for one in before if one in after] == [
        one for one in before if one.observed_at < at(second)
    ]
    writer.close()
    store.close()
