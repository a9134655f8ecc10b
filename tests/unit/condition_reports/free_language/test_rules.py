import pytest

from condition_reports.free_language.normal_form import normal_form, sentences_of, vocabulary
from condition_reports.free_language.paraphrases import PARAPHRASES
from condition_reports.free_language.rules import (
    check_free_language,
    check_section,
    free_language_digest,
)
from condition_reports.grammar import frames, prefixed
from condition_reports.plan import Plan
from condition_reports.release import check, plan_for
from condition_reports.shapes import Kind, Section
from condition_reports.slots import UnsoundDraft
from condition_reports.verifier import Rejected, Verified
from condition_reports.writers.template import TemplateWriter
from condition_reports.writers.writer import Draft, DraftSection
from tests.unit.condition_reports import scenes

from .draft_mutations import MUTATIONS
from .texts import BROKEN, SOUND, section_plan


def code_of(text: str, kinds: tuple[Kind, ...]) -> str:
    with pytest.raises(UnsoundDraft) as caught:
        check_section(text, section_plan(kinds))
    return caught.value.code


@pytest.mark.parametrize(("kinds", "text"), SOUND)
def test_a_sound_text_in_other_words_is_taken(kinds: tuple[Kind, ...], text: str) -> None:
    check_section(text, section_plan(kinds))


@pytest.mark.parametrize(("kind", "text"), BROKEN)
def test_a_sentence_that_is_no_english_is_refused(kind: Kind, text: str) -> None:
    assert code_of(prefixed(text, "s1_"), (kind,)) in {"unknown_wording", "wrong_negation"}


def test_most_sound_texts_are_none_of_the_grammar() -> None:
    def is_written(kinds: tuple[Kind, ...], text: str) -> bool:
        written = {
            prefixed(one, f"s{n}_") for n, kind in enumerate(kinds, 1) for one in frames(kind)
        }
        return set(text.replace(". ", ".\n").split("\n")) <= written

    assert sum(not is_written(kinds, text) for kinds, text in SOUND) >= 24


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_mutation_of_every_sound_text_is_refused(mutation: str) -> None:
    applied = 0
    for kinds, text in SOUND:
        for mutant in MUTATIONS[mutation](text):
            applied += 1
            with pytest.raises(UnsoundDraft):
                check_section(mutant, section_plan(kinds))
    assert applied >= 4


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_every_mutation_of_every_sentence_of_the_grammar_is_refused(mutation: str) -> None:
    for kind in Kind:
        plan = section_plan((kind,))
        for sentence in sentences_of(kind)[::16]:
            for mutant in MUTATIONS[mutation](prefixed(sentence, "s1_")):
                with pytest.raises(UnsoundDraft):
                    check_section(mutant, plan)


def test_every_sentence_of_the_grammar_is_free_language_as_well() -> None:
    for kind in Kind:
        for sentence in frames(kind):
            check_section(prefixed(sentence, "s1_"), section_plan((kind,)))


def test_no_wording_says_what_two_kinds_of_statement_say() -> None:
    kinds_of: dict[tuple[str, ...], set[Kind]] = {}
    for kind in Kind:
        for sentence in sentences_of(kind):
            kinds_of.setdefault(normal_form(sentence), set()).add(kind)
    assert [kinds for kinds in kinds_of.values() if len(kinds) > 1] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Judged {s1_quantity} readings ranged from {s1_lowest} to 8.", "value_outside_slot"),
        ("Judged {s1_quantity} readings ranged from {s1_lowest} to {s1_limit}.", "unknown_slot"),
        ("Judged {s1_quantity} readings ranged from {s1_lowest}.", "missing_slot"),
        (
            "Judged {s1_quantity} readings ranged from {s1_lowest} to {s1_highest}, thankfully.",
            "unknown_word",
        ),
        (
            "Judged {s1_quantity} readings ranged from {s1_lowest} to {s1_highest}, a safe range.",
            "claim_word",
        ),
        (
            "Judged {s1_quantity} readings not ranged from {s1_lowest} to {s1_highest}.",
            "wrong_negation",
        ),
        (
            "Judged {s1_quantity} readings ranged from {s1_highest} to {s1_lowest}.",
            "slot_without_cue",
        ),
        (
            "Judged {s1_quantity} readings ranged to {s1_highest} before {s1_lowest}.",
            "unknown_wording",
        ),
        (
            "Judged {s1_quantity} Readings ranged from {s1_lowest} to {s1_highest}.",
            "capital_inside",
        ),
        (
            "judged {s1_quantity} readings ranged from {s1_lowest} to {s1_highest}.",
            "capital_inside",
        ),
        ("{s1_quantity} readings ranged from {s1_lowest} to {s1_highest}.", "capital_inside"),
        (
            "Judged {s1_quantity} readings ranged from {s1_lowest} to {s1_highest}!",
            "odd_character",
        ),
        (
            "Judged {s1_quantity} readings ranged  from {s1_lowest} to {s1_highest}.",
            "odd_character",
        ),
        (
            (
                "Judged {s1_quantity} readings ranged from {s1_lowest} to {s1_highest}. No"
                " excursion"
                " was recorded."
            ),
            "wrong_sentence_count",
        ),
        (
            "Judged {s1_quantity} readings ranged from the {s1_lowest} to the the {s1_highest}.",
            "unknown_wording",
        ),
    ],
)
def test_a_draft_is_refused_by_the_name_of_what_is_wrong(text: str, code: str) -> None:
    assert code_of(text, (Kind.LEVEL_RANGE,)) == code


