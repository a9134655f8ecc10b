import asyncio
from pathlib import Path

import pytest

from gateway.errors import IntakeAway
from gateway.intake_problems import notice_intake_problems
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until


class Intake:
    """Stands behind the door: tells its problems, is away, or says nothing."""

    def __init__(self, *problems: str) -> None:
        self.problems = list(problems)
        self.is_away = False
        self.is_silent = False

    async def submit(self, command: dict[str, object]) -> dict[str, object]:
        assert command == {"command": "problems"}
        if self.is_silent:
            await asyncio.Event().wait()
        if self.is_away:
            raise IntakeAway(Path("intake.sock"), "connection refused")
        return {"problems": self.problems}


@pytest.fixture(autouse=True)
def asked_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.intake_problems._ASK_S", 0.01)


async def test_problems_of_intake_are_shown_and_go_when_they_are_solved() -> None:
    intake, shown = Intake("broker a: away", "broker b: refused"), {"publish x": "kept"}
    async with running(notice_intake_problems(intake, shown)):
        await until(lambda: shown.get("intake") == "broker a: away; broker b: refused")
        intake.problems.clear()
        await until(lambda: "intake" not in shown)
    assert shown == {"publish x": "kept"}


async def test_intake_that_is_away_or_says_nothing_is_a_problem_until_it_is_back() -> None:
    intake, shown = Intake(), dict[str, str]()
    intake.is_away = True
    async with running(notice_intake_problems(intake, shown)):
        await until(lambda: "connection refused" in shown.get("intake", ""))
        intake.is_away, intake.is_silent = False, True
        await until(lambda: "did not answer" in shown.get("intake", ""))
        intake.is_silent = False
        await until(lambda: "intake" not in shown)
