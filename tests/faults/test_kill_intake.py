"""SIGKILL to intake at random moments: no acknowledged reading is lost, none counts twice.

Short: 3 kills among 6,000 readings. `make faults` makes it 20 among 200,000; CARGOTWIN_KILLS,
CARGOTWIN_FAULT_READINGS and CARGOTWIN_KILL_SEED choose another run.
"""

import time
from collections.abc import Callable

import pytest

from tests.faults.fleet import Fleet, chance, kills_wanted, random_shares, readings_wanted
from tests.integration.gateway_process import eventually
from tests.integration.intake_process import IntakeProcess, running_behind, running_intake
from tests.servers import Server

pytestmark = pytest.mark.integration

SETTLED_S = 60.0


def restarting(intake: IntakeProcess, wait_s: float) -> Callable[[], None]:
    def strike() -> None:
        # Between two acknowledgements too, not only right after one.
        time.sleep(wait_s)
        intake.kill()
        intake.start()

    return strike


@pytest.mark.parametrize("qos", [1, 2])
async def test_killed_intake_loses_no_reading_and_counts_none_twice(qos: int) -> None:
    dice, kills = chance(), kills_wanted(3)
    with running_intake() as intake:
        fleet = Fleet.of(intake.port, readings=readings_wanted(6_000), qos=qos)
        shares = random_shares(dice, kills)
        await fleet.send_under(
            (share, restarting(intake, dice.uniform(0, 0.01))) for share in shares
        )
        fleet.check(intake)
    assert all(one.connections > 1 for one in fleet.devices)
    assert sum(one.repeated for one in fleet.devices) > 0


@pytest.mark.parametrize("qos", [1, 2])
async def test_killed_intake_loses_nothing_that_mosquitto_took_for_it(
    mosquitto: Server, qos: int
) -> None:
    dice, kills = chance(), kills_wanted(3)
    with running_behind(mosquitto, qos) as intake:
        fleet = Fleet.of(mosquitto.port, readings=readings_wanted(6_000), qos=qos)
        shares = random_shares(dice, kills)
        await fleet.send_under(
            (share, restarting(intake, dice.uniform(0, 0.01))) for share in shares
        )
        eventually("the last readings", lambda: fleet.is_whole(intake), SETTLED_S)
        # After lost connections mosquitto 2.0 publishes again what it has released (§4.3.3).
        fleet.check(intake, is_sender_sound=False)
