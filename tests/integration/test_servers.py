import contextlib
import http.client
import json
import subprocess
from pathlib import Path

import pytest

from tests.servers import Server, find, free_port

pytestmark = pytest.mark.integration


def request(port: int, path: str, body: str | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        method = "GET" if body is None else "POST"
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()


def publish(port: int, topic: str, *flags: str) -> None:
    command = [find("mosquitto_pub"), "-h", "127.0.0.1", "-p", str(port), "-q", "1", "-t", topic]
    subprocess.run([*command, *flags], check=True, timeout=20)


def test_mosquitto_keeps_a_retained_message_when_it_is_stopped_and_started(
    mosquitto: Server,
) -> None:
    publish(mosquitto.port, "cold/chain", "-r", "-m", "4.2")
    mosquitto.stop()
    mosquitto.start()
    command = [find("mosquitto_sub"), "-h", "127.0.0.1", "-p", str(mosquitto.port), "-W", "10"]
    heard = subprocess.run(
        [*command, "-C", "1", "-t", "cold/#"], capture_output=True, check=True, timeout=20
    )
    assert heard.stdout == b"4.2\n"


def test_mosquitto_answers_on_the_same_port_after_a_kill(mosquitto: Server) -> None:
    first = mosquitto.pid
    mosquitto.kill()
    mosquitto.start()
    assert mosquitto.pid != first
    publish(mosquitto.port, "cold/chain", "-m", "4.2")


def test_influxd_returns_the_point_that_was_written(influxd: Server) -> None:
    request(influxd.port, "/query?q=CREATE+DATABASE+cargo", "")
    status, _ = request(influxd.port, "/write?db=cargo", "reading,asset=a value=42i 1")
    assert status == 204
    _, body = request(influxd.port, "/query?db=cargo&q=SELECT+value+FROM+reading&epoch=ns")
    assert json.loads(body)["results"][0]["series"][0]["values"] == [[1, 42]]


def test_victoria_metrics_accepts_a_write_in_line_protocol(victoria_metrics: Server) -> None:
    status, _ = request(victoria_metrics.port, "/api/v2/write", "reading,asset=a value=42")
    assert status == 204


def test_anvil_names_its_chain(anvil: Server) -> None:
    question = {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []}
    _, body = request(anvil.port, "/", json.dumps(question))
    assert int(json.loads(body)["result"], 16) == 31337


def test_chromium_renders_a_page(chromium_path: Path) -> None:
    page = "data:text/html,<p>2 to 8 degrees</p>"
    command = [chromium_path, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page]
    seen = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert b"<p>2 to 8 degrees</p>" in seen.stdout


def test_server_that_was_stopped_no_longer_answers(influxd: Server) -> None:
    influxd.stop()
    with pytest.raises(ConnectionRefusedError):
        request(influxd.port, "/ping")


def test_free_port_is_one_that_nobody_listens_on() -> None:
    with pytest.raises(ConnectionRefusedError):
        request(free_port(), "/")
