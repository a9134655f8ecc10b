"""From a device to a store of time series, with the store there, away, or late."""

import csv
import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.gateway_process import GatewayProcess, eventually, fetch, running_gateway
from tests.servers import Server, configured, free_port

pytestmark = pytest.mark.integration

ROWS = 300
STEP_S = 10
DATABASE = "cargotwin"
DELIVERY_DEADLINE_S = 45.0


@pytest.fixture
def series(tmp_path: Path) -> Path:
    """Write a series that ended just now: VictoriaMetrics drops what its retention leaves out."""
    file = tmp_path / "recent.csv"
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=ROWS * STEP_S)
    with file.open("w", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(["timestamp", "value"])
        for place in range(ROWS):
            at = start + timedelta(seconds=place * STEP_S)
            rows.writerow([at.isoformat(), f"{4 + place / 1000:.3f}"])
    return file


@pytest.fixture
def late_influxd(tmp_path: Path) -> Iterator[Server]:
    """Give an InfluxDB that nobody has started yet."""
    server = configured.influxd(tmp_path, free_port(), free_port())
    yield server
    server.stop()


def gateway_with(api: str, store: Server) -> AbstractContextManager[GatewayProcess]:
    lines = ["[influx]", "enabled = true", f'api = "{api}"', f'url = "{store.url}"']
    return running_gateway(sections="\n".join([*lines, f'database = "{DATABASE}"']))


def replay(gateway: GatewayProcess, series: Path) -> None:
    as_device = ["--device", "m-logger", "--quantity", "temperature", "--unit", "Cel"]
    gateway.enter("replay", series, *as_device, "--zone", "UTC")


def waiting(gateway: GatewayProcess) -> int:
    depth: int = gateway.get("/api/v1/service")["behind"]["telemetry"]
    return depth


def ask(store: Server, question: str) -> list[list[float]]:
    """Return the rows that InfluxDB answers an InfluxQL statement with."""
    body = urllib.parse.urlencode({"db": DATABASE, "q": question}).encode()
    request = urllib.request.Request(f"{store.url}/query", body)  # noqa: S310 - loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        result = json.loads(answer.read())["results"][0]
    rows: list[list[float]] = result["series"][0]["values"] if "series" in result else []
    return rows


def count_and_sum(store: Server) -> tuple[float, float]:
    rows = ask(store, "SELECT count(value), sum(value) FROM temperature")
    return (rows[0][1], round(rows[0][2], 6)) if rows else (0, 0)


EXPECTED = (ROWS, round(sum(4 + place / 1000 for place in range(ROWS)), 6))


def test_influxdb_has_every_reading_that_the_gateway_acknowledged(
    influxd: Server, series: Path
) -> None:
    ask(influxd, f"CREATE DATABASE {DATABASE}")
    with gateway_with("v1", influxd) as gateway:
        replay(gateway, series)
        eventually(
            "delivery", lambda: count_and_sum(influxd) == EXPECTED, seconds=DELIVERY_DEADLINE_S
        )
        eventually("an empty queue", lambda: waiting(gateway) == 0)


def test_victoria_metrics_has_every_reading_that_the_gateway_acknowledged(
    victoria_metrics: Server, series: Path
) -> None:
    query = urllib.parse.urlencode({"match[]": 'temperature_value{device="m-logger"}'})

    def values() -> list[float]:
        fetch(f"{victoria_metrics.url}/internal/force_flush", "*/*")
        exported = fetch(f"{victoria_metrics.url}/api/v1/export?{query}", "*/*").splitlines()
        return sorted(value for line in exported for value in json.loads(line)["values"])

    with gateway_with("v2", victoria_metrics) as gateway:
        replay(gateway, series)
        eventually("delivery", lambda: len(values()) == ROWS, DELIVERY_DEADLINE_S)
        eventually("an empty queue", lambda: waiting(gateway) == 0)
    assert values() == pytest.approx([4 + place / 1000 for place in range(ROWS)])


def test_store_that_comes_late_gets_everything_once_although_derive_was_killed_meanwhile(
    late_influxd: Server, series: Path
) -> None:
    with gateway_with("v1", late_influxd) as gateway:
        replay(gateway, series)
        eventually("the queue", lambda: waiting(gateway) == ROWS)
        assert_nothing_else_is_held_up(gateway)
        gateway.kill("derive")
        late_influxd.start()
        ask(late_influxd, f"CREATE DATABASE {DATABASE}")
        eventually(
            "delivery", lambda: count_and_sum(late_influxd) == EXPECTED, seconds=DELIVERY_DEADLINE_S
        )
        gateway.wait_until_up()
        eventually("an empty queue", lambda: waiting(gateway) == 0)


def assert_nothing_else_is_held_up(gateway: GatewayProcess) -> None:
    """While the store is away, intake, twins and the chain go on, and the page says what waits."""
    gateway.enter("asset", "add", "m-asset", "--policy", "vaccine-2-8")

    def is_anchored() -> bool:
        return any(
            one["id"] == "m-asset" and one["is_anchored"] for one in gateway.items("/api/v1/assets")
        )

    eventually("a token", is_anchored)
    assert f"{ROWS} " in gateway.get("/api/v1/service")["stages"]["telemetry"]
