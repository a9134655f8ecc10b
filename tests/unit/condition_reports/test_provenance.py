import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import rfc8785

from condition_reports.facts import Facts, facts_digest
from condition_reports.grammar import grammar_digest
from condition_reports.provenance import (
    FACTS_SCHEMA,
    Editor,
    InvalidProvenance,
    account_in,
    provenance_of,
)
from condition_reports.release import Attempt, plan_for, release
from condition_reports.report import mark_of
from condition_reports.shapes import Section
from condition_reports.verifier import VERIFIER, ruleset_digest
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import (
    Decoding,
    DraftSection,
    ModelIdentity,
    WriterIdentity,
)

from . import scenes

VECTORS = Path(__file__).parents[2] / "vectors" / "report_attestation.json"
GOLDEN: dict[str, Any] = json.loads(VECTORS.read_text("utf-8"))
MODEL = ModelIdentity(
    "small", "r1", "11" * 32, "22" * 32, "33" * 32, "float16", "grammar", "numpy 2.4.6"
)
DECODING = Decoding("sampled", "0.8", "grammar", "44" * 32, "55" * 32)


def attempt(facts: Facts) -> Attempt:
    """Return an attempt of a model whose words happen to be those of the template."""
    draft = TemplateWriter().draft(plan_for(facts), 3)
    writer = WriterIdentity("tiny", "1", "ab" * 32, MODEL)
    return Attempt(writer, 1, msgspec.structs.replace(draft, decoding=DECODING))


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
    assert record["verifier"] == {
        "version": VERIFIER,
        "ruleset_sha256": ruleset_digest().hex(),
        "language": "closed",
    }


def test_record_names_what_it_takes_to_word_the_report_again(facts: Facts) -> None:
    report = release(facts, seed=2**64 + 5)
    writer = report.provenance["writer"]
    assert isinstance(writer, dict)
    assert writer["sha256"] == grammar_digest().hex()
    assert release(facts, seed=int(writer["seed"])) == report


def test_report_of_a_model_is_marked_for_people_and_machines(facts: Facts) -> None:
    report = release(facts, [attempt(facts)], seed=0)
    assert "by a language model" in mark_of(report)
    source = report.provenance["digitalSourceType"]
    assert str(source).endswith("/trainedAlgorithmicMedia")
    assert report.provenance["generator"] == {
        "kind": "tiny",
        "uses_language_model": True,
        "mark": mark_of(report),
    }


def test_record_says_of_a_model_all_that_is_known(facts: Facts) -> None:
    record = release(facts, [attempt(facts)], seed=0).provenance
    assert record["model"] == {
        "id": "small",
        "revision": "r1",
        "weights_sha256": "11" * 32,
        "tokenizer_sha256": "22" * 32,
        "config_sha256": "33" * 32,
        "quantisation": "float16",
        "dataset": "grammar",
        "runtime": "numpy 2.4.6",
        "server": "",
    }
    assert record["decoding"] == {
        "mode": "sampled",
        "temperature": "0.8",
        "constraint": "grammar",
        "constraint_sha256": "44" * 32,
        "prompt_sha256": "55" * 32,
    }


def test_report_of_the_template_has_neither_model_nor_decoding(facts: Facts) -> None:
    record = release(facts, seed=0).provenance
    assert (record["model"], record["decoding"], record["draft"]) == (None, None, None)
    assert record["editor"] is None


def test_report_holds_the_facts_that_its_digest_is_of(facts: Facts) -> None:
    report = release(facts, seed=0)
    assert report.facts is not None
    assert msgspec.convert(report.facts, Facts) == facts
    digest = hashlib.sha256(rfc8785.dumps(report.facts)).hexdigest()  # type: ignore[arg-type]
    assert digest == report.provenance["facts_sha256"]
    assert (facts.schema, report.provenance["facts_schema"]) == (FACTS_SCHEMA, FACTS_SCHEMA)


def test_account_makes_its_record_again(facts: Facts) -> None:
    for report in (release(facts, seed=7), release(facts, [attempt(facts)], seed=0)):
        account = account_in(report.provenance)
        assert provenance_of(facts, report.text, account) == report.provenance


