"""GS1 Digital Link URIs; GS1 Digital Link Standard: URI Syntax 1.2 and later.

Any host and any path before the key are read, and the short names that version 1.2 deprecated. The
canonical form has the host id.gs1.org and AIs in digits.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from twins.errors import InvalidIdentifier

from .gs1 import QUALIFIERS, Element, Gs1Key, key_of_elements
from .percent import decoded

CANONICAL_STEM = "https://id.gs1.org"
_LITERAL = "-._~';="
"""URI Syntax table of signs to encode, and RFC 3986: the other signs of set 82 are encoded."""

_SHORT_NAMES = {
    "gtin": "01",
    "cpv": "22",
    "lot": "10",
    "ser": "21",
    "sscc": "00",
    "gdti": "253",
    "ginc": "401",
    "gsin": "402",
    "gln": "414",
    "glnx": "254",
    "party": "417",
    "grai": "8003",
    "giai": "8004",
    "cpid": "8010",
    "cpsn": "8011",
}
_URI = re.compile(r"[Hh][Tt][Tt][Pp][Ss]?://[!-~]+")


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What a Digital Link URI states.

    Attributes:
        key: The key; it names the thing.
        qualifiers: All key qualifiers of the path in their order, that of the key among them.
        attributes: Names and values of the query as they stand there; not judged.
    """

    key: Gs1Key
    qualifiers: tuple[Element, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def uri(self) -> str:
        """The link on id.gs1.org, with all qualifiers and attributes."""
        path = _path((self.key.elements[0], *self.qualifiers))
        query = "&".join(
            f"{_query_text(name)}={_query_text(value)}" for name, value in self.attributes
        )
        return f"{CANONICAL_STEM}{path}{'?' if query else ''}{query}"


def canonical_uri(key: Gs1Key) -> str:
    """Return the one Digital Link URI of a key: CBV 2.0 section 8.9 hashes events with this one."""
    return f"{CANONICAL_STEM}{_path(key.elements)}"


def parse_digital_link(uri: str) -> DigitalLink:
    """Return what a Digital Link URI states.

    Raises:
        InvalidIdentifier: It is no Digital Link, is compressed, or breaks a rule of its key.
    """
    split = _split(uri)
    primary, *qualifiers = _elements(uri, split.path)
    _check_order(uri, primary[0], [ai for ai, _ in qualifiers])
    attributes = _attributes(uri, split.query)
    own = {primary[0], *(ai for order in QUALIFIERS[primary[0]] for ai in order)}
    twice = own.intersection(name for name, _ in attributes)
    if twice:
        rule = f"({min(twice)}) belongs into its path, not behind the question mark"
        raise InvalidIdentifier("Digital Link", uri, rule)
    key = key_of_elements([primary, *qualifiers], uri)
    return DigitalLink(key, tuple(qualifiers), attributes)


def _path(elements: tuple[Element, ...]) -> str:
    return "".join(f"/{ai}/{quote(value, _LITERAL)}" for ai, value in elements)


def _split(uri: str) -> SplitResult:
    try:
        split = urlsplit(uri) if _URI.fullmatch(uri) else None
    except ValueError:
        split = None
    if split is None or not split.hostname:
        rule = "write it as https://id.gs1.org/01/…/21/…, with %20 for a space"
        raise InvalidIdentifier("Digital Link", uri, rule)
    return split


def _elements(uri: str, path: str) -> list[Element]:
    """Return the rightmost primary key of a path and what qualifies it."""
    segments = path.split("/")[1:]
    elements: list[Element] = []
    qualifiers = {ai for orders in QUALIFIERS.values() for order in orders for ai in order}
    for place in range(len(segments) - 2, -1, -2):
        ai = _SHORT_NAMES.get(segments[place], segments[place])
        value = _decoded(uri, segments[place + 1])
        if ai not in QUALIFIERS and ai not in qualifiers:
            break
        elements.insert(0, (ai, value))
        if ai in QUALIFIERS:
            return elements
    keys = ", ".join(f"/{ai}/…" for ai in QUALIFIERS)
    rule = (
        f"its path must end with a GS1 key ({keys}) and its qualifiers; a compressed link must be "
        "expanded first, such as by the resolver that it names"
    )
    raise InvalidIdentifier("Digital Link", uri, rule)


def _check_order(uri: str, primary: str, found: list[str]) -> None:
    for order in QUALIFIERS[primary]:
        if found == [ai for ai in order if ai in found]:
            return
    if found:
        orders = " or ".join(", ".join(order) for order in QUALIFIERS[primary]) or "nothing"
        rule = f"after ({primary}) may follow {orders}, in this order, each once"
        raise InvalidIdentifier("Digital Link", uri, rule)


def _attributes(uri: str, query: str) -> tuple[tuple[str, str], ...]:
    pairs = (one.replace("+", " ").partition("=") for one in query.split("&") if one)
    return tuple((_decoded(uri, name), _decoded(uri, value)) for name, _, value in pairs)


def _decoded(uri: str, part: str) -> str:
    text = decoded(part)
    if text is None or not text.isprintable():
        rule = "each % must begin the code of a printable character, such as %2F"
        raise InvalidIdentifier("Digital Link", uri, rule)
    return text


def _query_text(text: str) -> str:
    return quote(text, _LITERAL.replace("=", ""))
