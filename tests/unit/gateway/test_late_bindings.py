from gateway.late_bindings import parted
from gateway.slices import Cut
from gateway.store.entries import Quarantined
from gateway.store.journal import position_of
from gateway.store.journal_records import StoredMessage
from tests.unit.twins.samples import bind, detach, read
from twins.inputs import Binding


def is_of_d2(binding: Binding, data: bytes) -> bool:
    return binding.device == "d2" and data != b"stored"


def test_late_binding_lies_in_a_cut_of_its_own_that_ends_behind_it() -> None:
    message = StoredMessage(1, "client", None, dup=False, raw=None, records=[])
    cut = Cut(
        records=[
            read(1, 5_000),
            bind(0, "d2"),
            bind(0, "d2"),
            detach(9, "d2"),
            Quarantined(1, "topic", "invalid_json", "send JSON"),
            bind(3, "d2"),
        ],
        data=[b"0", b"1", b"stored", b"3", b"4", b"5"],
        positions=[position_of(batch, index) for batch in (7, 8) for index in range(3)],
        messages={4: message},
        batch=8,
        begun=0,
    )
    found = list(parted(cut, is_of_d2))
    assert [(one.data, is_late) for one, is_late in found] == [
        ([b"0"], False),
        ([b"1"], True),
        ([b"stored", b"3", b"4"], False),
        ([b"5"], True),
    ]
    assert [(one.batch, one.begun) for one, _ in found] == [(6, 1), (6, 2), (7, 2), (8, 0)]
    assert [one.messages for one, _ in found] == [{}, {}, {2: message}, {}]
    assert [one for part, _ in found for one in part.records] == cut.records
    assert [one for part, _ in found for one in part.positions] == cut.positions


def test_cut_without_a_late_binding_stays_whole() -> None:
    cut = Cut(records=[read(1, 5_000), bind(0)], data=[b"0", b"1"], positions=[1, 2], batch=3)
    assert list(parted(cut, is_of_d2)) == [(cut, False)]
    assert list(parted(Cut(batch=4), is_of_d2)) == [(Cut(batch=4), False)]
