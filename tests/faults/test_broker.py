"""The broker between devices and gateway is stopped or killed, and comes back."""

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.faults.fleet import KINDS, Fleet
from tests.integration.gateway_process import eventually
from tests.integration.intake_process import running_behind
from tests.servers import Server

pytestmark = pytest.mark.integration

AWAY_S = 0.3
SETTLED_S = 60.0


def restarting(broker: Server) -> Callable[[], None]:
    def strike() -> None:
        broker.stop()
        time.sleep(AWAY_S)
        broker.start()

    return strike


@pytest.mark.parametrize("qos", [1, 2])
async def test_restarted_broker_loses_no_reading_on_its_way_to_the_gateway(
    mosquitto: Server, qos: int
) -> None:
    with running_behind(mosquitto, qos) as intake:
        fleet = Fleet.of(mosquitto.port, readings=3_000, qos=qos, kinds=KINDS)
        await fleet.send_under([(0.3, restarting(mosquitto)), (0.6, restarting(mosquitto))])
        await asyncio.to_thread(
            eventually, "the last readings", lambda: fleet.is_whole(intake), SETTLED_S
        )
        # mosquitto 2.0 does not remember a PUBREC over its restart and publishes again (§4.3.3).
        fleet.check(intake, is_sender_sound=False)


async def test_gateway_hears_a_killed_broker_again_without_a_restart_of_its_own(
    mosquitto: Server,
) -> None:
    with running_behind(mosquitto, 1) as intake:
        mosquitto.kill()
        await asyncio.sleep(AWAY_S)
        mosquitto.start()
        # A killed broker forgets whom it promised what: only the gateway's return is asked here.
        before = intake.pid
        fleet = Fleet.of(mosquitto.port, readings=300, qos=1, pause_s=0.01)
        await fleet.send_under([])
        eventually(
            "a reading after the kill",
            lambda: any(intake.readings(one.client_id) for one in fleet.devices),
            SETTLED_S,
        )
        assert intake.pid == before
