import hashlib
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import pytest
import rfc8785

from condition_reports.provenance import FACTS_SCHEMA
from contracts.canonical import canonical_bytes
from contracts.verify import Check, Claims, Outcome, Verification, verify_versions
from gateway.policies import digest_of
from gateway.verification import check_attester, check_text
from tests.fakes.published import LOG, claims, document_of, forged, head_of, published
from tests.property.test_twin_book import LOOSE, STRICT
from tests.unit.twins.samples import ASSET, close, read
from twins.inputs import encode
from twins.readings import Reading
from twins.verdict.condition import RULES

Content = dict[str, Any]


def checked(claimed: Claims) -> list[Check]:
    return verify_versions(claimed, check_text, check_attester)


def outcome(claimed: Claims) -> Outcome:
    return Verification(ASSET, 3, tuple(checked(claimed)), ()).outcome


def failed(claimed: Claims) -> str:
    return "; ".join(one.name for one in checked(claimed) if one.outcome is Outcome.FAILED)


def test_untouched_history_is_verified_version_by_version() -> None:
    found = checked(claims())
    assert {one.outcome for one in found} == {Outcome.OK}
    names = {one.name for one in found}
    assert {"chain", "condition 1", "condition 3", "report 2", "attester 3", "content 1"} <= names


def test_chain_that_was_not_asked_leaves_all_else_checked() -> None:
    found = checked(claims(head=None, chain_problem="no answer"))
    assert [one.name for one in found if one.outcome is not Outcome.OK] == ["chain"]
    assert outcome(claims(head=None, chain_problem="no answer")) is Outcome.UNCHECKED


