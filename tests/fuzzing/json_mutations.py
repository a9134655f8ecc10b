"""Damage that leaves JSON JSON: values of other types and sizes, fields lost, moved or doubled."""

import json
from collections.abc import Sequence
from random import Random

_VALUES: tuple[object, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    7.25,
    -0.0,
    1e308,
    -1e308,
    5e-324,
    float("nan"),
    float("inf"),
    2**31,
    2**53 + 1,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    2**64,
    10**18,
    10**300,
    1_780_000_000,
    1_780_000_000_000,
    1_780_000_000_000_000,
    1_780_000_301_000_000,
    "",
    " ",
    "\0",
    "\ufeff",
    "\ud800",
    "é",
    "e\u0301",
    "a" * 97,
    "a" * 5000,
    "٣",
    "1e3",
    "0x10",
    "°C",
    "%",
    "C",
    "K",
    "humidity",
    "temperature",
    "contact",
    "historical",
    "2026-05-28T20:00:00Z",
    "2026-05-28T20:00:00",
    "2026-05-28T23:59:60Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59.999999999-23:59",
    "2026-03-29T02:30:00",
    "2026-10-25T02:30:00",
    "0201061BFF99040512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F",
    "AXVcA2c0AQRoZQ==",
    "urn:dev:ow:10e2073a01080063:probe",
    [],
    {},
    [[]],
    [None],
    {"": ""},
)
_LEAVES = [json.dumps(value) for value in _VALUES]

_LONGEST_MOVED = 500
"""Characters of a value that may be copied fifty times."""


def mutated_json(random: Random, payload: bytes) -> bytes | None:
    """Return a JSON text with one to three values changed, None where there is no JSON."""
    try:
        return _changed(random, json.loads(payload))
    except (ValueError, RecursionError):
        return None


def _changed(random: Random, value: object) -> bytes:
    for _ in range(random.randint(1, 3)):
        places = _places(value)
        if not places:
            return random.choice(_LEAVES).encode()
        _change(random, *random.choice(places), places)
    text = json.dumps(value, ensure_ascii=random.randrange(2) == 0)
    return _doubled(random, text).encode("utf-8", "surrogatepass")


def _places(value: object) -> list[tuple[dict[str, object] | list[object], str | int]]:
    """Return each container below a value with each of its keys or indexes."""
    found: list[tuple[dict[str, object] | list[object], str | int]] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found += [(one, key) for key in one]
            waiting += one.values()
        elif isinstance(one, list):
            found += [(one, place) for place in range(len(one))]
            waiting += one
    return found


def _change(
    random: Random,
    container: dict[str, object] | list[object],
    key: str | int,
    places: Sequence[tuple[dict[str, object] | list[object], str | int]],
) -> None:
    other, other_key = random.choice(places)
    # A copy: a value that holds itself is no JSON.
    text = json.dumps(other[other_key])  # type: ignore[index]  # the key is of its container
    moved = json.loads(text) if len(text) <= _LONGEST_MOVED else None
    kind = random.randrange(6)
    if kind == 0:
        del container[key]  # type: ignore[arg-type]  # as above
    elif kind == 1:
        container[key] = moved  # type: ignore[index]  # as above
    elif isinstance(container, list) and kind == 2:
        container += [moved] * random.choice((1, 2, 50))
    elif isinstance(container, dict) and kind == 2:
        container[str(random.choice((other_key, "x", "", "signature", "id")))] = moved
    elif kind == 3:
        container[key] = [moved] if random.randrange(2) else {str(other_key): moved}  # type: ignore[index]  # as above
    else:
        container[key] = json.loads(random.choice(_LEAVES))  # type: ignore[index]  # as above


def _doubled(random: Random, text: str) -> str:
    """Let a key stand twice, now and then; `json` itself cannot write that."""
    if random.randrange(16) or not text.startswith("{") or len(text) < 3:
        return text
    key = text[1 : text.find('":') + 2] if '":' in text else '"":'
    return f"{text[:-1]}, {key} 1}}"
