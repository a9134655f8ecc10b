"""What an instructed model is asked for, and how its answer is read.

A prompt is made from a plan alone: kinds of statement, slots, and sentences of the grammar that
make those statements. A plan holds no value and no device text, so no prompt does. Which sentences
are shown follows from the seed: another seed gives another prompt, so that a model that always
takes the likeliest word still words the next report, and the next attempt, anew.
"""

from __future__ import annotations

import re
from zlib import crc32

import msgspec

from condition_reports.grammar import frames, prefixed
from condition_reports.plan import Plan, SectionPlan, StatementPlan
from condition_reports.shapes import Section

from .errors import NoDraft
from .writer import DraftSection

_TASK = """\
You word condition reports of shipments. Code fills every slot such as {limit} with a checked value
after you; you never see a value and never write one.
You are given statements in order, each with two sentences that make it.
Word each statement as one sentence: take one of its two sentences, or say exactly the same in other
plain words. Keep the order of the statements, and end each sentence with a full stop.
Write every slot of a statement exactly once, spelled as it is given, with what it stands for beside
it. Write no digit, no number word, no unit and no name. Add nothing, leave nothing out, judge
nothing, and keep every "no" and "not"."""

RULES = f"""\
{_TASK}
Answer with one JSON object and nothing else: {{"sections": [{{"id": "...", "text": "..."}}]}} with
the sections in the given order."""
"""The instruction for a whole report."""

ONE_SECTION_RULES = f"""\
{_TASK}
Answer with the sentences alone, all in one paragraph."""
"""The instruction for one section."""

_LONGEST_TEXT = 8_192
_THOUGHTS = re.compile(r"\A(?:.*?</think>)?", re.DOTALL)
_FENCE = re.compile(r"\A```(?:json)?\s*\n(.*)\n```\Z", re.DOTALL)


class _WordedSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: Section
    text: str


class _WordedReport(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sections: tuple[_WordedSection, ...]


def report_prompt(plan: Plan, seed: int) -> str:
    """Return the statements of a whole report, section by section."""
    return "\n\n".join(section_prompt(section, seed) for section in plan.sections)


def section_prompt(section: SectionPlan, seed: int) -> str:
    """Return the statements of one section, each with two sentences that make it."""
    lines = [f"Section {section.section}"]
    for place, statement in enumerate(section.statements):
        first, second = _examples(statement, place, seed)
        lines.append(f"{place + 1}. {first}\n   or: {second}")
    return "\n".join(lines)


def answer_schema(plan: Plan) -> dict[str, object]:
    """Return the JSON Schema of an answer for a plan."""
    ids = [one.section.value for one in plan.sections]
    section = {
        "type": "object",
        "properties": {
            "id": {"type": "string", "enum": ids},
            "text": {"type": "string"},
        },
        "required": ["id", "text"],
        "additionalProperties": False,
    }
    sections = {"type": "array", "items": section, "minItems": len(ids), "maxItems": len(ids)}
    return {
        "type": "object",
        "properties": {"sections": sections},
        "required": ["sections"],
        "additionalProperties": False,
    }


def sections_in(said: str, plan: Plan) -> tuple[DraftSection, ...]:
    """Return the sections in a model's answer, whatever it thought aloud before it.

    Raises:
        NoDraft: The answer is not one JSON object with the plan's sections in order.
    """
    bare = _THOUGHTS.sub("", said, count=1).strip()
    fenced = _FENCE.match(bare)
    try:
        worded = msgspec.json.decode(fenced[1] if fenced else bare, type=_WordedReport)
    except msgspec.ValidationError as error:
        raise NoDraft("answer_ignores_schema", str(error)) from error
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError) as error:
        raise NoDraft("answer_not_json", str(error)) from error
    if [one.id for one in worded.sections] != [one.section for one in plan.sections]:
        found = ", ".join(one.id.value for one in worded.sections)
        raise NoDraft("answer_ignores_schema", f"sections {found}")
    return tuple(DraftSection(one.id, plain(one.text)) for one in worded.sections)


def plain(text: str) -> str:
    """Return a text with single blanks, as line breaks say nothing in a section.

    Raises:
        NoDraft: It is longer than any section.
    """
    if len(text) > _LONGEST_TEXT:
        raise NoDraft("answer_too_long", f"{len(text)} characters in a section")
    return " ".join(text.split())


def _examples(statement: StatementPlan, place: int, seed: int) -> tuple[str, str]:
    known = frames(statement.kind)
    start = crc32(f"{seed}/{statement.kind}/{place}".encode())
    chosen = (known[start % len(known)], known[(start + len(known) // 2) % len(known)])
    first, second = (prefixed(one, statement.prefix) for one in chosen)
    return first, second
