"""All that a policy file may have wrong, each with its key and what may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from twins.readings import POSITION, QUANTITIES, Quantity

from .file import (
    BoundaryFile,
    MeanKineticFile,
    ObservationFile,
    PolicyFile,
    ShelfLifeFile,
    WearFile,
    steps,
)
from .shape_mistakes import Mistake, converted, shape_mistakes
from .words import Phase

_LEVELS = ", ".join(name for name, quantity in QUANTITIES.items() if quantity.is_level)
_LOADS = tuple(
    name for name, quantity in QUANTITIES.items() if quantity.is_level and name not in POSITION
)
"""Levels that can wear the goods: where they are is no load on them."""
_PHASES = ", ".join(f'"{one.value}"' for one in Phase)
_SECTIONS = (
    "observation",
    "mean_kinetic_temperature",
    "shelf_life",
    "core",
    "sensors",
    "sensors.accuracy",
    "sensors.disagreement",
    "sensors.drift",
    "sensors.largest_step_per_minute",
    "sensors.stuck_after_s",
    "shock",
    "custody",
    "location",
    "wear",
)
_ALLOWED = {name: f"a section in single brackets, [{name}]" for name in _SECTIONS} | {
    "observation.required": f"a list in square brackets of one or more of {_LEVELS}",
    "boundary": "sections in double brackets, [[boundary]]",
    "boundary.phases": f"a list in square brackets of one or more of {_PHASES}",
}
"""What the shape alone does not say: what is in a list, how a table is written in TOML."""

_PLACE = re.compile(r"\[\d+\]")
_TEMPERATURE = QUANTITIES["temperature"]
_PARAMETERS = {"arrhenius": "activation_kj_per_mol", "q10": "q10", "square_root": "minimum"}
"""The one parameter that each model of shelf life takes."""


def policy_mistakes(document: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield all that is wrong with a parsed policy file: its shape, then what does not fit."""
    for one in shape_mistakes(document, PolicyFile):
        allowed = _ALLOWED.get(_PLACE.sub("", one.key), one.allowed)
        yield msgspec.structs.replace(one, allowed=allowed)
    yield from _of_observation(document.get("observation"))
    yield from _of_mean_kinetic(document.get("mean_kinetic_temperature"))
    yield from _of_shelf_life(document.get("shelf_life"))
    yield from _of_shock(document.get("shock"))
    yield from _of_wear(document.get("wear"))
    entries = document.get("boundary")
    has_core = isinstance(document.get("core"), Mapping)
    ids: set[str] = set()
    for place, one in enumerate(entries if isinstance(entries, list) else ()):
        yield from _of_boundary(f"boundary[{place}]", one, ids)
        yield from _of_phases(f"boundary[{place}]", one)
        yield from _of_core(f"boundary[{place}]", one, has_core=has_core)


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
    key = "mean_kinetic_temperature"
    for name in ("limit", "above"):
        limit = _member(table, MeanKineticFile, name)
        if limit is not None:
            yield from _of_limit(f"{key}.{name}", limit, _TEMPERATURE)
    yield from _together(key, table, ("window_h", "above"))


def _of_shelf_life(table: object) -> Iterator[Mistake]:
    if not isinstance(table, Mapping):
        return
    reference, minimum = (_member(table, ShelfLifeFile, one) for one in ("reference", "minimum"))
    for name, limit in (("reference", reference), ("minimum", minimum)):
        if limit is not None:
            yield from _of_limit(f"shelf_life.{name}", limit, _TEMPERATURE)
    model = _member(table, ShelfLifeFile, "model")
    for of, name in _PARAMETERS.items() if model else ():
        if of == model and name not in table:
            yield Mistake(f"shelf_life.{name}", None, f"a number; {of} takes it", "is missing")
        if of != model and name in table:
            told = f"does not go with model {model}"
            yield Mistake(f"shelf_life.{name}", table[name], _PARAMETERS[model], told)
    if model == "square_root" and None not in (reference, minimum) and reference <= minimum:
        allowed = "a temperature above minimum, at which nothing spoils"
        yield Mistake("shelf_life.reference", reference, allowed)


def _of_shock(table: object) -> Iterator[Mistake]:
    names = ("critical_velocity_m_s", "critical_acceleration_g", "severity")
    yield from _together("shock", table, names)


def _of_wear(table: object) -> Iterator[Mistake]:
    yield from _together("wear", table, ("fatigue_quantity", "fatigue_cycles", "fatigue_exponent"))
    name = _member(table, WearFile, "fatigue_quantity")
    if name is not None and name not in _LOADS:
        yield Mistake("wear.fatigue_quantity", name, ", ".join(_LOADS))


def _together(section: str, table: object, names: tuple[str, ...]) -> Iterator[Mistake]:
    """Yield the keys that are missing beside others with which they mean something only."""
    stated = [one for one in names if isinstance(table, Mapping) and one in table]
    for name in names if stated else ():
        if name not in stated:
            allowed = f"all of {', '.join(names)}, or none"
            yield Mistake(f"{section}.{name}", None, allowed, "is missing")


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
    if name in POSITION:
        allowed = "another quantity; where an asset may be is said by its plan"
        yield Mistake(f"{key}.quantity", name, allowed)
        return
    if limit is not None:
        yield from _of_limit(f"{key}.limit", limit, quantity)
    if not quantity.is_level and (delay_s or mode == "cumulative"):
        allowed = f"0 and mode single: {quantity.name} is an event"
        yield Mistake(f"{key}.delay_s", delay_s, allowed)


def _of_phases(key: str, table: object) -> Iterator[Mistake]:
    phases = _member(table, BoundaryFile, "phases")
    if phases is not None and len(set(phases)) < len(phases):
        yield Mistake(f"{key}.phases", phases, "each phase once")


def _of_core(key: str, table: object, *, has_core: bool) -> Iterator[Mistake]:
    of, quantity = (_member(table, BoundaryFile, one) for one in ("of", "quantity"))
    if of != "core":
        return
    if quantity != _TEMPERATURE.name:
        yield Mistake(f"{key}.of", of, f'"measured": only a {_TEMPERATURE.name} has a core')
    if not has_core:
        yield Mistake(f"{key}.of", of, '"measured", or a section [core] with time_constant_s')
