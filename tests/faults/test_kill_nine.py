"""SIGKILL at random moments of a replay: nothing acknowledged is lost, nothing counts twice.

The short form kills intake, derive and everything once each. `CARGOTWIN_KILLS=60` makes the long
form, `CARGOTWIN_KILL_SEED` repeats one.
"""

import asyncio
import json
import os
import random
import secrets
import signal
from collections.abc import Iterator
from datetime import UTC, datetime

import paho.mqtt.client as paho
import psutil
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from simulators.devices import Progress
from simulators.simulate import replay
from tests.integration.gateway_process import GatewayProcess, Json, eventually, running_gateway
from tests.servers.places import REPOSITORY

pytestmark = pytest.mark.integration

VECTORS = REPOSITORY / "tests" / "vectors"
SERIES = VECTORS / "nab_ambient_temperature_system_failure.csv"
POLICY = VECTORS / "nab_office_policy.toml"
FIRST = "2013-07-04T00:00:00Z"
SPAN_S = 28_393_200
READINGS = 7267
VICTIMS: tuple[tuple[str, ...], ...] = (("intake",), ("derive",), ("intake", "derive"), ())
"""Who is killed together; nobody named means the supervisor and all its children."""
SECONDS_PER_KILL = 3.0
PATIENCE_S = 60.0
REPLAY_DEADLINE_S = 120.0
CHILDREN_DEADLINE_S = 10.0


def prepare(gateway: GatewayProcess) -> None:
    gateway.enter("asset", "add", "office-1", "--policy", POLICY, "--at", FIRST)
    bind = ["--device", "office-logger-1", "--interval", "3600", "--at", FIRST]
    gateway.enter("asset", "bind", "office-1", *bind)


def standing(gateway: GatewayProcess) -> Json:
    """Return what must not depend on any fault: the condition at the last observed_at."""
    gateway.wait_until_up()
    gateway.wait_calm()
    asset = gateway.asset("office-1")
    return {
        "as_of": asset["as_of"],
        "condition": asset["condition_document"],
        "readings": [one["readings"] for one in asset["statistics"]["series"]],
        "conflicts": [one["conflicts"] for one in asset["statistics"]["series"]],
    }


class Watch:
    """Sees each acknowledgement of a replay, and waits for a number of them."""

    def __init__(self) -> None:
        self._acknowledged = 0
        self._news = asyncio.Event()

    def __call__(self, progress: Progress) -> None:
        self._acknowledged = progress.acknowledged
        self._news.set()

    async def reach(self, acknowledged: float) -> None:
        async with asyncio.timeout(REPLAY_DEADLINE_S):
            while self._acknowledged < acknowledged:
                self._news.clear()
                await self._news.wait()


async def play(gateway: GatewayProcess, seconds: float, watch: Watch) -> Progress:
    """Play the series as a device that publishes again whatever was not acknowledged."""
    return await replay(
        gateway.mqtt_url,
        SERIES,
        device="office-logger-1",
        quantity="temperature",
        unit="F",
        zone="UTC",
        speed=SPAN_S / seconds if seconds else None,
        patience_seconds=PATIENCE_S,
        on_progress=watch,
    )


@pytest.fixture(scope="module")
def undisturbed() -> Json:
    with running_gateway() as gateway:
        prepare(gateway)
        asyncio.run(play(gateway, 0, Watch()))
        return standing(gateway)


@pytest.fixture
def gateway() -> Iterator[GatewayProcess]:
    with running_gateway() as running:
        prepare(running)
        yield running


async def kill_during(gateway: GatewayProcess, kills: int, rng: random.Random) -> Progress:
    """Play the series and kill somebody at a random moment of each share of it."""
    watch = Watch()
    victims = [VICTIMS[-1 - place % len(VICTIMS)] for place in range(kills)]
    rng.shuffle(victims)
    playing = asyncio.create_task(play(gateway, SECONDS_PER_KILL * kills, watch))
    try:
        for place, chosen in enumerate(victims):
            await watch.reach((place + rng.random()) / kills * READINGS)
            # Between two acknowledgements too, not only right after one.
            await asyncio.sleep(rng.uniform(0, 0.01))
            gateway.kill(*chosen)
            if not chosen:
                await asyncio.to_thread(gateway.start)
        return await playing
    finally:
        playing.cancel()


