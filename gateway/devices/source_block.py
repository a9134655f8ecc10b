"""A `[[source]]` of gateway.toml, ready to paste and to be completed (TOML 1.0)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from gateway.devices.configuring import Configured, question_mark, unanswered
from gateway.devices.questions import IGNORE, LEVEL, Question, questions

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_INDENT = "  "
_NAMED_BY = ("path", "name")


def source_block(one: Configured) -> str:
    """Return the section that configures a format.

    In the place of what is still open stands the question, with a comment on what to answer; the
    gateway does not start before each is answered.
    """
    lines = ["[[source]]", f"filter = {_value(one.filter)}", f"codec = {_value(one.codec)}"]
    if one.open:
        lines += ["# Put an answer in the place of each question.", "[source.options]"]
        lines += _option_lines(unanswered(one), questions(one.open, one.filter))
    elif one.options:
        lines.append(f"options = {_value(one.options)}")
    return "\n".join(lines)


def joint(proposals: Iterable[Configured]) -> tuple[Configured, ...]:
    """Return one source for each format and filter, with all that devices of its kind send."""
    found: dict[tuple[str, str], Configured] = {}
    for one in proposals:
        key = (one.codec, one.filter)
        found[key] = _joined(found[key], one) if key in found else one
    return tuple(found.values())


def _option_lines(options: Mapping[str, Any], asked: Sequence[Question]) -> Iterator[str]:
    for key, value in options.items():
        if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
            yield f"{_key(key)} = ["
            for each in value:
                yield from (f"{_INDENT}{line}" for line in _comments(each, asked))
                yield f"{_INDENT}{_value(each)},"
            yield "]"
        else:
            yield from _comments(value, asked)
            yield f"{_key(key)} = {_value(value)}"


def _comments(value: object, asked: Sequence[Question]) -> Iterator[str]:
    """Yield what to answer to each question that stands in a value."""
    texts = list(_texts(value))
    for one in asked:
        if any(question_mark(one.need) in text for text in texts):
            yield f"# {_one_line(_hint(one))}"


def _hint(one: Question) -> str:
    if one.need == LEVEL:
        return (
            f"{one.text} Put {{device}} there, and + there in filter; or, where the payload names "
            'it, + in both and device_path = "…" beside topic.'
        )
    choices = [choice for choice in one.choices if choice != IGNORE]
    if one.is_free:
        return f"{one.text} For instance {one.example}."
    hint = f"{one.text} One of {', '.join(choices)}."
    return f"{hint} Take this out where it is no measurement." if IGNORE in one.choices else hint


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from _texts(each)
    else:
        yield str(value)


def _joined(first: Configured, second: Configured) -> Configured:
    needs = tuple(dict.fromkeys((*first.open, *second.open)))
    return Configured(first.codec, first.filter, _union(first.options, second.options), needs)


def _union(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    options = dict(first)
    for key, value in second.items():
        known = options.setdefault(key, value)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            options[key] = _union(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            options[key] = _entries(known, value)
    return options


def _entries(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    """Return the entries of two lists; a field that not every device sends may be absent."""
    ours, theirs = {_name(one): one for one in first}, {_name(one): one for one in second}
    entries = []
    for name, one in (ours | theirs).items():
        known = [each[name] for each in (ours, theirs) if name in each]
        is_sent_by_all = len(known) > 1 and not any("optional" in each for each in known)
        is_field = isinstance(one, Mapping) and "path" in one
        entries.append({**one, "optional": True} if is_field and not is_sent_by_all else one)
    return entries


def _name(entry: object) -> str:
    if isinstance(entry, Mapping):
        return next((str(entry[key]) for key in _NAMED_BY if key in entry), _value(entry))
    return _value(entry)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        members = [f"{_key(str(key))} = {_value(member)}" for key, member in value.items()]
        return f"{{ {', '.join(members)} }}" if members else "{}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(map(_value, value))}]"
    # Strings, numbers and truth values are written as in JSON, but for DEL: TOML escapes it too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _value(key)


def _one_line(text: str) -> str:
    return "".join(one if one.isprintable() else "�" for one in text)
