"""Parts of `bench ingest` for an instant: that they measure, not what."""

from collections.abc import Iterator

import pytest

from benchmarks import report, stages
from benchmarks.stages import Bench, Stage
from tests.integration.gateway_process import short_folder
from tests.servers import find

pytestmark = pytest.mark.integration

SECONDS = 0.3


@pytest.fixture
def bench() -> Iterator[Bench]:
    with short_folder() as folder:
        yield Bench(folder, SECONDS)


@pytest.mark.parametrize(
    "stage", [stages.frame_counter, stages.unstored, stages.puback, stages.aiomqtt]
)
def test_part_of_the_benchmark_measures_something(bench: Bench, stage: Stage) -> None:
    assert all(value > 0 for value in stage(bench).values())


def test_gateway_behind_mosquitto_is_measured(bench: Bench) -> None:
    find("mosquitto")
    find("mosquitto_sub")
    assert all(value > 0 for value in stages.behind_mosquitto(bench).values())


def test_intake_is_measured_beside_reports(bench: Bench) -> None:
    longer = Bench(bench.disk, 1.0)
    assert all(value > 0 for value in report._beside_intake(longer, "template").values())
