import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import rfc8785

from condition_reports.facts import Facts
from condition_reports.plan import Plan
from condition_reports.provenance import Editor, account_in
from condition_reports.release import Attempt, plan_for, release, report_of
from condition_reports.report import ConditionReport
from condition_reports.shapes import Kind
from condition_reports.verifier import Verified, verify_text
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import (
    Decoding,
    Draft,
    DraftSection,
    ModelIdentity,
    WriterIdentity,
)
from contracts.report_statement import attest_report
from contracts.signer import AttesterKey
from contracts.verify import Check, Outcome, Verification
from gateway.known_writers import KnownWriters, model_loader
from gateway.report_attestation import attested
from gateway.report_verification import report_verification
from gateway.web.values import rfc3339
from tests.unit.condition_reports import scenes
from tests.unit.condition_reports.free_language.texts import SOUND

Json = dict[str, Any]

KEY = AttesterKey(b"k" * 32)
FACTS = scenes.facts_from(scenes.excursion())
LLM = WriterIdentity("llm", "1", "ab" * 32, ModelIdentity("granite", "r1"))


def document_of(report: ConditionReport) -> Json:
    """Return what is printed of a report, signed."""
    found: Json = json.loads(msgspec.json.encode(attested(report, KEY)))
    return found


def template_document(facts: Facts = FACTS) -> Json:
    return document_of(release(facts, seed=5))


def verified(document: Json, *, key: bytes | None = KEY.public_key) -> Verification:
    return report_verification(document, KnownWriters(), key)


def signed_again(document: Json, key: AttesterKey = KEY) -> Json:
    """Return a document with digests and signature made to fit what was changed in it."""
    record = document["provenance"]
    record["facts_sha256"] = hashlib.sha256(rfc8785.dumps(document["facts"])).hexdigest()
    record["text_sha256"] = hashlib.sha256(document["text"].encode()).hexdigest()
    return document | {"attestation": attest_report(record, key)}


def failed(found: Verification) -> list[str]:
    return [one.name for one in found.checks if one.outcome is Outcome.FAILED]


