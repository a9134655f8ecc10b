"""The tokenizer: a closed vocabulary of whole words, in the file format of the tokenizers library.

A token is a word with the blank before it, a punctuation mark, a slot, or a special token; texts
come back exactly by joining tokens. Only files of that simple form are read: a WordLevel model
behind one Split of the pattern below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from condition_reports.slots import slots_in

from .errors import DamagedModel

PATTERN = r" ?(?:\{[a-z][a-z0-9_]*\}|[A-Za-z]+(?:['-][A-Za-z]+)*|[^A-Za-z\s])"
"""One token of a sentence. It means the same to Python and to the Rust expressions of the
tokenizers library."""

PAD = "<pad>"
END = "<end>"

_PIECES = re.compile(PATTERN)


class UnknownWord(ValueError):
    """A text holds a word that the vocabulary lacks."""

    def __init__(self, word: str, text: str) -> None:
        self.word = word
        self.text = text
        super().__init__(f"no token for {word!r} in {text!r}")


def pieces_of(sentence: str) -> tuple[str, ...]:
    """Return a sentence cut into tokens; joined they are the sentence again.

    Raises:
        UnknownWord: Something between two tokens fits no token.
    """
    pieces = tuple(_PIECES.findall(sentence))
    if "".join(pieces) != sentence:
        raise UnknownWord("a blank or a letter outside ASCII", sentence)
    return pieces


class Tokenizer:
    """Turns sentences into numbers and back."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._numbers = dict(vocabulary)
        self._tokens = sorted(vocabulary, key=vocabulary.__getitem__)
        self.end = self._numbers[END]

    def __len__(self) -> int:
        return len(self._tokens)

    def encoded(self, sentence: str) -> list[int]:
        """Return the tokens of a sentence, without an end.

        Raises:
            UnknownWord: The vocabulary lacks one.
        """
        return self.numbers(pieces_of(sentence))

    def numbers(self, tokens: Iterable[str]) -> list[int]:
        """Return the numbers of tokens, special ones included.

        Raises:
            UnknownWord: The vocabulary lacks one.
        """
        tokens = tuple(tokens)
        for token in tokens:
            if token not in self._numbers:
                raise UnknownWord(token, "".join(tokens))
        return [self._numbers[token] for token in tokens]

    def decoded(self, numbers: Sequence[int]) -> str:
        """Return the text of tokens, special ones as they are written."""
        return "".join(self._tokens[number] for number in numbers)

    def slot_tokens(self) -> dict[str, list[int]]:
        """Return the tokens that write a slot, with and without a blank before, by its name."""
        found: dict[str, list[int]] = {}
        for number, token in enumerate(self._tokens):
            for slot in slots_in(token):
                found.setdefault(slot, []).append(number)
        return found


class _WordLevel(msgspec.Struct, frozen=True):
    type: str
    vocab: dict[str, int]


class _Regex(msgspec.Struct, frozen=True):
    regex: str = msgspec.field(name="Regex")


class _Split(msgspec.Struct, frozen=True):
    type: str
    pattern: _Regex


class _File(msgspec.Struct, frozen=True):
    model: _WordLevel
    pre_tokenizer: _Split


def read_tokenizer(file: Path, content: bytes) -> Tokenizer:
    """Return the tokenizer in a `tokenizer.json`.

    Raises:
        DamagedModel: It is none of the simple form that this module reads.
    """
    try:
        found = msgspec.json.decode(content, type=_File)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DamagedModel(str(file), f"no tokenizer of whole words ({error})") from error
    if found.model.type != "WordLevel" or found.pre_tokenizer.pattern.regex != PATTERN:
        raise DamagedModel(str(file), "a tokenizer of another kind than whole words")
    vocabulary = found.model.vocab
    if sorted(vocabulary.values()) != list(range(len(vocabulary))) or END not in vocabulary:
        raise DamagedModel(str(file), f"its tokens are not numbered from 0 or {END} is missing")
    return Tokenizer(vocabulary)
