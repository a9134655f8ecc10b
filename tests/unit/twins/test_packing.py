from tests.unit.twins.samples import at, read
from twins.bindings import FOREVER
from twins.inputs import (
    Binding,
    BindingAction,
    CalibratedBinding,
    Handover,
    Input,
    Milestone,
    Packing,
    Plan,
    decode,
    encode,
)
from twins.packing import (
    Attachments,
    PackingBook,
    attachments_of,
    earliest_effect,
    folded_inputs,
)

ADD, DELETE = BindingAction.ADD, BindingAction.DELETE


def pack(seconds: float, parent: str = "pallet", child: str = "case") -> Packing:
    return Packing(1, ADD, parent, child, at(seconds))


def unpack(seconds: float, parent: str = "pallet", child: str = "case") -> Packing:
    return Packing(1, DELETE, parent, child, at(seconds))


def attach(seconds: float, asset: str, every: float = 10, device: str = "d1") -> Binding:
    return Binding(1, ADD, device, asset, at(seconds), at(every))


def detach(seconds: float, asset: str, device: str = "d1") -> Binding:
    return Binding(1, DELETE, device, asset, at(seconds))


def nothing_stated(_asset: str) -> list[Milestone | Handover | Plan]:
    return []


def book_of(*packings: Packing) -> PackingBook:
    book = PackingBook()
    for one in packings:
        book.add(one)
    return book


def test_packing_is_the_record_of_kind_10_that_the_specification_lays_down() -> None:
    # SPECIFICATION section 2, by hand: fixarray 6, 10, 1, "ADD", "p", "c", 7.
    record = Packing(1, ADD, "p", "c", 7)
    assert encode(record) == b"\x96\x0a\x01\xa3ADD\xa1p\xa1c\x07"
    assert decode(encode(record)) == record


def test_item_in_a_case_stands_on_the_pallet_while_both_do() -> None:
    book = book_of(pack(10), unpack(50), pack(20, "case", "item"), unpack(70, "case", "item"))
    assert book.windows_of("item") == {
        "case": [(at(20), at(70))],
        "pallet": [(at(20), at(50))],
    }
    assert book.contents_of("pallet") == ["case", "item"]
    assert book.parents_of("item") == {"case": [(at(20), at(70))]}
    assert book.children_of("pallet") == {"case": [(at(10), at(50))]}


def test_item_that_left_the_case_before_that_was_loaded_never_stood_on_the_pallet() -> None:
    book = book_of(pack(10), pack(0, "case", "item"), unpack(10, "case", "item"))
    assert book.windows_of("item") == {"case": [(0, at(10))]}
    assert book.contents_of("pallet") == ["case"]


def test_ring_of_packings_ends_and_nothing_holds_itself() -> None:
    book = book_of(pack(0), pack(0, "case", "pallet"), pack(5, "case", "item"))
    assert book.windows_of("pallet") == {"case": [(0, FOREVER)]}
    assert book.windows_of("item") == {
        "case": [(at(5), FOREVER)],
        "pallet": [(at(5), FOREVER)],
    }


def test_case_that_was_packed_and_taken_out_at_once_was_never_packed() -> None:
    book = book_of(pack(10), unpack(10))
    assert not book.is_packed("case")
    assert book.windows_of("case") == {}


def test_device_of_the_pallet_speaks_for_the_case_while_it_stands_there() -> None:
    bindings = {"pallet": [attach(0, "pallet"), detach(40, "pallet")], "case": []}
    windows = book_of(pack(10), unpack(60)).windows_of("case")
    found = attachments_of("case", windows, bindings.__getitem__, nothing_stated)
    assert found.spans == (("d1", at(10), at(40)),)
    assert found.bindings == (attach(10, "case"), detach(40, "case"))


def test_case_that_is_reloaded_hears_the_device_again_and_nothing_in_between() -> None:
    windows = book_of(pack(10), unpack(20), pack(30)).windows_of("case")
    found = attachments_of(
        "case", windows, {"pallet": [attach(0, "pallet")], "case": []}.__getitem__, nothing_stated
    )
    assert found.spans == (("d1", at(10), at(20)), ("d1", at(30), FOREVER))
    assert found.bindings == (attach(10, "case"), detach(20, "case"), attach(30, "case"))


