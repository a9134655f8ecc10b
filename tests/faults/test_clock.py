"""The gateway's clock is set forth and back: a reading without a time of its own still counts."""

import pytest

from tests.faults.fleet import Fleet
from tests.integration.intake_process import running_intake

pytestmark = pytest.mark.integration

STEPS = {"CLOCK_STEP_S": "-3600", "CLOCK_STEP_EVERY_S": "0.2"}


async def test_reading_counts_once_while_the_clock_of_the_gateway_is_set_back_and_forth() -> None:
    with running_intake(module="tests.faults.altered_intake", environment=STEPS) as intake:
        fleet = Fleet.of(intake.port, readings=3_000, qos=1, pause_s=0.001)
        await fleet.send_under([])
        fleet.check(intake)
        bare = intake.readings("bare")
    span_s = (max(one.observed_at for one in bare) - min(one.observed_at for one in bare)) / 1e6
    assert span_s > 3_000, "the clock was not set"
