"""Exchanging models by the file, with drafters of this process."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from condition_reports.draft_frames import Ready
from condition_reports.fact_types import Facts
from condition_reports.plan import Plan
from condition_reports.release import plan_for, release
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import (
    Decoding,
    Draft,
    DraftSection,
    ModelIdentity,
    WriterIdentity,
)
from gateway.reports.draft_process import DraftAway
from gateway.reports.drafting import Drafting, Words
from gateway.reports.exchange import ModelExchange
from gateway.reports.models_file import ModelChoice, Models, change_models
from gateway.reports.statistics import ReportStatistics, Role, WriterCounts
from gateway.reports.wording import Wording
from tests.fakes.drafting import FakeDrafter
from tests.unit.condition_reports import scenes
from tests.unit.gateway.looping import running
from tests.unit.gateway.mqtt.memory_sink import until

CALM = scenes.facts_from(scenes.conformant())
HOT = scenes.facts_from(scenes.excursion())
OLD = ModelChoice(writer="tiny", name="old@1")
NEW = ModelChoice(writer="tiny", folder="/new", name="new@1")


class NamedWriter:
    """Writes as the template does, under a model's name; "bad" writes what no fact bears."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._template = TemplateWriter()

    @property
    def identity(self) -> WriterIdentity:
        digest = self._name.encode().hex().ljust(64, "0")
        return WriterIdentity("tiny", "1", digest, ModelIdentity(self._name, "1"))

    def draft(self, plan: Plan, seed: int) -> Draft:
        if self._name == "bad":
            return Draft(tuple(DraftSection(one.section, "All is well.") for one in plan.sections))
        return Draft(self._template.draft(plan, seed).sections, Decoding("greedy"))


