import io
import subprocess
import sys
from pathlib import Path

import pytest

from condition_reports.draft_frames import (
    LONGEST_FRAME,
    Assignment,
    BrokenFrame,
    DraftRequest,
    DraftResponse,
    Message,
    Ready,
    framed,
    message_in,
    next_message,
)
from condition_reports.plan import Plan
from condition_reports.release import Attempt, plan_for, release
from condition_reports.worker import handle, serve, server_port
from condition_reports.writers.errors import NoDraft
from condition_reports.writers.loading import (
    HttpSpecification,
    TemplateSpecification,
    TinySpecification,
    WriterSpecification,
)
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, WriterIdentity

from . import scenes

ROOT = Path(__file__).parents[3]
TEMPLATE = Assignment(TemplateSpecification(), 256_000_000)


class FailingWriter:
    def __init__(self, error: Exception) -> None:
        self._error = error

    @property
    def identity(self) -> WriterIdentity:
        return WriterIdentity("tiny", "1", "00" * 32)

    def draft(self, plan: Plan, seed: int) -> Draft:
        del plan, seed
        raise self._error


@pytest.fixture
def request_for_words() -> DraftRequest:
    return DraftRequest(7, 3, plan_for(scenes.facts_from(scenes.excursion())))


def all_in(stream: io.BytesIO, kind: type[Message]) -> list[Message]:
    found = []
    while (one := next_message(stream, kind)) is not None:
        found.append(one)
    return found


def ran(*frames: bytes) -> tuple[Ready, list[DraftResponse]]:
    """Run the process with an empty environment on some frames; return all that it answers."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{MAIN}"],
        input=b"".join(frames),
        capture_output=True,
        cwd="/",
        env={},
        timeout=20,
        check=True,
    )
    assert done.stderr == b""
    answers = io.BytesIO(done.stdout)
    ready = next_message(answers, Ready)
    assert ready is not None
    return ready, all_in(answers, DraftResponse)


MAIN = "from condition_reports.worker import main; main()"


def test_handle_returns_a_draft_that_can_be_released(request_for_words: DraftRequest) -> None:
    writer = TemplateWriter()
    response = handle(request_for_words, writer)
    assert (response.job, response.error) == (7, "")
    assert response.draft is not None
    facts = scenes.facts_from(scenes.excursion())
    report = release(facts, [Attempt(writer.identity, 3, response.draft)], seed=0)
    assert report.reject_codes == ()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ZeroDivisionError("secret"), "ZeroDivisionError"),
        (NoDraft("server_timeout", "60 s"), "server_timeout"),
        (type("Long" * 40, (ValueError,), {})(), ("Long" * 40)[:64]),
    ],
    ids=["foreign", "ours", "long name"],
)
def test_handle_answers_for_a_writer_that_fails(
    request_for_words: DraftRequest, error: Exception, code: str
) -> None:
    response = handle(request_for_words, FailingWriter(error))
    assert (response.draft, response.error) == (None, code)
    assert message_in(framed(response)[4:], DraftResponse) == response


def test_serve_answers_every_request_until_the_pipe_closes(request_for_words: DraftRequest) -> None:
    answers = io.BytesIO()
    serve(io.BytesIO(framed(request_for_words) * 3), answers, TemplateWriter())
    found = all_in(io.BytesIO(answers.getvalue()), DraftResponse)
    assert [one.job for one in found] == [7, 7, 7]


@pytest.mark.parametrize(
    "data",
    [b"\x00\x00", b"\x00\x00\x00\x05ab", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\xc1"],
    ids=["half a head", "half a body", "too long", "no msgpack"],
)
def test_serve_gives_up_on_what_is_no_frame(data: bytes) -> None:
    with pytest.raises(BrokenFrame):
        serve(io.BytesIO(data), io.BytesIO(), TemplateWriter())


def test_frame_longer_than_allowed_is_not_sent() -> None:
    with pytest.raises(BrokenFrame):
        framed(DraftResponse(1, error="x" * (LONGEST_FRAME + 1)))


@pytest.mark.parametrize(
    "body",
    [
        framed(DraftRequest(1, 2, Plan(())))[4:],
        b"\x83\xa3job\x01\xa5draft\xc0\xa5error\xa9two words",
        b"\x83\xa3job\x01\xa5draft\xc0\xa5error\xd9\x64" + b"x" * 100,
        b"\x83\xa3job\x01\xa5draft\xc0\xa5error\xa1\x82",
        b"\x81\xa3job" + b"\x91" * 100_000,
    ],
    ids=["another kind", "a code of two words", "a long code", "no UTF-8", "nested too deep"],
)
def test_body_of_another_kind_is_refused(body: bytes) -> None:
    # Members that a message does not know are ignored; a request lacks none of a response.
    kind = Assignment if b"seed" in body else DraftResponse
    with pytest.raises(BrokenFrame):
        message_in(body, kind)


def test_process_answers_with_an_empty_environment(request_for_words: DraftRequest) -> None:
    ready, drafts = ran(framed(TEMPLATE), framed(request_for_words) * 2)
    assert ready.identity == TemplateWriter().identity
    assert [(one.job, one.error) for one in drafts] == [(7, ""), (7, "")]
    plan = request_for_words.plan
    assert drafts[0].draft == TemplateWriter().draft(plan, request_for_words.seed)


def test_process_that_cannot_load_its_writer_says_why_and_ends() -> None:
    missing = Assignment(TinySpecification("/no/such/folder"), 256_000_000)
    ready, drafts = ran(framed(missing), framed(DraftRequest(1, 2, Plan(()))))
    assert ready.identity is None
    assert "/no/such/folder" in ready.problem
    assert drafts == []


def test_process_that_is_told_nothing_ends() -> None:
    subprocess.run(
        [sys.executable, "-m", "condition_reports.worker"],
        input=b"",
        cwd=ROOT,
        env={},
        timeout=20,
        check=True,
    )


@pytest.mark.parametrize(
    ("wanted", "port"),
    [
        (TemplateSpecification(), None),
        (HttpSpecification("http://127.0.0.1:8000/v1", "m"), 8000),
        (HttpSpecification("https://models.example/v1", "m"), 443),
        (HttpSpecification("http://models.example/v1", "m"), 80),
    ],
    ids=["no server", "port", "https", "http"],
)
def test_server_port_is_that_of_the_address(wanted: WriterSpecification, port: int | None) -> None:
    assert server_port(wanted) == port
