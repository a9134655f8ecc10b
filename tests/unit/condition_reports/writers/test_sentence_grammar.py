import json
import re

from condition_reports.grammar import frames, prefixed
from condition_reports.plan import SectionPlan, StatementPlan
from condition_reports.shapes import Kind, Section
from condition_reports.writers.sentence_grammar import section_grammar

PLAN = SectionPlan(
    Section.CUSTODY,
    (
        StatementPlan(Kind.CUSTODY_KEPT, "", ("holder", "since")),
        StatementPlan(Kind.OFFER_OPEN, "o1_", ("o1_offered_to",)),
    ),
)


def test_a_grammar_lists_exactly_the_sentences_of_each_statement() -> None:
    rules = dict(line.split(": ", 1) for line in section_grammar(PLAN).splitlines())
    for name, kind, prefix in (
        ("STATEMENT_0", Kind.CUSTODY_KEPT, ""),
        ("STATEMENT_1", Kind.OFFER_OPEN, "o1_"),
    ):
        written = [json.loads(one) for one in re.findall(r'"(?:[^"\\]|\\.)*"', rules[name])]
        assert written == [prefixed(one, prefix) for one in dict.fromkeys(frames(kind))]


def test_a_grammar_puts_one_blank_between_sentences() -> None:
    assert 'TEXT: STATEMENT_0 " " STATEMENT_1' in section_grammar(PLAN).splitlines()