async def test_killed_gateway_loses_no_acknowledged_reading_and_counts_none_twice(
    undisturbed: Json, gateway: GatewayProcess
) -> None:
    kills = int(os.environ.get("CARGOTWIN_KILLS", "4"))
    seed = os.environ.get("CARGOTWIN_KILL_SEED") or secrets.token_hex(4)
    print(f"CARGOTWIN_KILL_SEED={seed} CARGOTWIN_KILLS={kills}")  # noqa: T201 - to repeat a failure
    progress = await kill_during(gateway, kills, random.Random(seed))  # noqa: S311 - a test
    # Each reading went in one message; a message with its PUBACK was never sent again.
    assert progress.acknowledged == progress.readings == READINGS
    assert progress.reconnects > 0
    assert await asyncio.to_thread(standing, gateway) == undisturbed
    assert undisturbed["readings"] == [READINGS]
    done = await asyncio.to_thread(gateway.run, "verify", "office-1")
    assert done.returncode == 0, done.stderr.decode()


def test_killing_derive_does_not_disturb_the_connection_of_a_device(
    gateway: GatewayProcess,
) -> None:
    async def play_while_derive_dies() -> Progress:
        watch = Watch()
        playing = asyncio.create_task(play(gateway, 4.0, watch))
        for share in (0.25, 0.5):
            await watch.reach(share * READINGS)
            gateway.kill("derive")
        return await playing

    progress = asyncio.run(play_while_derive_dies())
    assert (progress.acknowledged, progress.reconnects) == (READINGS, 0)


def test_children_end_by_themselves_when_their_supervisor_is_killed(
    gateway: GatewayProcess,
) -> None:
    children = gateway.child_pids()
    os.kill(gateway.pid, signal.SIGKILL)
    eventually(
        "the children's end",
        lambda: not any(is_running(pid) for pid in children.values()),
        CHILDREN_DEADLINE_S,
    )


def is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


CLOCKLESS = 600


class ClocklessDevice:
    """A paho client whose readings carry neither a time nor a number of their own."""

    def __init__(self, gateway: GatewayProcess) -> None:
        self.client = paho.Client(CallbackAPIVersion.VERSION2, "clockless", clean_session=False)
        self.client.reconnect_delay_set(1, 1)
        self.client.connect("127.0.0.1", gateway.mqtt_port)
        self.client.loop_start()
        self.sent: list[paho.MQTTMessageInfo] = []

    def send(self, value: float) -> None:
        element = {"sensor": "t1", "quantity": "temperature", "value": value, "unit": "Cel"}
        topic = "cargotwin/v1/clockless/readings"
        self.sent.append(self.client.publish(topic, json.dumps(element), qos=1))

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


def test_reading_without_a_time_of_its_own_counts_once_although_intake_was_killed(
    gateway: GatewayProcess,
) -> None:
    at = datetime.now(UTC).isoformat()
    gateway.enter("asset", "add", "clockless-1", "--policy", "vaccine-2-8", "--at", at)
    bind = ["--device", "clockless", "--interval", "60", "--at", at]
    gateway.enter("asset", "bind", "clockless-1", *bind)
    device = ClocklessDevice(gateway)
    for place in range(CLOCKLESS):
        device.send(4 + place / 1000)
        if place % (CLOCKLESS // 3) == CLOCKLESS // 6:
            gateway.kill("intake")
    eventually("every PUBACK", lambda: all(one.is_published() for one in device.sent), PATIENCE_S)
    device.close()
    gateway.wait_calm()
    (series,) = gateway.asset("clockless-1")["statistics"]["series"]
    # The newest reading takes effect when time has moved past it.
    assert (series["readings"], series["conflicts"]) == (CLOCKLESS, 0)
