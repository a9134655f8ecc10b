"""A second reader, which knows nothing of the grammar, finds no word that the facts do not bear.

`make gates` raises `CARGOTWIN_EXAMPLES` to 4000, for 10,000 facts of simulated journeys and 10,000
made-up ones.
"""

import pytest

from condition_reports.verifier import Verified
from tests.property.arrivals import EXAMPLES
from tests.property.report_writers import WRITERS, worded
from tests.unit.condition_reports.adversarial_facts import adversarial_facts
from tests.unit.condition_reports.journeys import journey_facts
from tests.unit.condition_reports.random_facts import random_facts, seeded
from tests.unit.condition_reports.second_reading.orders import contradictions
from tests.unit.condition_reports.second_reading.reader import objections

REPORTS = EXAMPLES * 5 // 2


@pytest.mark.parametrize("name", WRITERS)
def test_facts_of_journeys_bear_every_report(name: str) -> None:
    writer = WRITERS[name].load()
    for seed, facts in enumerate(journey_facts(REPORTS // WRITERS[name].share)):
        checked = worded(writer, facts, seed)
        assert isinstance(checked.verdict, Verified)
        assert objections(checked.text, facts) == []
        assert contradictions(facts) == []


@pytest.mark.parametrize("name", WRITERS)
def test_made_up_shipments_bear_every_report(name: str) -> None:
    writer = WRITERS[name].load()
    random = seeded("made up")
    for seed in range(REPORTS // WRITERS[name].share):
        facts = adversarial_facts(random)
        checked = worded(writer, facts, seed)
        assert isinstance(checked.verdict, Verified)
        assert objections(checked.text, facts) == []
        assert contradictions(facts) == []


@pytest.mark.parametrize("name", WRITERS)
def test_facts_of_every_shape_bear_every_report(name: str) -> None:
    writer = WRITERS[name].load()
    random = seeded("every shape")
    for seed in range(REPORTS // WRITERS[name].share):
        facts = random_facts(random)
        checked = worded(writer, facts, seed)
        assert objections(checked.text, facts) == []
