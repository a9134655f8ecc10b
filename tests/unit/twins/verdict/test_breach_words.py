import msgspec
import pytest

from tests.fakes.judged_shipment import judged_shipment
from tests.unit.twins.samples import boundary, policy
from twins.policy.condition_policy import (
    Boundary,
    ConditionPolicy,
    Disposition,
    MeanKineticLimit,
    Phase,
    Severity,
)
from twins.verdict.breach_words import breach_words
from twins.verdict.condition import RuleFired

JUDGED = judged_shipment()


def said(rule: str, by: ConditionPolicy, count: int = 0, text: str = "what it demands") -> str:
    return breach_words(RuleFired(rule, Severity.MAJOR, Disposition.UNKNOWN, text, count), by)


@pytest.mark.parametrize(
    ("limit", "count", "words"),
    [
        (boundary(delay=1_800), 1, "Temperature above 8 °C for 30 min or longer"),
        (boundary(), 3, "Temperature above 8 °C, 3 times"),
        (boundary(limit=-500, is_upper=False), 1, "Temperature below -0.5 °C"),
        (
            boundary(delay=3_600, is_cumulative=True),
            1,
            "Temperature above 8 °C for 1 h or longer in sum",
        ),
        (
            boundary(phases=(Phase.TRANSIT, Phase.DESTINATION)),
            1,
            "Temperature above 8 °C (transit, destination)",
        ),
        (
            msgspec.structs.replace(boundary(delay=600), is_of_core=True),
            1,
            "Estimated core temperature above 8 °C for 10 min or longer",
        ),
        (boundary(limit=60_000, quantity="acceleration"), 2, "Shock above 60 g, 2 times"),
        (
            boundary(limit=50_000, quantity="illuminance", disposition=Disposition.CONTAINER_OPEN),
            1,
            "Opened: illuminance above 50 lx",
        ),
        (
            boundary(
                limit=1,
                quantity="contact",
                is_upper=False,
                disposition=Disposition.CONTAINER_OPEN,
            ),
            1,
            "Opened: door contact open",
        ),
    ],
)
def test_limit_that_was_passed_is_told_as_what_was_read(
    limit: Boundary, count: int, words: str
) -> None:
    assert said(f"boundary:{limit.id}", policy(limit), count) == words


@pytest.mark.parametrize(
    ("rule", "count", "words"),
    [
        ("coverage:temperature", 0, "Temperature observed for less than 95 % of the planned time"),
        ("shelf_life", 0, "Shelf life used up"),
        ("shelf_life_left", 0, "Less than 95 % of the shelf life left"),
        (
            "mean_kinetic_temperature",
            0,
            "Mean kinetic temperature above 8 °C over what was observed of 4 h with an excursion",
        ),
        ("damage_boundary", 1, "1 shock beyond the damage boundary"),
        ("shocks_undecided", 2, "2 shocks of which too little was told to exclude damage"),
        ("before_start", 2, "Limits passed 2 times before the start"),
        ("after_close", 1, "1 reading outside a limit after the close"),
        ("sensors", 2, "2 findings against the sensors now"),
        ("sensors_before", 1, "1 time a sensor could not be believed, over now"),
        ("outvoted", 2, "2 sensors outside a limit alone, where the others were not"),
        ("custody_disputed", 0, "A handover is disputed"),
        ("custody_overdue", 1, "1 offered handover not answered in time"),
        ("custody_apart", 1, "what it demands"),
        ("off_route", 1, "The planned route was left"),
        ("arrival_overdue", 1, "1 planned stop not reached in time"),
    ],
)
def test_rule_that_fired_is_told_as_what_happened(rule: str, count: int, words: str) -> None:
    assert said(rule, JUDGED.policy, count) == words


def test_gap_that_was_too_long_is_told_with_its_allowance() -> None:
    by = policy()
    longest = msgspec.structs.replace(by.observation, maximum_gap=5_400_000_000)
    by = msgspec.structs.replace(by, observation=longest)
    assert said("gap:temperature", by) == "Temperature unobserved for over 1 h 30 min"


def test_mean_kinetic_temperature_of_the_whole_time_names_no_window() -> None:
    limit = MeanKineticLimit(25_000, Severity.MAJOR, Disposition.NON_CONFORMANT)
    by = policy(mean_kinetic=limit)
    assert said("mean_kinetic_temperature", by) == "Mean kinetic temperature above 25 °C"


def test_no_reason_of_a_shipment_of_which_everything_is_asked_is_worded_as_a_demand() -> None:
    demands = {rule.text for rule in JUDGED.condition.rules_fired}
    told = {breach_words(rule, JUDGED.policy) for rule in JUDGED.condition.rules_fired}
    assert not demands & told
    assert not [one for one in told if one.startswith(("Not ", "Never ", "No ", "Every "))]