def test_of_two_bindings_that_hold_the_shorter_planned_interval_counts() -> None:
    bindings = {"pallet": [attach(0, "pallet", every=5)], "case": [attach(0, "case", every=60)]}
    windows = book_of(pack(10), unpack(20)).windows_of("case")
    found = attachments_of("case", windows, bindings.__getitem__, nothing_stated)
    assert found.bindings == (
        attach(0, "case", every=60),
        attach(10, "case", every=5),
        attach(20, "case", every=60),
    )
    assert found.spans == (("d1", 0, FOREVER),)


def test_own_bindings_of_a_device_that_no_parent_brings_are_folded_as_entered() -> None:
    own = [attach(0, "case"), attach(5, "case"), detach(9, "case")]
    windows = book_of(pack(10)).windows_of("case")
    found = attachments_of("case", windows, {"case": own, "pallet": []}.__getitem__, nothing_stated)
    assert found.bindings == tuple(own)


def calibrated(seconds: float, asset: str, then: float, every: float = 10) -> CalibratedBinding:
    return CalibratedBinding(1, ADD, "d1", asset, at(seconds), at(every), calibrated_at=at(then))


def test_calibration_that_the_pallets_binding_stated_comes_with_the_device() -> None:
    pallet = [calibrated(0, "pallet", -90), calibrated(20, "pallet", -30), attach(30, "pallet")]
    windows = book_of(pack(10)).windows_of("case")
    bindings: dict[str, list[Binding]] = {"pallet": [*pallet], "case": []}
    found = attachments_of("case", windows, bindings.__getitem__, nothing_stated)
    assert found.bindings == (calibrated(10, "case", -90), calibrated(20, "case", -30))
    assert found.spans == (("d1", at(10), FOREVER),)


def test_device_that_is_unbound_at_the_moment_of_a_calibrated_binding_is_not_brought() -> None:
    # SPECIFICATION section 6, rule 2: ordered by (observed_at, action), a DELETE is the last.
    pallet: list[Binding] = [attach(0, "pallet"), calibrated(20, "pallet", -30)]
    windows = book_of(pack(10)).windows_of("case")
    bindings = {"pallet": [*pallet, detach(20, "pallet")], "case": []}
    found = attachments_of("case", windows, bindings.__getitem__, nothing_stated)
    assert found.bindings == (attach(10, "case"), detach(20, "case"))


def test_of_several_bindings_that_hold_the_calibration_that_was_stated_last_counts() -> None:
    windows = book_of(pack(10), unpack(20)).windows_of("case")
    bindings: dict[str, list[Binding]] = {
        "pallet": [calibrated(1, "pallet", -30)],
        "case": [calibrated(0, "case", -90, every=5)],
    }
    found = attachments_of("case", windows, bindings.__getitem__, nothing_stated)
    assert found.bindings == (
        calibrated(0, "case", -90, every=5),
        calibrated(10, "case", -30, every=5),
        calibrated(20, "case", -90, every=5),
    )


def test_reading_in_two_logs_counts_once() -> None:
    reading = read(15, 5_000)
    logs: dict[str, list[Input]] = {
        "case": [pack(10), attach(0, "case"), reading],
        "pallet": [attach(0, "pallet"), reading],
    }
    assert folded_inputs("case", logs) == [attach(0, "case"), reading]


def test_packing_in_another_log_than_the_childs_says_nothing() -> None:
    logs: dict[str, list[Input]] = {
        "case": [attach(0, "case")],
        "pallet": [pack(10), attach(0, "pallet", device="d2")],
    }
    assert folded_inputs("case", logs) == [attach(0, "case")]


def test_binding_of_the_pallet_from_before_takes_effect_when_the_case_is_packed() -> None:
    windows = book_of(pack(10), unpack(20), pack(30)).windows_of("case")
    nothing = Attachments()
    assert earliest_effect(windows, nothing, {"pallet": [attach(0, "pallet")]}) == at(10)
    assert earliest_effect(windows, nothing, {"pallet": [attach(20, "pallet")]}) == at(30)
    assert earliest_effect(windows, nothing, {"pallet": [read(15, 5_000)]}) is None
    assert earliest_effect(windows, nothing, {"elsewhere": [attach(0, "elsewhere")]}) is None
