"""The vocabulary of the grammar, and the tokenizer files that the transformers library reads."""

from __future__ import annotations

import json
from collections.abc import Mapping

from condition_reports.grammar import frames
from condition_reports.prompts import CHOICES, kind_token, phrase_token, words_token
from condition_reports.shapes import Kind
from condition_reports.tiny.tokenizer import END, PAD, PATTERN, pieces_of

_CHAT_TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
"""A server that takes chats alone hands the prompt on as it is."""


def special_tokens() -> tuple[str, ...]:
    """Return the tokens that are no text: padding, the end, and those of prompts."""
    return (
        PAD,
        END,
        *(kind_token(kind) for kind in Kind),
        *(phrase_token(number) for number in range(CHOICES)),
        *(words_token(number) for number in range(CHOICES)),
    )


def vocabulary() -> dict[str, int]:
    """Return every token of every sentence of the grammar, numbered, special ones first."""
    pieces = {piece for kind in Kind for frame in frames(kind) for piece in pieces_of(frame)}
    tokens = (*special_tokens(), *sorted(pieces))
    return {token: number for number, token in enumerate(tokens)}


def tokenizer_file(numbers: Mapping[str, int]) -> bytes:
    """Return the `tokenizer.json` of a vocabulary: whole words, joined again without a blank."""
    added = [
        {
            "id": numbers[token],
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for token in special_tokens()
    ]
    return _json(
        {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added,
            "normalizer": None,
            "pre_tokenizer": {
                "type": "Split",
                "pattern": {"Regex": PATTERN},
                "behavior": "Isolated",
                "invert": False,
            },
            "post_processor": None,
            "decoder": {"type": "Fuse"},
            "model": {"type": "WordLevel", "vocab": dict(numbers), "unk_token": PAD},
        }
    )


def tokenizer_settings_file(longest: int) -> bytes:
    """Return the `tokenizer_config.json` for texts of up to so many tokens."""
    return _json(
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "pad_token": PAD,
            "eos_token": END,
            "model_max_length": longest,
            "clean_up_tokenization_spaces": False,
            "add_prefix_space": False,
            "chat_template": _CHAT_TEMPLATE,
        }
    )


def _json(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
