from condition_reports.shapes import Kind
from condition_reports.statements import statements_of

from .random_facts import random_facts, seeded


def test_every_kind_of_statement_is_demanded_of_some_facts() -> None:
    random = seeded("every kind")
    drawn = (random_facts(random) for _ in range(2_000))
    assert {one.kind for facts in drawn for one in statements_of(facts)} == set(Kind)
