"""A draft process with a model's server that goes wrong: always a sound report, and the reason."""

import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
import pytest

from condition_reports.release import ConditionReport, plan_for, release
from condition_reports.writers.loading import HttpSpecification
from condition_reports.writers.template import TemplateWriter
from gateway.reports.draft_process import DraftProcess
from gateway.reports.drafting import Drafting
from tests.fakes.model_server import Asked, ModelServer, model_server
from tests.integration.certificates import Authority
from tests.unit.condition_reports import scenes

pytestmark = pytest.mark.integration

FACTS = scenes.facts_from(scenes.excursion())
PLAN = plan_for(FACTS)
MEMORY_BYTES = 256_000_000


def worded(*, old: str = "", new: str = "") -> str:
    draft = TemplateWriter().draft(PLAN, 5)
    sections = [{"id": one.section, "text": one.text.replace(old, new)} for one in draft.sections]
    return msgspec.json.encode({"sections": sections}).decode()


class Talker:
    """A model that says what it is told to."""

    def __init__(self) -> None:
        self.says = worded()

    def answer(self, _: Asked) -> str:
        return self.says


@pytest.fixture
def talker() -> Talker:
    return Talker()


@pytest.fixture
def server(talker: Talker) -> Iterator[ModelServer]:
    with model_server(talker.answer) as running:
        yield running


@pytest.fixture
async def drafting(server: ModelServer) -> AsyncIterator[Drafting]:
    wanted = HttpSpecification(server.url, "granite", timeout_s=0.5, connect_timeout_s=0.5)
    process = DraftProcess(lambda: wanted, timeout_s=5, memory_bytes=MEMORY_BYTES)
    await process.start()
    yield Drafting(process)
    await process.close()


async def reported(drafting: Drafting) -> ConditionReport:
    words = await drafting.words(FACTS, PLAN, 1)
    return release(FACTS, words.attempts, seed=0, fallback_reason=words.reason)


def reason_of(report: ConditionReport) -> object:
    writer = report.provenance["writer"]
    assert isinstance(writer, dict)
    return writer["fallback_reason"]


async def test_a_good_server_words_the_report(drafting: Drafting) -> None:
    report = await reported(drafting)
    assert (report.writer, report.attempts, reason_of(report)) == ("llm", 1, "")


async def test_free_language_of_a_server_is_released_as_such(
    drafting: Drafting, server: ModelServer, talker: Talker
) -> None:
    sentence = TemplateWriter().draft(PLAN, 5).sections[0].text.partition(". ")[0]
    free = (
        "{title} (asset {asset}) was evaluated under the policy {policy} as of {as_of} and has the"
        " disposition {disposition}, with {severity}"
    )
    talker.says = worded(old=sentence, new=free)
    server.requests.clear()
    report = await reported(drafting)
    assert (report.writer, report.attempts) == ("llm", 1)
    assert "was evaluated under the policy" in report.text
    assert len(server.requests) == 1


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def safe_server(talker: Talker, authority: Authority) -> Iterator[ModelServer]:
    certified = authority.server("127.0.0.1")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certified.certificate, certified.key)
    with model_server(talker.answer, tls) as running:
        yield running


async def test_a_server_whose_authority_is_trusted_words_the_report(
    safe_server: ModelServer, authority: Authority
) -> None:
    wanted = HttpSpecification(safe_server.url, "granite", ca_file=authority.file)
    process = DraftProcess(lambda: wanted, timeout_s=10, memory_bytes=MEMORY_BYTES)
    report = await reported(Drafting(process))
    await process.close()
    assert (report.writer, reason_of(report)) == ("llm", "")


async def test_a_server_whose_authority_is_unknown_is_told_nothing(
    safe_server: ModelServer,
) -> None:
    wanted = HttpSpecification(safe_server.url, "granite", key="a-key")
    process = DraftProcess(lambda: wanted, timeout_s=10, memory_bytes=MEMORY_BYTES)
    report = await reported(Drafting(process))
    await process.close()
    assert (report.writer, reason_of(report)) == ("template", "server_untrusted")
    assert safe_server.requests == []


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("status_429", "server_status_429"),
        ("status_500", "server_status_500"),
        ("hang", "server_timeout"),
        ("drip", "server_timeout"),
        ("huge", "answer_too_long"),
        ("half", "answer_cut_short"),
        ("redirect", "server_redirects"),
        ("not_http", "answer_not_http"),
    ],
)
async def test_a_server_that_fails_costs_the_words_and_is_named(
    drafting: Drafting, server: ModelServer, mode: str, reason: str
) -> None:
    server.mode = mode
    report = await reported(drafting)
    assert (report.writer, reason_of(report)) == ("template", reason)


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("All is well.", "answer_not_json"),
        ('{"verdict": "conformant"}', "answer_ignores_schema"),
        (worded(old="{ex1_limit}", new="9.0 °C"), "verifier_rejected:value_outside_slot"),
        (worded(old="{ex1_limit}", new="{limit}"), "verifier_rejected:unknown_slot"),
        (worded(old=" {ex1_limit}", new=""), "verifier_rejected:missing_slot"),
    ],
)
async def test_an_answer_that_is_no_sound_draft_costs_the_words_and_is_named(
    drafting: Drafting, talker: Talker, says: str, reason: str
) -> None:
    talker.says = says
    report = await reported(drafting)
    assert (report.writer, reason_of(report)) == ("template", reason)
