from collections import Counter

import pytest

from condition_reports.grammar import frames, wordings
from condition_reports.prompts import CHOICES, MANNERS, Manner
from condition_reports.shapes import Kind
from condition_reports.training.corpus import corpus, dataset_digest, wording_of


def test_corpus_answers_every_prompt_once() -> None:
    examples = corpus()
    assert len(examples) == len(Kind) * MANNERS
    assert len({one.prompt for one in examples}) == len(examples)


@pytest.mark.parametrize("kind", Kind)
def test_first_half_of_a_manner_chooses_the_phrase_and_the_second_its_words(kind: Kind) -> None:
    for phrase in range(CHOICES):
        worded = {wording_of(kind, Manner(phrase, words)) for words in range(CHOICES)}
        assert any(worded <= set(mine) for mine in wordings(kind))


@pytest.mark.parametrize("kind", Kind)
def test_phrases_and_words_come_about_equally_often(kind: Kind) -> None:
    phrases = wordings(kind)
    found = Counter(one.sentence for one in corpus() if one.kind is kind)
    for mine in phrases:
        share = sum(found[frame] for frame in mine) / MANNERS
        assert abs(share - 1 / len(phrases)) < 1 / CHOICES
        if len(mine) <= CHOICES and len(phrases) <= CHOICES:
            assert min(found[frame] for frame in mine) > 0


def test_dataset_digest_changes_with_a_word_or_an_order() -> None:
    examples = corpus()
    first = examples[0]._replace(sentence=frames(Kind.VERDICT)[0] + "x")
    digests = {
        dataset_digest(examples),
        dataset_digest((first, *examples[1:])),
        dataset_digest(examples[::-1]),
    }
    assert len(digests) == 3
    assert dataset_digest(corpus()) in digests
