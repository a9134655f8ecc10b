"""What can be said of numbers without a known format: where they stand, but not what they measure.

A mapping can read them once a person has said quantity and unit of each; nothing of it is guessed
from names. ESPHome publishes plain numbers on `{device}/sensor/{sensor}/state`.
"""

from __future__ import annotations

from collections.abc import Iterator

from .base import Guess, Refusal
from .json_text import parse
from .mapping import WHOLE

_MOST_FIELDS = 32
_MOST_DEPTH = 8
_DEVICE_LEVEL = "level of the topic that names the device"


def recognise(topic: str, payload: bytes) -> Guess | None:
    """Tell whether a message holds numbers that a mapping could read."""
    try:
        value = parse(payload)
    except Refusal:
        return None
    levels = topic.split("/")
    if _is_number(value):
        return _plain_number(levels)
    paths = [path for path in _numbers(value) if path][:_MOST_FIELDS]
    if not isinstance(value, dict) or not paths:
        return None
    fields = [{"path": path, "sensor": path} for path in paths]
    needs = [need for path in paths for need in (f"quantity of {path}", f"unit of {path}")]
    return _guess(levels, len(levels) - 1, fields, 10, (_DEVICE_LEVEL, *needs))


def _plain_number(levels: list[str]) -> Guess:
    fields = [{"path": WHOLE, "sensor": levels[-1]}]
    match levels:
        case [*_, _, "sensor", name, "state"]:
            fields = [{"path": WHOLE, "sensor": name}]
            return _guess(levels, len(levels) - 4, fields, 60, ("unit", "quantity"))
        case _:
            needs = (_DEVICE_LEVEL, "unit", "quantity")
            return _guess(levels, max(len(levels) - 2, 0), fields, 20, needs)


def _guess(
    levels: list[str],
    device: int,
    fields: list[dict[str, str]],
    certainty: int,
    needs: tuple[str, ...],
) -> Guess:
    before, after = levels[:device], levels[device + 1 :]
    return Guess(
        "/".join([*before, "+", *after]),
        {"topic": "/".join([*before, "{device}", *after]), "fields": fields},
        certainty,
        needs,
    )


def _numbers(value: object, path: str = "", depth: int = 0) -> Iterator[str]:
    """Yield the path of each number."""
    if _is_number(value):
        yield path
    elif isinstance(value, dict) and depth < _MOST_DEPTH:
        for key, member in value.items():
            if "." not in key:
                yield from _numbers(member, f"{path}.{key}".lstrip("."), depth + 1)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
