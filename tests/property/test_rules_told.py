"""Whatever rule was broken, a report says so, however much else there is to say."""

from condition_reports.fact_types import Facts
from condition_reports.shapes import Kind
from condition_reports.statements import statements_of
from tests.property.arrivals import EXAMPLES
from tests.unit.condition_reports.adversarial_facts import adversarial_facts
from tests.unit.condition_reports.journeys import journey_facts
from tests.unit.condition_reports.random_facts import seeded
from tests.unit.simulators.folding import policy_of
from twins.policy.condition_policy import Boundary
from twins.readings import QUANTITIES

UNOBSERVED = {Kind.COVERAGE_NOTHING, Kind.COVERAGE_NOT_BEGUN, Kind.COVERAGE_UNPLANNED}
TELLS = {
    "after_close": {Kind.AFTER_CLOSE},
    "arrival_overdue": {Kind.ARRIVAL_OVERDUE},
    "before_start": {Kind.BEFORE_START},
    "coverage": {Kind.COVERAGE_LOW, *UNOBSERVED},
    "custody_apart": {Kind.TAKEN_APART},
    "custody_disputed": {Kind.DISPUTE_OPEN},
    "custody_overdue": {Kind.ANSWER_OVERDUE, Kind.LATE_ANSWERS},
    "damage_boundary": {Kind.DAMAGE_POSSIBLE},
    "gap": {Kind.GAP_TOO_LONG, *UNOBSERVED},
    "mean_kinetic_temperature": {Kind.KINETIC_EXCESS, Kind.KINETIC_WINDOW_EXCESS},
    "off_route": {Kind.OFF_ROUTE},
    "outvoted": {Kind.OUTVOTED},
    "sensors": {Kind.SENSORS_DOUBTED, Kind.LEVEL_LEFT_OUT, Kind.LEVEL_DOUBTED},
    "sensors_before": {Kind.SENSORS_OVER},
    "shelf_life": {Kind.SHELF_LIFE_USED},
    "shelf_life_left": {Kind.SHELF_LIFE_LOW},
    "shocks_undecided": {Kind.DAMAGE_UNDECIDED},
}
"""Kinds of statement of which one must be made where a rule fired."""

EXCURSIONS = {
    Kind.EXCURSION_ENDED,
    Kind.EXCURSION_LASTING,
    Kind.ALLOWANCE_SPENT,
    Kind.ALLOWANCE_SPENT_LASTING,
    Kind.BUDGET_SPENT,
}


def is_told(rule: str, facts: Facts) -> bool:
    name = rule.partition(":")[0]
    return bool(TELLS[name] & {one.kind for one in statements_of(facts)})


def is_limit_told(limit: Boundary, facts: Facts) -> bool:
    """Tell whether anything is said of where the goods were beyond a limit."""
    said = statements_of(facts)
    if not QUANTITIES[limit.quantity].is_level:
        return any(one.kind is Kind.PEAKS_OUTSIDE for one in said)
    if limit.disposition == "container_open":
        return any(one.kind in {Kind.OPENED_ONCE, Kind.OPENED_OFTEN} for one in said)
    side = "above" if limit.is_upper else "below"
    sides = {one.values["side"] for one in said if one.kind in EXCURSIONS}
    return side in sides or any(one.kind is Kind.EXCURSIONS_MORE for one in said)


def test_every_broken_rule_of_a_journey_is_told() -> None:
    for facts in journey_facts(EXAMPLES * 5 // 2):
        limits = {f"boundary:{one.id}": one for one in policy_of(facts.policy).boundaries}
        for rule in facts.fired:
            if rule in limits:
                assert is_limit_told(limits[rule], facts), (rule, facts)
            else:
                assert is_told(rule, facts), (rule, facts)


def test_every_broken_rule_of_a_made_up_shipment_is_told() -> None:
    random = seeded("rules told")
    for _ in range(EXAMPLES * 5 // 2):
        facts = adversarial_facts(random)
        for rule in facts.fired:
            assert rule.startswith("boundary:") or is_told(rule, facts), (rule, facts)
