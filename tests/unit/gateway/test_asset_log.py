from pathlib import Path

import msgspec
import pytest

from gateway.asset_log import AssetLog, asset_log, asset_of
from gateway.errors import JournalDamaged
from gateway.policies import digest_of
from gateway.store.entries import Batch, Entry, PolicyFiled, Quarantined, encode_messages
from gateway.store.journal import JournalReader, JournalWriter
from tests.fakes.journals import message_of
from tests.property.test_twin_book import LOOSE, STRICT, assign
from tests.unit.twins.samples import (
    ASSET,
    bind,
    close,
    commission,
    decide,
    detach,
    hand_over,
    read,
)
from twins.inputs import (
    Binding,
    CalibratedBinding,
    HandoverPhase,
    Input,
    InvalidRecord,
    decode,
    encode,
)

Record = Input | PolicyFiled | Quarantined

OFFER = hand_over(HandoverPhase.OFFERED, 30)
OTHER_COMMISSION = msgspec.structs.replace(commission(), asset="box-2")


def other_binding(device: str) -> Binding:
    return msgspec.structs.replace(bind(0, device), asset="box-2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def logged(folder: Path, *batches: list[Record]) -> AssetLog:
    writer = JournalWriter(folder / "journal.db")
    for records in batches:
        writer.append(encode_messages([message_of(record) for record in records]), 0)
    writer.close()
    with JournalReader(folder / "journal.db") as reader:
        return asset_log(reader.checked, ASSET)


def inputs(folder: Path, *batches: list[Record]) -> list[Input]:
    return [decode(record) for record in logged(folder, *batches).records]


def test_log_holds_an_assets_inputs_in_the_order_of_their_arrival(folder: Path) -> None:
    came: list[Record] = [close(90), commission(), bind(0), read(20, 2), read(10, 1), OFFER]
    assert inputs(folder, came[:2], came[2:]) == came


def test_log_holds_the_very_bytes_that_were_journalled(folder: Path) -> None:
    found = logged(folder, [commission(), bind(0), read(1, 5_000)])
    assert found.records == [encode(commission()), encode(bind(0)), encode(read(1, 5_000))]


def test_reading_is_taken_only_while_its_device_travels_with_the_asset(folder: Path) -> None:
    came: list[Record] = [bind(10), detach(20), read(9, 1), read(10, 2), read(19, 3), read(20, 4)]
    assert inputs(folder, came) == [bind(10), detach(20), read(10, 2), read(19, 3)]


def test_binding_that_states_a_calibration_takes_readings_as_any_other(folder: Path) -> None:
    stated = CalibratedBinding(*msgspec.structs.astuple(bind(10)), calibrated_at=7)
    found = inputs(folder, [read(12, 2), read(5, 9)], [stated, read(13, 3)])
    assert found == [stated, read(12, 2), read(13, 3)]


def test_readings_that_came_before_their_binding_follow_it(folder: Path) -> None:
    before: list[Record] = [read(12, 2), read(11, 1), read(5, 9)]
    found = inputs(folder, before, [bind(10), read(13, 3)])
    assert found == [bind(10), read(12, 2), read(11, 1), read(13, 3)]


def test_reading_that_the_log_has_taken_is_not_taken_again_by_a_later_binding(
    folder: Path,
) -> None:
    found = inputs(folder, [bind(0), read(5, 1)], [detach(3)], [bind(4)])
    assert found == [bind(0), read(5, 1), detach(3), bind(4)]


def test_input_that_came_twice_is_logged_once(folder: Path) -> None:
    came: list[Record] = [commission(), bind(0), read(1, 5)]
    assert inputs(folder, came, came) == came


def test_inputs_and_devices_of_other_assets_are_left_out(folder: Path) -> None:
    other: list[Record] = [OTHER_COMMISSION, other_binding("d2"), decide(5)]
    found = inputs(folder, [*other, bind(0), read(1, 1, device="d2"), read(2, 2)])
    assert found == [decide(5), bind(0), read(2, 2)]


def test_device_that_travels_with_two_assets_is_read_for_both(folder: Path) -> None:
    found = inputs(folder, [other_binding("d1"), bind(0), read(1, 1)])
    assert found == [bind(0), read(1, 1)]


def test_log_knows_every_filed_policy_by_its_digest(folder: Path) -> None:
    found = logged(folder, [PolicyFiled(1, LOOSE), assign(0, LOOSE)], [PolicyFiled(1, STRICT)])
    assert found.policies == {digest_of(LOOSE): LOOSE, digest_of(STRICT): STRICT}
    assert found.records == [encode(assign(0, LOOSE))]
    assert found.batches == 2


def test_quarantined_input_is_in_no_log(folder: Path) -> None:
    found = inputs(folder, [Quarantined(1, "a", "invalid_json", "send JSON"), commission()])
    assert found == [commission()]


def test_empty_journal_gives_an_empty_log(folder: Path) -> None:
    assert logged(folder) == AssetLog()


@pytest.mark.parametrize("data", [b"\xc1", b"\x91\x63", b"\x80"], ids=["none", "tag 99", "map"])
def test_journal_that_holds_what_is_no_record_is_damaged(data: bytes) -> None:
    entry = Entry(0, "device", None, dup=False, raw=None, record=msgspec.Raw(data))
    packed = msgspec.msgpack.encode(entry)
    batch = Batch(7, 0, 1, len(packed).to_bytes(4, "big") + packed, bytes(32))
    with pytest.raises(JournalDamaged) as caught:
        asset_log(lambda: [batch], ASSET)
    assert caught.value.batch == 7


def test_asset_of_an_input_is_the_one_that_it_names() -> None:
    named: list[Input] = [commission(), bind(0), close(1), decide(1), assign(0, LOOSE), OFFER]
    assert {asset_of(record) for record in named} == {ASSET}


def test_reading_and_broken_handover_are_about_no_asset() -> None:
    with pytest.raises(TypeError, match="belongs to a device"):
        asset_of(read(1, 1))
    with pytest.raises(InvalidRecord):
        asset_of(msgspec.structs.replace(OFFER, statement=b"{}"))