def test_slots_of_two_like_statements_keep_to_their_own_sentences() -> None:
    text = (
        "Judged {s1_quantity} readings ranged from {s1_lowest} to {s2_highest}. Judged"
        " {s2_quantity} readings ranged from {s2_lowest} to {s1_highest}."
    )
    assert code_of(text, (Kind.LEVEL_RANGE, Kind.LEVEL_RANGE)) == "slot_of_other_statement"


def test_statements_without_slots_are_told_apart_by_their_words() -> None:
    assert code_of("There is no custodian on record.", (Kind.READINGS_NONE,)) == "unknown_wording"


def test_sections_in_another_order_are_refused() -> None:
    plan = Plan((section_plan((Kind.STILL_OPEN,), Section.ENCLOSURE),))
    with pytest.raises(UnsoundDraft, match="wrong_sections"):
        check_free_language([(Section.WEAR, frames(Kind.STILL_OPEN)[0])], plan)


SINGULAR = {
    "is",
    "was",
    "has",
    "remains",
    "exceeds",
    "surpasses",
    "lies",
    "rests",
    "draws",
    "relies",
}
PLURAL = {"are", "were", "have"}
EITHER = {"ranged", "ran", "varied", "lay", "fell", "may", "might", "could"}


def test_what_is_read_as_a_turn_has_a_finite_verb_of_its_number_where_the_turn_has_one() -> None:
    for line in PARAPHRASES.strip().splitlines():
        kept, _, others = line.partition(" = ")
        for other in others.split(" / "):
            # A comma may begin a clause, and so a verb.
            if {"|", "("} & {*kept.split(), *other.split()}:
                continue
            verbs = [{*one.split()} & (SINGULAR | PLURAL | EITHER) for one in (kept, other)]
            assert bool(verbs[0]) == bool(verbs[1]), line
            assert not (verbs[0] & SINGULAR and verbs[1] & PLURAL), line
            assert not (verbs[0] & PLURAL and verbs[1] & SINGULAR), line


def test_the_vocabulary_is_closed_and_small() -> None:
    assert 400 < len(vocabulary()) < 900
    assert not {"goods", "safe", "undamaged", "cold"} & vocabulary()


def test_the_digest_is_a_sha_256() -> None:
    assert len(free_language_digest()) == 32


FACTS = scenes.facts_from(scenes.excursion())


def with_free_opening(text: str) -> Draft:
    drafted = TemplateWriter().draft(plan_for(FACTS), 1)
    return Draft((DraftSection(Section.OPENING, text), *drafted.sections[1:]))


OPENING = SOUND[1][1].replace("{s1_", "{").replace("{s2_", "{")


def test_free_language_of_a_large_model_is_verified_and_named_so() -> None:
    checked = check(FACTS, with_free_opening(OPENING), "llm")
    assert isinstance(checked.verdict, Verified)
    assert checked.verdict.language == "free"
    assert checked.verdict.sections[0][1] == checked.text.partition("\n\n")[0]
    assert "is “non-conformant” and has critical findings" in checked.text


def test_free_language_of_another_writer_is_refused() -> None:
    verdict = check(FACTS, with_free_opening(OPENING), "tiny").verdict
    assert isinstance(verdict, Rejected)


def test_closed_language_of_a_large_model_is_named_so() -> None:
    verdict = check(FACTS, TemplateWriter().draft(plan_for(FACTS), 1), "llm").verdict
    assert isinstance(verdict, Verified)
    assert verdict.language == "closed"


def test_free_language_that_is_refused_says_by_which_rule() -> None:
    verdict = check(FACTS, with_free_opening(OPENING.replace("last", "best")), "llm").verdict
    assert isinstance(verdict, Rejected)
    assert verdict.code == "unknown_word"
