"""What is wrong with settings, in words for whoever wrote them.

Each kind of finding of the library that checks settings is worded here and nowhere else.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from pydantic import AfterValidator, BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from .errors import shown_setting

_REFERENCE = "config/gateway.toml"
_FORM = "form"
_ABSENT = object()

Place = tuple[str | int, ...]


class Mistake(msgspec.Struct, frozen=True):
    """One thing that is wrong with a document of settings.

    Attributes:
        place: The key, by the tables and lists that it stands in.
        found: What stands there; None where nothing does.
        allowed: What may stand there.
        told: What is wrong and what to write, in words that follow the name of the key.
    """

    place: Place
    found: object
    allowed: str
    told: str

    @property
    def key(self) -> str:
        """The key, dotted."""
        return _dotted(self.place)


def _dotted(place: Place) -> str:
    return ".".join(map(str, place))


def written_as(form: str, is_right: Callable[[str], object]) -> AfterValidator:
    """Return a check of a text; `form` names to people what may stand there."""

    def check(text: str) -> str:
        if not is_right(text):
            raise PydanticCustomError(_FORM, "{form}", {"form": form})
        return text

    return AfterValidator(check)


def mistakes(
    error: ValidationError, document: Mapping[str, Any], model: type[BaseModel]
) -> tuple[Mistake, ...]:
    """Return all that is wrong with a document.

    Args:
        error: What its check found.
        document: The document.
        model: What it was checked against.
    """
    # Where a value may be of several types, each of them is a finding of its own.
    alternatives: dict[Place, list[Mistake]] = {}
    for one in error.errors(include_url=False):
        mistake = _mistake(one, document, model)
        alternatives.setdefault(mistake.place, []).append(mistake)
    # A list counts as too short also where its only entry is wrong.
    holders = {place[:depth] for place in alternatives for depth in range(len(place))}
    return tuple(_merged(same) for place, same in alternatives.items() if place not in holders)


def _mistake(error: ErrorDetails, document: Mapping[str, Any], model: type[BaseModel]) -> Mistake:
    kind, place = error["type"], _place(error["loc"], document)
    if kind == "missing":
        allowed = f"a value, as {_REFERENCE} shows"
        place = (*place, error["loc"][-1])
        return Mistake(place, None, allowed, f"is missing; write it as {_REFERENCE} shows")
    found = error["input"]
    if kind == "extra_forbidden":
        return _unknown(place, found, _keys_beside(model, place))
    text = shown_setting(_dotted(place), found)
    if kind == "value_error":
        reason = str(error["ctx"]["error"])
        says_what = isinstance(found, Mapping | BaseModel) or repr(found) in reason
        told = f"cannot be used: {reason}" if says_what else f"is {text}: {reason}"
        return Mistake(place, found, reason, told)
    allowed = _allowed(kind, error.get("ctx", {}))
    if len(place) == 1 and kind in _SECTIONS:
        allowed = _SECTIONS[kind].format(place[0])
        return Mistake(place, found, allowed, f"is written otherwise; allowed: {allowed}")
    if kind == "model_type":
        return Mistake(place, found, allowed, f"is none; allowed: {allowed}")
    return Mistake(place, found, allowed, f"is {text}; allowed: {allowed}")


def _unknown(place: Place, found: object, keys: Sequence[str]) -> Mistake:
    allowed = f"one of the keys {', '.join(keys)}"
    near = next(iter(difflib.get_close_matches(str(place[-1]), keys, 1)), "")
    meant = f" (did you mean {near}?)" if near else ""
    # A key of a person's own making may hold a password; a number that is meant for a known key
    # of numbers does not.
    is_open = near and not near.endswith("_file") and isinstance(found, int | float)
    value = f"is {shown_setting(near, found)}, but" if is_open else "cannot be used:"
    return Mistake(
        place, found, allowed, f"{value} there is no such key{meant}; allowed: {allowed}"
    )


def _allowed(kind: str, details: Mapping[str, Any]) -> str:
    if kind in _TYPES:
        return _TYPES[kind]
    if kind in _LIMITS:
        name, text = _LIMITS[kind]
        return _NOT_EMPTY.get((kind, details[name])) or text.format(details[name])
    if kind == _FORM:
        return str(details["form"])
    if kind == "literal_error":
        return str(details["expected"]).replace("'", '"')
    return f"another value; {_REFERENCE} shows what may stand there"


_WHOLE_NUMBER = "a whole number, without quotation marks"
_NUMBER = "a number, without quotation marks"
_TRUTH = "true or false, without quotation marks"
_TEXT = "text in quotation marks"
_LIST = "a list in square brackets"
_TABLE = "a table of keys and values"
_TYPES = {
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": "a smaller whole number",
    "int_from_float": _WHOLE_NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "a finite number",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
}
_SECTIONS = {
    "list_type": "sections in double brackets, [[{}]]",
    "model_type": "a section in single brackets, [{}]",
}
_LIMITS = {
    "greater_than_equal": ("ge", "{} or more"),
    "greater_than": ("gt", "more than {}"),
    "less_than_equal": ("le", "{} or less"),
    "less_than": ("lt", "less than {}"),
    "string_too_short": ("min_length", "text of {} characters or more"),
    "string_too_long": ("max_length", "text of at most {} characters"),
    "too_short": ("min_length", "a list of {} entries or more"),
    "too_long": ("max_length", "a list of at most {} entries"),
}
_NOT_EMPTY = {
    ("string_too_short", 1): "text that is not empty",
    ("too_short", 1): "a list that is not empty",
}


def _place(location: Place, document: object) -> Place:
    """Return where a finding lies; what names a type and no key is left out."""
    found = document
    for depth, part in enumerate(location):
        found = _member(found, part)
        if found is _ABSENT:
            return location[:depth]
    return location


def _member(holder: object, part: str | int) -> object:
    if isinstance(holder, Mapping):
        return holder.get(part, _ABSENT)
    if isinstance(holder, list | tuple) and isinstance(part, int) and part < len(holder):
        return holder[part]
    return _ABSENT


def _keys_beside(model: type[BaseModel], place: Place) -> list[str]:
    """Return the keys that may stand where an unknown one does."""
    for part in place[:-1]:
        if isinstance(part, str):
            inner = model.model_fields.get(part)
            model = next(_models_in(inner.annotation), model) if inner is not None else model
    return list(model.model_fields)


def _models_in(annotation: Any) -> Any:  # noqa: ANN401 - an annotation is any object
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def _merged(same: Sequence[Mistake]) -> Mistake:
    first = same[0]
    if len(same) == 1:
        return first
    allowed = ", or ".join(dict.fromkeys(one.allowed for one in same))
    told = f"is {shown_setting(first.key, first.found)}; allowed: {allowed}"
    return msgspec.structs.replace(first, allowed=allowed, told=told)
