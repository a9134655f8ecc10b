import pytest

from condition_reports import release as release_module
from condition_reports.facts import Facts
from condition_reports.release import Attempt, TemplateRejected, check, plan_for, release
from condition_reports.verifier import Rejected, Verified
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, DraftSection, WriterIdentity

from . import scenes

MODEL = WriterIdentity("tiny", "1", "ab" * 32)


@pytest.fixture
def facts() -> Facts:
    return scenes.facts_from(scenes.excursion())


@pytest.fixture
def draft(facts: Facts) -> Draft:
    return TemplateWriter().draft(plan_for(facts), 3)


def with_text(draft: Draft, old: str, new: str) -> Draft:
    sections = [DraftSection(one.section, one.text.replace(old, new)) for one in draft.sections]
    return Draft(tuple(sections))


def test_release_takes_the_first_sound_draft(facts: Facts, draft: Draft) -> None:
    bad = with_text(draft, "{severity}", "no findings")
    report = release(facts, [Attempt(MODEL, 1, bad), Attempt(MODEL, 2, draft)], seed=0)
    assert (report.writer, report.attempts) == ("tiny", 2)
    assert report.reject_codes == ("missing_slot",)
    assert report.provenance["writer"] == {
        "kind": "tiny",
        "version": "1",
        "sha256": "ab" * 32,
        "seed": "2",
        "fallback_reason": "",
    }


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{severity}", "no findings", "missing_slot"),
        ("{asset}", "{title}", "repeated_slot"),
        ("{asset}", "{secret}", "unknown_slot"),
        ("The ", "The 3 ", "value_outside_slot"),
        ("{as_of}", "the time {as_of}", "unknown_sentence"),
    ],
)
def test_release_falls_back_to_the_template_and_says_why(
    facts: Facts, draft: Draft, old: str, new: str, code: str
) -> None:
    report = release(facts, [Attempt(MODEL, 1, with_text(draft, old, new))], seed=0)
    assert report.writer == "template"
    assert report.reject_codes == (code,)
    writer = report.provenance["writer"]
    assert isinstance(writer, dict)
    assert writer["fallback_reason"] == f"verifier_rejected:{code}"


def test_release_refuses_a_draft_that_lacks_a_section(facts: Facts, draft: Draft) -> None:
    checked = check(facts, Draft(draft.sections[1:]))
    assert isinstance(checked.verdict, Rejected)
    assert checked.verdict.code == "wrong_sections"


def test_release_without_a_draft_records_why_there_is_none(facts: Facts) -> None:
    report = release(facts, seed=0, fallback_reason="draft_process_away")
    writer = report.provenance["writer"]
    assert isinstance(writer, dict)
    assert (report.attempts, writer["fallback_reason"]) == (1, "draft_process_away")


def test_release_raises_where_even_the_template_is_rejected(
    facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = Rejected("unknown_sentence", "x", "y")
    monkeypatch.setattr(release_module, "verify_text", lambda *_: verdict)
    with pytest.raises(TemplateRejected, match="defect"):
        release(facts, seed=0)


def test_check_verifies_what_the_template_drafts(facts: Facts, draft: Draft) -> None:
    assert isinstance(check(facts, draft).verdict, Verified)
