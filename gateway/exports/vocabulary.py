"""Words of the GS1 vocabularies and the URIs that they stand for.

EPCIS 2.0 JSON writes standard values as bare words, the event hash wants them as GS1 web URIs; the
names and their URIs are those of the EPCIS 2.0 JSON-LD context.
"""

from __future__ import annotations

from collections.abc import Mapping

EPCIS_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"

_CBV = "https://ref.gs1.org/cbv/"
_GS1 = "https://gs1.org/voc/"
_STANDARD = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": _CBV,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": _GS1,
}
_TERMS = {
    "bizStep": f"{_CBV}BizStep-",
    "disposition": f"{_CBV}Disp-",
    "set": f"{_CBV}Disp-",
    "unset": f"{_CBV}Disp-",
    "exception": _GS1,
    "component": f"{_CBV}Comp-",
}
_TYPES = {
    "bizTransactionList": f"{_CBV}BTT-",
    "sourceList": f"{_CBV}SDT-",
    "destinationList": f"{_CBV}SDT-",
    "sensorReport": _GS1,
}
_URNS = {
    "urn:epcglobal:cbv:bizstep:": f"{_CBV}BizStep-",
    "urn:epcglobal:cbv:disp:": f"{_CBV}Disp-",
    "urn:epcglobal:cbv:btt:": f"{_CBV}BTT-",
    "urn:epcglobal:cbv:sdt:": f"{_CBV}SDT-",
    "urn:epcglobal:cbv:er:": f"{_CBV}ER-",
}


def namespaces_of(context: object) -> dict[str, str]:
    """Return the prefixes that a JSON-LD `@context` defines, with those of the EPCIS context."""
    found = dict(_STANDARD)
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, Mapping):
            found.update((str(name), uri) for name, uri in part.items() if isinstance(uri, str))
    return found


def full_term(field: str, text: str, within: str) -> str:
    """Return the URI of a bare word of a standard field; another text stays as it is.

    Args:
        field: Name of the field.
        text: Its value.
        within: Name of the field that holds it.
    """
    base = _TYPES.get(within) if field == "type" else _TERMS.get(field)
    return text if base is None or ":" in text else base + text


def full_uri(text: str, namespaces: Mapping[str, str]) -> str:
    """Return a compact URI, or a URN of CBV 1, as the URI that it stands for."""
    for urn, base in _URNS.items():
        if text.startswith(urn):
            return base + text.removeprefix(urn)
    prefix, colon, local = text.partition(":")
    namespace = namespaces.get(prefix)
    return text if namespace is None or not colon or local.startswith("//") else namespace + local
