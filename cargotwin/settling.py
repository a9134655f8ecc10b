"""Quarantined entries decoded again or discarded at intake's door, and what became of each."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from gateway.door import DoorClient
from gateway.errors import CommandRefused

_AT_ONCE = 32


class Settled(msgspec.Struct, frozen=True):
    """What became of one entry; `faults` are why it stays in quarantine."""

    position: int
    outcome: Literal["decoded", "discarded", "refused"]
    records: int
    faults: tuple[str, ...] = ()


async def settle_all(
    data: Path, positions: Sequence[int], command: dict[str, object]
) -> list[Settled]:
    """Settle entries, several at a time so that they share commits; in the order given."""
    door, places = DoorClient(data), asyncio.Semaphore(_AT_ONCE)

    async def settle(position: int) -> Settled:
        async with places:
            try:
                answer = await door.submit(command | {"position": position})
            except CommandRefused as refusal:
                return Settled(position, "refused", 0, (str(refusal),))
        faults = tuple(msgspec.convert(answer.get("faults", []), list[str]))
        if faults:
            return Settled(position, "refused", 0, faults)
        is_discarded = command["command"] == "quarantine.discard"
        records = int(str(answer.get("records", 0)))
        return Settled(position, "discarded" if is_discarded else "decoded", records)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(settle(one), name=f"settle {one}") for one in positions]
    except BaseExceptionGroup as errors:
        # Where the gateway went away, it went away for all of them.
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]
