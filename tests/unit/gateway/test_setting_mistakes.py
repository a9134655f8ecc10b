from typing import Any

import pytest
from pydantic import BaseModel

from gateway.codecs.registry import FORMATS, wrong_options
from gateway.errors import WrongSetting, WrongSettings
from gateway.settings import Settings
from gateway.settings_file import parse_settings

WRONG: tuple[Any, ...] = (
    -1,
    2**70,
    1.5,
    float("nan"),
    True,
    "",
    "x" * 300,
    "7",
    [],
    [5],
    [{}],
    {},
    {"a": 5},
    {"a": {}},
)
LIBRARYS_WORDS = (
    "Input should",
    "valid integer",
    "valid boolean",
    "valid string",
    "valid dictionary",
    "pydantic",
    "type=",
    "further information",
    "Value error",
    "Field required",
    "Extra inputs",
    "match pattern",
    "another value",
)
"""What pydantic 2 says of itself, and what stands in for a kind of finding that nobody worded."""


def sections() -> list[tuple[str, type[BaseModel]]]:
    return [
        (name, field.annotation)
        for name, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
    ]


def told(document: dict[str, Any]) -> str:
    try:
        parse_settings(document, "gateway.toml")
    except (WrongSetting, WrongSettings) as error:
        return str(error)
    return ""


def assert_own_words(text: str) -> None:
    for words in LIBRARYS_WORDS:
        assert words not in text


@pytest.mark.parametrize("value", WRONG, ids=lambda value: repr(value)[:20])
def test_no_key_of_the_configuration_is_refused_in_the_words_of_a_library(value: object) -> None:
    for name, section in sections():
        assert_own_words(told({name: value}))
        for key in section.model_fields:
            assert_own_words(told({name: {key: value}}))
    for key in ("url", "client_id", "topic_filters", "receive_maximum", "qos"):
        assert_own_words(told({"subscriber": [{"url": "mqtt://h", key: value}]}))
    assert_own_words(told({"subscriber": value}))
    assert_own_words(told({"source": [value]}))


@pytest.mark.parametrize("name", FORMATS)
def test_no_option_of_a_format_is_refused_in_the_words_of_a_library(name: str) -> None:
    for key in (*FORMATS[name].settings.model_fields, "colour"):
        for value in WRONG:
            for one in wrong_options(name, {key: value}):
                assert_own_words(str(one))


def test_a_value_that_may_be_of_two_types_is_refused_once() -> None:
    (wrong,) = wrong_options("chirpstack_v4", {"decoder": 5})
    assert (wrong.key, wrong.found) == ("decoder", 5)
    assert wrong.problem == "is 5; allowed: text in quotation marks, or a table of keys and values"


def test_what_is_missing_within_a_table_is_named_with_the_table() -> None:
    options = {"topic": "a/{device}", "fields": [{"path": "t", "unit": "C"}]}
    (wrong,) = wrong_options("mapping", options)
    assert (wrong.key, wrong.found) == ("fields.0.quantity", None)
    assert wrong.problem.startswith("is missing")
