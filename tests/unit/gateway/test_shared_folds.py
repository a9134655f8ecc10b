from pathlib import Path

import msgspec
import pytest

from gateway.shared_folds import SharedFolds
from gateway.store.derived import DerivedStore
from tests.property.test_packed_book import book_on
from tests.unit.twins.samples import at, boundary, decide, policy, read
from twins.inputs import Binding, BindingAction, Commissioned, Input
from twins.readings import Reading
from twins.twin import AssetTwin, advance

BY = policy(boundary(), hold=20)
SERIES: list[Input] = [read(second, 5_000 + 500 * (second % 9)) for second in range(10, 60)]


def begun(asset: str, seconds: float, holder: str = "maker") -> AssetTwin:
    """Return an asset that was packed at a moment."""
    inputs: list[Input] = [
        Commissioned(1, asset, "", holder, f"the {asset}", 0),
        Binding(1, BindingAction.ADD, "d1", asset, at(seconds), at(5)),
    ]
    return advance(AssetTwin(asset), inputs, BY)


@pytest.fixture
def shared(tmp_path: Path) -> SharedFolds:
    return SharedFolds(DerivedStore(tmp_path / "derived.db").readings)


def folded(shared: SharedFolds, twin: AssetTwin, inputs: list[Input]) -> AssetTwin:
    """Return the twin after the inputs in two parts, as the service folds them."""
    half = len(inputs) // 2
    return shared.folded(shared.folded(twin, inputs[:half], BY), inputs[half:], BY)


@pytest.mark.parametrize(
    "twins",
    [
        pytest.param([("a", 5, "maker"), ("b", 5, "maker")], id="packed together"),
        pytest.param([("a", 5, "maker"), ("b", 7, "maker")], id="packed one after the other"),
        pytest.param([("a", 5, "maker"), ("b", 5, "carrier")], id="held by others"),
        pytest.param([("a", 5, "maker"), ("b", 15, "maker")], id="packed between readings"),
    ],
)
def test_shared_fold_is_the_fold_of_each_asset_alone(
    shared: SharedFolds, twins: list[tuple[str, float, str]]
) -> None:
    for asset, seconds, holder in twins:
        twin = begun(asset, seconds, holder)
        since = at(max(seconds, 10))
        inputs = [one for one in SERIES if isinstance(one, Reading) and one.observed_at >= since]
        assert folded(shared, twin, [*inputs]) == advance(twin, inputs, BY)


def test_what_an_asset_is_told_of_itself_is_folded_for_it_alone(shared: SharedFolds) -> None:
    told: list[Input] = [*SERIES, msgspec.structs.replace(decide(70), asset="b")]
    alone = folded(shared, begun("a", 5), SERIES)
    other = folded(shared, begun("b", 5), told)
    assert alone.decisions == ()
    assert other == advance(begun("b", 5), told, BY)


def test_readings_are_read_once_until_there_may_be_more(tmp_path: Path) -> None:
    store, book = book_on(tmp_path / "derived.db", 50)
    shared = SharedFolds(store.readings)
    spans = [("d1", 0, at(100))]
    assert list(shared.in_order(spans)) == []
    assert book.assets == {}
    with store.transaction():
        one = read(10, 5_000)
        store.readings.add({("d1", "air", "temperature"): [(one, msgspec.msgpack.encode(one), 1)]})
    assert list(shared.in_order(spans)) == []
    shared.forget()
    assert list(shared.in_order(spans)) == [one]
