"""One address, two forms: a page for a browser, JSON for a program (RFC 9110 section 12)."""

from __future__ import annotations

JSON_SUFFIX = ".json"
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_JSON = frozenset({"application/json", "application/problem+json"})


def prefers_html(accept: str) -> bool:
    """Tell whether an Accept field asks for a page.

    Only a reader that names HTML gets it: `*/*`, what programs send, means JSON.
    """
    weights = _weights(accept)
    html = max((weights.get(name, 0.0) for name in _HTML), default=0.0)
    json = max((weights.get(name, 0.0) for name in _JSON), default=0.0)
    return html > 0 and html >= json


def _weights(accept: str) -> dict[str, float]:
    weights = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights[name] = next((_weight(one) for one in parameters if one.startswith("q=")), 1.0)
    return weights


def _weight(parameter: str) -> float:
    try:
        return float(parameter.removeprefix("q="))
    except ValueError:
        return 0.0
