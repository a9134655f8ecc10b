"""GS1 identification keys: what they consist of, and the digit that checks them.

Shapes as in the GS1 General Specifications, section 3 (application identifiers), 7.9 (check digit)
and 7.11 (character sets), and as listed in the GS1 Barcode Syntax Dictionary of 2026-07.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from twins.errors import InvalidIdentifier

Element = tuple[str, str]
"""An application identifier (AI) and its value."""

_SET_82 = r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]"
_SET_39 = r"[#\-/0-9A-Z]"
_SHORT_GTIN_DIGITS = (8, 12, 13)
_GTIN_DIGITS = 14
_NO_EXTENSION = "0"
"""How an EPC writes a GLN without extension; Tag Data Standard 1.13, section 6.3.3."""


class _Shape(NamedTuple):
    """What an application identifier's value looks like.

    Attributes:
        name: Of the data element, as people say it.
        pattern: All of the value.
        checked_digits: How many digits at the beginning the last of them checks; 0 for none.
        rule: The pattern in words.
    """

    name: str
    pattern: str
    checked_digits: int
    rule: str


def _text(name: str, longest: int) -> _Shape:
    rule = f"1 to {longest} letters, digits and signs of GS1 character set 82"
    return _Shape(name, f"{_SET_82}{{1,{longest}}}", 0, rule)


def _of_company(name: str, characters: str, number: int) -> _Shape:
    rule = f"up to 30 characters of GS1 set {number}, a company prefix of digits first"
    return _Shape(name, f"[0-9]{{4}}{characters}{{0,26}}", 0, rule)


def _digits(name: str, count: int) -> _Shape:
    return _Shape(name, f"[0-9]{{{count}}}", count, f"{count} digits")


def _digits_then_serial(name: str, leading: str, checked: int, longest: int) -> _Shape:
    pattern = f"{leading}[0-9]{{{checked - len(leading)}}}{_SET_82}{{0,{longest}}}"
    beginning = f"{checked} digits{f', the first a {leading},' if leading else ''}"
    rule = f"{beginning} and a serial of up to {longest} characters of GS1 set 82"
    return _Shape(name, pattern, checked, rule)


_SHAPES = {
    "00": _digits("SSCC", 18),
    "01": _Shape("GTIN", r"[0-9]{14}", 14, "8, 12, 13 or 14 digits"),
    "10": _text("batch", 20),
    "21": _text("serial number", 20),
    "22": _text("variant", 20),
    "235": _text("third-party serial", 28),
    "253": _digits_then_serial("GDTI", "", 13, 17),
    "254": _text("extension", 20),
    "401": _of_company("GINC", _SET_82, 82),
    "402": _digits("GSIN", 17),
    "414": _digits("GLN", 13),
    "417": _digits("GLN of a party", 13),
    "8003": _digits_then_serial("GRAI", "0", 14, 16),
    "8004": _of_company("GIAI", _SET_82, 82),
    "8010": _of_company("CPID", _SET_39, 39),
    "8011": _Shape("serial number", r"[1-9][0-9]{0,11}", 0, "1 to 12 digits, the first not 0"),
}

QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": (),
    "01": (("22", "10", "21"), ("235",)),
    "253": (),
    "401": (),
    "402": (),
    "414": (("254",),),
    "417": (),
    "8003": (),
    "8004": (),
    "8010": (("8011",),),
}
"""The primary keys and what may follow each, in this order; Digital Link URI Syntax 1.2, section 4.

Of several, the last one names the single thing: a serial is unique within its GTIN, whatever its
batch (General Specifications, section 3.5).
"""


class KeyKind(enum.Enum):
    """The kinds of keys: a primary key's AI, and that of the qualifier which completes it."""

    SSCC = ("00", "")
    GTIN = ("01", "")
    VARIANT = ("01", "22")
    LGTIN = ("01", "10")
    SGTIN = ("01", "21")
    UPUI = ("01", "235")
    GDTI = ("253", "")
    GINC = ("401", "")
    GSIN = ("402", "")
    GLN = ("414", "")
    SGLN = ("414", "254")
    PGLN = ("417", "")
    GRAI = ("8003", "")
    GIAI = ("8004", "")
    CPID = ("8010", "")
    CPI = ("8010", "8011")


