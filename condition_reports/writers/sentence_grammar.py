"""The sentences that a plan allows, as a grammar that a model's words can be held to.

The notation is Lark's, as llguidance reads it:
https://github.com/guidance-ai/llguidance/blob/main/docs/syntax.md.
"""

from __future__ import annotations

import json

from condition_reports.grammar import frames, prefixed
from condition_reports.plan import SectionPlan, StatementPlan


def section_grammar(section: SectionPlan) -> str:
    """Return a grammar of exactly the texts that word a section: one sentence per statement."""
    names = [f"STATEMENT_{place}" for place, _ in enumerate(section.statements)]
    rules = [
        f"{name}: {_alternatives(statement)}"
        for name, statement in zip(names, section.statements, strict=True)
    ]
    whole = ' " " '.join(names)
    return "\n".join(["start: TEXT", f"TEXT: {whole}", *rules]) + "\n"


def _alternatives(statement: StatementPlan) -> str:
    sentences = dict.fromkeys(prefixed(one, statement.prefix) for one in frames(statement.kind))
    # A string of Lark is escaped like one of JSON.
    return " | ".join(json.dumps(sentence) for sentence in sentences)
