"""Devices of each kind under one fault, and what must be in the journal after it."""

import asyncio
import os
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tests.faults.steadfast_device import SteadfastDevice
from tests.integration.intake_process import IntakeProcess
from twins.readings import Reading

FIRST_US = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z."""
KINDS = ("timed", "numbered", "bare")
"""A device states time and number of each reading, its number alone, or neither."""
DEADLINE_S = 60.0
SLOWEST_PER_S = 200
"""Readings a second below which a run has failed."""


def kills_wanted(short: int) -> int:
    """Return how often the long form or, unless it is asked for, the short form kills."""
    return int(os.environ.get("CARGOTWIN_KILLS", short))


def readings_wanted(short: int) -> int:
    """Return how many readings the long form or the short form sends."""
    return int(os.environ.get("CARGOTWIN_FAULT_READINGS", short))


def chance() -> random.Random:
    """Return the run's dice; what it prints repeats them."""
    seed = os.environ.get("CARGOTWIN_KILL_SEED") or secrets.token_hex(4)
    print(f"CARGOTWIN_KILL_SEED={seed}")  # noqa: T201 - to repeat a failure
    return random.Random(seed)  # noqa: S311 - a test


def payload(kind: str, number: int) -> bytes:
    """Return a reading whose value, in thousandths of a degree, is its number."""
    fields = f'"quantity":"temperature","unit":"Cel","value":{number / 1000:.3f}'
    if kind == "timed":
        fields += f',"observed_at_us":{FIRST_US + number * 1_000_000}'
    if kind != "bare":
        fields += f',"seq":{number}'
    return f"{{{fields}}}".encode()


@dataclass(frozen=True)
class Fleet:
    """Devices of every kind."""

    devices: Sequence[SteadfastDevice]

    @classmethod
    def of(
        cls,
        port: int,
        *,
        readings: int,
        qos: int,
        kinds: Sequence[str] = KINDS,
        **more: float,
    ) -> "Fleet":
        """Return a device of each kind; together they send about so many readings."""
        each = readings // len(kinds)
        return cls(
            [
                SteadfastDevice(
                    client_id=kind,
                    port=port,
                    topic=f"cargotwin/v1/{kind}/readings",
                    payloads=[payload(kind, number) for number in range(1, each + 1)],
                    qos=qos,
                    **more,
                )
                for kind in kinds
            ]
        )

    @property
    def acknowledged(self) -> int:
        """How many messages are answered for good."""
        return sum(one.acknowledged for one in self.devices)

    @property
    def size(self) -> int:
        """How many messages there are."""
        return sum(len(one.payloads) for one in self.devices)

    async def send_under(self, faults: Iterable[tuple[float, Callable[[], None]]]) -> None:
        """Send everything; each fault strikes once a share of it is acknowledged."""
        deadline_s = max(DEADLINE_S, self.size / SLOWEST_PER_S)
        async with asyncio.timeout(deadline_s), asyncio.TaskGroup() as group:
            for device in self.devices:
                group.create_task(device.run(), name=device.client_id)
            for share, strike in faults:
                await self._reach(share * self.size)
                await asyncio.to_thread(strike)

    async def _reach(self, acknowledged: float) -> None:
        while self.acknowledged < min(acknowledged, self.size):  # noqa: ASYNC110 - of many devices
            await asyncio.sleep(0.001)

    def is_whole(self, intake: IntakeProcess) -> bool:
        """Tell whether every reading is in the journal."""
        kept = Counter(device for device, *_ in identities(intake.readings()))
        return all(kept[one.client_id] >= len(one.payloads) for one in self.devices)

    def check(self, intake: IntakeProcess, *, is_sender_sound: bool = True) -> None:
        """Fail unless every reading counts, and counts once.

        Args:
            intake: Whose journal is read.
            is_sender_sound: Whether whoever sent with QoS 2 kept to its rules, so that no message
                is in the journal twice, not even one whose time and number tell.
        """
        everything = intake.readings()
        for device in self.devices:
            expected = range(1, len(device.payloads) + 1)
            readings = [one for one in everything if one.device == device.client_id]
            times = counted(readings)
            assert sorted(times) == list(expected), lost(times, expected)
            assert set(times.values()) == {1}, twice(times)
            if device.qos == 2 and is_sender_sound:
                # Exactly once is the protocol's word here, not only the twin's.
                assert len(readings) == len(expected), f"{len(readings)} are in the journal"


def identities(readings: Iterable[Reading]) -> set[tuple[str, int, int | None, int]]:
    """Return what counts: readings of one device, time and number are one."""
    return {(one.device, one.observed_at, one.seq, one.value) for one in readings}


def counted(readings: Iterable[Reading]) -> Counter[int]:
    """Return how often each value counts."""
    return Counter(value for *_, value in identities(readings))


def lost(times: Counter[int], expected: Iterable[int]) -> str:
    """Say which readings are lost."""
    missing = [one for one in expected if one not in times]
    return f"{len(missing)} readings are lost, such as {missing[:5]}"


def twice(times: Counter[int]) -> str:
    """Say which readings count more than once."""
    more = [value for value, count in times.items() if count > 1]
    return f"{len(more)} readings count more than once, such as {more[:5]}"


def random_shares(dice: random.Random, count: int) -> list[float]:
    """Return moments, one in each of so many equal parts of a run."""
    return [(place + dice.random()) / count for place in range(count)]
