import msgspec
import pytest

from condition_reports.plan import Plan
from condition_reports.release import plan_for, release
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.tiny import load_tiny
from condition_reports.writers.writer import Draft, DraftSection, WriterIdentity
from gateway.reports.drafting import Drafting, Words
from tests.fakes.drafting import FakeDrafter
from tests.unit.condition_reports import scenes
from tests.unit.gateway.deriving import Clock

FACTS = scenes.facts_from(scenes.excursion())
PLAN = plan_for(FACTS)


class LyingWriter:
    """Writes sound drafts by some seeds alone."""

    def __init__(self, *sound: int) -> None:
        self._sound = sound
        self._template = TemplateWriter()

    @property
    def identity(self) -> WriterIdentity:
        return WriterIdentity("tiny", "1", "cd" * 32)

    def draft(self, plan: Plan, seed: int) -> Draft:
        if seed in self._sound:
            return self._template.draft(plan, seed)
        return Draft(tuple(DraftSection(one.section, "All is well.") for one in plan.sections))


@pytest.fixture
def clock() -> Clock:
    return Clock(0)


def reason_of(words: Words) -> object:
    report = release(FACTS, words.attempts, seed=1, fallback_reason=words.reason)
    writer = report.provenance["writer"]
    assert isinstance(writer, dict)
    return writer["fallback_reason"]


async def test_sound_draft_is_kept_and_asked_for_once() -> None:
    drafter = FakeDrafter()
    drafting = Drafting(drafter)
    assert drafting.known(PLAN, 7) is None
    words = await drafting.words(FACTS, PLAN, 7)
    assert reason_of(words) == ""
    assert drafting.known(PLAN, 7) == words.attempts[0]
    assert (await drafting.words(FACTS, PLAN, 7)) == words
    assert len(drafter.asked) == 1


async def test_draft_of_a_changed_shape_is_asked_for_what_is_new_in_it_alone() -> None:
    drafter = FakeDrafter(load_tiny())
    drafting = Drafting(drafter)
    calm = plan_for(scenes.facts_from(scenes.conformant()))
    await drafting.words(scenes.facts_from(scenes.conformant()), calm, 7)
    words = await drafting.words(FACTS, PLAN, 7)
    assert words.attempts[0].draft == load_tiny().draft(PLAN, 7)
    new = [one for one in PLAN.sections if one not in calm.sections]
    assert drafter.asked[1] == (Plan(tuple(new)), 7)


async def test_refused_draft_is_tried_again_with_the_next_seeds() -> None:
    drafter = FakeDrafter(LyingWriter(1))
    drafting = Drafting(drafter)
    words = await drafting.words(FACTS, PLAN, 62)
    # There are 64 seeds, and behind the last comes the first.
    assert [seed for _, seed in drafter.asked] == [62, 63, 0, 1]
    report = release(FACTS, words.attempts, seed=62, fallback_reason=words.reason)
    assert (report.writer, report.attempts) == ("tiny", 4)
    tally = drafting.statistics.counts()[0]
    assert (tally.drafts, tally.accepted_first, tally.retries) == (4, 0, 3)
    assert sum(tally.rejects.values()) == 3


async def test_four_refused_drafts_leave_the_template_to_speak() -> None:
    drafter = FakeDrafter(LyingWriter())
    drafting = Drafting(drafter)
    words = await drafting.words(FACTS, PLAN, 3)
    assert len(drafter.asked) == 4
    assert str(reason_of(words)).startswith("verifier_rejected:")
    assert drafting.known(PLAN, 3) is None


async def test_writer_that_fails_three_times_is_left_alone_and_tried_again_later(
    clock: Clock,
) -> None:
    drafter = FakeDrafter()
    drafter.fails = ["timeout", "process_ended", "server_away", "timeout"]
    drafting = Drafting(drafter, clock)
    reasons = [(await drafting.words(FACTS, PLAN, 7)).reason for _ in range(5)]
    assert reasons == ["timeout", "process_ended", "server_away", "circuit_open", "circuit_open"]
    assert drafting.problem == "server_away"
    clock.now = 5
    assert (await drafting.words(FACTS, PLAN, 7)).reason == "timeout"
    assert drafting.circuit == "open"
    clock.now = 15
    assert (await drafting.words(FACTS, PLAN, 7)).reason == ""
    assert (drafting.circuit, drafting.problem) == ("closed", "")
    assert drafting.statistics.counts()[0].failures == {
        "timeout": 2,
        "process_ended": 1,
        "server_away": 1,
    }


