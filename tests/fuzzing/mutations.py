"""Damage to bytes: what a bad line, a cut file, a hostile sender or a faulty device does."""

import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

LONGEST_INPUT = 16_384

_INTEGERS = [
    (value % (1 << 8 * size)).to_bytes(size, order)
    for size in (1, 2, 4, 8)
    for value in (0, 1, -1, 127, 128, 255, 256, 1 << 8 * size - 1, (1 << 8 * size - 1) - 1)
    for order in ("big", "little")
]
_VARINTS = [b"\x7f", b"\x80\x01", b"\xff\x7f", b"\xff\xff\x7f", b"\xff\xff\xff\x7f", b"\xff" * 10]
_TEXTS = [
    b"\x00",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf",
    b"\xef\xbf\xbf",
    b"\xe2\x80\xae",
    b"\xc2\xb0C",
    "é".encode(),
    "٣".encode(),
    b"\xff\xfe",
    b"%s%n",
    b"../",
    b"{device}",
    b"$share/",
    b"+",
    b"#",
    b"/",
]
_JSON = [
    b"null",
    b"true",
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-0.0",
    b"1e-400",
    b"9007199254740993",
    b"9223372036854775808",
    b"-9223372036854775809",
    b"9" * 400,
    b'"\\ud800"',
    b'"\\u0000"',
    b'""',
    b"[]",
    b"{}",
    b"[[]]",
    b'{"":0}',
    b",",
    b":",
    b'"',
    b"\\",
    b'"9999-12-31T23:59:59.999999999-23:59"',
    b'"0001-01-01T00:00:00+23:59"',
    b'"2026-02-30T24:00:00Z"',
]
_TOKENS = [*_INTEGERS, *_VARINTS, *_TEXTS, *_JSON]
_NUMBER = frozenset(b"0123456789")

Mutation: TypeAlias = Callable[[Random, bytearray, Sequence[bytes]], None]


def seeded(mark: bytes) -> Random:
    """Return random choices that are always the same for a mark."""
    return Random(zlib.crc32(mark))  # noqa: S311 -- damage is no secret


def mutated(random: Random, corpus: Sequence[bytes]) -> bytes:
    """Return one input of a corpus with one to eight changes."""
    data = bytearray(random.choice(corpus))
    for _ in range(1 << random.randrange(4)):
        random.choice(_MUTATIONS)(random, data, corpus)
    del data[LONGEST_INPUT:]
    return bytes(data)


def _flip(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _replace(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[random.randrange(len(data))] = random.randrange(256)


def _count(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    """Make a length, or another small number, a little wrong."""
    if data:
        place = random.randrange(len(data))
        data[place] = (data[place] + random.randint(-4, 4)) % 256


def _truncate(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    if random.randrange(4) == 0:
        del data[random.randint(0, len(data)) :]


def _delete(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    start, stop = _piece(random, data)
    del data[start:stop]


def _duplicate(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    start, stop = _piece(random, data)
    data[start:start] = data[start:stop]


def _repeat(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    """Repeat a piece until it fills the input: deep nesting, endless digits, many elements."""
    if random.randrange(64) == 0:
        start, stop = _piece(random, data)
        room = LONGEST_INPUT - len(data)
        if start < stop and room > 0:
            data[start:start] = data[start:stop] * (room // (stop - start))


def _insert(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    place = random.randint(0, len(data))
    data[place:place] = random.choice(_TOKENS)


def _overwrite(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    token = random.choice(_TOKENS)
    place = random.randint(0, len(data))
    data[place : place + len(token)] = token


def _splice(random: Random, data: bytearray, corpus: Sequence[bytes]) -> None:
    other = random.choice(corpus)
    start, stop = _piece(random, other)
    place, end = _piece(random, data)
    data[place:end] = other[start:stop]


def _renumber(random: Random, data: bytearray, _: Sequence[bytes]) -> None:
    """Replace a number written in digits by an extreme one."""
    if not data:
        return
    start = random.randrange(len(data))
    while start < len(data) and data[start] not in _NUMBER:
        start += 1
    stop = start
    while stop < len(data) and data[stop] in _NUMBER:
        stop += 1
    data[start:stop] = random.choice(_JSON)


def _piece(random: Random, data: Sequence[int]) -> tuple[int, int]:
    """Return where a piece begins and ends; short ones are the more likely."""
    size = len(data)
    start = random.randint(0, size)
    length = random.choice((1, 2, 4, 8, 32, size))
    return start, min(size, start + random.randint(0, length))


_MUTATIONS: tuple[Mutation, ...] = (
    _flip,
    _replace,
    _count,
    _truncate,
    _delete,
    _duplicate,
    _repeat,
    _insert,
    _overwrite,
    _splice,
    _renumber,
)
