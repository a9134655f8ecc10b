import hashlib

import msgspec
import pytest
import rfc8785

from condition_reports.facts import Facts, facts_digest
from condition_reports.grammar import grammar_digest
from condition_reports.release import Attempt, plan_for, release
from condition_reports.report import mark_of
from condition_reports.verifier import ruleset_digest
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import WriterIdentity

from . import scenes


@pytest.fixture
def facts() -> Facts:
    return scenes.facts_from(scenes.excursion())


def test_report_carries_its_digests_and_its_marking(facts: Facts) -> None:
    report = release(facts, seed=0)
    record = report.provenance
    assert record["facts_sha256"] == facts_digest(facts).hex()
    assert record["text_sha256"] == hashlib.sha256(report.text.encode()).hexdigest()
    assert record["digitalSourceType"].endswith("/algorithmicMedia")  # type: ignore[attr-defined]
    assert record["model"] is None
    assert rfc8785.dumps(msgspec.to_builtins(record)).startswith(b'{"attempts":1,')
    assert record["verifier"] == {"version": 1, "ruleset_sha256": ruleset_digest().hex()}


def test_record_names_what_it_takes_to_word_the_report_again(facts: Facts) -> None:
    report = release(facts, seed=2**64 + 5)
    writer = report.provenance["writer"]
    assert isinstance(writer, dict)
    assert writer["sha256"] == grammar_digest().hex()
    assert release(facts, seed=int(writer["seed"])) == report


def test_report_of_a_model_is_marked_for_people_and_machines(facts: Facts) -> None:
    draft = TemplateWriter().draft(plan_for(facts), 3)
    model = WriterIdentity("tiny", "1", "ab" * 32)
    report = release(facts, [Attempt(model, 1, draft)], seed=0)
    assert "language model" in mark_of(report)
    source = report.provenance["digitalSourceType"]
    assert str(source).endswith("/trainedAlgorithmicMedia")