async def test_model_whose_drafts_are_always_refused_is_left_alone_and_tried_again_later(
    clock: Clock,
) -> None:
    drafter = FakeDrafter(LyingWriter(40))
    drafting = Drafting(drafter, clock)
    for _ in range(3):
        words = await drafting.words(FACTS, PLAN, 3)
        assert str(reason_of(words)).startswith("verifier_rejected:")
    assert (drafting.circuit, len(drafter.asked)) == ("open", 12)
    assert drafting.problem == "drafts_refused: missing_slot"
    assert reason_of(await drafting.words(FACTS, PLAN, 3)) == "drafts_refused"
    assert len(drafter.asked) == 12
    # Whatever was mended meanwhile is loaded for the trial.
    assert (drafter.ready, drafter.starts) == (None, 1)
    clock.now = 5
    assert str(reason_of(await drafting.words(FACTS, PLAN, 3))).startswith("verifier_rejected:")
    assert (drafting.circuit, len(drafter.asked), drafter.starts) == ("open", 16, 2)
    clock.now = 14
    assert drafting.circuit == "open"
    clock.now = 15
    assert reason_of(await drafting.words(FACTS, PLAN, 40)) == ""
    assert (drafting.circuit, drafting.problem, drafting.left_alone) == ("closed", "", "")
    # It gave every draft that it was asked for.
    assert drafting.statistics.counts()[0].failures == {}


async def test_one_sound_draft_in_between_begins_the_count_of_refused_ones_anew() -> None:
    drafting = Drafting(FakeDrafter(LyingWriter(40)))
    for seed in (3, 3, 40, 3, 3):
        await drafting.words(FACTS, PLAN, seed)
    assert drafting.circuit == "closed"


async def test_facts_that_nobody_can_word_are_not_held_against_the_writer() -> None:
    facts = msgspec.structs.replace(FACTS, title="Approved by the WHO. Open it")
    drafting = Drafting(FakeDrafter())
    for _ in range(4):
        words = await drafting.words(facts, plan_for(facts), 3)
        assert len(words.attempts) == 4
    assert (drafting.circuit, drafting.problem) == ("closed", "")


async def test_reason_of_an_open_circuit_is_that_of_its_last_failure(clock: Clock) -> None:
    drafter = FakeDrafter(LyingWriter())
    drafter.fails = ["", "", "", "", "timeout", "timeout", "", "", "", ""]
    drafting = Drafting(drafter, clock)
    for _ in range(3):
        await drafting.words(FACTS, PLAN, 3)
    assert drafting.left_alone == "circuit_open"
    clock.now = 5
    await drafting.words(FACTS, PLAN, 3)
    assert drafting.left_alone == "drafts_refused"


async def test_failure_after_a_refused_draft_names_what_was_refused() -> None:
    drafter = FakeDrafter(LyingWriter())
    drafter.fails = ["", "timeout"]
    words = await Drafting(drafter).words(FACTS, PLAN, 3)
    assert (len(words.attempts), words.reason) == (1, "timeout")
    assert str(reason_of(words)).startswith("verifier_rejected:")


class UnreadableDrafter(FakeDrafter):
    """Gives what makes its reader fail as nothing should."""

    async def draft(self, plan: Plan, seed: int) -> Draft:
        raise ZeroDivisionError(len(plan.sections), seed)


async def test_draft_that_makes_its_reader_fail_stops_nothing_and_is_named() -> None:
    drafting = Drafting(UnreadableDrafter())
    assert await drafting.words(FACTS, PLAN, 3) == Words(reason="unreadable_draft")
    assert drafting.problem == "unreadable_draft: ZeroDivisionError"
