import zlib

import msgspec
import pytest

from tests.unit.twins.samples import (
    ASSET,
    bind,
    boundary,
    commission,
    decide,
    fold,
    hand_over,
    milestone,
    policy,
    read,
    restored,
)
from twins.checkpoint import (
    VERSION,
    UnreadableCheckpoint,
    past_from_bytes,
    past_to_bytes,
    present_to_bytes,
    twin_from_bytes,
)
from twins.inputs import HandoverPhase, MilestoneName
from twins.past import Past
from twins.twin import AssetTwin

FULL = fold(
    [
        commission(),
        milestone(0, MilestoneName.START),
        bind(1),
        read(2, 9_000),
        read(4, -80_000, quantity="acceleration"),
        hand_over(HandoverPhase.OFFERED, 5),
        hand_over(HandoverPhase.ACCEPTED, 6, taker="thief"),
        decide(7),
        read(50 * 365 * 86_400, 9_000),
        read(50 * 365 * 86_400, 4_000),
    ],
    policy(boundary(), boundary("sum", is_cumulative=True), hold=50 * 365 * 86_400),
)


def test_checkpoint_carries_sums_far_beyond_64_bits_exactly() -> None:
    sums = {one.key: one for one in FULL.past.series}
    assert sums["temperature", "d1", "air"].kinetic > 1 << 200
    assert restored(FULL) == FULL


def test_checkpoint_of_a_frost_carries_a_negative_sum() -> None:
    twin = fold([bind(0), read(0, -80_000), read(900, 0)], policy())
    assert twin.past.series[0].weighted == -80_000 * 900_000_000
    assert restored(twin) == twin


def test_checkpoint_of_an_empty_twin_is_that_twin() -> None:
    assert restored(AssetTwin(ASSET)) == AssetTwin(ASSET)


def test_what_is_now_does_not_tell_in_which_order_devices_came() -> None:
    devices = [bind(0, "d1"), bind(0, "d2")]
    readings = [read(60, 5_000, device="d1"), read(120, 5_000, device="d2")]
    turned = [read(60, 5_000, device="d2"), read(60, 5_000, device="d1")]
    later = [read(300, 5_000, device="d1"), read(300, 5_000, device="d2")]
    first, second = (fold([*devices, *some, *later], policy()) for some in (readings, turned))
    assert [one.device for one in first.series] == ["d1", "d2"]
    assert present_to_bytes(first) == present_to_bytes(second)


def test_checkpoint_of_another_version_is_refused() -> None:
    other = msgspec.msgpack.encode([VERSION + 1, "anything", {}, 7])
    with pytest.raises(UnreadableCheckpoint, match=f"version {VERSION + 1}"):
        past_from_bytes(other)
    with pytest.raises(UnreadableCheckpoint, match=f"version {VERSION + 1}"):
        twin_from_bytes(zlib.compress(other), Past())


PRESENT = present_to_bytes(FULL)


@pytest.mark.parametrize(
    "data",
    [b"", b"\xc1", PRESENT[:-1], zlib.compress(msgspec.msgpack.encode([VERSION, []]))],
)
def test_damaged_present_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableCheckpoint, match="fold the twin from its inputs"):
        twin_from_bytes(data, Past())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        past_to_bytes(FULL.past)[:-1],
        past_to_bytes(FULL.past).replace(b"temperature", b"temperatur\xff"),
    ],
)
def test_damaged_past_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableCheckpoint, match="fold the twin from its inputs"):
        past_from_bytes(data)


@pytest.mark.parametrize("sums", [[], [["zz", "0"], ["0", "0"]]])
def test_past_with_damaged_sums_is_refused(sums: list[list[str]]) -> None:
    version, _, channels, past = msgspec.msgpack.decode(past_to_bytes(FULL.past))
    with pytest.raises(UnreadableCheckpoint):
        past_from_bytes(msgspec.msgpack.encode([version, sums, channels, past]))
