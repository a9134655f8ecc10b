from collections.abc import Sequence

import msgspec
import pytest

from condition_reports.fact_types import Facts
from condition_reports.plan import Plan
from condition_reports.release import Attempt, plan_for, release, seed_of
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, DraftSection, WriterIdentity
from gateway.reports.drafting import Drafting, Words
from gateway.reports.metrics import report_metrics
from gateway.reports.wording import Wording
from tests.fakes.drafting import FakeDrafter
from tests.unit.condition_reports import scenes
from tests.unit.gateway.deriving import Clock
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until
from twins.policy.condition_policy import Severity

CALM = scenes.facts_from(scenes.conformant())
HOT = msgspec.structs.replace(scenes.facts_from(scenes.excursion()), severity=Severity.MAJOR)


class SilentWriter:
    """Writes drafts that say nothing."""

    identity = WriterIdentity("tiny", "1", "cd" * 32)

    def draft(self, plan: Plan, seed: int) -> Draft:
        assert seed >= 0
        return Draft(tuple(DraftSection(one.section, "") for one in plan.sections))


class Desk:
    """A wording with a writer of this process, and whom it told of what."""

    def __init__(
        self, most_waiting: int = 10, writer: str = "tiny", drafter: FakeDrafter | None = None
    ) -> None:
        self.drafter = drafter or FakeDrafter()
        self.clock = Clock(0)
        self.drafting = Drafting(self.drafter, self.clock)
        self.wording = Wording(
            self.drafting,
            writer,
            most_waiting=most_waiting,
            longest_wait_s=60,
            clock_s=self.clock,
        )
        self.told: list[str] = []
        self.wording.told = self.told.append

    def ask(self, asset: str, facts: Facts = CALM, seed: int = 1) -> Words | None:
        asked = msgspec.structs.replace(facts, asset=asset)
        return self.wording.words_for(asked, plan_for(asked), seed)

    async def told_of(self, assets: Sequence[str]) -> None:
        await until(lambda: self.told == list(assets))


async def test_words_are_written_and_told_of_and_given_once() -> None:
    desk = Desk()
    assert desk.ask("box") is None
    assert desk.wording.depth() == 1
    async with running(desk.wording.run()):
        await desk.told_of(["box"])
    assert desk.wording.depth() == 0
    words = desk.ask("box")
    assert words is not None
    assert len(words.attempts) == 1


async def test_words_that_are_kept_are_given_at_once_and_to_any_asset() -> None:
    desk = Desk()
    desk.ask("first")
    async with running(desk.wording.run()):
        await desk.told_of(["first"])
        for number in range(1_000):
            assert desk.ask(f"box-{number}") is not None
    assert len(desk.drafter.asked) == 1


async def test_ten_thousand_heartbeats_of_unchanged_shape_cost_no_draft() -> None:
    desk = Desk(most_waiting=64)
    plan = plan_for(CALM)
    async with running(desk.wording.run()):
        for seed in range(64):
            desk.ask(f"first-{seed}", seed=seed)
        await until(lambda: len(desk.told) == 64)
        for number in range(10_000):
            asset = f"box-{number}"
            due = msgspec.structs.replace(CALM, asset=asset, as_of=CALM.as_of + number)
            seed = seed_of(asset, 1) % 64
            words = desk.wording.words_for(due, plan, seed)
            assert words is not None
            assert words.attempts[0].seed == seed
    assert len(desk.drafter.asked) == 64


async def test_asset_that_changed_while_it_was_worded_is_worded_again_and_not_too_late() -> None:
    desk = Desk()
    desk.ask("box")
    desk.clock.now = 40
    assert desk.ask("box", HOT) is None
    assert desk.wording.depth() == 1
    desk.drafter.takes_s = 60
    async with running(desk.wording.run()):
        await until(lambda: desk.drafter.asked)
        assert desk.drafter.asked[0][0] == plan_for(HOT)
        # It waits since it was asked for first.
        desk.clock.now = 60
        await desk.told_of(["box"])
    assert desk.ask("box") == Words(reason="waited_too_long")


async def test_asset_that_changed_after_it_was_worded_waits_no_longer_than_others() -> None:
    desk = Desk()
    desk.ask("box")
    async with running(desk.wording.run()):
        await desk.told_of(["box"])
        desk.clock.now = 40
        desk.drafter.takes_s = 60
        assert desk.ask("box", HOT) is None
        # It waits since it was asked for first, at 0.
        desk.clock.now = 60
        await desk.told_of(["box", "box"])
    assert desk.ask("box", HOT) == Words(reason="waited_too_long")


async def test_each_report_waits_for_as_long_as_any_from_when_it_was_asked_for() -> None:
    desk = Desk()
    desk.drafter.takes_s = 60
    desk.clock.now = 99
    desk.ask("first")
    desk.clock.now = 100
    desk.ask("second")
    async with running(desk.wording.run()):
        desk.clock.now = 159
        await desk.told_of(["first"])
        assert desk.wording.depth() == 1
        desk.clock.now = 160
        await desk.told_of(["first", "second"])


@pytest.mark.parametrize(("others", "is_kept"), [(3, True), (4, False)], ids=["room", "no room"])
async def test_words_that_nobody_fetches_make_room_for_those_of_twice_as_many_as_may_wait(
    others: int, *, is_kept: bool
) -> None:
    desk = Desk(most_waiting=2)
    desk.drafter.fails = ["timeout"]
    async with running(desk.wording.run()):
        desk.ask("unfetched")
        await desk.told_of(["unfetched"])
        for number in range(others):
            desk.ask(f"box-{number}", seed=10 + number)
            await until(lambda count=number: len(desk.told) == count + 2)
        found = desk.ask("unfetched")
    assert found == (Words(reason="timeout") if is_kept else None)


