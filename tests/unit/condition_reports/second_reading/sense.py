"""What a sentence can say, in a second reading that shares nothing with the grammar of reports.

A sense knows the words around a value by which a reader tells what it is, such as "mean kinetic
temperature" before a level, and which words of denial, direction or blame belong to it. All else
that could turn a sentence round is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from condition_reports.fact_types import Facts

Record = dict[str, str]
"""One thing that the facts bear: its values by what they are."""

TAKEN = "\x00"
"""Stands for each character of a value that was understood."""

PASSED = "\x01"
"""The same of a quantity or a count of sensors, which may stand between a cue and its value."""

GAP = rf"[^;:\d{TAKEN}]*?"
"""Words between a cue and its value, among them no other value."""

_PASSED_ROLES = ("quantity", "sensors")

GUARDED = re.compile(
    r"\b(?:no|not|none|nothing|never|nor|neither|nobody|without|cannot|unlike|except|exclud\w*|lack"
    r"|want|only|less|short|few|fewer|un(?:usable|used|touched|spent|settled|known|answered"
    r"|observed|diminished)|above|below|under|beyond|within|outside|inside|exceed\w*|pass(?:es)?"
    r"|more|less|high\w*|low\w*|damag\w*|critical|major|minor|severity|conformant|compliant|safe"
    r"|fine|intact|good|fit|breach\w*|broken|broke|overdue|outstanding|late|later|disput\w*"
    r"|refus\w*|reject\w*|reached|missed|silent|doubt|over|open|ended|lasting|spent|exhaust\w*"
    r"|used|untouched|left|remain\w*|first|last|latest|recent|greatest|largest|least|nearly"
    r"|approximately|almost|earliest|expected|acceptable|caus\w*|until|always|some\w*|then)\b",
    re.IGNORECASE,
)
PLAIN = re.compile(rf"[A-Za-z ,;:.()'\-{TAKEN}{PASSED}]*")
_HEDGED = re.compile(rf"  |\babout {TAKEN}")
_ROLE = re.compile(r"\{(\w+)\}")


class Sense(NamedTuple):
    """One thing that a report may say.

    Attributes:
        name: What it is about.
        records: What the facts bear of it; nothing where the sentence would be false.
        says: Words without which a sentence does not say it.
        cues: For each value the words by which it is told, `{role}` standing for it.
        may: Guarded words that belong to it, with the words around them.
    """

    name: str
    records: Callable[[Facts], Iterable[Record]]
    says: str
    cues: tuple[str, ...] = ()
    may: str = ""


def is_said(sense: Sense, record: Record, sentence: str) -> bool:
    """Tell whether a sentence says a record, all of it, and nothing beside it."""
    left = sentence
    for cue in sense.cues:
        for match in _found(cue, record, left):
            spans = [(name, *match.span(name)) for name in match.groupdict() if match.group(name)]
            break
        else:
            return False
        for name, begin, end in spans:
            mark = PASSED if name.startswith(_PASSED_ROLES) else TAKEN
            left = left[:begin] + mark * (end - begin) + left[end:]
    words = left.replace(TAKEN, "").replace(PASSED, "")
    if not PLAIN.fullmatch(left) or not re.search(sense.says, words) or _HEDGED.search(left):
        return False
    rest = re.sub(sense.may, "", words) if sense.may else words
    inner = rest.strip()[1:]
    return not GUARDED.search(rest) and inner == inner.lower()


def _found(cue: str, record: Record, text: str) -> Iterable[re.Match[str]]:
    seen: dict[str, int] = {}

    def group(role: re.Match[str]) -> str:
        seen[role[1]] = seen.get(role[1], 0) + 1
        value = re.escape(record[role[1]])
        name = f"{role[1]}{seen[role[1]]}"
        return rf"(?<![\w.\-])(?<!\d [dh] )(?P<{name}>{value})(?!\w|[.\-]\w| \d\d (?:h|min))"

    return _pattern(_ROLE.sub(group, cue)).finditer(text)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("GAP", GAP))
