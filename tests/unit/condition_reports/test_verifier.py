import pytest

from condition_reports.facts import Facts
from condition_reports.grammar import filled, frames
from condition_reports.release import release
from condition_reports.statements import statements_of, supported_statements
from condition_reports.verifier import Rejected, Verified, ruleset_digest, verify_text

from . import scenes


@pytest.fixture
def facts() -> Facts:
    return scenes.facts_from(scenes.excursion())


@pytest.fixture
def text(facts: Facts) -> str:
    return release(facts, seed=0).text


def rejected(text: str, facts: Facts) -> Rejected:
    verdict = verify_text(text, facts)
    assert isinstance(verdict, Rejected)
    return verdict


def test_sound_text_is_verified_section_by_section(facts: Facts, text: str) -> None:
    verdict = verify_text(text, facts)
    assert isinstance(verdict, Verified)
    assert " ".join(part for _, part in verdict.sections) == text.replace("\n\n", " ")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("11.2 °C", "11.3 °C", "wrong_level"),
        ("11.2 °C", "11.2 °F", "wrong_level"),
        ("16:20", "16:21", "wrong_period"),
        ("06:10", "06:11", "wrong_moment"),
        ("above", "below", "wrong_side"),
        ("critical", "minor", "wrong_severity"),
        ("“non-conformant”", "“conformant”", "wrong_disposition"),
        ("northlab to coldhaul", "coldhaul to northlab", "wrong_custodians"),
        ("held by coldhaul", "held by northlab", "wrong_custodians"),
        ("2 shocks", "3 shocks", "wrong_count"),
        ("pallet 7", "pallet 8", "wrong_title"),
        ("logger-17", "logger-18", "wrong_witnesses"),
        ("40.0 %", "64.0 %", "wrong_percentage"),
        ("quarantine the goods", "release the goods", "wrong_actions"),
        ("excursion", "apparent excursion", "unknown_sentence"),
        ("\n\n", "\n", "malformed_text"),
        ("\n\n", " ", "wrong_paragraph"),
        (".", ". The goods arrived in good order.", "unknown_sentence"),
        (".", ". The custody record shows 3 settled disputes.", "unsupported_statement"),
    ],
)
def test_false_text_is_rejected_by_name(
    facts: Facts, text: str, old: str, new: str, code: str
) -> None:
    assert old in text
    place = text.rindex(". ") if old == "." else text.index(old)
    assert rejected(text[:place] + new + text[place + len(old) :], facts).code == code


def test_text_cut_short_is_rejected_as_incomplete(facts: Facts, text: str) -> None:
    verdict = rejected(text.rpartition("\n\n")[0], facts)
    assert (verdict.code, verdict.detail) == ("missing_statement", "action")


def test_text_with_a_sentence_after_the_end_is_rejected(facts: Facts, text: str) -> None:
    last = text.rpartition("\n\n")[2]
    assert rejected(f"{text} {last}", facts).code == "repeated_statement"


def test_empty_text_is_rejected(facts: Facts) -> None:
    assert rejected("", facts).code == "unknown_sentence"


def test_true_sentence_that_a_long_report_leaves_is_rejected_by_that_name() -> None:
    facts = scenes.facts_from(scenes.troubled())
    text = release(facts, seed=1).text
    said = statements_of(facts)
    left = next(one for one in supported_statements(facts) if one not in said)
    sentence = filled(frames(left.kind)[0], left.values)
    verdict = rejected(text.replace(". ", f". {sentence} ", 1), facts)
    assert (verdict.code, verdict.sentence) == ("left_statement", sentence)


def test_text_of_one_shipment_is_rejected_for_another(text: str) -> None:
    other = scenes.facts_from(scenes.conformant())
    assert rejected(text, other).code == "wrong_disposition"


def test_ruleset_digest_is_a_sha_256() -> None:
    assert len(ruleset_digest()) == 32