async def test_words_of_another_shape_than_an_asset_has_by_then_are_not_given() -> None:
    desk = Desk()
    desk.ask("box")
    async with running(desk.wording.run()):
        await desk.told_of(["box"])
        assert desk.ask("box", HOT) is None
        await desk.told_of(["box", "box"])
    words = desk.ask("box", HOT)
    assert words is not None
    assert release(HOT, words.attempts, seed=1).reject_codes == ()


async def test_slow_writer_holds_up_nobody_who_asks() -> None:
    desk = Desk()
    desk.drafter.takes_s = 20
    async with running(desk.wording.run()):
        desk.ask("box")
        await until(lambda: desk.drafter.asked)
        assert [desk.ask(f"box-{number}") for number in range(5)] == [None] * 5
        assert desk.wording.depth() == 6
        desk.clock.now = 60
        await until(lambda: len(desk.told) == 6)
        assert desk.ask("box-4") == Words(reason="waited_too_long")


async def test_critical_report_does_not_wait_for_a_slow_writer_and_its_words_are_kept() -> None:
    desk = Desk()
    desk.drafter.takes_s = 0.6
    worst = msgspec.structs.replace(HOT, severity=Severity.CRITICAL)
    async with running(desk.wording.run()):
        desk.ask("worst", worst)
        desk.ask("calm")
        await until(lambda: desk.drafter.asked)
        desk.clock.now = 5
        await desk.told_of(["worst"])
        assert desk.ask("worst", worst) == Words(reason="waited_too_long")
        await desk.told_of(["worst", "calm"])
        words = desk.ask("worst", worst)
    assert words is not None
    assert len(words.attempts) == 1


async def test_report_without_room_does_without_a_draft_and_says_so() -> None:
    desk = Desk(most_waiting=1)
    assert desk.ask("calm") is None
    assert desk.ask("calm-2") == Words(reason="queue_full")
    assert desk.ask("worse", HOT) is None
    assert desk.told == ["calm"]
    assert desk.ask("calm") == Words(reason="queue_full")


async def test_reason_of_a_missing_draft_is_given_to_an_asset_that_changed_since() -> None:
    desk = Desk()
    desk.drafter.fails = ["timeout"]
    desk.ask("box")
    async with running(desk.wording.run()):
        await desk.told_of(["box"])
    assert desk.ask("box", HOT) == Words(reason="timeout")


async def test_template_that_speaks_without_a_draft_speaks_in_nobodys_place() -> None:
    desk = Desk(most_waiting=1, writer="template")
    desk.ask("box")
    words = desk.ask("box-2", seed=7)
    assert words == Words()
    asked = msgspec.structs.replace(CALM, asset="box-2")
    plan = plan_for(asked)
    template = TemplateWriter()
    drafted = Attempt(template.identity, 7, template.draft(plan, 7))
    assert release(asked, seed=7) == release(asked, [drafted], seed=0)


async def test_nobody_waits_for_a_writer_that_is_left_alone() -> None:
    desk = Desk()
    desk.drafter.fails = ["timeout"] * 3
    async with running(desk.wording.run()):
        for number in range(1, 4):
            desk.ask(f"box-{number}")
            await until(lambda count=number: len(desk.told) == count)
        assert desk.ask("box-4") == Words(reason="circuit_open")
        assert desk.wording.problem() == "timeout"
        assert desk.wording.status().circuit == "open"


async def test_nobody_waits_for_a_model_whose_drafts_are_all_refused() -> None:
    desk = Desk(drafter=FakeDrafter(SilentWriter()))
    async with running(desk.wording.run()):
        for number in range(1, 4):
            desk.ask(f"box-{number}")
            await until(lambda count=number: len(desk.told) == count)
        words = desk.ask("box-4")
    assert words == Words(reason="drafts_refused")
    assert desk.wording.problem() == "drafts_refused: missing_slot"
    desk.wording.published(release(HOT, seed=1, fallback_reason=words.reason))
    metrics = report_metrics(desk.wording.status())
    labels = 'writer="tiny",model="",role="live",reason="drafts_refused"'
    assert f"cargotwin_report_fallbacks_total{{{labels}}} 1\n" in metrics


async def test_asset_that_waits_no_more_is_worded_no_more_once_its_words_are_known() -> None:
    desk = Desk()
    await desk.drafting.words(CALM, plan_for(CALM), 1)
    assert desk.ask("box", HOT) is None
    assert desk.ask("box", CALM) is not None
    assert desk.wording.depth() == 0


async def test_asset_that_waits_is_given_up_on_when_its_writer_is_left_alone() -> None:
    desk = Desk()
    assert desk.ask("box") is None
    desk.drafter.fails = ["timeout"] * 3
    for _ in range(3):
        await desk.drafting.words(CALM, plan_for(CALM), 1)
    assert desk.ask("box") == Words(reason="circuit_open")
    assert desk.wording.depth() == 0


async def test_asset_that_needs_no_words_any_more_is_forgotten() -> None:
    desk = Desk()
    desk.ask("box")
    desk.wording.forget("box")
    assert desk.wording.depth() == 0


async def test_published_reports_are_counted_by_writer_and_reason() -> None:
    desk = Desk()
    desk.wording.published(release(HOT, seed=1, fallback_reason="timeout"))
    status = desk.wording.status()
    assert status.fallbacks == {"timeout": 1}
    assert [(one.writer, one.published) for one in status.writers] == [
        ("template", 1),
        ("tiny", 0),
    ]
    assert status.writers[1].fallbacks == {"timeout": 1}
    assert status.writers[0].words > 50
