"""Strict reading of JSON from devices, with a named reason for each way to fail.

NaN and the infinities, which are no JSON (RFC 8259 section 6), are read as such, so that the one
element that carries them can be named; everything else outside I-JSON (RFC 7493) fails the whole
text, because two readers could understand it differently.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from .refusals import DuplicateKey, InvalidJson, NotAnObject, TooDeeplyNested

JsonObject = Mapping[str, object]

# Fewer digits than the largest double has, so that every int that is read has a double; int() of
# much longer text costs quadratic time, or is refused.
LONGEST_INTEGER = 300


def parse(payload: bytes) -> object:
    """Return the value of a JSON text.

    Raises:
        InvalidJson: It is not UTF-8, not JSON, or holds half of a surrogate pair.
        DuplicateKey: An object names a key twice.
        TooDeeplyNested: It nests deeper than the interpreter's stack.
    """
    try:
        text = payload.decode("utf-8")
        value: object = json.loads(text, object_pairs_hook=_object, parse_int=_integer)
        if "\\u" in text:
            _refuse_lone_surrogates(value)
    except UnicodeDecodeError as error:
        problem = f"byte {error.start} is not UTF-8"
        raise InvalidJson(problem) from error
    except UnicodeEncodeError as error:
        problem = "it holds half of a surrogate pair"
        raise InvalidJson(problem) from error
    except json.JSONDecodeError as error:
        # Of what did not end it says "starting at" already.
        problem = f"{error.msg.removesuffix(' at')} at character {error.pos}"
        raise InvalidJson(problem) from error
    except RecursionError as error:
        raise TooDeeplyNested from error
    return value


def parse_object(payload: bytes) -> JsonObject:
    """Return a JSON object.

    Raises:
        Refusal: As `parse`, or the text holds something else than an object.
    """
    return as_object(parse(payload))


def as_object(value: object) -> JsonObject:
    """Return the value as an object.

    Raises:
        NotAnObject: It is something else.
    """
    if not isinstance(value, dict):
        raise NotAnObject(value)
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise DuplicateKey(key)
            seen.add(key)
    return members


def _integer(text: str) -> int | float:
    return int(text) if len(text) <= LONGEST_INTEGER else float(text)


def _refuse_lone_surrogates(value: object) -> None:
    json.dumps(value, ensure_ascii=False).encode("utf-8")