def test_words_that_a_person_edited_say_so_and_whose_they_were(facts: Facts) -> None:
    report = release(facts, [attempt(facts)], seed=0)
    account = account_in(report.provenance)
    edited = msgspec.structs.replace(account, editor=Editor("quality-desk", "66" * 32))
    record = provenance_of(facts, report.text, edited)
    assert account_in(record) == edited
    assert record["editor"] == {"by": "quality-desk", "basis_sha256": "66" * 32}
    assert str(record["digitalSourceType"]).endswith("/compositeWithTrainedAlgorithmicMedia")
    generator = record["generator"]
    assert isinstance(generator, dict)
    assert (generator["kind"], generator["uses_language_model"]) == ("human", True)
    assert "edited by a person" in generator["mark"]


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "cargotwin.report_provenance.v9"},
        {"schema": None},
        {"model": None},
        {"decoding": None},
        {"more": 1},
        {"draft": [{"section": "opening", "text": "{asset}"}]},
        {"draft": [{"section": "nowhere", "text": ""}]},
        {"editor": {"by": "", "basis_sha256": "66" * 32}},
        {"editor": {"by": "x", "basis_sha256": "66"}},
        {"facts_sha256": "zz"},
        {"attempts": "1"},
        {"reject_codes": "x"},
    ],
    ids=str,
)
def test_what_is_no_record_or_contradicts_itself_is_refused(
    facts: Facts, change: dict[str, object]
) -> None:
    record = release(facts, [attempt(facts)], seed=0).provenance | change
    with pytest.raises(InvalidProvenance):
        account_in(record)


@pytest.mark.parametrize(
    "change",
    [{"kind": "template"}, {"fallback_reason": "timeout"}, {"seed": "-1"}, {"kind": "human"}],
    ids=str,
)
def test_writer_that_contradicts_the_rest_is_refused(
    facts: Facts, change: dict[str, object]
) -> None:
    record = release(facts, [attempt(facts)], seed=0).provenance
    writer = record["writer"]
    assert isinstance(writer, dict)
    with pytest.raises(InvalidProvenance):
        account_in({**record, "writer": {**writer, **change}})


def test_refused_drafts_without_a_reason_for_the_template_are_no_record(facts: Facts) -> None:
    with pytest.raises(InvalidProvenance, match="no reason"):
        account_in(release(facts, seed=0).provenance | {"reject_codes": ["missing_slot"]})


def first_record(kind: str) -> dict[str, object]:
    """Return a record of schema 1, written by hand from its layout in the specification."""
    return {
        "schema": "cargotwin.report_provenance.v1",
        "facts_sha256": "11" * 32,
        "text_sha256": "22" * 32,
        "writer": {
            "kind": kind,
            "version": "1",
            "sha256": "33" * 32,
            "seed": "5",
            "fallback_reason": "",
        },
        "model": None,
        "verifier": {"version": 1, "ruleset_sha256": "44" * 32},
        "attempts": 1,
        "reject_codes": [],
        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia",
    }


def test_a_large_models_words_without_a_model_are_refused_in_both_schemas(facts: Facts) -> None:
    assert account_in(first_record("tiny")).writer.kind == "tiny"
    assert account_in(first_record("template")).writer.kind == "template"
    with pytest.raises(InvalidProvenance, match="a large model's words name no model"):
        account_in(first_record("llm"))
    record = release(facts, [attempt(facts)], seed=0).provenance
    writer = record["writer"]
    assert isinstance(writer, dict)
    with pytest.raises(InvalidProvenance, match="a model's words name no model"):
        account_in({**record, "writer": {**writer, "kind": "llm"}, "model": None})


@pytest.mark.parametrize("name", ["", " "])
def test_model_without_a_name_is_none(facts: Facts, name: str) -> None:
    record = release(facts, [attempt(facts)], seed=0).provenance
    model = record["model"]
    assert isinstance(model, dict)
    with pytest.raises(InvalidProvenance, match="a model's words name no model"):
        account_in(record | {"model": model | {"id": name}})


def test_free_language_is_an_llms_alone_and_comes_with_its_draft(facts: Facts) -> None:
    record = release(facts, [attempt(facts)], seed=0).provenance
    verifier, writer = record["verifier"], record["writer"]
    assert isinstance(verifier, dict)
    assert isinstance(writer, dict)
    free = record | {"verifier": verifier | {"language": "free"}}
    with pytest.raises(InvalidProvenance, match="only words of an llm"):
        account_in(free)
    of_llm = free | {"writer": writer | {"kind": "llm"}}
    with pytest.raises(InvalidProvenance, match="comes with its draft"):
        account_in(of_llm)
    draft = [{"section": "opening", "text": "{asset}"}]
    found = account_in(of_llm | {"draft": draft})
    assert found.draft == (DraftSection(Section.OPENING, "{asset}"),)


@pytest.mark.parametrize("case", GOLDEN["vectors"], ids=["template", "llm", "edited"])
def test_record_of_an_independent_implementation_is_read_and_marked_alike(
    facts: Facts, case: dict[str, Any]
) -> None:
    stated = case["provenance"]
    record = provenance_of(facts, GOLDEN["text"], account_in(stated))
    # What hangs on these facts, their layout and this release's rules is another one's.
    other = {name: stated[name] for name in ("facts_schema", "facts_sha256", "verifier")}
    assert record | other == stated
