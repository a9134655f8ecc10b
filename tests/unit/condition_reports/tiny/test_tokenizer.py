import json
from pathlib import Path

import pytest

from condition_reports.grammar import frames
from condition_reports.prompts import every_manner, prompt_tokens
from condition_reports.shapes import Kind
from condition_reports.slots import slots_in
from condition_reports.tiny.errors import DamagedModel
from condition_reports.tiny.tokenizer import Tokenizer, UnknownWord, pieces_of, read_tokenizer
from condition_reports.training.vocabulary import tokenizer_file, vocabulary

FILE = Path("tokenizer.json")


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return read_tokenizer(FILE, tokenizer_file(vocabulary()))


@pytest.mark.parametrize("kind", Kind)
def test_every_sentence_of_the_grammar_comes_back_from_its_tokens(
    tokenizer: Tokenizer, kind: Kind
) -> None:
    for frame in frames(kind):
        assert tokenizer.decoded(tokenizer.encoded(frame)) == frame


@pytest.mark.parametrize(
    ("sentence", "pieces"),
    [
        ("From {lowest} to {highest}.", ("From", " {lowest}", " to", " {highest}", ".")),
        ("({asset}), well", ("(", "{asset}", ")", ",", " well")),
        ("time-weighted policy's", ("time-weighted", " policy's")),
    ],
)
def test_word_takes_the_blank_before_it_along_and_a_slot_is_one_token(
    sentence: str, pieces: tuple[str, ...]
) -> None:
    assert pieces_of(sentence) == pieces


@pytest.mark.parametrize("text", ["a  b", "a\nb", "end "])
def test_text_that_tokens_do_not_cover_is_refused(text: str) -> None:
    with pytest.raises(UnknownWord):
        pieces_of(text)


def test_word_that_the_grammar_lacks_is_refused_by_name(tokenizer: Tokenizer) -> None:
    with pytest.raises(UnknownWord, match="banana"):
        tokenizer.encoded("The banana.")


def test_prompts_are_three_tokens_each_that_no_sentence_holds(tokenizer: Tokenizer) -> None:
    special = {
        number
        for kind in Kind
        for manner in every_manner()
        for number in tokenizer.numbers(prompt_tokens(kind, manner))
    }
    text = {one for kind in Kind for frame in frames(kind) for one in tokenizer.encoded(frame)}
    assert not special & text
    assert len(special) == len(Kind) + 32


def test_tokens_of_a_slot_are_those_that_write_it(tokenizer: Tokenizer) -> None:
    for name, tokens in tokenizer.slot_tokens().items():
        assert {tokenizer.decoded([one]).strip() for one in tokens} == {f"{{{name}}}"}
    every = {slot for kind in Kind for frame in frames(kind) for slot in slots_in(frame)}
    assert set(tokenizer.slot_tokens()) == every


def test_vocabulary_has_no_digit_so_no_value_can_be_written() -> None:
    text = [token for token in vocabulary() if not token.startswith("<")]
    assert not [token for token in text if any(one.isdigit() for one in token)]


@pytest.mark.parametrize(
    "change",
    [
        {"model": {"type": "BPE", "vocab": {"<end>": 0}}},
        {"model": {"type": "WordLevel", "vocab": {"<end>": 0, "a": 2}}},
        {"model": {"type": "WordLevel", "vocab": {"a": 0}}},
        {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "."}}},
        {"pre_tokenizer": None},
    ],
)
def test_tokenizer_of_another_form_is_refused(change: dict[str, object]) -> None:
    content = json.loads(tokenizer_file(vocabulary())) | change
    with pytest.raises(DamagedModel, match=r"tokenizer\.json"):
        read_tokenizer(FILE, json.dumps(content).encode())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_file_that_is_no_json_object_is_refused(content: bytes) -> None:
    with pytest.raises(DamagedModel):
        read_tokenizer(FILE, content)
