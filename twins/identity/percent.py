"""Percent-decoding, RFC 3986 section 2.1, for Digital Links and EPC URNs."""

from __future__ import annotations

import re
from urllib.parse import unquote

_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")


def decoded(text: str) -> str | None:
    """Return the text that was percent-encoded.

    None where a `%` begins no triplet, or where the triplets are no UTF-8.
    """
    if _STRAY.search(text):
        return None
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None
