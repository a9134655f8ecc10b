"""GS1 identifiers as the event hash wants them: constrained canonical GS1 Digital Link URIs.

CBV 2.0 section 8.9 turns EPC URNs into `https://id.gs1.org/…`, replaces any other domain by that
one, drops the query and keeps the finest key qualifier alone. Keys that can name an asset, a place
or a party are those of `twins.identity.gs1`. An event may also name a service relation, a coupon or
a piece of a trade item: these are only rewritten, as the EPC Tag Data Standard section 6.3 splits
them.
"""

from __future__ import annotations

import re

from twins.errors import InvalidIdentifier
from twins.identity.digital_link import CANONICAL_STEM, parse_digital_link
from twins.identity.digital_link import canonical_uri as link_of
from twins.identity.epc import parse_epc_urn
from twins.identity.gs1 import Gs1Key, KeyKind, check_digit

_SERVICE_RELATION = re.compile(r"urn:epc:id:(gsrnp?):(\d{6,12})\.(\d{5,11})", re.ASCII)
_COUPON = re.compile(r"urn:epc:id(?:pat)?:sgcn:(\d{6,12})\.(\d{0,6})\.(\d{1,12}|\*)", re.ASCII)
_PIECE = re.compile(
    r"urn:epc:id(?:pat)?:itip:(\d{6,12})\.(\d)(\d{0,6})\.(\d\d)\.(\d\d)\.([^.]+|\*)", re.ASCII
)
_OTHER_LINK = re.compile(
    r"https?://[^?#]*/(?:(?:8018|gsrn)/(?P<gsrn>\d{18})|(?:8017|gsrnp)/(?P<gsrnp>\d{18})"
    r"|(?:255|gcn)/(?P<gcn>\d{13,25})|(?:8006|itip)/(?P<itip>\d{18})(?:/(?:22|cpv)/[^/?#]+)?"
    r"(?:/(?:10|lot)/(?P<lot>[^/?#]+))?(?:/(?:21|ser)/(?P<serial>[^/?#]+))?)/?(?:[?#].*)?",
    re.ASCII,
)
_SERVICES = {"gsrn": "8018", "gsrnp": "8017"}
_OTHER_KEYS = {**_SERVICES, "gcn": "255", "itip": "8006"}
_SERVICE_DIGITS = 17
_COUPON_DIGITS = 12
_PIECE_DIGITS = 13
_ENCODED = str.maketrans({one: f"%{ord(one):02X}" for one in "!()*+,:"})


def canonical_uri(text: str) -> str:
    """Return the constrained canonical form of a GS1 identifier; any other text stays as it is."""
    is_urn = text.startswith("urn:epc:")
    if not is_urn and not text.startswith(("https://", "http://")):
        return text
    try:
        key = parse_epc_urn(text) if is_urn else parse_digital_link(text).key
    except InvalidIdentifier:
        # Not every URI is a GS1 identifier; one that breaks a rule is hashed as it was written.
        return (_of_other_urn(text) if is_urn else _of_other_link(text)) or text
    # A consumer product variant is no level of identification.
    return link_of(Gs1Key(KeyKind.GTIN, key.value) if key.kind is KeyKind.VARIANT else key)


def _of_other_urn(text: str) -> str | None:
    if found := _SERVICE_RELATION.fullmatch(text):
        name, company, reference = found.groups()
        return _link(_SERVICES[name], company + reference, _SERVICE_DIGITS)
    if found := _COUPON.fullmatch(text):
        company, reference, serial = found.groups()
        return _link("255", company + reference, _COUPON_DIGITS, serial.replace("*", ""))
    if found := _PIECE.fullmatch(text):
        company, indicator, reference, piece, total, serial = found.groups()
        coded = "" if serial == "*" else f"/21/{serial.translate(_ENCODED)}"
        return _link("8006", indicator + company + reference, _PIECE_DIGITS, piece + total + coded)
    return None


def _of_other_link(text: str) -> str | None:
    found = _OTHER_LINK.fullmatch(text)
    if found is None:
        return None
    name = next(one for one in _OTHER_KEYS if found[one])
    finest = next(
        (f"/{ai}/{found[one]}" for ai, one in (("21", "serial"), ("10", "lot")) if found[one]), ""
    )
    return f"{CANONICAL_STEM}/{_OTHER_KEYS[name]}/{found[name]}{finest}"


def _link(ai: str, digits: str, expected: int, rest: str = "") -> str | None:
    if len(digits) != expected:
        return None
    return f"{CANONICAL_STEM}/{ai}/{digits}{check_digit(digits)}{rest}"
