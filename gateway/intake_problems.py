"""What hinders intake, told on the page: intake has no page, so it is asked at its door."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Protocol

import msgspec

from gateway.errors import IntakeAway

STAGE = "intake"
_ASK_S = 5.0


class Asked(Protocol):
    """What this needs of intake's door."""

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        """Send one command and return intake's answer; raises `IntakeAway` where there is none."""


async def notice_intake_problems(door: Asked, problems: MutableMapping[str, str]) -> None:
    """Keep what intake says of itself among the problems of the service, until cancelled."""
    while True:
        problem = await _problem(door)
        if problem:
            problems[STAGE] = problem
        else:
            problems.pop(STAGE, None)
        await asyncio.sleep(_ASK_S)


async def _problem(door: Asked) -> str:
    try:
        async with asyncio.timeout(_ASK_S):
            answer = await door.submit({"command": "problems"})
    except IntakeAway as away:
        return str(away)
    except TimeoutError:
        return f"it did not answer within {_ASK_S:g} s"
    return "; ".join(msgspec.convert(answer.get("problems"), list[str]))
