"""mosquitto, and the subscriber that comes with it, where this machine has them."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from .processes import Child, program, running

BROKER, SUBSCRIBER = "mosquitto", "mosquitto_sub"
_LOOPBACK = "127.0.0.1"
_START_S = 10.0
_LOOK_S = 0.05
_IN_FLIGHT = 10_000
"""Receive maximum of the gateway's subscriber; mosquitto_sub is given the same."""
_MARK = "."
_MARK_BYTES = 2
_CONFIGURATION = """\
listener {port} {host}
allow_anonymous true
user root
persistence false
max_queued_messages 0
max_inflight_messages 0
log_dest none
"""


def missing() -> list[str]:
    """Return which of the programs this machine lacks."""
    return [name for name in (BROKER, SUBSCRIBER) if program(name) is None]


@contextmanager
def mosquitto(folder: Path) -> Iterator[str]:
    """Run a broker that keeps every message in memory until it is taken; give its address."""
    port = _free_port()
    configuration = folder / "mosquitto.conf"
    configuration.write_text(_CONFIGURATION.format(port=port, host=_LOOPBACK))
    with running([program(BROKER) or BROKER, "-c", str(configuration)], folder) as broker:
        _wait_for(port, broker)
        yield f"mqtt://{_LOOPBACK}:{port}"


@contextmanager
def counting_subscriber(folder: Path, url: str) -> Iterator[Callable[[], int]]:
    """Run mosquitto_sub; give what tells how many messages it has received.

    It prints one character and a line feed for each message, so that its output's length counts.
    """
    port = str(urlsplit(url).port)
    output = folder / "received"
    command = [
        *(program(SUBSCRIBER) or SUBSCRIBER, "-h", _LOOPBACK, "-p", port, "-q", "1"),
        *("-V", "mqttv5", "-D", "CONNECT", "receive-maximum", str(_IN_FLIGHT)),
        *("-t", "cargotwin/v1/#", "-F", _MARK),
    ]
    with running(command, folder, output=output):
        yield lambda: output.stat().st_size // _MARK_BYTES


def _wait_for(port: int, broker: Child) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        broker.check_running()
        try:
            socket.create_connection((_LOOPBACK, port), timeout=1.0).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise broker.failure() from error
            time.sleep(_LOOK_S)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])
