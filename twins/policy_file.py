"""The shape of a policy file (specification, section 10), and all that a file may have wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Any, Literal

import msgspec

from .readings import QUANTITIES, Quantity
from .shape_mistakes import Mistake, converted, shape_mistakes

_ID_FORM = "1 to 64 small letters, digits and hyphens, the first no hyphen"
_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9\-]{0,63}$", description=_ID_FORM)]
# The bounds keep infinity and NaN out, which TOML can write and no limit can be.
_Number = Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)]
_NumberFromZero = Annotated[float, msgspec.Meta(ge=0, le=1e9)]
# RFC 8785 writes integers up to 2^53 - 1.
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=10 * 365 * 86_400)]
_SeverityWord = Literal["minor", "major", "critical"]
_DispositionWord = Literal["unknown", "container_open", "non_conformant", "damaged"]


class BoundaryFile(msgspec.Struct, forbid_unknown_fields=True):
    """A `[[boundary]]`."""

    id: _Id
    quantity: str
    side: Literal["upper", "lower"]
    limit: _Number
    severity: _SeverityWord
    title: str
    hysteresis: _NumberFromZero = 0.0
    delay_s: _Seconds = 0
    mode: Literal["single", "cumulative"] = "single"
    disposition: _DispositionWord = "non_conformant"
    latched: bool = True


class MeanKineticFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[mean_kinetic_temperature]`."""

    limit: _Number
    severity: _SeverityWord
    disposition: _DispositionWord = "non_conformant"


class WearFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[wear]`."""

    shock_from: _NumberFromZero = 0.0
    shock_full: _Count = 0
    handling_full: _Count = 0
    exposure_full_s: _Seconds = 0


class ObservationFile(msgspec.Struct, forbid_unknown_fields=True):
    """The `[observation]`."""

    required: Annotated[list[str], msgspec.Meta(min_length=1)]
    minimum_coverage: Annotated[float, msgspec.Meta(ge=0, le=1)]
    severity: _SeverityWord
    maximum_hold_s: Annotated[int, msgspec.Meta(ge=1, le=2**53 - 1)] | None = None


class PolicyFile(msgspec.Struct, forbid_unknown_fields=True):
    """A policy as a person writes it, in people's units."""

    schema: Literal[1]
    id: _Id
    title: str
    source: str
    observation: ObservationFile
    boundary: list[BoundaryFile] = []
    mean_kinetic_temperature: MeanKineticFile | None = None
    wear: WearFile = msgspec.field(default_factory=WearFile)


_LEVELS = ", ".join(name for name, quantity in QUANTITIES.items() if quantity.is_level)
_ALLOWED = {
    "observation.required": f"a list in square brackets of one or more of {_LEVELS}",
    "boundary": "sections in double brackets, [[boundary]]",
    "observation": "a section in single brackets, [observation]",
    "mean_kinetic_temperature": "a section in single brackets, [mean_kinetic_temperature]",
    "wear": "a section in single brackets, [wear]",
}
"""What the shape alone does not say: what is in a list, how a table is written in TOML."""


def steps(value: float, scale: int) -> int:
    """Return a number of the file in integer steps, from its decimal text."""
    return int((Decimal(repr(value)) * scale).to_integral_value(ROUND_HALF_EVEN))


def policy_mistakes(document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield all that is wrong with a parsed policy file, in the order of its schema."""
    for one in shape_mistakes(document, PolicyFile):
        yield msgspec.structs.replace(one, allowed=_ALLOWED.get(one.key, one.allowed))
    yield from _of_observation(document.get("observation"))
    yield from _of_mean_kinetic(document.get("mean_kinetic_temperature"))
    entries = document.get("boundary")
    ids: set[str] = set()
    for place, one in enumerate(entries if isinstance(entries, list) else ()):
        yield from _of_boundary(f"boundary[{place}]", one, ids)


def _member(table: object, kind: type[msgspec.Struct], name: str) -> Any:  # noqa: ANN401 - a value
    """Return a member that is right by itself, or its default; else None."""
    (field,) = (one for one in msgspec.structs.fields(kind) if one.name == name)
    if not isinstance(table, Mapping):
        return None
    if name not in table:
        return None if field.required else field.default
    return converted(table[name], field.type)


def _of_observation(table: object) -> Iterator[Mistake]:
    for name in _member(table, ObservationFile, "required") or ():
        if name not in QUANTITIES or not QUANTITIES[name].is_level:
            yield Mistake("observation.required", name, _LEVELS)


def _of_mean_kinetic(table: object) -> Iterator[Mistake]:
    limit = _member(table, MeanKineticFile, "limit")
    if limit is not None:
        yield from _of_limit("mean_kinetic_temperature.limit", limit, QUANTITIES["temperature"])


def _of_limit(key: str, limit: float, quantity: Quantity) -> Iterator[Mistake]:
    scale = quantity.scale
    if not quantity.lowest <= steps(limit, scale) <= quantity.highest:
        allowed = f"{quantity.lowest / scale:g} to {quantity.highest / scale:g}"
        yield Mistake(key, limit, allowed)


def _of_boundary(key: str, table: object, ids: set[str]) -> Iterator[Mistake]:
    members = ("id", "quantity", "limit", "delay_s", "mode")
    own, name, limit, delay_s, mode = (_member(table, BoundaryFile, one) for one in members)
    if own is not None and own in ids:
        yield Mistake(f"{key}.id", own, "an id that no other boundary has")
    ids.add(own or "")
    quantity = QUANTITIES.get(name)
    if quantity is None:
        if name is not None:
            yield Mistake(f"{key}.quantity", name, ", ".join(QUANTITIES))
        return
    if limit is not None:
        yield from _of_limit(f"{key}.limit", limit, quantity)
    if not quantity.is_level and (delay_s or mode == "cumulative"):
        allowed = f"0 and mode single: {quantity.name} is an event"
        yield Mistake(f"{key}.delay_s", delay_s, allowed)
