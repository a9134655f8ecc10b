"""GS1 keys written as element strings and as EPC URNs, for what must read them back.

Tag Data Standard 1.13, sections 6.3 and 7, and appendix A.
"""

from __future__ import annotations

from urllib.parse import quote

from twins.identity.gs1 import Gs1Key, KeyKind

_LITERAL = "!'()*+,-.:;=_"
_SCHEMES = {
    # Scheme; digits of company prefix and reference, 0 where the reference is text; whether the
    # first digit of the key begins the reference; what the key begins with and the URN leaves out.
    KeyKind.SGTIN: ("id:sgtin", 13, True, ""),
    KeyKind.LGTIN: ("class:lgtin", 13, True, ""),
    KeyKind.GTIN: ("idpat:sgtin", 13, True, ""),
    KeyKind.UPUI: ("id:upui", 13, True, ""),
    KeyKind.SSCC: ("id:sscc", 17, True, ""),
    KeyKind.GLN: ("id:sgln", 12, False, ""),
    KeyKind.SGLN: ("id:sgln", 12, False, ""),
    KeyKind.PGLN: ("id:pgln", 12, False, ""),
    KeyKind.GRAI: ("id:grai", 12, False, "0"),
    KeyKind.GDTI: ("id:gdti", 12, False, ""),
    KeyKind.GIAI: ("id:giai", 0, False, ""),
    KeyKind.GINC: ("id:ginc", 0, False, ""),
    KeyKind.GSIN: ("id:gsin", 16, False, ""),
    KeyKind.CPI: ("id:cpi", 0, False, ""),
    KeyKind.CPID: ("idpat:cpi", 0, False, ""),
}
_WITHOUT_SERIAL = {KeyKind.SSCC, KeyKind.PGLN, KeyKind.GIAI, KeyKind.GINC, KeyKind.GSIN}


def element_string(key: Gs1Key) -> str:
    return "".join(f"({ai})" + value.replace("(", r"\(") for ai, value in key.elements)


def epc_urn(key: Gs1Key, prefix_digits: int) -> str:
    """Return a key as a URN; a class of things as the pattern of all its serials."""
    scheme, digits, begins_reference, leading = _SCHEMES[key.kind]
    body = key.value.removeprefix(leading)
    first, rest = body[:begins_reference], body[begins_reference:]
    prefix, reference, serial = rest[:prefix_digits], first + rest[prefix_digits:], key.qualifier
    if digits:
        reference, in_value = reference[: digits - prefix_digits], body[digits + 1 :]
        serial = serial or in_value
    if key.kind is KeyKind.GLN:
        serial = "0"
    parts = [prefix, quote(reference, _LITERAL)]
    if key.kind not in _WITHOUT_SERIAL:
        parts.append(quote(serial, _LITERAL) if serial else "*")
        scheme = scheme if serial else scheme.replace("id:", "idpat:", 1)
    return f"urn:epc:{scheme}:{'.'.join(parts)}"
