import io
import subprocess
import sys
from pathlib import Path

import pytest

from condition_reports.plan import Plan
from condition_reports.release import Attempt, plan_for, release
from condition_reports.worker import (
    LONGEST_FRAME,
    BrokenFrame,
    DraftRequest,
    DraftResponse,
    body_length,
    framed,
    handle,
    request_in,
    response_in,
    serve,
)
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, WriterIdentity

from . import scenes

ROOT = Path(__file__).parents[3]
WRITERS = {"template": TemplateWriter()}


class FailingWriter:
    @property
    def identity(self) -> WriterIdentity:
        return WriterIdentity("tiny", "1", "00" * 32)

    def draft(self, plan: Plan, seed: int) -> Draft:
        raise ZeroDivisionError(len(plan.sections), seed)


@pytest.fixture
def request_for_words() -> DraftRequest:
    return DraftRequest(7, "template", 3, plan_for(scenes.facts_from(scenes.excursion())))


def responses(data: bytes) -> list[DraftResponse]:
    found = []
    stream = io.BytesIO(data)
    while head := stream.read(4):
        found.append(response_in(stream.read(body_length(head))))
    return found


def test_handle_returns_a_draft_that_can_be_released(request_for_words: DraftRequest) -> None:
    response = handle(request_for_words, WRITERS)
    assert (response.job, response.error) == (7, "")
    assert response.draft is not None
    assert response.identity is not None
    facts = scenes.facts_from(scenes.excursion())
    report = release(facts, [Attempt(response.identity, 3, response.draft)], seed=0)
    assert report.reject_codes == ()


def test_handle_answers_for_a_writer_that_fails(request_for_words: DraftRequest) -> None:
    response = handle(request_for_words, {"template": FailingWriter()})
    assert (response.draft, response.error) == (None, "ZeroDivisionError")


def test_handle_answers_for_a_writer_that_is_not_there(request_for_words: DraftRequest) -> None:
    assert handle(request_for_words, {}).error == "unknown_writer:template"


def test_serve_answers_every_request_until_the_pipe_closes(request_for_words: DraftRequest) -> None:
    answers = io.BytesIO()
    serve(io.BytesIO(framed(request_for_words) * 3), answers, WRITERS)
    assert [one.job for one in responses(answers.getvalue())] == [7, 7, 7]


@pytest.mark.parametrize(
    "data",
    [b"\x00\x00", b"\x00\x00\x00\x05ab", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01\xc1"],
    ids=["half a head", "half a body", "too long", "no msgpack"],
)
def test_serve_gives_up_on_what_is_no_frame(data: bytes) -> None:
    with pytest.raises(BrokenFrame):
        serve(io.BytesIO(data), io.BytesIO(), WRITERS)


def test_frame_longer_than_allowed_is_not_sent() -> None:
    with pytest.raises(BrokenFrame):
        framed(DraftResponse(1, error="x" * (LONGEST_FRAME + 1)))


@pytest.mark.parametrize("read", [request_in, response_in])
def test_body_of_another_kind_is_refused(read: object) -> None:
    assert callable(read)
    with pytest.raises(BrokenFrame):
        read(b"\x80")


def test_process_answers_with_an_empty_environment(request_for_words: DraftRequest) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "condition_reports.worker"],
        input=framed(request_for_words) * 2,
        capture_output=True,
        cwd=ROOT,
        env={},
        timeout=20,
        check=True,
    )
    assert [one.job for one in responses(done.stdout)] == [7, 7]
    assert done.stderr == b""
