import re

import pytest

from condition_reports.grammar import (
    frames,
    grammar_digest,
    makes,
    phrases,
    prefixed,
    readings_of,
    sentences_in,
)
from condition_reports.shapes import Kind
from condition_reports.slots import check_draft, slots_in

from .values import HOSTILE, UNHELD, USUAL, sentence_of, values_for

CLAIMS_ABOUT_THE_GOODS = (
    "was kept|were kept|intact|safe|safely|undamaged|unharmed|fresh|sound|sterile|potent|secure"
    "|unopened|proper|properly|perfect|perfectly|good|excellent|flawless|guaranteed|certified"
    "|spoiled|ruined|usable goods|fit for"
)
NUMBER_WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|dozen|both|half|twice|once|single|sole"
    "|first time|several|few|many|most of|hundred|thousand|percent|degrees?|hours?|minutes?|days?"
)


@pytest.mark.parametrize("kind", Kind)
def test_frames_of_a_kind_hold_the_same_slots_each_once_and_no_value(kind: Kind) -> None:
    slots = {tuple(sorted(slots_in(frame))) for frame in frames(kind)}
    (expected,) = slots
    assert len(set(expected)) == len(expected)
    for frame in frames(kind):
        check_draft(frame, frozenset(expected))


@pytest.mark.parametrize("kind", Kind)
def test_frames_of_a_kind_are_different_single_sentences(kind: Kind) -> None:
    assert len(set(frames(kind))) == len(frames(kind))
    for frame in frames(kind):
        for values in (USUAL, HOSTILE):
            sentence = sentence_of(frame, values)
            assert sentences_in(sentence) == (sentence,)
            assert sentence.endswith(".")
            assert sentence[0].isupper() or sentence[0] == "“"


@pytest.mark.parametrize("kind", Kind)
def test_no_phrase_claims_anything_of_the_goods_or_counts_in_words(kind: Kind) -> None:
    for phrase in phrases(kind):
        words = re.sub(r"\{\w+\}", "{}", phrase)
        assert not re.search(rf"\b(?:{CLAIMS_ABOUT_THE_GOODS})\b", words, re.IGNORECASE), phrase
        assert not re.search(rf"\b(?:{NUMBER_WORDS})\b", words, re.IGNORECASE), phrase
        assert not re.search(r"\d|[%°]", words), phrase


@pytest.mark.parametrize("kind", Kind)
def test_phrases_are_written_cleanly(kind: Kind) -> None:
    for frame in frames(kind):
        assert frame == " ".join(frame.split())
        assert not re.search(r"\b(\w+) \1\b|[ ,;:][,;:.]|\||\[|\]", frame), frame


@pytest.mark.parametrize("kind", Kind)
def test_sentence_is_read_back_as_its_own_kind_alone(kind: Kind) -> None:
    for frame in frames(kind):
        values = values_for(frame, USUAL)
        found = readings_of(sentence_of(frame))
        assert (kind, values) in found
        assert {one for one, _ in found} == {kind}


@pytest.mark.parametrize("kind", Kind)
def test_no_legal_value_makes_a_sentence_of_another_kind(kind: Kind) -> None:
    for phrase in range(len(phrases(kind))):
        frame = frames(kind)[phrase * len(frames(kind)) // len(phrases(kind))]
        for values in (HOSTILE, UNHELD):
            assert {one for one, _ in readings_of(sentence_of(frame, values))} == {kind}, frame


def test_frame_makes_the_sentence_of_its_values_and_no_other() -> None:
    frame = "Between {lowest} and {highest}."
    values = {"lowest": "2.0 °C", "highest": "8.0 °C"}
    assert makes(frame, values, "Between 2.0 °C and 8.0 °C.")
    assert not makes(frame, values, "Between 8.0 °C and 2.0 °C.")
    assert not makes(frame, values, "Between 2.0 °C and 8.0 °C")
    assert not makes(frame, values, "between 2.0 °C and 8.0 °C.")


def test_sentence_of_no_frame_is_not_read() -> None:
    assert readings_of("The goods were handled with care.") == []


def test_prefix_tells_like_slots_apart() -> None:
    assert prefixed("From {limit} to {limit_x}.", "ex1_") == "From {ex1_limit} to {ex1_limit_x}."


def test_grammar_digest_is_a_sha_256() -> None:
    assert len(grammar_digest()) == 32
