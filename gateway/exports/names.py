"""URIs of assets, devices, parties and places as EPCIS events name them.

A GS1 key becomes its canonical Digital Link URI, a web address stays. Any other name becomes a URN
of the form that CBV 2.0 section 8 gives to private identifiers, such as `urn:NAMESPACE:…:obj:ID`;
such a name is unique within one gateway only.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from twins.errors import InvalidIdentifier
from twins.identity.digital_link import canonical_uri
from twins.identity.gs1 import Gs1Key, KeyKind
from twins.identity.identifiers import digital_link_of

NAMESPACE = "urn:cargotwin:epcis/"
"""Namespace of our extensions of events, written with the prefix `cargotwin`."""
PREFIX = "cargotwin"

_WEB = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+")
_GLN = re.compile(r"\d{13}", re.ASCII)
_LITERAL = "-._~"


def asset_uri(asset: str) -> str:
    """Return the URI of an asset."""
    return _named(asset, "asset:obj")


def device_uri(device: str) -> str:
    """Return the URI of a device."""
    return _named(device, "device:obj")


def party_uri(party: str) -> str:
    """Return the URI of a party; thirteen digits that are a GLN are one."""
    return _of_gln(party, KeyKind.PGLN) or _named(party, "party")


def place_uri(place: str) -> str:
    """Return the URI of a place; thirteen digits that are a GLN are one."""
    return _of_gln(place, KeyKind.GLN) or _named(place, "loc")


def policy_uri(policy: str, digest: str, rule: str = "") -> str:
    """Return the URI of a condition policy as it stood, or of one of its rules."""
    name = f"urn:cargotwin:policy:{quote(policy, safe=_LITERAL)}:{digest}"
    return f"{name}#{quote(rule, safe=_LITERAL)}" if rule else name


def own(name: str) -> str:
    """Return the key of one of our extensions."""
    return f"{PREFIX}:{name}"


def _named(text: str, kind: str) -> str:
    link = digital_link_of(text)
    if link is not None:
        return link
    return text if _WEB.fullmatch(text) else f"urn:cargotwin:{kind}:{quote(text, safe=_LITERAL)}"


def _of_gln(text: str, kind: KeyKind) -> str | None:
    if not _GLN.fullmatch(text):
        return None
    try:
        return canonical_uri(Gs1Key(kind, text))
    except InvalidIdentifier:
        # Thirteen digits whose last one does not check are a plain name.
        return None
