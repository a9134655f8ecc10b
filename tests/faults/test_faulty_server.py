"""A server of models goes wrong behind the real draft process; reports stay sound and say why."""

import json
from collections.abc import AsyncIterator, Iterator

import pytest

from condition_reports.release import plan_for, release
from condition_reports.report import ConditionReport
from condition_reports.writers.loading import HttpSpecification
from condition_reports.writers.template import TemplateWriter
from gateway.reports.draft_process import DraftProcess
from gateway.reports.drafting import Drafting
from tests.fakes.model_server import Asked, ModelServer, model_server
from tests.unit.condition_reports import scenes
from tests.unit.gateway.deriving import Clock

pytestmark = pytest.mark.integration

FACTS = scenes.facts_from(scenes.excursion())
PLAN = plan_for(FACTS)


def say(asked: Asked) -> str:
    if "France" in json.dumps(asked):
        return "Paris."
    draft = TemplateWriter().draft(PLAN, 5)
    return json.dumps(
        {"sections": [{"id": one.section, "text": one.text} for one in draft.sections]}
    )


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server(say) as running:
        yield running


@pytest.fixture
async def drafting(server: ModelServer) -> AsyncIterator[Drafting]:
    process = DraftProcess(
        lambda: HttpSpecification(server.url, "granite", timeout_s=1.0, connect_timeout_s=1.0),
        timeout_s=5.0,
        memory_bytes=256_000_000,
    )
    yield Drafting(process, Clock(0))
    await process.close()


async def reported(drafting: Drafting) -> tuple[ConditionReport, object]:
    words = await drafting.words(FACTS, PLAN, 3)
    report = release(FACTS, words.attempts, seed=3, fallback_reason=words.reason)
    writer = report.provenance["writer"]
    assert isinstance(writer, dict)
    return report, writer["fallback_reason"]


async def test_report_is_worded_by_the_server_from_a_confined_process(drafting: Drafting) -> None:
    report, reason = await reported(drafting)
    assert (report.writer, reason) == ("llm", "")
    assert report.text == release(FACTS, seed=5).text
    assert drafting.drafter.ready is not None
    assert drafting.drafter.ready.confinement.files


async def test_each_fault_is_named_and_the_template_speaks(
    server: ModelServer, drafting: Drafting
) -> None:
    await drafting.start()
    faults = {
        "status_429": "server_status_429",
        "hang": "server_timeout",
        "huge": "answer_too_long",
        "half": "answer_cut_short",
        "not_http": "answer_not_http",
    }
    for seed, (mode, code) in enumerate(faults.items()):
        server.mode = mode
        report, reason = await reported(drafting)
        assert (report.writer, reason) == ("template", code)
        server.mode = "good"
        # One good answer in between closes the circuit.
        assert (await drafting.words(FACTS, PLAN, 10 + seed)).reason == ""


async def test_server_that_came_back_is_asked_by_a_new_process(
    server: ModelServer, drafting: Drafting
) -> None:
    server.mode = "status_500"
    reasons = [(await reported(drafting))[1] for _ in range(4)]
    assert reasons == ["server_status_500"] * 3 + ["circuit_open"]
    server.mode = "good"
    clock = drafting._clock_s
    assert isinstance(clock, Clock)
    clock.now = 5
    assert (await reported(drafting))[1] == ""
