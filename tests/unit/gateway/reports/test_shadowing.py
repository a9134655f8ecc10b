"""What a model in shadow is asked for; how it is exchanged is in test_exchange.py."""

from condition_reports.release import plan_for
from gateway.reports.drafting import Drafting
from gateway.reports.shadowing import Shadowing
from tests.fakes.drafting import FakeDrafter
from tests.unit.condition_reports import scenes
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until

CALM = scenes.facts_from(scenes.conformant())
PLAN = plan_for(CALM)


def waiting_and_left_out(shadowing: Shadowing) -> tuple[int, int]:
    status = shadowing.status()
    assert status is not None
    return status.waiting, status.left_out


def test_another_shadow_begins_with_nothing_waiting_and_nothing_left_out() -> None:
    shadowing = Shadowing(lambda: False, most_waiting=2)
    shadowing.exchange(Drafting(FakeDrafter()))
    for seed in range(5):
        shadowing.given(CALM, PLAN, seed)
    assert waiting_and_left_out(shadowing) == (2, 3)
    shadowing.exchange(Drafting(FakeDrafter()))
    assert waiting_and_left_out(shadowing) == (0, 0)


async def test_another_shadow_is_asked_for_what_is_given_from_then_on_alone() -> None:
    before, after = FakeDrafter(), FakeDrafter()
    shadowing = Shadowing(lambda: False)
    shadowing.exchange(Drafting(before))
    shadowing.given(CALM, PLAN, 1)
    shadowing.exchange(Drafting(after))
    shadowing.given(CALM, PLAN, 2)
    async with running(shadowing.run()):
        await until(lambda: after.asked and waiting_and_left_out(shadowing) == (0, 0))
    assert [seed for _, seed in after.asked] == [2]
    assert before.asked == []


def test_nothing_is_noted_for_no_shadow() -> None:
    shadowing = Shadowing(lambda: False)
    shadowing.exchange(None)
    shadowing.given(CALM, PLAN, 1)
    assert shadowing.status() is None
    shadowing.exchange(Drafting(FakeDrafter()))
    assert waiting_and_left_out(shadowing) == (0, 0)
