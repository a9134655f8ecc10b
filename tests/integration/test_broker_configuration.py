"""The broker configuration that we ship, run by a real mosquitto."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Server, find, free_port
from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration


@pytest.fixture
def shipped_broker(tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    lines = (REPOSITORY / "config/mosquitto.conf").read_text(encoding="utf-8").splitlines()
    here = {
        "listener": f"listener {port} 127.0.0.1",
        "persistence_location": f"persistence_location {tmp_path}/",
    }
    changed = [here.get(line.split(" ")[0], line) for line in lines]
    assert len(set(changed) - set(lines)) == len(here)
    configuration = tmp_path / "mosquitto.conf"
    configuration.write_text("\n".join([*changed, "user root", ""]), encoding="utf-8")
    server = Server("mosquitto", [str(find("mosquitto")), "-c", str(configuration)], port, tmp_path)
    server.start()
    yield server
    server.stop()


def subscribe(port: int, *flags: str) -> bytes:
    command = [find("mosquitto_sub"), "-p", str(port), "-i", "gateway", "-c", "-q", "1"]
    done = subprocess.run(
        [*command, "-t", "cargotwin/#", *flags], capture_output=True, check=True, timeout=60
    )
    return done.stdout


def test_shipped_broker_keeps_more_than_a_thousand_readings_for_a_gateway_that_is_away(
    shipped_broker: Server,
) -> None:
    subscribe(shipped_broker.port, "-E")
    readings = "".join(f"{number}\n" for number in range(1500)).encode()
    command = [find("mosquitto_pub"), "-p", str(shipped_broker.port), "-q", "1", "-l"]
    subprocess.run([*command, "-t", "cargotwin/v1/d/readings"], input=readings, check=True)
    shipped_broker.stop()
    shipped_broker.start()
    assert subscribe(shipped_broker.port, "-C", "1500", "-W", "30") == readings