class House:
    """An exchange over a file, and every drafter that it had made."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.drafters: dict[tuple[str, Role], FakeDrafter] = {}
        self.told: list[str] = []
        self._statistics = ReportStatistics()
        self.exchange = ModelExchange(
            file,
            OLD,
            self._drafting,
            lambda drafting, writer: Wording(drafting, writer, most_waiting=99, longest_wait_s=60),
        )
        self.wording = self.exchange.wording
        self.wording.told = self.told.append

    def _drafting(self, choice: ModelChoice, role: Role) -> Drafting:
        name = choice.name.partition("@")[0]
        drafter = self.drafters[name, role] = FakeDrafter(NamedWriter(name))
        return Drafting(drafter, statistics=self._statistics, role=role)

    def choose(self, models: Models) -> None:
        change_models(self.file, OLD, lambda _now: models)

    def ask(self, asset: str, facts: Facts = CALM, seed: int = 1) -> Words | None:
        asked = msgspec.structs.replace(facts, asset=asset)
        return self.wording.words_for(asked, plan_for(asked), seed)

    async def author_of(self, asset: str, facts: Facts = CALM, seed: int = 1) -> str:
        words = self.ask(asset, facts, seed)
        if words is None:
            await until(lambda: asset in self.told)
            words = self.ask(asset, facts, seed)
        assert words is not None
        report = release(facts, words.attempts, seed=seed, fallback_reason=words.reason)
        self.wording.published(report)
        return f"{words.attempts[-1].writer.model.id}" if words.attempts[-1].writer.model else ""

    def counts(self, role: Role, name: str) -> WriterCounts | None:
        counts = self.exchange.status().writers
        return next((one for one in counts if (one.role, one.model) == (role, f"{name}@1")), None)

    def in_force(self) -> dict[str, str]:
        return {one.place: one.model for one in self.exchange.status().models}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    return House(tmp_path / "models.json")


async def test_settings_decide_until_somebody_chooses(house: House) -> None:
    async with running(house.exchange.run()):
        assert await house.author_of("box") == "old"
    assert house.in_force() == {"live": "old@1"}


async def test_other_model_words_from_the_next_report_on_and_the_one_before_is_ended(
    house: House,
) -> None:
    async with running(house.exchange.run()):
        assert await house.author_of("box") == "old"
        house.choose(Models(live=NEW, before=OLD))
        await until(lambda: house.in_force() == {"live": "new@1", "before": "old@1"})
        assert await house.author_of("box-2") == "new"
        await until(lambda: house.drafters["old", "live"].ready is None)
        house.choose(Models(live=OLD, before=NEW))
        await until(lambda: house.in_force() == {"live": "old@1", "before": "new@1"})
        assert await house.author_of("box-3", seed=2) == "old"
    first, second = house.counts("live", "old"), house.counts("live", "new")
    assert first is not None
    assert second is not None
    assert (first.published, second.published) == (2, 1)


async def test_reports_that_wait_are_worded_by_the_new_model_and_none_is_lost(house: House) -> None:
    house.drafters["old", "live"].takes_s = 0.3
    async with running(house.exchange.run()):
        await until(lambda: house.drafters["old", "live"].ready)
        for number in range(10):
            house.ask(f"box-{number}", seed=number)
        await until(lambda: house.drafters["old", "live"].asked)
        house.choose(Models(live=NEW, before=OLD))
        await house.exchange.refresh()
        await until(lambda: len(house.told) == 10)
        assert await house.author_of("box-0", seed=0) == "old"
        assert {await house.author_of(f"box-{n}", seed=n) for n in range(1, 10)} == {"new"}
    assert len(house.drafters["old", "live"].asked) == 1


async def test_model_that_cannot_be_loaded_leaves_the_template_speaking_until_it_is_taken_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = FakeDrafter.start

    async def failing(drafter: FakeDrafter) -> WriterIdentity:
        if house.drafters.get(("new", "live")) is drafter:
            raise DraftAway("model_damaged", "config.json")
        return await start(drafter)

    monkeypatch.setattr(FakeDrafter, "start", failing)
    async with running(house.exchange.run()):
        assert await house.author_of("box") == "old"
        house.choose(Models(live=NEW, before=OLD))
        await until(lambda: house.in_force().get("before") == "old@1")
        assert house.exchange.status().problem == "model_damaged: config.json"
        house.ask("box-2")
        await until(lambda: "box-2" in house.told)
        assert house.ask("box-2") == Words(reason="model_damaged")
        house.choose(Models(live=OLD, before=NEW))
        await until(lambda: house.in_force()["live"] == "old@1")
        assert await house.author_of("box-3") == "old"
        assert house.exchange.status().problem == ""


async def test_shadow_drafts_what_was_given_and_its_words_are_never_released(house: House) -> None:
    house.choose(Models(live=OLD, shadow=NEW))
    async with running(house.exchange.run()):
        await until(lambda: house.in_force().get("shadow") == "new@1")
        assert await house.author_of("box") == "old"
        await until(lambda: house.counts("shadow", "new"))
        await until(lambda: house.drafters["new", "shadow"].asked)
        assert await house.author_of("box-2") == "old"
    shadow = house.counts("shadow", "new")
    assert shadow is not None
    assert (shadow.published, shadow.firsts, shadow.accepted_first) == (0, 1, 1)
    words = len(release(CALM, seed=1).text.split())
    assert shadow.words == words
    assert house.drafters["new", "shadow"].asked == [(plan_for(CALM), 1)]


async def test_shadow_waits_while_reports_wait_for_the_live_model(house: House) -> None:
    house.choose(Models(live=OLD, shadow=NEW))
    await house.exchange.refresh()
    live, shadow = house.drafters["old", "live"], house.drafters["new", "shadow"]
    async with running(house.exchange.run()):
        assert await house.author_of("box") == "old"
        live.takes_s = 0.3
        await until(lambda: len(shadow.asked) == 1)
        house.ask("slow", HOT, seed=9)
        await until(lambda: len(live.asked) == 2)
        # What it knows it is not asked for again; this is new to it.
        house.wording.given(HOT, plan_for(HOT), 3)
        for _ in range(50):
            await asyncio.sleep(0)
        status = house.exchange.status().shadow
        assert status is not None
        assert status.waiting == 1
        assert len(shadow.asked) == 1
        await until(lambda: "slow" in house.told)
        await until(lambda: len(shadow.asked) == 2)


async def test_shadow_that_writes_unsoundly_or_fails_changes_nothing_but_its_counters(
    house: House,
) -> None:
    bad = ModelChoice(writer="tiny", folder="/bad", name="bad@1")
    house.choose(Models(live=OLD, shadow=bad))
    await house.exchange.refresh()
    shadow = house.drafters["bad", "shadow"]
    async with running(house.exchange.run()):
        assert await house.author_of("box") == "old"
        await until(lambda: (found := house.counts("shadow", "bad")) and found.fallbacks)
        shadow.fails = ["timeout"]
        assert await house.author_of("box-2", HOT) == "old"
        await until(lambda: (found := house.counts("shadow", "bad")) and found.failures)
    found = house.counts("shadow", "bad")
    assert found is not None
    assert (found.accepted, found.retries, found.words) == (0, 3, 0)
    (rejected,) = [one for one in found.fallbacks if one != "timeout"]
    assert rejected.startswith("verifier_rejected:")
    status = house.exchange.status()
    assert (status.problem, status.circuit, status.fallbacks) == ("", "closed", {})
    assert status.shadow is not None
    assert status.shadow.problem == "timeout"


async def test_shadow_with_a_defect_harms_nobody(house: House) -> None:
    house.choose(Models(live=OLD, shadow=NEW))
    await house.exchange.refresh()
    shadow = house.drafters["new", "shadow"]

    async def broken(_plan: Plan, _seed: int) -> Draft:
        raise ZeroDivisionError

    shadow.draft = broken  # type: ignore[method-assign] # a defect of the drafter itself
    async with running(house.exchange.run()):
        assert await house.author_of("box") == "old"
        await until(lambda: (found := house.counts("shadow", "new")) and found.failures)
        assert await house.author_of("box-2", HOT) == "old"
    found = house.counts("shadow", "new")
    assert found is not None
    assert found.failures == {"unreadable_draft": found.fallbacks["unreadable_draft"]}


def test_shadow_does_without_the_oldest_where_too_many_wait(house: House) -> None:
    house.choose(Models(live=OLD, shadow=NEW))
    other = House(house.file)
    for number in range(70):
        other.wording.given(CALM, plan_for(CALM), number)
    status = other.exchange.status().shadow
    assert status is not None
    assert (status.waiting, status.left_out) == (64, 6)


async def test_shadow_ends_when_it_is_turned_off(house: House) -> None:
    house.choose(Models(live=OLD, shadow=NEW))
    async with running(house.exchange.run()):
        await until(lambda: house.in_force().get("shadow") == "new@1")
        drafter = house.drafters["new", "shadow"]
        await until(lambda: isinstance(drafter.ready, Ready))
        house.choose(Models(live=OLD))
        await until(lambda: drafter.ready is None)
        assert house.exchange.status().shadow is None
        assert await house.author_of("box") == "old"


async def test_file_that_cannot_be_read_leaves_the_models_in_force_and_is_told_of(
    house: House,
) -> None:
    house.choose(Models(live=NEW))
    await house.exchange.refresh()
    house.file.write_text("{", encoding="utf-8")
    await house.exchange.refresh()
    assert house.in_force() == {"live": "new@1"}
    assert "models.json" in house.exchange.status().models_problem
    house.file.unlink()
    await house.exchange.refresh()
    assert house.exchange.status().models_problem == ""
    assert house.in_force() == {"live": "old@1"}