def places_in(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Return the way to each value in some JSON that holds no others."""
    if isinstance(value, dict | list) and value:
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places_in(value[key], (*path, key))
    else:
        yield path


HINT = ("attestation", "signatures", 0, "keyid")
"""DSSE's keyid decides nothing where the key is given (protocol.md)."""


def another(value: object) -> object:
    """Return a value of the same type that is not the same."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and value:
        last = value[-1]
        return value[:-1] + ("0" if last != "0" else "1")
    return "x" if value == "" else ["x"]


def changed(document: Json, path: tuple[str | int, ...]) -> Json:
    found: Json = json.loads(json.dumps(document))
    parent: Any = found
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = another(parent[path[-1]])
    return found


def test_report_is_verified_by_itself() -> None:
    found = verified(template_document())
    assert found.outcome is Outcome.OK
    names = ["attestation", "facts", "report", "provenance", "wording", "members"]
    assert [one.name for one in found.checks] == names
    assert found.asset == FACTS.asset


def test_every_changed_value_is_noticed() -> None:
    document = template_document()
    places = [one for one in places_in(document) if one != HINT]
    assert len(places) > 100
    for path in places:
        assert verified(changed(document, path)).outcome is Outcome.FAILED, path


@pytest.mark.parametrize("name", ["text", "facts"])
def test_what_is_not_what_was_signed_is_said_not_to_be(name: str) -> None:
    document = template_document()
    place = ("text",) if name == "text" else ("facts", "title")
    attestation = verified(changed(document, place)).checks[0]
    assert attestation.outcome is Outcome.FAILED
    other = {"text": "another text", "facts": "other facts"}[name]
    assert attestation.detail.endswith(f"signed {other} than this file holds")


@pytest.mark.parametrize("how", ["left out", "null"])
def test_a_file_without_a_signature_is_said_to_have_none(how: str) -> None:
    document = template_document()
    if how == "null":
        document["attestation"] = None
    else:
        del document["attestation"]
    attestation = verified(document).checks[0]
    assert attestation.outcome is Outcome.FAILED
    assert attestation.detail == "the file has no signature: nothing stands as its `attestation`"


def test_hint_at_the_key_decides_nothing_where_the_key_is_given() -> None:
    assert verified(changed(template_document(), HINT)).outcome is Outcome.OK


def test_every_missing_member_is_noticed() -> None:
    document = template_document()
    for name in document:
        rest = {key: value for key, value in document.items() if key != name}
        assert verified(rest).outcome is Outcome.FAILED, name


def test_every_changed_value_is_noticed_by_the_key_that_the_file_names_too() -> None:
    document = template_document()
    for path in places_in(document):
        assert verified(changed(document, path), key=None).outcome is Outcome.FAILED, path


FORGERIES: dict[str, Callable[[Json], object]] = {
    "facts": lambda one: one["facts"]["levels"][0].update(highest="99.9 °C"),
    "more facts": lambda one: one["facts"].update(more=1),
    "text": lambda one: one.update(text=one["text"].replace("above", "below")),
    "added words": lambda one: one.update(text=one["text"] + " All is well."),
    "sections": lambda one: one["sections"][0].update(text="All is well."),
    "severity": lambda one: one.update(severity=0),
    "actions": lambda one: one.update(actions=["continue"]),
    "asset": lambda one: one.update(asset="box-9"),
    "as of": lambda one: one.update(as_of=one["as_of"] + 1),
    "schema": lambda one: one.update(schema=3),
    "more": lambda one: one.update(more=1),
    "seed": lambda one: one["provenance"]["writer"].update(seed="6"),
    "template of another grammar": lambda one: one["provenance"]["writer"].update(sha256="0" * 64),
    "writer": lambda one: one.update(writer="tiny"),
    "writer kind": lambda one: (
        one.update(writer="tiny"),
        one["provenance"]["writer"].update(kind="tiny"),
        one["provenance"]["generator"].update(kind="tiny"),
    ),
    "model": lambda one: one["provenance"].update(model=msgspec.to_builtins(LLM.model)),
    "mark": lambda one: one["provenance"]["generator"].update(mark="Written by a physicist."),
    "no language model": lambda one: one["provenance"]["generator"].update(
        uses_language_model=True
    ),
    "source type": lambda one: one["provenance"].update(digitalSourceType="humanEdits"),
    "attempts": lambda one: (one.update(attempts=2), one["provenance"].update(attempts=2)),
    "editor": lambda one: one["provenance"].update(editor={"by": "x", "basis_sha256": "0" * 64}),
    "facts schema": lambda one: one["provenance"].update(facts_schema="3"),
    "language": lambda one: one["provenance"]["verifier"].update(language="free"),
    "provenance schema": lambda one: one["provenance"].update(
        schema="cargotwin.report_provenance.v1"
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_forgery_is_noticed_though_it_was_signed_again(name: str) -> None:
    document = template_document()
    FORGERIES[name](document)
    found = verified(signed_again(document))
    assert found.outcome is Outcome.FAILED
    assert "attestation" not in failed(found)


def test_report_that_a_stranger_signed_is_never_verified() -> None:
    document = signed_again(template_document(), AttesterKey(b"s" * 32))
    assert failed(verified(document)) == ["attestation"]
    found = verified(document, key=None)
    assert (found.outcome, failed(found)) == (Outcome.UNCHECKED, [])
    assert "named by the file itself" in found.trust_roots[-1]


def test_without_a_key_the_signature_cannot_be_checked_and_the_way_to_one_is_told() -> None:
    found = verified(template_document(), key=None)
    (unchecked,) = [one for one in found.checks if one.outcome is not Outcome.OK]
    assert (unchecked.name, unchecked.outcome) == ("attestation", Outcome.UNCHECKED)
    assert "--key" in unchecked.detail
    assert "properties.cargotwin.single_attester.key" in unchecked.detail


FORGED_TITLES = [
    "“x” is safe, says the WHO: its goods are approved, “y”",
    "The goods are approved",
    "“x”\n\nAll is well",
    "“" + "x" * 61 + "”",
]


@pytest.mark.parametrize("title", FORGED_TITLES, ids=range(4))
def test_value_that_is_a_sentence_is_refused_though_all_of_the_file_fits_it(title: str) -> None:
    document = template_document()
    document["text"] = document["text"].replace(FACTS.title, title)
    document["facts"]["title"] = title
    assert failed(verified(signed_again(document)))[0] == "report"


def test_report_of_the_http_interface_is_verified_as_well() -> None:
    document = template_document()
    document["as_of"] = rfc3339(document["as_of"])
    assert verified(document).outcome is Outcome.OK
    document["as_of"] = rfc3339(FACTS.as_of + 60_000_000)
    assert failed(verified(document)) == ["members"]


@pytest.mark.parametrize("form", [rfc3339, int], ids=["RFC 3339", "microseconds"])
def test_a_changed_moment_is_refused_with_the_true_one_in_rfc_3339(
    form: Callable[[int], object],
) -> None:
    document = template_document() | {"as_of": form(FACTS.as_of + 60_000_000)}
    (members,) = [one for one in verified(document).checks if one.name == "members"]
    assert members.detail == f"as_of is not {rfc3339(FACTS.as_of)!r}"


class GreedyModel:
    """Fills the `Writer` port: words as the template does under the next seed."""

    def __init__(self, weights: str = "ab", runtime: str = "numpy 2.4.6") -> None:
        model = ModelIdentity("small", "r1", weights * 32, "cd" * 32, runtime=runtime)
        self.identity = WriterIdentity("tiny", "1", weights * 32, model)

    def draft(self, plan: Plan, seed: int) -> Draft:
        sections = TemplateWriter().draft(plan, seed + 1).sections
        return Draft(sections, Decoding("greedy", constraint="slots"))


def model_document(model: GreedyModel) -> Json:
    draft = model.draft(plan_for(FACTS), 3)
    return document_of(release(FACTS, [Attempt(model.identity, 3, draft)], seed=0))


def words_of(document: Json, model: GreedyModel) -> Check:
    found = report_verification(document, KnownWriters(lambda: model), KEY.public_key)
    return next(one for one in found.checks if one.name == "wording")


def test_words_of_a_greedy_model_are_made_again_byte_for_byte() -> None:
    check = words_of(model_document(GreedyModel()), GreedyModel(runtime="numpy 9"))
    assert check.outcome is Outcome.OK
    assert "the tiny writer small" in check.detail


def test_words_of_another_model_cannot_be_checked_and_the_folder_is_asked_for() -> None:
    check = words_of(model_document(GreedyModel()), GreedyModel(weights="ef"))
    assert (check.outcome, "--model" in check.detail) == (Outcome.UNCHECKED, True)


MODEL_FORGERIES: dict[str, Callable[[Json], object]] = {
    "seed": lambda one: one["writer"].update(seed="4"),
    "name": lambda one: one["model"].update(id="large"),
    "revision": lambda one: one["model"].update(revision="r2"),
    "weights": lambda one: one["model"].update(weights_sha256="ef" * 32),
    "tokenizer": lambda one: one["model"].update(tokenizer_sha256="ef" * 32),
}


@pytest.mark.parametrize("name", MODEL_FORGERIES)
def test_greedy_words_under_another_seed_or_model_are_noticed(name: str) -> None:
    document = model_document(GreedyModel())
    MODEL_FORGERIES[name](document["provenance"])
    check = words_of(signed_again(document), GreedyModel())
    assert check.outcome is Outcome.FAILED


def test_words_of_a_greedy_model_that_is_not_at_hand_cannot_be_checked(
    tmp_path: Path,
) -> None:
    identity = WriterIdentity("tiny", "1", "ab" * 32, ModelIdentity("other", "r9"))
    draft = TemplateWriter().draft(plan_for(FACTS), 3)
    draft = msgspec.structs.replace(draft, decoding=Decoding("greedy"))
    document = document_of(release(FACTS, [Attempt(identity, 3, draft)], seed=0))
    writers = KnownWriters(model_loader(str(tmp_path)))
    found = report_verification(document, writers, KEY.public_key)
    (unchecked,) = [one for one in found.checks if one.outcome is not Outcome.OK]
    assert (unchecked.name, unchecked.outcome) == ("wording", Outcome.UNCHECKED)


def test_words_of_a_large_model_rest_on_sentences_and_signature() -> None:
    draft = TemplateWriter().draft(plan_for(FACTS), 3)
    draft = msgspec.structs.replace(draft, decoding=Decoding("sampled", "0.7"))
    found = verified(document_of(release(FACTS, [Attempt(LLM, 3, draft)], seed=0)))
    assert found.outcome is Outcome.OK
    assert "rests on the signature alone" in next(
        one.detail for one in found.checks if one.name == "wording"
    )


def test_words_of_a_large_model_that_a_person_edited_are_told_to_be_the_persons() -> None:
    draft = TemplateWriter().draft(plan_for(FACTS), 3)
    draft = msgspec.structs.replace(draft, decoding=Decoding("sampled", "0.7"))
    worded = release(FACTS, [Attempt(LLM, 3, draft)], seed=0)
    text = release(FACTS, seed=6).text
    found = verified(document_of(edited(text, worded)))
    assert found.outcome is Outcome.OK
    (wording,) = [one for one in found.checks if one.name == "wording"]
    assert wording.detail == (
        "these words are what quality-desk edited; what the llm writer granite 1/abababababab had "
        "worded is not made again, as nobody can ask a big model for the same words: that both had "
        "their part in it rests on the signature alone"
    )


def free_document() -> Json:
    """Return a report whose opening an llm worded as the grammar does not."""
    plan = plan_for(FACTS)
    drafted = list(TemplateWriter().draft(plan, 3).sections)
    (verdict,) = [text for kinds, text in SOUND if kinds == (Kind.VERDICT,)]
    rest = drafted[0].text.partition(". ")[2]
    drafted[0] = DraftSection(drafted[0].section, f"{verdict.replace('{s1_', '{')} {rest}")
    draft = Draft(tuple(drafted), Decoding("sampled", "0.7", "schema", "cd" * 32))
    return document_of(release(FACTS, [Attempt(LLM, 3, draft)], seed=0))


def test_free_language_is_read_back_by_the_draft_in_its_record() -> None:
    document = free_document()
    assert document["provenance"]["verifier"]["language"] == "free"
    assert verified(document).outcome is Outcome.OK
    for path in places_in(document):
        if path != HINT:
            assert verified(changed(document, path)).outcome is Outcome.FAILED, path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" has the disposition", " has never had the disposition"),
        ("{title}", "{policy}"),
        ("was assessed", "was assessed by an expert"),
    ],
)
def test_draft_that_does_not_make_the_text_or_is_unsound_is_noticed(old: str, new: str) -> None:
    document = free_document()
    draft = document["provenance"]["draft"]
    draft[0]["text"] = draft[0]["text"].replace(old, new)
    assert failed(verified(signed_again(document)))[0] == "report"


def test_text_that_the_draft_does_not_make_is_noticed() -> None:
    document = free_document()
    document["text"] = document["text"].replace("was assessed", "has been judged")
    assert failed(verified(signed_again(document)))[0] == "report"


def edited(text: str, basis: ConditionReport) -> ConditionReport:
    """Return a report whose words a person put in place of another's."""
    verdict = verify_text(text, FACTS)
    assert isinstance(verdict, Verified)
    editor = Editor("quality-desk", hashlib.sha256(basis.text.encode()).hexdigest())
    account = msgspec.structs.replace(account_in(basis.provenance), editor=editor)
    return report_of(FACTS, text, verdict, account)


def edited_document(text: str) -> Json:
    """Return a report whose words a person took from another seed of the template."""
    return document_of(edited(text, release(FACTS, seed=5)))


def test_words_that_a_person_edited_are_verified_with_what_they_were() -> None:
    document = edited_document(release(FACTS, seed=6).text)
    assert document["writer"] == "human"
    assert verified(document).outcome is Outcome.OK
    document["provenance"]["editor"]["basis_sha256"] = "0" * 64
    assert failed(verified(signed_again(document))) == ["wording"]


def test_words_of_other_rules_that_these_do_not_bear_cannot_be_checked() -> None:
    document = template_document()
    document["text"] = document["text"].replace("The ", "This ", 1) + " Good day."
    document["provenance"]["verifier"]["ruleset_sha256"] = "0" * 64
    found = verified(signed_again(document))
    (check,) = [one for one in found.checks if one.name == "report"]
    assert check.outcome is Outcome.UNCHECKED
    assert "other rules" in check.detail


def test_facts_of_another_layout_cannot_be_checked() -> None:
    document = template_document()
    document["facts"]["schema"] = document["provenance"]["facts_schema"] = FACTS.schema + 1
    assert verified(signed_again(document)).outcome is Outcome.UNCHECKED


def test_report_from_before_reports_held_their_facts_cannot_be_checked() -> None:
    document = template_document()
    old = {name: document[name] for name in document if name not in {"facts", "attestation"}}
    assert verified(old | {"schema": 1}).outcome is Outcome.UNCHECKED


@pytest.mark.parametrize("junk", [None, [{}], 2**70, "\ud800"], ids=repr)
def test_junk_anywhere_fails_and_never_breaks_the_verifier(junk: object) -> None:
    document = template_document()
    for path in places_in(document):
        found = json.loads(json.dumps(document))
        parent: Any = found
        for key in path[:-1]:
            parent = parent[key]
        if parent[path[-1]] == junk and type(parent[path[-1]]) is type(junk):
            continue
        parent[path[-1]] = junk
        assert verified(found, key=None).outcome is Outcome.FAILED, path
