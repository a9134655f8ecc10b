"""A disk that is full, and one that is slow: intake waits, says so, and loses nothing."""

import asyncio
import time

import pytest

from tests.faults.fleet import Fleet
from tests.integration.conftest import memory_bytes
from tests.integration.gateway_process import eventually
from tests.integration.intake_process import running_intake

pytestmark = pytest.mark.integration

FULL_BLOCKS = 512
"""256 KiB: the journal's first pages fit, and some hundred readings."""
STUCK_S = 0.5
SLOW_COMMIT_S = 0.25
PENDING_BYTES = 65_536
MOST_GROWTH_BYTES = 32_000_000


async def test_full_disk_holds_acknowledgements_back_and_loses_nothing() -> None:
    with running_intake(largest_file_blocks=FULL_BLOCKS) as intake:
        fleet = Fleet.of(intake.port, readings=6_000, qos=1)
        sending = asyncio.create_task(fleet.send_under([]))
        try:
            await asyncio.to_thread(
                eventually, "a failed commit", lambda: "commit failed" in intake.log
            )
            stuck_at = fleet.acknowledged
            await asyncio.sleep(STUCK_S)
            assert fleet.acknowledged == stuck_at < fleet.size
            intake.lift_limit()
            await sending
        finally:
            sending.cancel()
        fleet.check(intake)
        # Nobody was sent away meanwhile.
        assert [one.connections for one in fleet.devices] == [1, 1, 1]


async def test_intake_on_a_full_disk_may_be_killed_and_loses_nothing() -> None:
    with running_intake(largest_file_blocks=FULL_BLOCKS) as intake:
        fleet = Fleet.of(intake.port, readings=6_000, qos=1)
        sending = asyncio.create_task(fleet.send_under([]))
        try:
            await asyncio.to_thread(
                eventually, "a failed commit", lambda: "commit failed" in intake.log
            )
            await asyncio.to_thread(intake.kill)
            intake.have_room()
            await asyncio.to_thread(intake.start)
            await sending
        finally:
            sending.cancel()
        fleet.check(intake)


async def test_slow_disk_slows_devices_down_and_does_not_fill_the_memory() -> None:
    slow = {"SLOW_COMMIT_S": str(SLOW_COMMIT_S)}
    with running_intake(
        module="tests.faults.altered_intake",
        environment=slow,
        intake={"pending_maximum_bytes": PENDING_BYTES},
    ) as intake:
        before, began = memory_bytes(intake.pid), time.monotonic()
        fleet = Fleet.of(intake.port, readings=30_000, qos=1, window=5_000)
        await fleet.send_under([])
        # Two commits at least, or nothing was slow.
        assert time.monotonic() - began > 2 * SLOW_COMMIT_S
        assert memory_bytes(intake.pid) - before < MOST_GROWTH_BYTES
        fleet.check(intake)
