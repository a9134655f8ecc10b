"""A real server of the OpenAI protocol: `transformers serve`, on loopback, without the network."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from condition_reports.release import Attempt, plan_for, release
from condition_reports.writers.errors import NoDraft
from condition_reports.writers.loading import HttpSpecification, TinySpecification, load_writer
from tests.servers import Server, free_port
from tests.unit.condition_reports import scenes

pytestmark = [pytest.mark.llm, pytest.mark.integration]

FACTS = scenes.facts_from(scenes.excursion())
PLAN = plan_for(FACTS)
START_DEADLINE_S = DRAFT_DEADLINE_S = 120.0


def serving(model: Path, folder: Path) -> Iterator[Server]:
    cache = folder / "hub"
    cache.mkdir()
    port = free_port()
    command = ["env", "HF_HUB_OFFLINE=1", f"HF_HUB_CACHE={cache}", "OMP_NUM_THREADS=1"]
    command += [str(Path(sys.executable).parent / "transformers"), "serve", str(model)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    server = Server("transformers-serve", command, port, folder, START_DEADLINE_S)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def random_server(random_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from serving(random_model, tmp_path_factory.mktemp("serve-random"))


@pytest.fixture(scope="module")
def server(shipped_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from serving(shipped_model, tmp_path_factory.mktemp("serve-shipped"))


def test_the_shipped_model_behind_a_server_words_the_report(
    server: Server, shipped_model: Path
) -> None:
    wanted = HttpSpecification(
        f"{server.url}/v1", str(shipped_model), dialect="plan", timeout_s=DRAFT_DEADLINE_S
    )
    writer = load_writer(wanted)
    draft = writer.draft(PLAN, 7)
    assert draft.sections == load_writer(TinySpecification()).draft(PLAN, 7).sections
    report = release(FACTS, [Attempt(writer.identity, 7, draft)], seed=0)
    assert (report.writer, report.attempts) == ("llm", 1)
    assert writer.identity.model
    assert writer.identity.model.server.startswith("loopback; uvicorn; model")


def test_babble_of_a_server_becomes_a_sound_report_that_says_why(
    random_server: Server, random_model: Path
) -> None:
    wanted = HttpSpecification(
        f"{random_server.url}/v1",
        str(random_model),
        dialect="plan",
        maximum_tokens=24,
        timeout_s=DRAFT_DEADLINE_S,
    )
    try:
        writer = load_writer(wanted)
        attempts = [Attempt(writer.identity, 1, writer.draft(PLAN, 1))]
        reason = ""
    except NoDraft as error:
        attempts, reason = [], error.code
    report = release(FACTS, attempts, seed=0, fallback_reason=reason)
    assert report.writer == "template"
    assert report.reject_codes or reason == "answer_cut_short"
