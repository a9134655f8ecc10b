import re
from collections import Counter

import numpy as np
import pytest

from condition_reports.slots import slots_in
from condition_reports.tiny.generation import Request, write
from condition_reports.tiny.llama import Reading
from condition_reports.tiny.tokenizer import END, PAD

from .random_model import random_model

WORDS = ("The", " limit", " of", " {limit}", "{limit}", " {extreme}", " {other}", ".", "<a>", "<b>")
VOCABULARY = {token: number for number, token in enumerate((PAD, END, *WORDS))}
PROMPTS = [("<a>", "<b>"), ("<b>", "<a>"), ("<a>", "<a>"), ("<b>", "<b>")]
SEEDS = range(12)
PLACES = 40


def tokens_in(sentence: str) -> int:
    return len(re.findall(r"<\w+>| ?\{\w+\}| ?\w+|\.", sentence))


def drawn(seed: int, requests: list[Request]) -> list[str]:
    return write(random_model(VOCABULARY, PLACES, seed), requests, temperature=2)


@pytest.mark.parametrize("temperature", [0, 3.0])
def test_sentence_is_the_same_whatever_is_written_beside_it(temperature: float) -> None:
    requests = [
        Request(prompt, ("limit", "other"), f"{number}")
        for number, prompt in enumerate(PROMPTS * 3)
    ]
    for seed in range(3):
        model = random_model(VOCABULARY, places=20, seed=seed)
        together = write(model, requests, temperature)
        assert together == [write(model, [one], temperature)[0] for one in requests]


def test_same_key_draws_the_same_words_and_another_key_others() -> None:
    requests = [Request(PROMPTS[0], None, key) for key in ("a", "b", "a", "c")]
    different = 0
    for seed in SEEDS:
        first, second, again, third = drawn(seed, requests)
        assert first == again
        different += len({first, second, third}) > 1
    assert different > len(SEEDS) / 2


def test_finished_sentence_holds_its_slots_once_each_and_no_others() -> None:
    wanted = [("limit",), ("limit", "extreme"), (), ("other", "extreme", "limit")]
    requests = [Request(prompt, slots, "k") for prompt, slots in zip(PROMPTS, wanted, strict=True)]
    finished = 0
    for seed in SEEDS:
        for slots, sentence in zip(wanted, drawn(seed, requests), strict=True):
            found = Counter(slots_in(sentence))
            assert set(found) <= set(slots)
            assert set(found.values()) <= {1}
            # A sentence that lacks a slot may not end: it goes on until it is cut.
            if tokens_in(sentence) < PLACES - len(PROMPTS[0]) + 1:
                finished += bool(slots)
                assert len(found) == len(slots)
    assert finished > len(SEEDS)


def test_without_bounds_any_slot_may_come() -> None:
    sentences = [one for seed in SEEDS for one in drawn(seed, [Request(PROMPTS[0], None, "k")])]
    assert max(len(slots_in(one)) for one in sentences) > 1


def test_sentence_without_an_end_is_cut_where_the_model_ends() -> None:
    model = random_model(VOCABULARY, places=9)
    (sentence,) = write(model, [Request(PROMPTS[0], ("limit",))])
    # The last place is read, and one token chosen after it.
    assert tokens_in(sentence) <= 9 - len(PROMPTS[0]) + 1


def test_nothing_asked_is_nothing_written() -> None:
    assert write(random_model(VOCABULARY), []) == []


def test_draws_follow_the_odds_that_the_model_gives() -> None:
    # With two places a sentence is one token, or none where the end was drawn at once.
    model = random_model(VOCABULARY, places=2)
    reading = Reading(model.llama, 1)
    for token in model.tokenizer.numbers(PROMPTS[0]):
        states = reading.read(np.array([token]))
    odds = np.exp(reading.logits(states)[0].astype(float) / 20)
    odds /= odds.sum()
    requests = [Request(PROMPTS[0], None, f"{number}") for number in range(2000)]
    firsts = Counter(one or END for one in write(model, requests, temperature=20))
    expected = {token: len(requests) * odds[number] for token, number in VOCABULARY.items()}
    squared = sum((firsts[token] - count) ** 2 / count for token, count in expected.items())
    assert squared < 31.3  # chi-squared with 11 degrees of freedom passes it once in a thousand
