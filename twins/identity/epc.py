"""EPC URNs and the GS1 keys that they state; GS1 EPC Tag Data Standard 1.13, sections 6.3 and 7.

A URN splits a key after its company prefix and leaves the check digit out. From a URN there is
always one key, from a key to a URN only with the length of the company prefix.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from twins.errors import InvalidIdentifier

from .gs1 import Gs1Key, KeyKind, check_digit
from .percent import decoded

_URN = re.compile(
    r"[Uu][Rr][Nn]:[Ee][Pp][Cc]:((?:id|class|idpat):[a-z]+):([A-Za-z0-9!'()*+,\-.:;=_%]+)"
)
_ANY_SERIAL = "*"
_NO_EXTENSION = "0"


class _Scheme(NamedTuple):
    """How a scheme of URNs writes a key.

    Attributes:
        kind: The key; that without its serial for a pattern.
        digits: Company prefix and reference together; 0 where the reference is text.
        begins_reference: Whether the key's first digit begins the URN's reference.
        leading: What the key begins with and the URN leaves out.
        serial: Whether a third part follows: the qualifier, or the end of the key's value.
    """

    kind: KeyKind
    digits: int
    begins_reference: bool = False
    leading: str = ""
    serial: bool = True


_SCHEMES = {
    "id:sgtin": _Scheme(KeyKind.SGTIN, 13, begins_reference=True),
    "class:lgtin": _Scheme(KeyKind.LGTIN, 13, begins_reference=True),
    "idpat:sgtin": _Scheme(KeyKind.GTIN, 13, begins_reference=True),
    "id:upui": _Scheme(KeyKind.UPUI, 13, begins_reference=True),
    "id:sscc": _Scheme(KeyKind.SSCC, 17, begins_reference=True, serial=False),
    "id:sgln": _Scheme(KeyKind.SGLN, 12),
    "id:pgln": _Scheme(KeyKind.PGLN, 12, serial=False),
    "id:grai": _Scheme(KeyKind.GRAI, 12, leading="0"),
    "idpat:grai": _Scheme(KeyKind.GRAI, 12, leading="0"),
    "id:gdti": _Scheme(KeyKind.GDTI, 12),
    "idpat:gdti": _Scheme(KeyKind.GDTI, 12),
    "id:giai": _Scheme(KeyKind.GIAI, 0, serial=False),
    "id:ginc": _Scheme(KeyKind.GINC, 0, serial=False),
    "id:gsin": _Scheme(KeyKind.GSIN, 16, serial=False),
    "id:cpi": _Scheme(KeyKind.CPI, 0),
    "idpat:cpi": _Scheme(KeyKind.CPID, 0),
}


def is_epc_urn(text: str) -> bool:
    """Tell whether a text begins as an EPC URN of a GS1 key does; other EPCs are plain names."""
    head, _, rest = text.partition(":epc:")
    return head.lower() == "urn" and ":".join(rest.split(":", 2)[:2]) in _SCHEMES


def parse_epc_urn(urn: str) -> Gs1Key:
    """Return the key that an EPC URN states.

    Raises:
        InvalidIdentifier: It is no URN of a GS1 key, or breaks the rules of its scheme.
    """
    match = _URN.fullmatch(urn)
    scheme = _SCHEMES.get(match[1]) if match else None
    if match is None or scheme is None:
        known = ", ".join(_SCHEMES)
        raise InvalidIdentifier("EPC URN", urn, f"write it as urn:epc:SCHEME:…, one of {known}")
    prefix, *parts = match[2].split(".", 2 if scheme.serial else 1)
    if not re.fullmatch(r"[0-9]{6,12}", prefix):
        raise InvalidIdentifier("EPC URN", urn, "its company prefix has 6 to 12 digits")
    if len(parts) != (2 if scheme.serial else 1):
        count = "three parts" if scheme.serial else "two parts"
        raise InvalidIdentifier("EPC URN", urn, f"{match[1]} has {count}, with '.' between them")
    value = _value(urn, scheme, prefix, parts[0])
    if not scheme.serial:
        return Gs1Key(scheme.kind, value)
    return _with_serial(urn, match[1], value, parts[1])


def _value(urn: str, scheme: _Scheme, prefix: str, reference: str) -> str:
    """Return the value of the primary key, with its check digit."""
    if not scheme.digits:
        return prefix + _decoded(urn, reference)
    count = scheme.digits - len(prefix)
    if not re.fullmatch(f"[0-9]{{{count}}}", reference):
        rule = f"{count} digits follow a company prefix of {len(prefix)} digits"
        raise InvalidIdentifier("EPC URN", urn, rule)
    head = scheme.begins_reference
    body = scheme.leading + reference[:head] + prefix + reference[head:]
    return f"{body}{check_digit(body)}"


def _with_serial(urn: str, name: str, value: str, serial: str) -> Gs1Key:
    scheme = _SCHEMES[name]
    if name.startswith("idpat:"):
        if serial != _ANY_SERIAL:
            raise InvalidIdentifier("EPC URN", urn, "a pattern is read with * for the serial alone")
        return Gs1Key(scheme.kind, value)
    if scheme.kind is KeyKind.SGLN and serial == _NO_EXTENSION:
        return Gs1Key(KeyKind.GLN, value)
    text = _decoded(urn, serial)
    if not text:
        raise InvalidIdentifier("EPC URN", urn, "its serial is empty")
    if scheme.kind.value[1]:
        return Gs1Key(scheme.kind, value, text)
    return Gs1Key(scheme.kind, value + text)


def _decoded(urn: str, part: str) -> str:
    text = decoded(part)
    if text is None:
        raise InvalidIdentifier("EPC URN", urn, "two hexadecimal digits follow a %")
    return text
