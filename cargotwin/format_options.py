"""Options of a format on the command line, `key=value` as the configuration has them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from typing import Any

from twins.errors import ConfigurationFault

_STRUCTURED = ("[", "{", '"', "'")
_NEITHER = "has no key and value"


class InvalidOption(ConfigurationFault):
    """An option of a format cannot be read."""

    def __init__(self, text: str, problem: str) -> None:
        self.text = text
        super().__init__(
            f"--option {text!r} {problem}; write key=value, such as --option zone=Europe/Berlin, "
            "with lists, tables and quoted text as in TOML"
        )


def options_of(texts: Iterable[str]) -> dict[str, Any]:
    """Return the options that texts such as `zone=Europe/Berlin` state.

    A dotted key is one of a table. A value that begins with a bracket, a brace or a quotation mark
    is TOML 1.0 (or JSON); every other is text, of which the format makes a number where it needs
    one.

    Raises:
        InvalidOption: A text cannot be read, or a key stands twice.
    """
    options: dict[str, Any] = {}
    for text in texts:
        key, value = _key_and_value(text)
        *tables, name = (part.strip() for part in key.split("."))
        if not name or not all(tables):
            raise InvalidOption(text, _NEITHER)
        table = options
        for part in tables:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                raise InvalidOption(text, "names a table that is a value already")
        if name in table:
            raise InvalidOption(text, "stands twice")
        table[name] = value
    return options


def answers_of(texts: Iterable[str]) -> dict[str, Any]:
    """Return the answers to a format's needs, and its options, under keys as they stand.

    The words of a need, such as "unit of data.t", may hold dots. Values are those of `options_of`.

    Raises:
        InvalidOption: A text cannot be read, or a key stands twice.
    """
    answers: dict[str, Any] = {}
    for text in texts:
        key, value = _key_and_value(text)
        if key in answers:
            raise InvalidOption(text, "stands twice")
        answers[key] = value
    return answers


def _key_and_value(text: str) -> tuple[str, object]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise InvalidOption(text, _NEITHER)
    return key.strip(), _value(text, value.strip())


def _value(text: str, value: str) -> object:
    if not value.startswith(_STRUCTURED):
        return value
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError as error:
        problem = f"is no TOML ({error})"
    try:
        return json.loads(value)
    except ValueError as error:
        raise InvalidOption(text, problem) from error
