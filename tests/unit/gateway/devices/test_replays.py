"""Where a device repeats its own stored readings, looked for in the newest of them."""

import csv
from pathlib import Path

import pytest

from gateway.devices import replays
from gateway.devices.replays import newest_replays
from gateway.store.derived import DerivedStore
from gateway.store.reading_store import ChunkLimits
from tests.unit.gateway.store.shelf import Shelf, add
from tests.unit.twins.samples import HOUR, at, read
from twins.readings import Reading
from twins.sensors.findings import FindingKind

NAB = Path(__file__).parents[3] / "vectors" / "nab_machine_temperature.csv"
DAY = 24 * HOUR
DAY_OF_ROWS = 288


@pytest.fixture
def store(tmp_path: Path) -> DerivedStore:
    return Shelf(tmp_path, ChunkLimits()).store


def machine(days: int) -> list[Reading]:
    """Return days of a machine's temperature, a reading every five minutes, as if in °C."""
    with NAB.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))[: days * DAY_OF_ROWS]
    return [read(300 * place, round(float(row["value"]) * 1000)) for place, row in enumerate(rows)]


def again(readings: list[Reading], seconds: int) -> list[Reading]:
    return [read(one.observed_at // at(1) + seconds, one.value) for one in readings]


def test_day_that_is_sent_again_as_the_next_is_found(store: DerivedStore) -> None:
    sent = machine(4)
    add(store, *sent, *again(sent[-DAY_OF_ROWS:], DAY))
    (found,) = newest_replays(store.readings, "d1")
    assert found.kind is FindingKind.REPLAYED_SERIES
    assert (found.device, found.sensor, found.quantity) == ("d1", "air", "temperature")
    # The fourth day begins at row 864; the next block of 64 that is looked for at row 896.
    assert (found.since, found.until) == (at(4 * DAY + 32 * 300), at(5 * DAY - 300))
    assert "256 readings in turn" in found.text


def test_real_series_repeats_nothing(store: DerivedStore) -> None:
    add(store, *machine(10))
    assert newest_replays(store.readings, "d1") == ()


def test_only_the_newest_readings_are_looked_at(
    store: DerivedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replays, "MOST", DAY_OF_ROWS)
    sent = machine(4)
    add(store, *sent, *again(sent[-DAY_OF_ROWS:], DAY))
    assert newest_replays(store.readings, "d1") == ()


def test_unusable_readings_are_passed_over(store: DerivedStore) -> None:
    sent = [*machine(2), *again(machine(2), 2 * DAY)]
    add(store, *(read(one.observed_at // at(1), one.value, quality=1) for one in sent))
    assert newest_replays(store.readings, "d1") == ()


def test_device_without_readings_repeats_nothing(store: DerivedStore) -> None:
    assert newest_replays(store.readings, "d1") == ()
