import msgspec
import pytest

from condition_reports.draft_frames import BrokenFrame
from condition_reports.writers.loading import (
    HttpSpecification,
    TemplateSpecification,
    TinySpecification,
    WriterSpecification,
)
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import ModelIdentity, WriterIdentity
from gateway.reports.sound_answers import check_identity

SERVER = HttpSpecification("http://127.0.0.1:8000/v1", "granite")
LLM = WriterIdentity("llm", "1", "ab" * 32, ModelIdentity("granite"))
TINY = WriterIdentity("tiny", "1", "ab" * 32, ModelIdentity("small", "r1"))


@pytest.mark.parametrize(
    ("identity", "wanted"),
    [
        (LLM, SERVER),
        (TINY, TinySpecification()),
        (TemplateWriter().identity, TemplateSpecification()),
    ],
)
def test_writer_that_says_who_it_is_is_let_in(
    identity: WriterIdentity, wanted: WriterSpecification
) -> None:
    check_identity(identity, wanted)


@pytest.mark.parametrize("model", [None, ModelIdentity(""), ModelIdentity(" ")], ids=str)
@pytest.mark.parametrize(
    ("identity", "wanted"), [(LLM, SERVER), (TINY, TinySpecification())], ids=["llm", "tiny"]
)
def test_model_without_a_name_is_not_asked_as_its_reports_would_be_refused(
    identity: WriterIdentity, wanted: WriterSpecification, model: ModelIdentity | None
) -> None:
    with pytest.raises(BrokenFrame, match="names no model"):
        check_identity(msgspec.structs.replace(identity, model=model), wanted)
