"""All in which a parsed document differs from the shape that it should have, in people's words."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import inspect


class Mistake(msgspec.Struct, frozen=True):
    """One thing that is wrong with a document.

    Attributes:
        key: The key, dotted; entries of a list count from 0.
        found: What stands there; None where nothing does.
        allowed: What may stand there.
        told: What is wrong, where it is not that the value is another than may stand there.
    """

    key: str
    found: object
    allowed: str
    told: str = ""


def shape_mistakes(found: object, kind: Any, key: str = "") -> Iterator[Mistake]:  # noqa: ANN401 - any annotation
    """Yield all in which a document differs from a shape, in the order of the shape.

    Args:
        found: The document, as TOML or JSON was parsed.
        kind: A struct, or whatever else `msgspec` takes as a type.
        key: Where the document stands in a larger one.
    """
    try:
        msgspec.convert(found, kind)
    except msgspec.ValidationError:
        yield from _mistakes_in(found, kind, key)


def converted(found: object, kind: Any) -> Any:  # noqa: ANN401 - any annotation, and its value
    """Return a part of a document as a type, or None where it is none of it."""
    try:
        return msgspec.convert(found, kind)
    except msgspec.ValidationError:
        return None


def _mistakes_in(found: object, kind: Any, key: str) -> Iterator[Mistake]:  # noqa: ANN401 - any annotation
    info = inspect.type_info(kind)
    if isinstance(info, inspect.UnionType):
        info = next(one for one in info.types if not isinstance(one, inspect.NoneType))
    table = _table_of(info)
    inner: list[Mistake] = []
    if isinstance(info, inspect.StructType) and isinstance(found, Mapping):
        inner = list(_of_table(found, info.cls, key))
    elif table is not None and isinstance(found, list):
        for place, one in enumerate(found):
            inner += shape_mistakes(one, table, f"{key}[{place}]")
    # Members that are right one by one may still not go together.
    yield from inner or [Mistake(key, found, _allowed(info))]


def _table_of(info: inspect.Type) -> type[msgspec.Struct] | None:
    """Return the struct of which a list consists."""
    if isinstance(info, inspect.ListType | inspect.VarTupleType):
        return info.item_type.cls if isinstance(info.item_type, inspect.StructType) else None
    return None


def _of_table(
    found: Mapping[str, object], kind: type[msgspec.Struct], key: str
) -> Iterator[Mistake]:
    under = f"{key}." if key else ""
    fields = {one.encode_name: one for one in msgspec.structs.fields(kind)}
    for name, one in fields.items():
        if name in found:
            yield from shape_mistakes(found[name], one.type, under + name)
        elif one.required:
            allowed = _allowed(inspect.type_info(one.type))
            yield Mistake(under + name, None, allowed, "is missing")
    for name in (one for one in found if one not in fields):
        near = difflib.get_close_matches(name, fields, 1)
        meant = f" (did you mean {near[0]}?)" if near else ""
        allowed = f"one of the keys {', '.join(fields)}"
        yield Mistake(under + name, found[name], allowed, f"is no key here{meant}")


def _allowed(info: inspect.Type) -> str:
    """Return in words what a type takes."""
    text = "text in quotation marks"
    match info:
        case inspect.Metadata(type=inner, extra_json_schema=extra):
            text = str((extra or {}).get("description") or _allowed(inner))
        case inspect.LiteralType(values=values):
            words = [f'"{one}"' if isinstance(one, str) else str(one) for one in values]
            text = " or ".join(words)
        case inspect.IntType(ge=lowest, le=highest):
            text = f"a whole number from {lowest} to {highest}"
        case inspect.FloatType(ge=lowest, le=highest):
            text = f"a number from {lowest:.10g} to {highest:.10g}"
        case inspect.BoolType():
            text = "true or false, without quotation marks"
        case inspect.ListType(min_length=shortest) | inspect.VarTupleType(min_length=shortest):
            text = "a list in square brackets" + (" that is not empty" if shortest else "")
        case inspect.StructType():
            text = "a table of keys and values"
    return text
