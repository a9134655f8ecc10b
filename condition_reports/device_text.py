"""Text that somebody typed or a device sent, made harmless before it stands in a report.

Titles stand in quotation marks and ids are bare, so that no name can pass for a statement. What
is left holds no control, direction or zero-width character, no quotation mark, no brace, no line
break and no full stop before a blank: it cannot end a sentence, open a slot or turn a line round
(Unicode Technical Report 36; OWASP LLM01:2026).
"""

from __future__ import annotations

import re
import unicodedata

TITLE_LENGTH = 60
NAME_LENGTH = 96

_OPENING, _CLOSING = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_ALLOWED_MARKS = frozenset(" -_.,:/&'()+#@°%\N{EN DASH}")
_BARE_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:\-]{0,94}[A-Za-z0-9_\-])?")
_STOP_BEFORE_BLANK = re.compile(r"\.+(?= |$)")
_MARKS_LEFT = 2


def quoted(text: str) -> str:
    """Return a title in quotation marks; what cannot be shown of it is left out."""
    return f"{_OPENING}{_shown(text, TITLE_LENGTH) or 'untitled'}{_CLOSING}"


def named(text: str) -> str:
    """Return an id as it is, and anything else that claims to be one in quotation marks."""
    if _BARE_ID.fullmatch(text):
        return text
    return f"{_OPENING}{_shown(text, NAME_LENGTH) or 'unnamed'}{_CLOSING}"


def _shown(text: str, length: int) -> str:
    kept = "".join(_kept(character) for character in unicodedata.normalize("NFC", text))
    line = _STOP_BEFORE_BLANK.sub("", " ".join(_with_few_marks(kept).split()))
    cut = unicodedata.normalize("NFC", line[:length])
    return _STOP_BEFORE_BLANK.sub("", " ".join(cut.split())).strip()


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LM" or category == "Nd" or character in _ALLOWED_MARKS:
        return character
    return " " if character.isspace() else ""


def _with_few_marks(text: str) -> str:
    """Return the text with at most two combining marks after another."""
    out: list[str] = []
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        if run <= _MARKS_LEFT:
            out.append(character)
    return "".join(out)
