"""Text that somebody typed or a device sent, made harmless before it stands in a report.

Titles stand in quotation marks and ids are bare, so that no name can pass for a statement. What
is left holds no control, direction or invisible character, no quotation mark and nothing that
looks like one, no brace, no line break and no full stop before a blank: it cannot end a sentence,
open a slot or turn a line round (Unicode Technical Reports 36 and 39; OWASP LLM01:2026).
"""

from __future__ import annotations

import re
import unicodedata

TITLE_LENGTH = 60
NAME_LENGTH = 96

_OPENING, _CLOSING = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_ALLOWED_MARKS = frozenset(" -_.,:/&'()+#@°%\N{EN DASH}")
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks with the property Default_Ignorable_Code_Point (Unicode 16.0, section 5.21)."""

_LIKE_QUOTATION_MARKS = re.compile("[\u02ba\u02ee]|'(?=')")
"""What is kept else and looks like a quotation mark (confusables.txt of Unicode TS 39)."""

_ASSET_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:\-]{0,95}")
_BARE_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:\-]{0,94}[A-Za-z0-9_\-])?")
_GS1_KEY = re.compile(r"\d{8,}")
_WORDS_OF_SENTENCES = """
    no not none nothing nobody never without neither nor only all any some other others unknown
    unassigned is was has had to then and or of by with from since until at in on as the an this
    that it above below within outside inside under over more less conformant non-conformant
    damaged undamaged safe unsafe sound intact fine good bad fit ok okay compliant approved
    accepted refused rejected released quarantined disputed settled valid void open opened
    closed sealed shut
"""
"""Words by which an id that stands bare would make a sentence say something else."""

_NEVER_BARE = frozenset(_WORDS_OF_SENTENCES.split())

_PARTS = re.compile(r"[-.:_]")
_LIKE_A_DURATION = re.compile(r"(?:\d+(?:d|h|min|s))+", re.IGNORECASE)

_STOP_BEFORE_BLANK = re.compile(r"\.+(?= |$)")
_MARKS_LEFT = 2


def quoted(text: str) -> str:
    """Return a title in quotation marks; what cannot be shown of it is left out."""
    return f"{_OPENING}{_shown(text, TITLE_LENGTH) or 'untitled'}{_CLOSING}"


def named(text: str) -> str:
    """Return an id as it is, and anything else that claims to be one in quotation marks.

    An id that is a word of sentences, or that looks like a value, is not told from one when bare.
    """
    if (
        _BARE_ID.fullmatch(text)
        and not _NEVER_BARE.intersection(_PARTS.split(text.lower()))
        and not _looks_like_a_value(text)
    ):
        return text
    return _in_quotation_marks(text)


def asset_named(text: str) -> str:
    """Return the id of an asset as it is: it stands in brackets after the word asset.

    Whoever keeps reports by their assets finds them by it. What is no legal id stands in quotation
    marks.
    """
    return text if _ASSET_ID.fullmatch(text) else _in_quotation_marks(text)


def _in_quotation_marks(name: str) -> str:
    return f"{_OPENING}{_shown(name, NAME_LENGTH) or 'unnamed'}{_CLOSING}"


def _looks_like_a_value(text: str) -> bool:
    has_letter = any(character.isalpha() for character in text)
    is_number = not has_letter and not _GS1_KEY.fullmatch(text)
    return is_number or _LIKE_A_DURATION.fullmatch(text) is not None


def _shown(text: str, length: int) -> str:
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    kept = "".join(_kept(character) for character in visible)
    plain = _with_few_marks(_LIKE_QUOTATION_MARKS.sub("", kept))
    line = _STOP_BEFORE_BLANK.sub("", " ".join(plain.split()))
    cut = unicodedata.normalize("NFC", line[:length])
    return _STOP_BEFORE_BLANK.sub("", " ".join(cut.split())).strip()


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LM" or category == "Nd" or character in _ALLOWED_MARKS:
        return character
    return " " if character.isspace() else ""


def _with_few_marks(text: str) -> str:
    """Return the text with at most two combining marks after another, none after a blank."""
    out: list[str] = []
    run = _MARKS_LEFT
    for character in text:
        is_mark = unicodedata.category(character)[0] == "M"
        run = run + 1 if is_mark else _MARKS_LEFT if character == " " else 0
        if run <= _MARKS_LEFT:
            out.append(character)
    return "".join(out)
