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
)
from twins.checkpoint import VERSION, UnreadableCheckpoint, from_bytes, to_bytes
from twins.inputs import HandoverPhase, MilestoneName
from twins.twin import AssetTwin

FULL = fold(
    [
        commission(),
        bind(0),
        milestone(1, MilestoneName.START),
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
    assert FULL.series[0].kinetic > 1 << 200
    assert from_bytes(to_bytes(FULL)) == FULL


def test_checkpoint_of_a_frost_carries_a_negative_sum() -> None:
    twin = fold([bind(0), read(0, -80_000), read(900, 0)], policy())
    assert twin.series[0].weighted == -80_000 * 900_000_000
    assert from_bytes(to_bytes(twin)) == twin


def test_checkpoint_of_an_empty_twin_is_that_twin() -> None:
    assert from_bytes(to_bytes(AssetTwin(ASSET))) == AssetTwin(ASSET)


def test_checkpoint_of_another_version_is_refused() -> None:
    other = msgspec.msgpack.encode([VERSION + 1, "anything", {}, 7])
    with pytest.raises(UnreadableCheckpoint, match=f"version {VERSION + 1}"):
        from_bytes(other)


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", to_bytes(FULL)[:-1], msgspec.msgpack.encode([VERSION, [], {}])]
)
def test_damaged_checkpoint_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableCheckpoint, match="fold the twin from its inputs"):
        from_bytes(data)


@pytest.mark.parametrize("sums", [[], [["zz", "0"], ["0", "0"]]])
def test_checkpoint_with_damaged_sums_is_refused(sums: list[list[str]]) -> None:
    version, _, twin = msgspec.msgpack.decode(to_bytes(FULL))
    with pytest.raises(UnreadableCheckpoint):
        from_bytes(msgspec.msgpack.encode([version, sums, twin]))