@dataclass(frozen=True, slots=True)
class Gs1Key:
    """A GS1 key that obeys its rules; two equal keys name the same thing.

    Attributes:
        kind: What it names.
        value: Of the primary key, with its check digit; a GTIN has 14 digits.
        qualifier: What completes it, such as the serial number of an SGTIN; else empty.
    """

    kind: KeyKind
    value: str
    qualifier: str = ""

    def __post_init__(self) -> None:
        ai, qualifier_ai = self.kind.value
        check_element(ai, self.value)
        if qualifier_ai:
            check_element(qualifier_ai, self.qualifier)
        elif self.qualifier:
            raise InvalidIdentifier(self.kind.name, self.qualifier, "this key has no qualifier")
        if self.kind is KeyKind.SGLN and self.qualifier == _NO_EXTENSION:
            raise InvalidIdentifier("SGLN", self.qualifier, "0 stands for a GLN without extension")

    @property
    def elements(self) -> tuple[Element, ...]:
        """The key as one or two application identifiers with their values."""
        ai, qualifier_ai = self.kind.value
        primary = (ai, self.value)
        return (primary, (qualifier_ai, self.qualifier)) if qualifier_ai else (primary,)

    @property
    def words(self) -> str:
        """The key as people say it, such as `GTIN 10614141123459, serial number 987`."""
        return ", ".join(f"{_SHAPES[ai].name} {value}" for ai, value in self.elements)


def check_digit(digits: str) -> int:
    """Return the check digit of a GS1 key given without it.

    Weights 3 and 1 alternate from the right; GS1 General Specifications, section 7.9.

    Raises:
        InvalidIdentifier: The text holds something else than digits.
    """
    if not digits.isascii() or not digits.isdigit():
        raise InvalidIdentifier("GS1", digits, "digits only")
    threefold, once = sum(map(int, digits[::-2])), sum(map(int, digits[-2::-2]))
    return -(3 * threefold + once) % 10


def check_element(ai: str, value: str) -> None:
    """Refuse a value that its application identifier does not allow; other AIs are not judged.

    Raises:
        InvalidIdentifier: Its shape is wrong or its check digit is; says which digit fits.
    """
    shape = _SHAPES.get(ai)
    if shape is None:
        return
    name = f"{shape.name} ({ai})"
    if not re.fullmatch(shape.pattern, value):
        raise InvalidIdentifier(name, value, shape.rule)
    if shape.checked_digits:
        body, found = value[: shape.checked_digits - 1], value[shape.checked_digits - 1]
        expected = check_digit(body)
        if int(found) != expected:
            rule = f"check digit {expected} expected, not {found}; one of its digits is wrong"
            raise InvalidIdentifier(name, value, rule)


def key_of_elements(elements: Sequence[Element], text: str) -> Gs1Key:
    """Return the key that elements state; what is neither key nor qualifier is passed over.

    Args:
        elements: In any order; a GTIN may have 8, 12 or 13 digits.
        text: What a person wrote, for the refusal.

    Raises:
        InvalidIdentifier: They state no key or several, one of them twice, or one is wrong.
    """
    found: dict[str, str] = {}
    for ai, value in elements:
        full = full_gtin(value) if ai == "01" else value
        check_element(ai, full)
        if found.setdefault(ai, full) != full:
            raise InvalidIdentifier("GS1", text, f"it states ({ai}) twice, not the same")
    primary = [ai for ai in found if ai in QUALIFIERS]
    if len(primary) != 1:
        stated = " and ".join(f"({ai})" for ai in primary) or "none"
        known = ", ".join(f"{_SHAPES[ai].name} ({ai})" for ai in QUALIFIERS)
        raise InvalidIdentifier("GS1", text, f"it must state one key of {known}; it has {stated}")
    return _completed(primary[0], found)


def _completed(ai: str, found: dict[str, str]) -> Gs1Key:
    for qualifier_ai in (one for order in QUALIFIERS[ai] for one in reversed(order)):
        qualifier = found.get(qualifier_ai, "")
        if qualifier and (qualifier_ai, qualifier) != ("254", _NO_EXTENSION):
            return Gs1Key(KeyKind((ai, qualifier_ai)), found[ai], qualifier)
    return Gs1Key(KeyKind((ai, "")), found[ai])


def full_gtin(text: str) -> str:
    """Return a GTIN-8, -12 or -13 as the 14 digits that mean the same; another text as it is."""
    is_short = len(text) in _SHORT_GTIN_DIGITS and text.isascii() and text.isdigit()
    return text.zfill(_GTIN_DIGITS) if is_short else text