@pytest.mark.parametrize(
    "change",
    [
        {"version": 4},
        {"severity": 0},
        {"as_of_us": 1},
        {"token_id": 1},
        {"token_uri": "ipfs://elsewhere"},
        {"metadata_digest": bytes(32)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_chain_that_says_something_else_fails(change: Content) -> None:
    head = replace(head_of(published()), **change)
    assert failed(claims(head=head)) == "chain"


def test_token_that_does_not_exist_fails() -> None:
    assert failed(claims(head=None)) == "chain"
    assert "chain" in failed(claims([], head=head_of(published())))


def test_every_changed_byte_of_a_document_fails() -> None:
    stored = published()
    newest = stored[-1]
    for place in range(0, len(newest), 97):
        changed = newest[:place] + bytes([newest[place] ^ 1]) + newest[place + 1 :]
        assert outcome(claims([*stored[:-1], changed], head=head_of(stored))) is Outcome.FAILED


def test_every_changed_byte_of_a_record_fails() -> None:
    records = [encode(record) for record in LOG]
    for number, record in enumerate(records):
        for place in range(len(record)):
            changed = record[:place] + bytes([record[place] ^ 1]) + record[place + 1 :]
            log = [*records[:number], changed, *records[number + 1 :]]
            assert outcome(claims(records=log)) is Outcome.FAILED


@pytest.mark.parametrize(
    "log",
    [LOG[:-1], LOG[1:], [*LOG[:4], LOG[5], LOG[4], *LOG[6:]], [*LOG[:4], *LOG[3:]], []],
    ids=["cut", "beheaded", "swapped", "repeated", "empty"],
)
def test_log_of_other_inputs_fails(log: list[Any]) -> None:
    assert "evidence" in failed(claims(records=[encode(record) for record in log]))


def test_inputs_that_came_after_the_newest_version_change_nothing() -> None:
    later = [*LOG, read(45, 5_000)]
    assert outcome(claims(records=[encode(record) for record in later])) is Outcome.OK


def test_another_asset_key_fails() -> None:
    assert "evidence 1" in failed(claims(asset_key=b""))


def test_missing_or_changed_policy_fails() -> None:
    assert "condition 1" in failed(claims(policies={}))
    assert "condition 1" in failed(claims(policies={digest_of(LOOSE): STRICT}))
    assert "condition 1" in failed(claims(policies={digest_of(LOOSE): b"{"}))


def test_policy_that_the_log_does_not_assign_fails_though_it_was_filed() -> None:
    stored = [document_of(LOG[:3], 1, None, STRICT)]
    found = checked(claims(stored, head=head_of(stored)))
    (wrong,) = [one for one in found if one.outcome is Outcome.FAILED]
    assert (wrong.name, "assign another policy" in wrong.detail) == ("condition 1", True)


def stated(content: Content) -> Content:
    found: Content = content["properties"]["cargotwin"]
    return found


def provenance(content: Content) -> Content:
    found: Content = stated(content)["report"]["provenance"]
    return found


FORGERIES: dict[str, Callable[[Content], object]] = {
    "name": lambda one: one.update(name="gold"),
    "description": lambda one: one.update(description=one["description"] + " All is well."),
    "image": lambda one: one.update(image="data:image/svg+xml;base64,"),
    "attributes": lambda one: one["attributes"][0].update(value="conformant"),
    "no attributes": lambda one: one.pop("attributes"),
    "more": lambda one: one.update(animation_url="https://evil.example"),
    "custody": lambda one: stated(one)["custody"].update(possessing_party="me"),
    "decision": lambda one: stated(one).update(decision=None),
    "policy id": lambda one: stated(one)["policy"].update(id="lax"),
    "next step": lambda one: stated(one).update(next_step="continue the shipment as planned"),
    "licence": lambda one: stated(one).update(licence="none"),
    "condition": lambda one: stated(one)["condition"].update(severity=0),
    "condition digest": lambda one: stated(one).update(condition_digest="0" * 64),
    "as of": lambda one: stated(one).update(as_of=stated(one)["as_of"] + 1),
    "as of before": lambda one: stated(one).update(as_of=0),
    "evidence size": lambda one: stated(one)["evidence"].update(size=7),
    "evidence root": lambda one: stated(one)["evidence"].update(root="0" * 64),
    "supersedes": lambda one: stated(one).update(supersedes="0" * 64),
    "supersedes what was right": lambda one: stated(one).update(supersedes=stated(one)["previous"]),
    "text digest": lambda one: provenance(one).update(text_sha256="0" * 64),
    "facts digest": lambda one: provenance(one).update(facts_sha256="0" * 64),
    "writer": lambda one: stated(one)["report"].update(writer="llm"),
    "writer kind": lambda one: provenance(one)["writer"].update(kind="llm"),
    "unknown writer": lambda one: (
        stated(one)["report"].update(writer="person"),
        provenance(one)["writer"].update(kind="person"),
        provenance(one).update(digitalSourceType=""),
    ),
    "no writer": lambda one: provenance(one).update(writer=None),
    "source type": lambda one: provenance(one).update(digitalSourceType="humanEdits"),
    "provenance": lambda one: stated(one)["report"].update(provenance={}),
    "seed": lambda one: provenance(one)["writer"].update(seed="99"),
    "template of another grammar": lambda one: provenance(one)["writer"].update(sha256="0" * 64),
    "template of another version": lambda one: provenance(one)["writer"].update(version="0"),
    "reason to fall back": lambda one: provenance(one)["writer"].update(fallback_reason=0),
    "model of no model": lambda one: provenance(one).update(model={"id": "granite"}),
    "mark": lambda one: provenance(one)["generator"].update(mark="Written by a physicist."),
    "no model, it is said": lambda one: provenance(one)["generator"].update(
        uses_language_model=True
    ),
    "attempts": lambda one: provenance(one).update(attempts=2),
    "refused drafts": lambda one: provenance(one).update(reject_codes=["x"], attempts=2),
    "editor": lambda one: provenance(one).update(editor={"by": "x", "basis_sha256": "0" * 64}),
    "language": lambda one: provenance(one)["verifier"].update(language="free"),
    "more provenance": lambda one: provenance(one).update(more=1),
    "previous": lambda one: stated(one).update(previous=None),
    "version": lambda one: stated(one).update(version=9),
    "asset": lambda one: stated(one).update(asset="box-9"),
    "signature": lambda one: stated(one)["single_attester"].update(signature="00" * 64),
    "signature text": lambda one: stated(one)["single_attester"].update(signature="zz"),
    "key": lambda one: stated(one)["single_attester"].update(key="ed25519:" + "00" * 32),
    "short key": lambda one: stated(one)["single_attester"].update(key="ed25519:00"),
    "key kind": lambda one: stated(one)["single_attester"].update(key="rsa:00"),
    "key text": lambda one: stated(one)["single_attester"].update(key="ed25519:zz"),
    "schema": lambda one: stated(one).update(schema="other"),
    "schema of signed": lambda one: stated(one).update(schema="cargotwin.metadata.v2"),
    "signed": lambda one: stated(one)["evidence"].update(signed=1),
    "signed schema": lambda one: (
        stated(one).update(schema="cargotwin.metadata.v2"),
        stated(one)["evidence"].update(signed=1),
    ),
}


@pytest.mark.parametrize(
    ("name", "version"),
    # Nothing was decided when version 2 was published: there is no decision in it to forge.
    sorted(set(itertools.product(FORGERIES, [2, 3])) - {("decision", 2)}),
)
def test_forged_content_fails_though_every_digest_fits(name: str, version: int) -> None:
    forge = FORGERIES[name]
    assert outcome(forged(forge, version=version)) is Outcome.FAILED


def as_first_provenance(content: Content) -> None:
    """Make a document's provenance the one that the first schema would have recorded."""
    record = provenance(content)
    later = ("facts_schema", "decoding", "editor", "draft", "generator")
    rest = {name: record[name] for name in record if name not in later}
    rules = {name: record["verifier"][name] for name in ("version", "ruleset_sha256")}
    first = rest | {"schema": "cargotwin.report_provenance.v1", "verifier": rules}
    stated(content)["report"].update(provenance=first)


def test_document_with_provenance_of_the_first_schema_is_verified() -> None:
    assert outcome(forged(as_first_provenance)) is Outcome.OK


@pytest.mark.parametrize(
    "forge",
    [
        lambda one: provenance(one)["writer"].update(seed="99"),
        lambda one: provenance(one)["writer"].update(sha256="0" * 64),
        lambda one: provenance(one)["writer"].update(kind="tiny"),
        lambda one: provenance(one).update(facts_sha256="0" * 64),
        lambda one: provenance(one).update(digitalSourceType="humanEdits"),
        lambda one: provenance(one).update(generator={}),
        lambda one: provenance(one).update(attempts=2),
    ],
    ids=["seed", "grammar", "kind", "facts", "source type", "generator", "attempts"],
)
def test_forged_provenance_of_the_first_schema_fails(forge: Callable[[Content], object]) -> None:
    def change(content: Content) -> None:
        as_first_provenance(content)
        forge(content)

    assert failed(forged(change)) in {"provenance 3", "wording 3"}


def test_words_that_other_rules_bore_cannot_be_checked_but_the_rest_is() -> None:
    def reworded(content: Content) -> None:
        content["description"] = content["description"].replace("(asset ", "(an asset ", 1)
        digest = hashlib.sha256(content["description"].encode()).hexdigest()
        provenance(content)["verifier"]["ruleset_sha256"] = "0" * 64
        provenance(content)["text_sha256"] = digest

    found = [one for one in checked(forged(reworded)) if one.outcome is not Outcome.OK]
    assert [(one.name, one.outcome) for one in found] == [("report 3", Outcome.UNCHECKED)]
    assert "supersedes 3" in {one.name for one in checked(forged(reworded))}


def test_words_about_facts_of_another_layout_cannot_be_checked() -> None:
    claimed = forged(lambda one: provenance(one).update(facts_schema=FACTS_SCHEMA + 1))
    found = [one for one in checked(claimed) if one.outcome is not Outcome.OK]
    assert [(one.name, one.outcome) for one in found] == [("report 3", Outcome.UNCHECKED)]


def paths_in(value: object, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(value, dict):
        return [path]
    below = [found for key in value for found in paths_in(value[key], (*path, key))]
    return [*([path] if path else []), *below]


SHAPE = [
    path
    for path in paths_in(json.loads(published()[-1]))
    if path[:3] != ("properties", "cargotwin", "report")
]


def standing_at(path: tuple[str, ...]) -> object:
    found = json.loads(published()[-1])
    for key in path:
        found = found[key]
    return found


def is_other(path: tuple[str, ...], value: object) -> bool:
    """Tell whether a value is not what stands there, nor what may stand there."""
    # The page's address is the one field that nothing else implies.
    is_free = path == ("external_url",) and isinstance(value, str) and value != "gone"
    stands = standing_at(path)
    return not is_free and (stands != value or type(stands) is not type(value))


BROKEN = [
    pytest.param(path, value, id=f"{'.'.join(path)}={value!r}")
    for path in SHAPE
    for value in (None, "x", -1, 1.5, True, [], {}, "gone")
    if is_other(path, value)
]


@pytest.mark.parametrize(("path", "value"), BROKEN)
def test_document_of_another_shape_fails_and_never_breaks_the_verifier(
    path: tuple[str, ...], value: object
) -> None:
    def break_shape(content: Content) -> None:
        parent = content
        for key in path[:-1]:
            parent = parent[key]
        if value == "gone":
            del parent[path[-1]]
        else:
            parent[path[-1]] = value

    is_other_rules = path == ("properties", "cargotwin", "rules") and value == -1
    expected = Outcome.UNCHECKED if is_other_rules else Outcome.FAILED
    assert outcome(forged(break_shape)) is expected


@pytest.mark.parametrize(
    "stored",
    [b"", b"{", b"\xff", b"[]", b"5", b"null", b"NaN", b"1e999", b'"\\ud800"', b"[" * 100_000],
    ids=["empty", "cut", "bytes", "list", "number", "null", "NaN", "inf", "half", "deep"],
)
def test_bytes_that_are_no_document_fail(stored: bytes) -> None:
    documents = published()
    assert outcome(claims([stored], head=head_of(documents))) is Outcome.FAILED
    assert outcome(claims([*documents[:-1], stored], head=head_of(documents))) is Outcome.FAILED


def test_same_content_in_other_bytes_fails() -> None:
    documents = published()
    loose = json.dumps(json.loads(documents[-1]), indent=1).encode()
    assert "document 3" in failed(claims([*documents[:-1], loose], head=head_of(documents)))


@pytest.mark.parametrize(("rules", "which"), [(RULES - 1, "an older"), (RULES + 1, "a newer")])
def test_version_of_other_rules_cannot_be_checked_and_says_what_can(rules: int, which: str) -> None:
    claimed = forged(lambda one: stated(one).update(rules=rules), version=1)
    (check,) = [one for one in checked(claimed) if one.outcome is not Outcome.OK]
    assert (check.name, check.outcome) == ("condition 1", Outcome.UNCHECKED)
    assert check.detail == (
        f"made under rules {rules}, and this release checks rules {RULES}: "
        f"{which} release, one of rules {rules}, can check it"
    )
    assert outcome(claimed) is Outcome.UNCHECKED


def test_what_hangs_on_no_rules_is_checked_of_a_version_of_other_rules_too() -> None:
    def spoilt(one: Content) -> None:
        stated(one).update(rules=RULES - 1)
        stated(one)["evidence"]["root"] = "00" * 32

    assert failed(forged(spoilt, version=1)) == "evidence 1"


def test_condition_of_other_rules_whose_digest_is_another_ones_fails() -> None:
    def spoilt(one: Content) -> None:
        stated(one).update(rules=RULES - 1)
        stated(one)["condition"]["severity"] = 3

    assert failed(forged(spoilt, version=1)) == "condition 1"


def test_version_of_the_first_rules_is_read_whatever_its_condition_holds() -> None:
    """A condition of schema 1 lacks what schema 2 has; it is named as unchecked, never refused."""

    def as_published_then(one: Content) -> None:
        condition = {"schema": 1, "rules": 1, "disposition": "conformant", "severity": 0}
        digest = hashlib.sha256(canonical_bytes(condition)).hexdigest()
        stated(one).update(rules=1, condition=condition, condition_digest=digest)

    found = checked(forged(as_published_then, version=1))
    assert [one.name for one in found if one.outcome is not Outcome.OK] == ["condition 1"]


def test_log_that_lost_inputs_between_versions_fails() -> None:
    first = document_of(LOG, 1, None)
    second = document_of(LOG[:6], 2, hashlib.sha256(first).digest())
    found = checked(claims([first, second], head=head_of([first, second])))
    assert [one.name for one in found if one.outcome is Outcome.FAILED] == ["evidence 2"]


def test_late_input_between_versions_is_folded_from_the_beginning() -> None:
    late = [*LOG, read(2, 5_000), close(49)]
    first = document_of(LOG, 1, None)
    second = document_of(late, 2, hashlib.sha256(first).digest(), is_late=True)
    documents = [first, second]
    records = [encode(record) for record in late]
    assert outcome(claims(documents, records=records, head=head_of(documents))) is Outcome.OK


@pytest.mark.parametrize(
    ("minute", "is_late"), [(50, False), (51, True), (2, False)], ids=["at", "after", "before"]
)
def test_supersession_that_the_log_does_not_bear_out_fails(minute: int, *, is_late: bool) -> None:
    log = [*LOG, read(minute, 5_000)]
    first = document_of(LOG, 1, None)
    second = document_of(log, 2, hashlib.sha256(first).digest(), is_late=is_late)
    documents = [first, second]
    records = [encode(record) for record in log]
    assert failed(claims(documents, records=records, head=head_of(documents))) == "supersedes 2"


def test_canonical_form_here_is_that_of_rfc8785() -> None:
    for stored in published():
        assert rfc8785.dumps(json.loads(stored)) == stored == canonical_bytes(json.loads(stored))


def signed_history(change: Callable[[Content], object] = lambda _one: None) -> Claims:
    """Return claims of one version over a log with three signed readings, changed as told."""
    readings = [one for one in LOG if isinstance(one, Reading)]
    signed = {id(one): msgspec.structs.replace(one, signature=bytes(64)) for one in readings[:3]}
    log = [signed.get(id(one), one) for one in LOG]
    content = json.loads(document_of(log, 1, None))
    change(content)
    documents = [canonical_bytes(content)]
    return claims(documents, records=[encode(one) for one in log])


def test_number_of_signed_readings_is_stated_and_verified() -> None:
    content = json.loads(signed_history().documents[0])
    assert stated(content)["schema"] == "cargotwin.metadata.v2"
    assert stated(content)["evidence"]["signed"] == 3
    assert outcome(signed_history()) is Outcome.OK


@pytest.mark.parametrize("number", [0, 2, 4])
def test_another_number_of_signed_readings_fails(number: int) -> None:
    forgery = signed_history(lambda one: stated(one)["evidence"].update(signed=number))
    assert "content 1" in failed(forgery)


def test_attester_signs_the_number_of_signed_readings_too() -> None:
    def as_if_nothing_were_signed(one: Content) -> None:
        stated(one).update(schema="cargotwin.metadata.v1")
        del stated(one)["evidence"]["signed"]

    assert failed(signed_history(as_if_nothing_were_signed)) == "attester 1"


def test_document_of_the_first_schema_says_nothing_of_signatures() -> None:
    """It was published by a release that knew of none, over a log that holds some."""
    signed = [
        msgspec.structs.replace(one, signature=bytes(64)) if isinstance(one, Reading) else one
        for one in LOG
    ]
    without = document_of(signed, 1, None, is_signed_stated=False)
    assert outcome(claims([without], records=[encode(one) for one in signed])) is Outcome.OK
