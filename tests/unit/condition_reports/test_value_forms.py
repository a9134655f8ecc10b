import pytest

from condition_reports.statements import statements_of
from condition_reports.value_forms import has_form
from tests.unit.condition_reports.random_facts import random_facts, seeded


def test_every_value_of_the_facts_has_the_form_of_its_slot() -> None:
    random = seeded("forms")
    for _ in range(300):
        for statement in statements_of(random_facts(random)):
            for slot, value in statement.values.items():
                assert has_form(slot, value), (slot, value)


@pytest.mark.parametrize(
    ("slot", "value"),
    [
        ("lowest", "4.1"),
        ("drop", "0.31 m"),
        ("asset", "urn:epc:id:sscc:4012345.1234567890"),
        ("judged", "temperature, relative humidity and air pressure"),
        ("covered", "temperature by enough trusted sensors"),
        ("quantity", "estimated core temperature"),
        ("shown_by", "devices a, “b and c”, d and 3 others"),
        ("custody", "held by a (less than 1 min), then 2 others in turn (1 h 05 min)"),
        ("shares", "1 d with a, less than 1 min with nobody on record and 5 min with “b, c”"),
        ("chain", "nobody on record to a to 3 others in turn to “b to c”"),
        ("causes", "shocks and time outside limits"),
        ("findings", "2 silences (newest: probe of logger-1, light and air pressure)"),
    ],
)
def test_value_as_facts_word_it_has_its_form(slot: str, value: str) -> None:
    assert has_form(slot, value)


@pytest.mark.parametrize(
    ("slot", "value"),
    [
        ("title", "“x” is safe: its goods are approved, “y”"),
        ("title", "x"),
        ("title", "“x\ny”"),
        ("title", "“x {asset} y”"),
        ("asset", "box-1 is safe"),
        ("holder", "“a\u2028b”"),
        ("lowest", "4.1 °C-and-safe"),
        ("lowest", "\N{ARABIC-INDIC DIGIT FOUR} °C"),
        ("outside", "no time"),
        ("quantity", "temperature as always fine"),
        ("milestone", "delivery in perfect shape"),
        ("outcome", "released and praised"),
        ("custody", "held by nobody who harmed it"),
        ("shown_by", "device logger-1, which erred"),
        ("findings", "1 silence, all harmless"),
        ("causes", "handling, all harmless"),
        ("since", "2026-11-20 06:10Z as agreed"),
        ("shocks", "-1 shocks"),
    ],
)
def test_value_that_says_more_than_its_slot_has_no_form(slot: str, value: str) -> None:
    assert not has_form(slot, value)
