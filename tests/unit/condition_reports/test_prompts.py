from itertools import pairwise

import pytest

from condition_reports.grammar import frames
from condition_reports.prompts import (
    MANNERS,
    every_manner,
    manner_of,
    prompt_text,
    prompt_tokens,
)
from condition_reports.shapes import Kind
from condition_reports.training.corpus import wording_of


@pytest.mark.parametrize("kind", Kind)
def test_manners_of_a_kind_come_all_once_before_one_comes_again(kind: Kind) -> None:
    walked = [manner_of(kind, 0, seed) for seed in range(MANNERS)]
    assert sorted(walked) == sorted(every_manner())
    assert manner_of(kind, 0, MANNERS) == walked[0]


@pytest.mark.parametrize("kind", Kind)
def test_neighbours_by_seed_or_by_place_are_worded_differently(kind: Kind) -> None:
    by_seed = [wording_of(kind, manner_of(kind, 0, seed)) for seed in range(MANNERS + 1)]
    by_place = [wording_of(kind, manner_of(kind, place, 0)) for place in range(MANNERS + 1)]
    assert all(one != other for one, other in pairwise(by_seed))
    assert all(one != other for one, other in pairwise(by_place))


@pytest.mark.parametrize("kind", Kind)
def test_every_manner_stands_for_a_sentence_of_the_kind(kind: Kind) -> None:
    worded = {wording_of(kind, manner) for manner in every_manner()}
    assert worded <= set(frames(kind))
    assert len(worded) >= min(len(frames(kind)), 12)


def test_prompts_of_all_kinds_and_manners_differ() -> None:
    prompts = {prompt_text(kind, manner) for kind in Kind for manner in every_manner()}
    assert len(prompts) == len(Kind) * MANNERS


def test_prompt_is_a_kind_and_two_halves_of_a_manner() -> None:
    manner = manner_of(Kind.VERDICT, 0, 0)
    assert prompt_tokens(Kind.VERDICT, manner) == (
        "<verdict>",
        f"<phrase_{manner.phrase}>",
        f"<words_{manner.words}>",
    )
    assert prompt_text(Kind.VERDICT, manner) == "".join(prompt_tokens(Kind.VERDICT, manner))


def test_two_kinds_do_not_turn_in_step() -> None:
    starts = {manner_of(kind, 0, 0) for kind in Kind}
    assert len(starts) > len(Kind) / 2
